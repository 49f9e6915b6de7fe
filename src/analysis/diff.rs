//! What changed between two documents: blocks, then sentences, then words; moves are moves.

mod align;
mod blocks;
mod mark;
mod steps;
mod words;

use serde::{Deserialize, Serialize};

pub use self::mark::Mark;
pub use self::steps::fewest;
pub use self::words::words;
use crate::analysis::document::{BlockKind, Document};

/// What changed between two documents, in the order of the newer one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    pub hunks: Vec<Hunk>,
}

/// One place that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hunk {
    /// The headings above it in the newer document (the older one for what was removed).
    pub heading: Vec<String>,
    /// Blocks in order; unchanged neighbours are context.
    pub lines: Vec<Line>,
}

/// One block of a hunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub kind: BlockKind,
    pub change: Change,
    /// What it says of AI training, or said; the loudest first. Empty before [`Diff::mark`].
    pub marks: Vec<Mark>,
}

/// What happened to a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Span {
    Same(String),
    Added(String),
    Removed(String),
}

impl Change {
    /// The words as they stand now, or stood where they are gone.
    pub fn text(&self) -> String {
        match self {
            Self::Same(text) | Self::Added(text) | Self::Removed(text) | Self::Moved(text) => text.clone(),
            Self::Reworded(spans) => spans
                .iter()
                .map(|span| match span {
                    Span::Same(text) | Span::Added(text) => text.as_str(),
                    Span::Removed(_) => "",
                })
                .collect(),
        }
    }
}

impl Diff {
    /// Blocks added and removed; a reworded one counts as both.
    pub fn counts(&self) -> (u32, u32) {
        let lines = self.hunks.iter().flat_map(|hunk| &hunk.lines);
        lines.fold((0, 0), |(added, removed), line| match line.change {
            Change::Added(_) => (added + 1, removed),
            Change::Removed(_) => (added, removed + 1),
            Change::Reworded(_) => (added + 1, removed + 1),
            Change::Same(_) | Change::Moved(_) => (added, removed),
        })
    }
}

/// Compares two documents.
pub fn diff(before: &Document, after: &Document) -> Diff {
    blocks::diff(before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(before: &str, after: &str) -> Diff {
        diff(&Document::from_markdown(before), &Document::from_markdown(after))
    }

    fn changes(diff: &Diff) -> Vec<&Change> {
        diff.hunks
            .iter()
            .flat_map(|hunk| &hunk.lines)
            .map(|line| &line.change)
            .collect()
    }

    #[test]
    fn the_same_text_has_no_hunks() {
        assert_eq!(of("# A\n\nOne “two”.", "# A\n\nOne \"two\"."), Diff::default());
    }

    #[test]
    fn a_reworded_block_shows_its_words() {
        let diff = of("We may use data to improve.", "We may use posts to improve.");
        assert_eq!(
            changes(&diff),
            [&Change::Reworded(vec![
                Span::Same("We may use ".into()),
                Span::Removed("data".into()),
                Span::Added("posts".into()),
                Span::Same(" to improve.".into()),
            ])]
        );
    }

    #[test]
    fn what_moved_is_neither_added_nor_removed() {
        let (one, two) = ("First of all paragraphs here.", "Second text, of other words.");
        let diff = of(&format!("{one}\n\n{two}"), &format!("{two}\n\n{one}"));
        assert!(changes(&diff).iter().any(|change| matches!(change, Change::Moved(_))));
        assert_eq!(diff.counts(), (0, 0));
    }

    #[test]
    fn hunks_stand_under_their_headings_with_context() {
        let before = "# Privacy\n\n## Use\n\nOne.\n\nTwo.\n\n## Rights\n\nThree.";
        let diff = of(
            before,
            &before.replace("Two.", "Two.\n\nWe train models on your posts."),
        );
        assert_eq!(diff.hunks.len(), 1);
        assert_eq!(diff.hunks[0].heading, ["Privacy", "Use"]);
        assert_eq!(diff.hunks[0].lines[0].change, Change::Same("Two.".into()));
        assert_eq!(diff.counts(), (1, 0));
    }

    #[test]
    fn what_is_removed_stands_under_its_old_heading() {
        let diff = of("# A\n\nKept.\n\n# B\n\nGone for good.", "# A\n\nKept.");
        assert_eq!(diff.hunks[0].heading, ["B"]);
        assert!(changes(&diff).contains(&&Change::Removed("Gone for good.".into())));
    }
}
