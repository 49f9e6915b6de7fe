//! Fetching pages, politely.

pub mod browser;

use crate::analysis::page::Page;
use crate::watchlist::FetchMode;

/// What the last answer said for a conditional request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
}

/// What a fetch brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    NotModified,
    Page(Box<Page>),
}

/// What kind of failure, which decides what is done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Worth trying again soon: time-outs, resets, DNS hiccups, 5xx, 429.
    Transient,
    /// The server refuses us: 401, 403, 406, 451.
    Refused,
    /// 404, 410.
    Gone,
    /// Ours to mend: robots.txt forbids, too large, too many redirects, bad TLS, private address.
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
    pub retry_after: Option<std::time::Duration>,
}

/// Fetches pages: one client, one connection a host, a pause between.
#[derive(Debug)]
pub struct Fetcher {}

impl Fetcher {
    pub async fn fetch(
        &self,
        _url: &url::Url,
        _mode: FetchMode,
        _robots: bool,
        _validators: &Validators,
    ) -> Result<Fetched, FetchError> {
        todo!()
    }
}
