//! Fetching pages, politely: one connection a host, a pause between, robots.txt obeyed, limits on everything.

mod address;
pub mod browser;
mod error;
mod freshness;
mod http;
mod refresh;
mod robots;
mod tls;

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

use self::browser::RenderError;
pub use self::error::{FailureKind, FetchError};
use self::robots::Robots;
use crate::analysis::page::Page;

/// Pages in browsers at a time: each takes hundreds of megabytes.
static BROWSERS: Semaphore = Semaphore::const_new(2);

/// What the last answer said for a conditional request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// What a fetch brought, and for how long the server says that it stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// `None` where the page is the one that the validators are of.
    pub page: Option<Box<Page>>,
    /// Where the server says that it lies for good now (301, 308).
    pub moved: Option<Url>,
    pub fresh_for: Duration,
}

/// The host of an address, as politeness counts hosts: with its port where that is not the usual one.
pub fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// Requests by host since they were last taken.
#[derive(Debug, Default)]
struct Traffic(Mutex<HashMap<String, u32>>);

impl Traffic {
    fn count(&self, url: &Url) {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *hosts.entry(host(url)).or_default() += 1;
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    pub url: &'a Url,
    /// With a browser, for pages made by scripts.
    pub in_browser: bool,
    /// Obey robots.txt.
    pub robots: bool,
    /// ISO 639-1; what a server that speaks several languages should answer in.
    pub lang: Option<&'a str>,
    /// CSS selectors of what a browser should wait for.
    pub wanted: &'a [String],
    pub validators: Validators,
}

/// What a fetch may take.
#[derive(Debug, Clone)]
pub struct Limits {
    pub connect: Duration,
    /// For one attempt, from the first byte sent to the last received.
    pub attempt: Duration,
    /// Bytes of a page after content decoding.
    pub bytes: usize,
    pub redirects: u32,
    /// Attempts at a page whose failure may pass.
    pub attempts: u32,
    /// Before the second attempt; doubles. A longer Retry-After ends the attempts.
    pub retry_pause: Duration,
    pub longest_retry_pause: Duration,
    /// Between two requests to one host.
    pub host_pause: Duration,
    /// For a page in the browser.
    pub browser: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            attempt: Duration::from_secs(60),
            bytes: 24 * 1024 * 1024,
            redirects: 10,
            attempts: 3,
            retry_pause: Duration::from_secs(2),
            longest_retry_pause: Duration::from_secs(20),
            host_pause: Duration::from_secs(1),
            browser: Duration::from_secs(60),
        }
    }
}

/// Fetches pages.
#[derive(Debug)]
pub struct Fetcher {
    tls: LazyLock<Result<ClientConfig, rustls::Error>>,
    limits: Limits,
    user_agent: String,
    /// Where browsers have their profiles for the time of a page.
    profiles: PathBuf,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    traffic: Traffic,
}

/// One host: who holds the lock may talk to it.
#[derive(Debug, Default)]
struct Host {
    turn: tokio::sync::Mutex<Turn>,
}

#[derive(Debug, Default)]
struct Turn {
    not_before: Option<Instant>,
    robots: Option<(Instant, Robots)>,
    line: Option<Line>,
}

/// The connections to a host, and to where it redirects. Each connection that is kept holds up to half a megabyte.
#[derive(Debug, Clone)]
struct Line {
    client: reqwest::Client,
    /// The host lies in a private network itself, so it may redirect there; any other may not.
    is_private: bool,
}

/// RFC 9309, 2.4: a robots.txt is not kept for longer than a day.
const ROBOTS_KEPT: Duration = Duration::from_secs(24 * 3600);

impl Fetcher {
    /// A fetcher; `contact` (a web or mail address) goes into the User-Agent, `profiles` is where browsers may write.
    pub fn new(contact: Option<&str>, profiles: PathBuf, limits: Limits) -> Self {
        Self {
            tls: LazyLock::new(tls::config),
            limits,
            user_agent: user_agent(contact),
            profiles,
            hosts: Mutex::default(),
            traffic: Traffic::default(),
        }
    }

    /// Fetches a page; waits for its host's turn first, and tries again where a failure may pass.
    ///
    /// # Errors
    /// Everything that ends without a page, with its kind and a hint.
    pub async fn fetch(&self, request: &Request<'_>) -> Result<Fetched, FetchError> {
        let host = self.host(request.url);
        let mut turn = host.turn.lock().await;
        let line = self.line(request.url, &mut turn).await?;
        if request.robots {
            self.ask_robots(&line, request.url, &mut turn).await?;
        }
        let mut pause = self.limits.retry_pause;
        let mut attempt = 0;
        loop {
            attempt += 1;
            wait_for(&turn).await;
            let result = self.attempt(&line, request).await;
            turn.not_before = Some(Instant::now() + self.limits.host_pause);
            let error = match result {
                Err(error) if error.kind == FailureKind::Transient && attempt < self.limits.attempts => error,
                other => return other,
            };
            let wait = error.retry_after.unwrap_or(pause).max(self.limits.host_pause);
            if wait > self.limits.longest_retry_pause {
                return Err(error);
            }
            tracing::debug!(url = %request.url, "trying again in {} s: {}", wait.as_secs(), error.what);
            sleep(wait).await;
            pause *= 2;
        }
    }

