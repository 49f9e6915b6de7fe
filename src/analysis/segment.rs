//! From a document to its clauses: sentences with their heading path and lead-in.

use crate::analysis::document::{Document, Link};

/// A sentence-sized piece of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clause {
    pub text: String,
    /// The headings above it, outermost first.
    pub heading: Vec<String>,
    /// For a list item or table cell: the words that give it actor and verb ("You may not:").
    pub lead_in: Option<String>,
    /// Index of the block in the document.
    pub block: usize,
    /// Links in `text`; ranges are of `text`.
    pub links: Vec<Link>,
}

/// The clauses of a document, in reading order.
pub fn clauses(_document: &Document) -> Vec<Clause> {
    todo!()
}
