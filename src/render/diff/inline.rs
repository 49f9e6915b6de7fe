//! A diff in one column.

use super::super::safe::clean_line;
use super::super::style::{Ink, wrapped};
use super::super::words::Words;
use super::{bullet, margin, place};
use crate::analysis::diff::{Change, Diff, Hunk, Line, Span};

/// A diff, hunk by hunk under its headings; words with colours, or with `[-…-]` and `{+…+}`.
pub fn diff(diff: &Diff, words: &Words, ink: Ink, width: usize) -> String {
    diff.hunks
        .iter()
        .map(|hunk| one_hunk(hunk, words, ink, width))
        .collect::<Vec<_>>()
        .join("\n")
}

fn one_hunk(hunk: &Hunk, words: &Words, ink: Ink, width: usize) -> String {
    let mut text = format!("{}\n", wrapped(&ink.bold(&format!("## {}", place(hunk))), "", width));
    for line in &hunk.lines {
        for mark in &line.marks {
            text.push_str(&format!("{}\n", wrapped(&margin(*mark, words, ink), "▌ ", width)));
        }
        let (sign, body) = signed(line, ink);
        let indented = wrapped(&body, "  ", width);
        text.push_str(&format!("{sign}{}\n", indented.get(1..).unwrap_or_default()));
    }
    text
}

fn signed(line: &Line, ink: Ink) -> (String, String) {
    let bullet = bullet(line.kind);
    let plain = |text: &str| format!("{bullet}{}", clean_line(text));
    let painted = |text: &str, paint: &dyn Fn(&str) -> String| format!("{bullet}{}", paint(&clean_line(text)));
    match &line.change {
        Change::Same(text) => (" ".into(), painted(text, &|text| ink.faint(text))),
        Change::Moved(text) => (ink.faint("↕"), painted(text, &|text| ink.faint(text))),
        Change::Added(text) if ink.colour => (ink.good("+"), painted(text, &|text| ink.added(text))),
        Change::Removed(text) if ink.colour => (ink.warning("-"), painted(text, &|text| ink.removed(text))),
        Change::Added(text) => ("+".into(), plain(text)),
        Change::Removed(text) => ("-".into(), plain(text)),
        Change::Reworded(spans) => (ink.bold("~"), format!("{bullet}{}", spans_text(spans, ink))),
    }
}

/// Reworded text, the changed words marked.
pub(in crate::render) fn spans_text(spans: &[Span], ink: Ink) -> String {
    let painted = |text: &str, paint: &dyn Fn(&str) -> String| {
        let inner = clean_line(text);
        if inner.is_empty() {
            return text.replace('\n', " ");
        }
        let space = |there| if there { " " } else { "" };
        let words = paint(&inner);
        let (before, after) = (
            text.starts_with(char::is_whitespace),
            text.ends_with(char::is_whitespace),
        );
        format!("{}{words}{}", space(before), space(after))
    };
    let mut shown = String::new();
    for (index, span) in spans.iter().enumerate() {
        shown.push_str(&match span {
            Span::Same(text) => painted(text, &str::to_owned),
            Span::Added(text) => painted(text, &|words| ink.added(words)),
            Span::Removed(text) => painted(text, &|words| ink.removed(words)),
        });
        // Not every terminal strikes through: without a gap the old word and the new one would be one.
        let is_replaced = matches!(span, Span::Removed(_)) && matches!(spans.get(index + 1), Some(Span::Added(_)));
        if ink.colour && is_replaced && !shown.ends_with(' ') {
            shown.push(' ');
        }
    }
    shown
}