    async fn line(&self, url: &Url, turn: &mut Turn) -> Result<Line, FetchError> {
        if let Some(line) = &turn.line {
            return Ok(line.clone());
        }
        let is_private = address::is_private_host(url).await;
        let resolver = (!is_private).then_some(address::PublicOnly);
        let tls = self.tls.as_ref().map_err(|cause| error::of_set_up(url, cause))?;
        let client = http::client(&self.user_agent, &self.limits, tls.clone(), resolver);
        let client = client.map_err(|cause| error::of_set_up(url, &cause))?;
        Ok(turn.line.insert(Line { client, is_private }).clone())
    }

    /// Closes the connections to the hosts of these addresses: nothing more is asked of them now.
    pub fn leave(&self, urls: &[Url]) {
        for url in urls {
            // Who holds the turn still talks to it.
            if let Ok(mut turn) = self.host(url).turn.try_lock() {
                turn.line = None;
            }
        }
    }

    /// Who is asked for, and whom to ask about it.
    pub fn user_agent(&self) -> &str {
        &self.user_agent
    }

    /// The requests made since this was last asked, by host; those of a browser for parts of a page are not known.
    pub fn take_traffic(&self) -> Vec<(String, u32)> {
        let mut hosts = self.traffic.0.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.drain().collect()
    }

    async fn attempt(&self, line: &Line, request: &Request<'_>) -> Result<Fetched, FetchError> {
        if request.in_browser {
            return self.render(line, request).await;
        }
        let attempt = http::get(line, request, &self.limits, &self.traffic);
        match tokio::time::timeout(self.limits.attempt, attempt).await {
            Ok(result) => result,
            Err(_) => Err(error::of_time_out(request.url, self.limits.attempt)),
        }
    }

    async fn render(&self, line: &Line, request: &Request<'_>) -> Result<Fetched, FetchError> {
        let url = request.url;
        let limits = browser::Limits {
            time: self.limits.browser,
            memory: browser::MEMORY,
            bytes: self.limits.bytes,
            directory: self.profiles.clone(),
            user_agent: self.user_agent.clone(),
        };
        self.traffic.count(url);
        let _turn = BROWSERS.acquire().await;
        let rendered = browser::render(url, request.wanted, &limits)
            .await
            .map_err(|error| match error {
                RenderError::NotInstalled => error::of_missing_browser(url),
                other => error::of_browser(url, &other.to_string()),
            })?;
        let strays = rendered
            .remote
            .is_some_and(|remote: IpAddr| address::is_private(remote));
        if strays && !line.is_private {
            return Err(error::of_private_address(url, &rendered.page.address));
        }
        error::of_status(url, rendered.page.status, None).map_or(Ok(()), Err)?;
        Ok(Fetched {
            page: Some(Box::new(rendered.page)),
            moved: None,
            fresh_for: Duration::ZERO,
        })
    }

    async fn ask_robots(&self, line: &Line, url: &Url, turn: &mut Turn) -> Result<(), FetchError> {
        let fresh = turn.robots.take().filter(|(read, _)| read.elapsed() < ROBOTS_KEPT);
        let (read, robots) = match fresh {
            Some(known) => known,
            None => {
                wait_for(turn).await;
                let read = self.read_robots(line, url).await;
                turn.not_before = Some(Instant::now() + self.limits.host_pause);
                (Instant::now(), read?)
            }
        };
        let allowed = robots.allows(url);
        turn.robots = Some((read, robots));
        if allowed { Ok(()) } else { Err(error::of_robots(url)) }
    }

    async fn read_robots(&self, line: &Line, url: &Url) -> Result<Robots, FetchError> {
        let Ok(address) = url.join("/robots.txt") else {
            return Ok(Robots::default());
        };
        let request = Request {
            url: &address,
            in_browser: false,
            robots: false,
            lang: None,
            wanted: &[],
            validators: Validators::default(),
        };
        let limits = Limits {
            bytes: robots::LIMIT,
            ..self.limits.clone()
        };
        let answer = tokio::time::timeout(self.limits.attempt, http::get(line, &request, &limits, &self.traffic)).await;
        match answer {
            Ok(Ok(fetched)) => Ok(fetched.page.map_or_else(Robots::default, |page| {
                Robots::parse(&String::from_utf8_lossy(&page.body))
            })),
            // RFC 9309, 2.3.1: without a readable file all is allowed; a server in trouble is to be left alone.
            Ok(Err(error)) if error.kind == FailureKind::Transient => Err(error),
            Ok(Err(_)) => Ok(Robots::default()),
            Err(_) => Err(error::of_time_out(&address, self.limits.attempt)),
        }
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name = url.origin().ascii_serialization();
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(hosts.entry(name).or_default())
    }
}

async fn wait_for(turn: &Turn) {
    if let Some(moment) = turn.not_before {
        sleep_until(moment).await;
    }
}

/// What strangers write in headers and in robots.txt, for a fuzzer: it must not end a reader.
#[doc(hidden)]
pub fn read_foreign_headers(input: &[u8]) {
    let mut headers = reqwest::header::HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = reqwest::header::HeaderName::from_bytes(parts.next().unwrap_or_default());
        let value = reqwest::header::HeaderValue::from_bytes(parts.next().unwrap_or_default());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let _ = (http::retry_after(&headers), freshness::fresh_for(&headers));
    let robots = Robots::parse(&String::from_utf8_lossy(input));
    if let Ok(url) = Url::parse("https://shop.example/privacy/policy.html?lang=en") {
        let _ = robots.allows(&url);
    }
}

/// Says honestly who asks, and whom to ask about it.
fn user_agent(contact: Option<&str>) -> String {
    let name = concat!("clausewatch/", env!("CARGO_PKG_VERSION"));
    contact.map_or_else(
        || format!("{name} (watches policies for a person)"),
        |contact| format!("{name} (watches policies for a person; +{contact})"),
    )
}
