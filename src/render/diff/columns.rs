//! A diff in two columns: what stood there, and what stands there now.

use super::super::safe::clean_line;
use super::super::style::{Ink, padded, wrapped};
use super::super::words::Words;
use super::{bullet, margin, place, spans_text};
use crate::analysis::diff::{Change, Diff, Line, Span};

/// Columns narrower than this are hard to read.
pub const NARROWEST: usize = 30;
const GUTTER: &str = " │ ";

/// The older text on the left, the newer one on the right; `width` is that of both, and of the gutter.
pub fn side_by_side(diff: &Diff, words: &Words, ink: Ink, width: usize) -> String {
    let column = (width.saturating_sub(GUTTER.chars().count()) / 2).max(NARROWEST);
    let mut text = String::new();
    for (index, hunk) in diff.hunks.iter().enumerate() {
        text.push_str(if index > 0 { "\n" } else { "" });
        text.push_str(&format!(
            "{}\n",
            wrapped(&ink.bold(&format!("## {}", place(hunk))), "", width)
        ));
        for line in &hunk.lines {
            for mark in &line.marks {
                text.push_str(&format!("{}\n", wrapped(&margin(*mark, words, ink), "▌ ", width)));
            }
            let (left, right) = sides(line, ink);
            text.push_str(&rows(&left, &right, ink, column));
        }
    }
    text
}

fn rows(left: &str, right: &str, ink: Ink, column: usize) -> String {
    let cut = |text: &str| -> Vec<String> { wrapped(text, "", column).lines().map(str::to_owned).collect() };
    let (left, right) = (cut(left), cut(right));
    let gutter = ink.faint(GUTTER);
    let row = |index: usize| {
        let side = |lines: &[String]| lines.get(index).cloned().unwrap_or_default();
        let row = format!("{}{gutter}{}", padded(&side(&left), column), side(&right));
        format!("{}\n", row.trim_end())
    };
    (0..left.len().max(right.len())).map(row).collect()
}

/// What a line says on each side, painted.
fn sides(line: &Line, ink: Ink) -> (String, String) {
    let bullet = bullet(line.kind);
    let plain = |text: &str| format!("{bullet}{}", clean_line(text));
    let painted = |text: &str, paint: &dyn Fn(&str) -> String| format!("{bullet}{}", paint(&clean_line(text)));
    let faint = |text: &str| painted(text, &|text| ink.faint(text));
    match &line.change {
        Change::Same(text) => (faint(text), faint(text)),
        Change::Moved(text) => (String::new(), format!("↕ {}", faint(text))),
        Change::Added(text) if ink.colour => (String::new(), painted(text, &|text| ink.added(text))),
        Change::Removed(text) if ink.colour => (painted(text, &|text| ink.removed(text)), String::new()),
        Change::Added(text) => (String::new(), format!("+ {}", plain(text))),
        Change::Removed(text) => (format!("- {}", plain(text)), String::new()),
        Change::Reworded(spans) => {
            let without = |drop: fn(&Span) -> bool| {
                let kept: Vec<Span> = spans.iter().filter(|span| !drop(span)).cloned().collect();
                format!("{bullet}{}", spans_text(&kept, ink))
            };
            (
                without(|span| matches!(span, Span::Added(_))),
                without(|span| matches!(span, Span::Removed(_))),
            )
        }
    }
}
