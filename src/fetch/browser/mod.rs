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
    /// Bytes that the browser and its children may have of their own.
    pub memory: u64,
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
    #[error("the page took more than {} MB of memory in Chromium", .0 / (1024 * 1024))]
    Memory(u64),
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

/// For how many looks a text that stands still waits for what the watch selects.
const PATIENT_LOOKS: u32 = 60;

/// Enough for the heaviest page of a shop; a page that leaks or mines takes all there is.
pub const MEMORY: u64 = 1536 * 1024 * 1024;

/// Of a selector list: the length of the text shown (shadow roots included) once all has loaded, and whether each
/// selects some text.
const LOOK: &str = "(selectors => {
    if (document.readyState !== 'complete' || !document.body) return { length: -1, is_there: false };
    const shadows = root => [...root.querySelectorAll('*')].filter(element => element.shadowRoot)
        .reduce((sum, { shadowRoot }) => sum + shadowRoot.textContent.length + shadows(shadowRoot), 0);
    const has = selector => { try { return document.querySelector(selector)?.textContent.trim() } catch { return true } };
    return { length: document.body.innerText.length + shadows(document), is_there: selectors.every(has) };
})";

/// The document with its shadow roots, which `outerHTML` leaves out.
const HTML: &str = "(() => {
    const whole = document.documentElement, roots = [];
    const gather = root => root.querySelectorAll('*').forEach(element => {
        if (element.shadowRoot) { roots.push(element.shadowRoot); gather(element.shadowRoot) }
    });
    gather(document);
    if (!roots.length || !whole.getHTML) return whole.outerHTML;
    return whole.cloneNode().outerHTML.replace('</html>', '') + whole.getHTML({ shadowRoots: roots }) + '</html>';
})()";

/// Renders a page in a fresh browser and returns its document as the scripts made it, once its text stands still and
/// what is `wanted` (CSS selectors) has text.
///
/// # Errors
/// No browser, one that does not start or answer, a page that cannot be reached or is too large, time or memory over.
pub async fn render(url: &Url, wanted: &[String], limits: &Limits) -> Result<Rendered, RenderError> {
    timeout(limits.time, render_unhurried(url, wanted, limits))
        .await
        .map_err(|_| RenderError::TimeOut(limits.time))?
}

async fn render_unhurried(url: &Url, wanted: &[String], limits: &Limits) -> Result<Rendered, RenderError> {
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
    tokio::select! {
        visited = visit(&mut connection, url, wanted, limits) => visited.map_err(RenderError::Page),
        () = outgrown(&browser, limits.memory) => Err(RenderError::Memory(limits.memory)),
    }
}

/// Ends when the browser has more memory than it may.
async fn outgrown(browser: &Browser, limit: u64) {
    while browser.memory() <= limit {
        sleep(LOOK_EVERY).await;
    }
}

async fn visit(
    connection: &mut Connection,
    url: &Url,
    wanted: &[String],
    limits: &Limits,
) -> Result<Rendered, Trouble> {
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
    until_text_stands_still(connection, wanted).await?;
    let length = connection.evaluate(&format!("{HTML}.length")).await?;
    let length = length.as_u64().unwrap_or(u64::MAX);
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

async fn until_text_stands_still(connection: &mut Connection, wanted: &[String]) -> Result<(), Trouble> {
    let look = format!("{LOOK}({})", json!(wanted));
    let (mut last, mut equal) = (-1, 0);
    loop {
        sleep(LOOK_EVERY).await;
        let seen = connection.evaluate(&look).await?;
        let length = seen["length"].as_i64().unwrap_or(-1);
        equal = if length > 0 && length == last { equal + 1 } else { 0 };
        last = length;
        let is_there = seen["is_there"].as_bool().unwrap_or_default();
        if equal >= EQUAL_LOOKS && (is_there || equal >= PATIENT_LOOKS) {
            return Ok(());
        }
    }
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
        status: status.unwrap_or(200),
        headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
        body: html.as_bytes().to_vec(),
    };
    let remote = field("remoteIPAddress").and_then(|ip| ip.trim_matches(['[', ']']).parse().ok());
    Rendered { page, remote }
}
