//! From a page to its document: the text of the policy, all of it, and nothing else.

mod blocks;
mod boilerplate;
mod clean;
mod explain;
mod main_text;
mod mass;
mod outline;
mod parse;
mod table;

pub use explain::{Explanation, LeftOut};
pub use outline::Reason;

use crate::analysis::document::{Document, updated};
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
pub fn extract(page: &Page, reading: &Reading) -> Result<Document, ExtractError> {
    read(page, reading, None)
}

/// Reads a page as `extract` does, and tells which part was taken and why.
///
/// # Errors
/// As `extract`.
pub fn explain(page: &Page, reading: &Reading) -> Result<(Document, Explanation), ExtractError> {
    let mut told = Explanation::default();
    let document = read(page, reading, Some(&mut told))?;
    Ok((document, told))
}

fn read(page: &Page, reading: &Reading, told: Option<&mut Explanation>) -> Result<Document, ExtractError> {
    if page
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/markdown"))
    {
        return Ok(Document::from_markdown(&decode(page)));
    }
    Ok(html(&decode(page), page, reading, told))
}

fn html(source: &str, page: &Page, _reading: &Reading, told: Option<&mut Explanation>) -> Document {
    let html = parse::parse(source);
    let mut outline = outline::Outline::of(&html);
    boilerplate::mark(&mut outline);
    let root = main_text::find(&outline);
    main_text::drop_link_lists(&mut outline, root);
    let roots: Vec<_> = main_text::lead(&outline, root).into_iter().chain([root]).collect();
    let blocks: Vec<_> = roots
        .iter()
        .flat_map(|root| blocks::read(&outline, *root, &page.address))
        .collect();
    if let Some(told) = told {
        *told = Explanation::of(&outline, &roots, "the narrowest part with nearly all of the prose");
    }
    Document {
        title: None,
        lang: None,
        updated: updated::line(&blocks),
        blocks,
    }
}
