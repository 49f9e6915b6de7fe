//! A diff for terminals and files: in one column, in two, as Markdown, as a page, as a count by heading.

mod columns;
mod fold;
mod inline;
mod markdown;
mod page;
mod stat;
mod unified;

pub use self::columns::side_by_side;
pub use self::fold::folded;
pub use self::inline::diff;
pub(super) use self::inline::spans_text;
pub use self::markdown::diff_markdown;
pub use self::page::diff_page;
pub use self::stat::diff_stat;
pub use self::unified::unified;
use super::safe::clean_line;
use super::style::Ink;
use super::words::Words;
use crate::analysis::compare::Severity;
use crate::analysis::diff::{Hunk, Mark};
use crate::analysis::document::BlockKind;

/// The headings a hunk stands under, on one line.
fn place(hunk: &Hunk) -> String {
    let heading: Vec<String> = hunk.heading.iter().map(|heading| clean_line(heading)).collect();
    heading.join(" › ")
}

/// What a mark says: a label, and what it means where that is more.
fn said(mark: Mark, words: &Words) -> (String, String) {
    match mark {
        Mark::Change {
            event,
            severity,
            returned,
        } => {
            let label = match severity {
                Severity::Alert => "alert",
                Severity::Notice => "notice",
            };
            let sentence = words.event(event);
            let meaning = if returned {
                format!("{sentence} {}", words.returned())
            } else {
                sentence.to_owned()
            };
            (label.to_owned(), meaning)
        }
        Mark::Stays { stance } => (stance.name().to_owned(), words.stance(stance).to_owned()),
    }
}

/// A mark in the margin, painted by how loud it is.
fn margin(mark: Mark, words: &Words, ink: Ink) -> String {
    let (label, meaning) = said(mark, words);
    let text = format!("{label}: {meaning}");
    match mark {
        Mark::Change {
            severity: Severity::Alert,
            ..
        } => ink.warning(&text),
        Mark::Change { .. } => ink.bold(&text),
        Mark::Stays { .. } => ink.faint(&text),
    }
}

fn bullet(kind: BlockKind) -> String {
    match kind {
        BlockKind::Heading(level) => format!("{} ", "#".repeat(level.into())),
        BlockKind::Item { depth, number } => {
            let indent = " ".repeat(2 * usize::from(depth.saturating_sub(1)));
            number.map_or_else(|| format!("{indent}• "), |number| format!("{indent}{number}. "))
        }
        BlockKind::Cell { .. } => "| ".into(),
        BlockKind::Paragraph | BlockKind::Preformatted => String::new(),
    }
}

#[cfg(test)]
mod tests;
