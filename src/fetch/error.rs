//! What went wrong with a fetch, for people and for the round.

use std::error::Error;
use std::time::Duration;

use url::Url;

/// What kind of failure, which decides what is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Worth trying again soon: time-outs, resets, DNS hiccups, 5xx, 429.
    Transient,
    /// The server refuses us: 401, 403, 406, 451.
    Refused,
    /// 404, 410.
    Gone,
    /// Ours to mend: robots.txt forbids, too large, too many redirects, bad TLS, private address, no browser.
    Blocked,
}

/// A failed fetch: what happened, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{url}: {what}; {hint}")]
pub struct FetchError {
    pub kind: FailureKind,
    pub url: String,
    pub what: String,
    pub hint: String,
    /// The server asks for this pause.
    pub retry_after: Option<Duration>,
    /// No server was reached: it may be this machine that is offline.
    pub unreached: bool,
    /// The server turns away what is no browser.
    pub may_need_browser: bool,
}

impl FetchError {
    /// The host that asks to be left alone, and for how long.
    pub fn rest(&self) -> Option<(String, Duration)> {
        let url = Url::parse(&self.url).ok()?;
        Some((super::host(&url), self.retry_after?))
    }

    /// The same, where the server says that it wants to see a browser first: asking again without one is no use.
    pub(super) fn of_challenge(self) -> Self {
        Self {
            kind: FailureKind::Refused,
            retry_after: None,
            hint: "the site wants to see a browser first; install `chromium`, or read it yourself".into(),
            may_need_browser: true,
            ..self
        }
    }
}

fn error(kind: FailureKind, url: &Url, what: impl Into<String>, hint: impl Into<String>) -> FetchError {
    FetchError {
        kind,
        url: url.to_string(),
        what: what.into(),
        hint: hint.into(),
        retry_after: None,
        unreached: false,
        may_need_browser: false,
    }
}

/// What a server gets that says "too many requests", and not how long to wait.
const TOO_MANY: Duration = Duration::from_secs(15 * 60);

const LATER: &str = "it is tried again later";

/// No safe connection can be made from this machine.
pub(super) fn of_set_up(url: &Url, cause: &dyn Error) -> FetchError {
    let what = format!("cannot set up TLS: {}", chain(cause));
    let hint =
        "look at the machine's certificates (package `ca-certificates`; SSL_CERT_FILE, SSL_CERT_DIR) and proxies";
    error(FailureKind::Blocked, url, what, hint)
}

pub(super) fn of_time_out(url: &Url, limit: Duration) -> FetchError {
    error(
        FailureKind::Transient,
        url,
        format!("no whole answer within {} s", limit.as_secs_f32()),
        LATER,
    )
}

pub(super) fn of_missing_browser(url: &Url) -> FetchError {
    error(
        FailureKind::Blocked,
        url,
        "the page needs a browser, and no Chromium is installed",
        "install `chromium`, or take `fetch = \"http\"` where the text is there without scripts",
    )
}

pub(super) fn of_browser(url: &Url, what: &str) -> FetchError {
    error(FailureKind::Transient, url, what, LATER)
}

pub(super) fn of_private_address(url: &Url, address: &Url) -> FetchError {
    error(
        FailureKind::Blocked,
        url,
        format!("leads into a private network, to {address}"),
        "if that is meant, watch the address there itself",
    )
}

pub(super) fn of_robots(url: &Url) -> FetchError {
    error(
        FailureKind::Blocked,
        url,
        "the site's robots.txt forbids robots to read it",
        "read it yourself, or set `robots = false` for this watch if you have the right to",
    )
}

pub(super) fn of_redirects(url: &Url, count: u32) -> FetchError {
    error(
        FailureKind::Blocked,
        url,
        format!("redirected more than {count} times"),
        "open it in a browser and watch the address it ends at, or take `fetch = \"browser\"`",
    )
}

pub(super) fn of_bad_redirect(url: &Url, location: &str) -> FetchError {
    error(
        FailureKind::Blocked,
        url,
        format!("redirected to `{location}`, which is no web address"),
        "open it in a browser and watch the address it ends at",
    )
}

pub(super) fn of_size(url: &Url, limit: usize) -> FetchError {
    error(
        FailureKind::Blocked,
        url,
        format!("larger than {} MB", limit / (1024 * 1024)),
        "no policy is that large; look at what the address answers",
    )
}

/// The failure that a status means; `None` for a page.
pub(super) fn of_status(url: &Url, status: u16, retry_after: Option<Duration>) -> Option<FetchError> {
    let (kind, hint) = match status {
        200 | 203 => return None,
        401 | 402 | 403 | 406 | 451 => (
            FailureKind::Refused,
            "the site refuses robots, or asks for a login; `fetch = \"browser\"` may help, else read it yourself",
        ),
        404 | 410 => (
            FailureKind::Gone,
            "find the document's new address on the site and put it into the watchlist",
        ),
        408 | 425 | 429 | 500.. => (FailureKind::Transient, LATER),
        _ => (FailureKind::Blocked, "open it in a browser and look at what it answers"),
    };
    let retry_after = retry_after.or((status == 429).then_some(TOO_MANY));
    let reason = reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|code| code.canonical_reason());
    let what = format!("the server answers {status} {}", reason.unwrap_or_default());
    Some(FetchError {
        retry_after,
        may_need_browser: matches!(status, 403 | 406),
        ..error(kind, url, what.trim_end(), hint)
    })
}

/// The failure behind an error of reqwest's.
pub(super) fn of_request(url: &Url, cause: &reqwest::Error) -> FetchError {
    let why = chain(cause);
    let lower = why.to_lowercase();
    if lower.contains("private network") {
        return of_private_address(url, url);
    }
    if lower.contains("no ca certificates") {
        return of_set_up(url, cause);
    }
    if lower.contains("certificate") || lower.contains("tls") {
        let hint = "the connection is not safe and was not made; look at the site in a browser, and at this machine's clock and certificates";
        return error(FailureKind::Blocked, url, why, hint);
    }
    let (what, hint) = if lower.contains("dns error") || lower.contains("lookup address") {
        let host = url.host_str().unwrap_or_default();
        (
            format!("the name {host} cannot be looked up"),
            "look whether it is written right and this machine is online; it is tried again later",
        )
    } else {
        (why, LATER)
    };
    FetchError {
        unreached: cause.is_connect(),
        ..error(FailureKind::Transient, url, what, hint)
    }
}

/// What reqwest says first is only where; the causes say what.
fn chain(cause: &dyn Error) -> String {
    let mut said: Vec<String> = Vec::new();
    let mut next: Option<&dyn Error> = cause.source();
    while let Some(error) = next {
        let text = error.to_string();
        // "client error (Connect)" is hyper's word for where, too.
        if !text.starts_with("client error") && !said.iter().any(|before| before.contains(&text)) {
            said.push(text);
        }
        next = error.source();
    }
    if said.is_empty() {
        cause.to_string()
    } else {
        said.join(": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_may_pass_a_refusal_and_a_challenge_but_no_outage() {
        let url = Url::parse("https://shop.example/privacy").unwrap();
        let of = |status| of_status(&url, status, None).unwrap();
        assert!(of(403).may_need_browser && !of(401).may_need_browser && !of(503).may_need_browser);
        let challenge = of(503).of_challenge();
        assert_eq!(
            (challenge.kind, challenge.may_need_browser),
            (FailureKind::Refused, true)
        );
    }
}
