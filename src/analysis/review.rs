//! The whole pure journey of one page.

use crate::analysis::alert::Alert;
use crate::analysis::compare::{ClauseChange, Ledger};
use crate::analysis::detect::Detection;
use crate::analysis::diff::Diff;
use crate::analysis::document::Document;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::analysis::suspect::{History, Suspicion};
use crate::watchlist::Watch;

/// What one visit found.
#[derive(Debug, Clone, PartialEq)]
pub enum Review {
    /// The first version; nothing to compare with.
    Baseline { document: Document, detection: Detection },
    /// The text is as it was (links and dates of update aside).
    Unchanged,
    /// Not the document; it becomes no version.
    Suspect(Suspicion),
    Changed {
        document: Document,
        detection: Detection,
        diff: Diff,
        changes: Vec<ClauseChange>,
        alert: Option<Alert>,
    },
}

/// Judges the document read now against the last one. `last` is the old snapshot as today's rules read it.
pub fn review(
    _watch: &Watch,
    _last: Option<&Document>,
    _history: &History,
    _ledger: &Ledger,
    _pages: &[Page],
    _document: Document,
    _lexicon: &Lexicon,
) -> Review {
    todo!()
}
