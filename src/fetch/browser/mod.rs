//! Pages made by scripts, rendered by an installed Chromium.
//!
//! Spoken over CDP with a dozen commands: chromiumoxide generates the whole protocol and costs more
//! build time than the rest of the program.

mod cdp;
mod process;

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};
use url::Url;

use self::cdp::{Connection, Trouble};
use self::process::Browser;
use crate::analysis::page::Page;

/// What a rendering may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// From the start of the browser to the text.
    pub time: Duration,
    /// Bytes of the rendered page.
    pub bytes: usize,
    /// Fresh profiles are made here and removed.
    pub directory: PathBuf,
    pub user_agent: String,
}

/// A page as the browser shows it.
#[derive(Debug)]
pub struct Rendered {
    pub page: Page,
    /// The address that answered for the page itself.
    pub remote: Option<IpAddr>,
}

/// Why a page was not rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error("no Chromium is installed")]
    NotInstalled,
    #[error("Chromium does not start: {0}")]
    Start(io::Error),
    #[error("Chromium did not finish within {} s", .0.as_secs())]
    TimeOut(Duration),
    #[error("{0}")]
    Page(Trouble),
}

/// Trackers and media: they cost time and traffic and carry no text.
const BLOCKED: [&str; 14] = [
    "*.avif*",
    "*.gif*",
    "*.jpg*",
    "*.jpeg*",
    "*.mp3*",
    "*.mp4*",
    "*.png*",
    "*.webm*",
    "*.webp*",
    "*.woff*",
    "*.woff2*",
    "*://*.doubleclick.net/*",
    "*://*.google-analytics.com/*",
    "*://*.googletagmanager.com/*",
];

/// How often the text is looked at, and how many equal looks make it stand still.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const EQUAL_LOOKS: u32 = 4;

const TEXT_LENGTH: &str = "document.readyState === 'complete' && document.body ? document.body.innerText.length : -1";
const LENGTH: &str = "document.documentElement.outerHTML.length";
const HTML: &str = "document.documentElement.outerHTML";

/// Renders a page in a fresh browser and returns its document as the scripts made it.
///
/// # Errors
/// No browser, one that does not start or answer, a page that cannot be reached or is too large, time over.
pub async fn render(url: &Url, limits: &Limits) -> Result<Rendered, RenderError> {
    timeout(limits.time, render_unhurried(url, limits))
        .await
        .map_err(|_| RenderError::TimeOut(limits.time))?
}

async fn render_unhurried(url: &Url, limits: &Limits) -> Result<Rendered, RenderError> {
    let browser = Browser::start(&limits.directory)
        .await
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RenderError::NotInstalled,
            _ => RenderError::Start(error),
        })?;
    // JSON escapes make a message longer than the text in it.
    let message_limit = limits.bytes.saturating_mul(2);
    let mut connection = Connection::open(&browser.endpoint, message_limit)
        .await
        .map_err(RenderError::Page)?;
    visit(&mut connection, url, limits).await.map_err(RenderError::Page)
}

async fn visit(connection: &mut Connection, url: &Url, limits: &Limits) -> Result<Rendered, Trouble> {
    connection.open_page().await?;
    connection.call("Network.enable", json!({})).await?;
    connection
        .call("Network.setBlockedURLs", json!({ "urls": BLOCKED }))
        .await?;
    connection
        .call(
            "Network.setUserAgentOverride",
            json!({ "userAgent": limits.user_agent }),
        )
        .await?;
    let navigated = connection.call("Page.navigate", json!({ "url": url.as_str() })).await?;
    if let Some(error) = navigated["errorText"].as_str().filter(|text| !text.is_empty()) {
        return Err(format!("the browser cannot open it: {error}"));
    }
    until_text_stands_still(connection).await?;
    let length = connection.evaluate(LENGTH).await?.as_u64().unwrap_or(u64::MAX);
    if length > limits.bytes as u64 {
        return Err(format!(
            "the rendered page has {length} characters, more than the {} allowed",
            limits.bytes
        ));
    }
    let html = connection.evaluate(HTML).await?;
    let frame = navigated["frameId"].as_str().unwrap_or_default();
    Ok(rendered(connection, url, frame, html.as_str().unwrap_or_default()))
}

async fn until_text_stands_still(connection: &mut Connection) -> Result<(), Trouble> {
    let (mut last, mut equal) = (-1, 0);
    while equal < EQUAL_LOOKS {
        sleep(LOOK_EVERY).await;
        let length = connection.evaluate(TEXT_LENGTH).await?.as_i64().unwrap_or(-1);
        equal = if length > 0 && length == last { equal + 1 } else { 0 };
        last = length;
    }
    Ok(())
}

fn rendered(connection: &Connection, url: &Url, frame: &str, html: &str) -> Rendered {
    let of_page = |event: &&cdp::Event| {
        event.method == "Network.responseReceived"
            && event.params["type"] == "Document"
            && event.params["frameId"] == frame
    };
    let answer = connection
        .events
        .iter()
        .rfind(of_page)
        .map(|event| &event.params["response"]);
    let field = |name: &str| answer.and_then(|answer| answer[name].as_str());
    let address = field("url")
        .and_then(|address| Url::parse(address).ok())
        .unwrap_or_else(|| url.clone());
    let status = answer
        .and_then(|answer| answer["status"].as_u64())
        .and_then(|status| u16::try_from(status).ok());
    let page = Page {
        requested: url.clone(),
        address,
        moved: None,
        status: status.unwrap_or(200),
        headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
        body: html.as_bytes().to_vec(),
    };
    let remote = field("remoteIPAddress").and_then(|ip| ip.trim_matches(['[', ']']).parse().ok());
    Rendered { page, remote }
}
