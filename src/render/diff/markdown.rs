//! A diff as Markdown.

use super::super::safe::clean_line;
use super::super::words::Words;
use super::{place, said};
use crate::analysis::diff::{Change, Diff, Span};

/// A diff as Markdown: `~~removed~~` and `**added**`; what it says of AI training in a quotation before its line.
pub fn diff_markdown(diff: &Diff, words: &Words) -> String {
    let mut text = String::new();
    for hunk in &diff.hunks {
        text.push_str(&format!("## {}\n\n", place(hunk)));
        for line in &hunk.lines {
            for mark in &line.marks {
                let (label, meaning) = said(*mark, words);
                text.push_str(&format!("> **{label}**: {meaning}\n\n"));
            }
            let words = match &line.change {
                Change::Same(text) => clean_line(text),
                Change::Moved(text) => format!("↕ {}", clean_line(text)),
                Change::Added(text) => strong("**", text),
                Change::Removed(text) => strong("~~", text),
                Change::Reworded(spans) => spans.iter().map(span).collect(),
            };
            text.push_str(&format!("{words}\n\n"));
        }
    }
    text
}

fn span(span: &Span) -> String {
    match span {
        Span::Same(text) => text.clone(),
        Span::Added(text) => strong("**", text),
        Span::Removed(text) => strong("~~", text),
    }
}

/// Emphasis ends at the words: `** a **` is none in Markdown.
fn strong(mark: &str, text: &str) -> String {
    let inner = clean_line(text);
    if inner.is_empty() {
        return text.to_owned();
    }
    let space = |there| if there { " " } else { "" };
    let (before, after) = (text.starts_with(' '), text.ends_with(' '));
    format!("{}{mark}{inner}{mark}{}", space(before), space(after))
}
