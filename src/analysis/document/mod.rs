//! The readable text of a page: headings, paragraphs, list items and table cells, in order, with links.

mod inline;
mod marks;
mod read;
pub(crate) mod sameness;
pub(crate) mod updated;
mod write;

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};

/// The readable text of one or several pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The title of the page, when it has one.
    pub title: Option<String>,
    /// What the page declares as its language (BCP 47), when it does.
    pub lang: Option<String>,
    /// The "last updated" line as written. It is data of the document and no change by itself.
    pub updated: Option<String>,
    /// The text, in reading order.
    pub blocks: Vec<Block>,
}

/// A heading, paragraph, list item or table cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub kind: BlockKind,
    /// Normalised text, with no line break but those inside `Preformatted`.
    pub text: String,
    /// Links in `text`, in order, not overlapping.
    pub links: Vec<Link>,
}

/// What a block is on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// Level 1 to 6.
    Heading(u8),
    Paragraph,
    /// A list item; depth 1 is the outermost list. `number` where the list is an ordered one.
    Item {
        depth: u8,
        number: Option<u32>,
    },
    /// A table cell; rows and columns count from 0, row 0 of a table starts it. A cell of several lines or
    /// paragraphs is several blocks with the same row and column.
    Cell {
        row: u32,
        column: u32,
    },
    Preformatted,
}

/// A link inside a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Byte range of the link's words in the block's text.
    pub start: u32,
    pub end: u32,
    /// Absolute address, without tracking parameters and tokens.
    pub target: String,
}

impl Block {
    /// A block without links.
    pub fn new(kind: BlockKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            links: Vec::new(),
        }
    }
}

impl Document {
    /// The document as Markdown; `from_markdown` reads it back to an equal document.
    ///
    /// Title, language and the "last updated" line go into a head between `---` lines. Exact for documents whose
    /// texts are normalised (one space, none at the ends, no line break outside `Preformatted`).
    pub fn to_markdown(&self) -> String {
        write::markdown(self)
    }

    /// Writes what `to_markdown` gives, without holding it whole.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_markdown(&self, to: &mut impl io::Write) -> io::Result<()> {
        write::write_markdown(self, to)
    }

    /// A document from Markdown, ours or anybody's (ATX and setext headings, nested lists, tables with `<br>`).
    /// No markup stays in the texts.
    pub fn from_markdown(text: &str) -> Self {
        Self::from_markdown_lines(std::iter::once(Cow::Borrowed(text)))
    }

    /// The same, from whole lines, as many at a time as they come; a head is in the first.
    pub fn from_markdown_lines<'t>(lines: impl Iterator<Item = Cow<'t, str>>) -> Self {
        read::document(lines)
    }

    /// The same; where it has no title, its first heading is one.
    pub fn titled(mut self) -> Self {
        if self.title.is_none() {
            self.title = self.first_heading().map(str::to_owned);
        }
        self
    }

    fn first_heading(&self) -> Option<&str> {
        let is_heading = |block: &&Block| matches!(block.kind, BlockKind::Heading(_));
        self.blocks.iter().find(is_heading).map(|block| block.text.as_str())
    }

    /// Whether `from_markdown_lines(lines).titled()` is this document.
    pub fn is_given_by<'t>(&self, lines: impl Iterator<Item = Cow<'t, str>>) -> bool {
        read::gives(lines, self)
    }

    /// The words alone, a block a line. Items of ordered lists have their number.
    pub fn to_text(&self) -> String {
        self.text().collect()
    }

    /// The parts of `to_text`: of a long document that is long itself.
    pub fn text(&self) -> impl Iterator<Item = Cow<'_, str>> {
        write::text(self)
    }

    /// Characters of `to_text`.
    pub fn length(&self) -> usize {
        write::length(self)
    }

    /// True when both say the same: link targets, the "last updated" line, block kinds, list numbers,
    /// typographic variants and white space aside.
    pub fn same_text(&self, other: &Self) -> bool {
        sameness::is_same_text(self, other)
    }

    /// Several pages as one document, in order. Title and language are the first page's that has one.
    pub fn join(documents: Vec<Self>) -> Self {
        documents.into_iter().fold(Self::default(), |mut whole, part| {
            whole.title = whole.title.or(part.title);
            whole.lang = whole.lang.or(part.lang);
            whole.updated = whole.updated.or(part.updated);
            whole.blocks.extend(part.blocks);
            whole
        })
    }
}

#[cfg(test)]
mod tests;
