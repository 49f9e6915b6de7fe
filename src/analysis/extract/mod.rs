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
mod selectable;
mod selection;
mod shadow;
mod source;
mod table;
mod tally;
mod tree;
mod volatile;

pub use explain::{Explanation, LeftOut};
pub use outline::Reason;

use url::Url;

use self::format::Format;
use self::mass::Masses;
use self::outline::{Outline, Place};
use self::pdf::PdfError;
use self::rich_text::{Strings, to_html};
use self::tree::Tree;
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
    Parsed::of(page)?.read(reading, told)
}

/// A page taken apart: nothing of it needs its bytes any more.
#[derive(Debug)]
pub struct Parsed {
    address: Url,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// Parts to choose from.
    Tree(Tree),
    /// All there is, and what it was taken as.
    Text(Document, &'static str),
}

impl Parsed {
    /// # Errors
    /// A scanned or broken PDF, JSON that is none.
    pub fn of(page: &Page) -> Result<Self, ExtractError> {
        let text = decode(page);
        let unreadable = |format, reason| ExtractError::Unreadable {
            url: page.address.to_string(),
            format,
            reason,
        };
        let tree = |source: &str| {
            let mut tree = parse::parse(source);
            shadow::compose(&mut tree);
            Content::Tree(tree)
        };
        let content = match Format::of(page, &text) {
            Format::Html => tree(&text),
            Format::Json => {
                let value = serde_json::from_str(&text).map_err(|error| unreadable("JSON", error.to_string()))?;
                tree(&to_html(&value, Strings::All))
            }
            Format::Markdown => {
                let document = Document::from_markdown(&text).titled();
                Content::Text(document, "the whole text, as Markdown")
            }
            Format::Plain => Content::Text(of_blocks(plain::read(&text)), "the whole text, as plain text"),
            Format::Pdf => {
                let blocks = pdf::read(&page.body).map_err(|error| match error {
                    PdfError::Scanned => ExtractError::ScannedPdf {
                        url: page.address.to_string(),
                    },
                    PdfError::Broken(reason) => unreadable("PDF", reason),
                })?;
                Content::Text(of_blocks(blocks), "the whole text of the PDF")
            }
        };
        Ok(Self {
            address: page.address.clone(),
            content,
        })
    }

    /// The document in it, as `reading` asks.
    ///
    /// # Errors
    /// A selector that matches nothing.
    pub fn document(self, reading: &Reading) -> Result<Document, ExtractError> {
        self.read(reading, None)
    }

    fn read(self, reading: &Reading, told: Option<&mut Explanation>) -> Result<Document, ExtractError> {
        match self.content {
            Content::Tree(tree) => html(&tree, &self.address, reading, told),
            Content::Text(document, as_what) => {
                if let Some(told) = told {
                    told.taken = as_what.to_owned();
                    told.why = "it has no parts to choose from";
                }
                Ok(document)
            }
        }
    }
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
    tree: &Tree,
    address: &Url,
    reading: &Reading,
    told: Option<&mut Explanation>,
) -> Result<Document, ExtractError> {
    let mut outline = Outline::of(tree);
    selection::remove(&mut outline, &reading.remove);
    boilerplate::mark_textless(&mut outline);
    let is_asked = !reading.select.is_empty() || !reading.ranges.is_empty();
    if is_asked {
        selection::select(&mut outline, reading).map_err(|selector| ExtractError::NothingSelected {
            selector,
            url: address.to_string(),
        })?;
        return Ok(document(outline, 0, "the watchlist selects it", address, told));
    }
    if let Some(embedded) = embedded::html(&outline) {
        let data = parse::parse(&format!("<main>{embedded}</main>"));
        let document = main_text(
            Outline::of(&data),
            "the page's elements hold no text; its data does",
            address,
            told,
        );
        return Ok(Document {
            title: metadata::declared_title(&outline).or(document.title),
            lang: metadata::lang(&outline),
            ..document
        });
    }
    let why = "the narrowest part with most of the prose, and prose beside it";
    Ok(main_text(outline, why, address, told))
}

fn main_text(mut outline: Outline<'_>, why: &'static str, address: &Url, told: Option<&mut Explanation>) -> Document {
    boilerplate::mark(&mut outline);
    let core = leave_out_rest(&mut outline);
    main_text::drop_link_lists(&mut outline);
    inserts::drop(&mut outline, core, address);
    document(outline, core, why, address, told)
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
    address: &Url,
    told: Option<&mut Explanation>,
) -> Document {
    // They are as large as the text.
    outline.let_go_of_tallies();
    let outline = &outline;
    let mut blocks = blocks::read(outline, 0, address);
    blocks.retain(|block| !volatile::is_volatile(block));
    if core > 0 {
        related::drop(&mut blocks);
    }
    if let Some(told) = told {
        *told = Explanation::of(outline, core, why, &blocks, address);
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
