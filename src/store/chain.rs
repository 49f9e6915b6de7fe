//! The chain over all versions of a watch: each link seals its version and the link before it.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::coding::{Hash, hex, millis, sha256};

/// A version as its link seals it.
#[derive(Debug)]
pub(super) struct Sealed<'a> {
    pub watch: &'a str,
    pub number: u32,
    pub requested: DateTime<Utc>,
    pub recorded: DateTime<Utc>,
    /// Of the document's Markdown.
    pub text: Hash,
    pub pages: Vec<SealedPage>,
    /// Where an archive recorded it: its commit and the page's hash stand for the pages.
    pub commit: Option<String>,
}

/// A page as a link seals it.
#[derive(Debug)]
pub(super) struct SealedPage {
    pub requested: String,
    pub address: String,
    pub status: u16,
    /// As stored: a JSON list of pairs.
    pub headers: String,
    pub body: Hash,
    /// In milliseconds, where an earlier visit read it.
    pub read: Option<i64>,
}

impl Sealed<'_> {
    /// The text a link is the SHA-256 of: one JSON array on one line.
    pub(super) fn text(&self, before: Option<&Hash>) -> String {
        let pages = self.pages.iter().map(|page| {
            let body = hex(&page.body);
            match page.read {
                None => json!([page.requested, page.address, page.status, page.headers, body]),
                Some(read) => json!([page.requested, page.address, page.status, page.headers, body, read]),
            }
        });
        let sealed = json!([
            "clausewatch version 1",
            before.map(|link| hex(link)),
            self.watch,
            self.number,
            millis(self.requested),
            millis(self.recorded),
            hex(&self.text),
            pages.collect::<Vec<_>>(),
            self.commit,
        ]);
        sealed.to_string()
    }

    pub(super) fn link(&self, before: Option<&Hash>) -> Hash {
        sha256(self.text(before).as_bytes())
    }
}
