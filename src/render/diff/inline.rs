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
    // Word by word, so that a colour never spans a line break and its indent.
    let each = |text: &str, paint: &dyn Fn(&str) -> String| {
        let painted: Vec<String> = clean_line(text).split(' ').map(paint).collect();
        format!("{bullet}{}", painted.join(" "))
    };
    match &line.change {
        Change::Same(text) => (" ".into(), each(text, &|word| ink.faint(word))),
        Change::Moved(text) => (ink.faint("↕"), each(text, &|word| ink.faint(word))),
        Change::Added(text) if ink.colour => (ink.good("+"), each(text, &|word| ink.added(word))),
        Change::Removed(text) if ink.colour => (ink.warning("-"), each(text, &|word| ink.removed(word))),
        Change::Added(text) => ("+".into(), each(text, &str::to_owned)),
        Change::Removed(text) => ("-".into(), each(text, &str::to_owned)),
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
        let words = if ink.colour {
            inner.split(' ').map(paint).collect::<Vec<_>>().join(" ")
        } else {
            paint(&inner)
        };
        let (before, after) = (
            text.starts_with(char::is_whitespace),
            text.ends_with(char::is_whitespace),
        );
        format!("{}{words}{}", space(before), space(after))
    };
    spans
        .iter()
        .map(|span| match span {
            Span::Same(text) => painted(text, &str::to_owned),
            Span::Added(text) => painted(text, &|words| ink.added(words)),
            Span::Removed(text) => painted(text, &|words| ink.removed(words)),
        })
        .collect()
}
