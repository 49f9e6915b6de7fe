//! The readable text of a page: headings, paragraphs, list items and table cells, in order, with links.

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
    /// A list item; depth 1 is the outermost list.
    Item {
        depth: u8,
    },
    /// A table cell; rows and columns count from 0, row 0 of a table starts it.
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

impl Document {
    /// The document as Markdown; `from_markdown` reads it back to an equal document.
    pub fn to_markdown(&self) -> String {
        todo!()
    }

    /// A document from Markdown, ours or anybody's.
    pub fn from_markdown(_text: &str) -> Self {
        todo!()
    }

    /// The words alone, a block a line.
    pub fn to_text(&self) -> String {
        todo!()
    }
}
