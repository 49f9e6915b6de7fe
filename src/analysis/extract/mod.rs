//! From a page to its document: the text of the policy, all of it, and nothing else.

mod aids;
mod blocks;
mod boilerplate;
mod clean;
mod embedded;
mod explain;
mod format;
mod inserts;
mod json;
mod languages;
mod links;
mod main_text;
mod mass;
mod metadata;
mod names;
mod outline;
mod parse;
mod pdf;
mod plain;
mod related;
mod rich_text;
mod selection;
mod shadow;
mod source;
mod table;
mod tally;
mod volatile;

pub use explain::{Explanation, LeftOut};
pub use outline::Reason;

use self::format::Format;
use self::mass::Masses;
use self::outline::{Outline, Place};
use self::pdf::PdfError;
use self::rich_text::{Strings, to_html};
use crate::analysis::document::{Block, Document, updated};
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
    let text = decode(page);
    let unreadable = |format, reason| ExtractError::Unreadable {
        url: page.address.to_string(),
        format,
        reason,
    };
    let (as_what, document) = match Format::of(page, &text) {
        Format::Html => return html(&text, page, reading, told),
        Format::Json => {
            let value = serde_json::from_str(&text).map_err(|error| unreadable("JSON", error.to_string()))?;
            return html(&to_html(&value, Strings::All), page, reading, told);
        }
        Format::Markdown => {
            let document = Document::from_markdown(&text).titled();
            ("the whole text, as Markdown", document)
        }
        Format::Plain => ("the whole text, as plain text", of_blocks(plain::read(&text))),
        Format::Pdf => {
            let blocks = pdf::read(&page.body).map_err(|error| match error {
                PdfError::Scanned => ExtractError::ScannedPdf {
                    url: page.address.to_string(),
                },
                PdfError::Broken(reason) => unreadable("PDF", reason),
            })?;
            ("the whole text of the PDF", of_blocks(blocks))
        }
    };
    if let Some(told) = told {
        told.taken = as_what.to_owned();
        told.why = "it has no parts to choose from";
    }
    Ok(document)
}

fn of_blocks(blocks: Vec<Block>) -> Document {
    Document {
        title: blocks
            .first()
            .map(|block| block.text.clone())
            .filter(|text| text.len() < 200),
        lang: None,
        updated: updated::line(&blocks),
        blocks,
    }
}

fn html(
    source: &str,
    page: &Page,
    reading: &Reading,
    told: Option<&mut Explanation>,
) -> Result<Document, ExtractError> {
    let mut html = parse::parse(source);
    shadow::compose(&mut html);
    let mut outline = Outline::of(&html);
    selection::remove(&mut outline, &html, &reading.remove);
    boilerplate::mark_textless(&mut outline);
    let is_asked = !reading.select.is_empty() || !reading.ranges.is_empty();
    if is_asked {
        selection::select(&mut outline, &html, reading).map_err(|selector| ExtractError::NothingSelected {
            selector,
            url: page.address.to_string(),
        })?;
        return Ok(document(outline, 0, "the watchlist selects it", page, told));
    }
    if let Some(embedded) = embedded::html(&outline) {
        let data = parse::parse(&format!("<main>{embedded}</main>"));
        let document = main_text(
            Outline::of(&data),
            "the page's elements hold no text; its data does",
            page,
            told,
        );
        return Ok(Document {
            title: metadata::declared_title(&outline).or(document.title),
            lang: metadata::lang(&outline),
            ..document
        });
    }
    let why = "the narrowest part with most of the prose, and prose beside it";
    Ok(main_text(outline, why, page, told))
}

fn main_text(mut outline: Outline<'_>, why: &'static str, page: &Page, told: Option<&mut Explanation>) -> Document {
    boilerplate::mark(&mut outline);
    let core = leave_out_rest(&mut outline);
    main_text::drop_link_lists(&mut outline);
    inserts::drop(&mut outline, core, &page.address);
    document(outline, core, why, page, told)
}

/// Leaves out what stands outside the main part, and gives that.
fn leave_out_rest(outline: &mut Outline<'_>) -> Place {
    let masses = Masses::of(outline);
    let core = main_text::find(outline, &masses);
    main_text::leave_out_rest(outline, &masses, core);
    main_text::leave_out_end(outline, &masses, core);
    main_text::leave_out_before_title(outline, &masses, core);
    core
}

/// The document of what was not dropped.
fn document(
    mut outline: Outline<'_>,
    core: Place,
    why: &'static str,
    page: &Page,
    told: Option<&mut Explanation>,
) -> Document {
    // They are as large as the text.
    outline.let_go_of_tallies();
    let outline = &outline;
    let mut blocks = blocks::read(outline, 0, &page.address);
    blocks.retain(|block| !volatile::is_volatile(block));
    if core > 0 {
        related::drop(&mut blocks);
    }
    if let Some(told) = told {
        *told = Explanation::of(outline, core, why, &blocks, &page.address);
    }
    Document {
        title: metadata::title(outline, &blocks),
        lang: metadata::lang(outline),
        updated: updated::line(&blocks),
        blocks,
    }
}

#[cfg(test)]
mod tests;
