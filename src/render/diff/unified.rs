//! A diff for other programs.

use std::fmt::Write as _;

use similar::group_diff_ops;
use similar::udiff::UnifiedHunkHeader;

use super::super::safe::clean;
use crate::analysis::diff::fewest;
use crate::analysis::document::Document;

/// Unchanged lines around a change, as `diff -u` has them.
const CONTEXT: usize = 3;

/// The two documents' Markdown as a unified diff, for `patch` and for programs that colour such diffs.
pub fn unified(before: &Document, after: &Document, names: (&str, &str)) -> String {
    let (old, new) = (clean(&before.to_markdown()), clean(&after.to_markdown()));
    let (old, new) = (lines(&old), lines(&new));
    let mut shown = String::new();
    for hunk in group_diff_ops(fewest(&old, &new), CONTEXT) {
        if shown.is_empty() {
            let _ = write!(shown, "--- {}\n+++ {}\n", names.0, names.1);
        }
        let _ = writeln!(shown, "{}", UnifiedHunkHeader::new(&hunk));
        for change in hunk.iter().flat_map(|op| op.iter_changes(&old, &new)) {
            let _ = write!(shown, "{}{}", change.tag(), change.value());
            if !change.value().ends_with('\n') {
                shown.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    shown
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}
