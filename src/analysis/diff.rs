//! What changed between two documents: blocks, then sentences, then words; moves are moves.

use crate::analysis::document::{BlockKind, Document};

/// What changed between two documents, in the order of the newer one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    pub hunks: Vec<Hunk>,
}

/// One place that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The headings above it in the newer document (the older one for what was removed).
    pub heading: Vec<String>,
    /// Blocks in order; unchanged neighbours are context.
    pub lines: Vec<Line>,
}

/// One block of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: BlockKind,
    pub change: Change,
}

/// What happened to a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Same(String),
    Added(String),
    Removed(String),
    /// The same words in another place.
    Moved(String),
    /// The block stayed, its words changed.
    Reworded(Vec<Span>),
}

/// A run of words inside a reworded block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    Same(String),
    Added(String),
    Removed(String),
}

/// Compares two documents.
pub fn diff(_before: &Document, _after: &Document) -> Diff {
    todo!()
}

/// Compares two texts word by word.
pub fn words(_before: &str, _after: &str) -> Vec<Span> {
    todo!()
}
