//! A diff for terminals, plain text and Markdown.

use super::safe::clean_line;
use super::style::{Ink, wrapped};
use crate::analysis::diff::{Change, Diff, Hunk, Line, Span};
use crate::analysis::document::BlockKind;

/// A diff, hunk by hunk under its headings; words with colours, or with `[-…-]` and `{+…+}`.
pub fn diff(diff: &Diff, ink: Ink, width: usize) -> String {
    diff.hunks
        .iter()
        .map(|hunk| one_hunk(hunk, ink, width))
        .collect::<Vec<_>>()
        .join("\n")
}

fn one_hunk(hunk: &Hunk, ink: Ink, width: usize) -> String {
    let heading: Vec<String> = hunk.heading.iter().map(|heading| clean_line(heading)).collect();
    let mut text = format!("{}\n", ink.bold(&format!("## {}", heading.join(" › "))));
    for line in &hunk.lines {
        let (mark, body) = marked(line, ink);
        let indented = wrapped(&body, "  ", width);
        text.push_str(&format!("{mark}{}\n", indented.get(1..).unwrap_or_default()));
    }
    text
}

fn marked(line: &Line, ink: Ink) -> (String, String) {
    let bullet = bullet(line.kind);
    let words = |text: &str| format!("{bullet}{}", clean_line(text));
    let each = |text: &str, paint: &dyn Fn(&str) -> String| {
        let painted: Vec<String> = words(text).split(' ').map(paint).collect();
        painted.join(" ")
    };
    match &line.change {
        Change::Same(text) => (" ".into(), each(text, &|word| ink.faint(word))),
        Change::Moved(text) => (ink.faint("↕"), each(text, &|word| ink.faint(word))),
        // Word by word, so that a colour never spans a line break and its indent.
        Change::Added(text) if ink.colour => (ink.good("+"), each(text, &|word| ink.added(word))),
        Change::Removed(text) if ink.colour => (ink.warning("-"), each(text, &|word| ink.removed(word))),
        Change::Added(text) => ("+".into(), words(text)),
        Change::Removed(text) => ("-".into(), words(text)),
        Change::Reworded(spans) => (ink.bold("~"), format!("{bullet}{}", spans_text(spans, ink))),
    }
}

/// Reworded text, the changed words marked.
pub(super) fn spans_text(spans: &[Span], ink: Ink) -> String {
    let painted = |text: &str, paint: &dyn Fn(&str) -> String| {
        let inner = clean_line(text);
        if inner.is_empty() {
            return text.replace('\n', " ");
        }
        let (before, after) = (
            text.starts_with(char::is_whitespace),
            text.ends_with(char::is_whitespace),
        );
        let space = |there| if there { " " } else { "" };
        let words = if ink.colour {
            inner.split(' ').map(paint).collect::<Vec<_>>().join(" ")
        } else {
            paint(&inner)
        };
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

/// A diff as Markdown: `~~removed~~` and `**added**`.
pub fn diff_markdown(diff: &Diff) -> String {
    let mut text = String::new();
    for hunk in &diff.hunks {
        text.push_str(&format!("## {}\n\n", clean_line(&hunk.heading.join(" › "))));
        for line in &hunk.lines {
            let strong = |mark: &str, text: &str| {
                let inner = clean_line(text);
                let space = |there| if there { " " } else { "" };
                let (before, after) = (text.starts_with(' '), text.ends_with(' '));
                if inner.is_empty() {
                    text.to_owned()
                } else {
                    format!("{}{mark}{inner}{mark}{}", space(before), space(after))
                }
            };
            let words = match &line.change {
                Change::Same(text) => clean_line(text),
                Change::Moved(text) => format!("↕ {}", clean_line(text)),
                Change::Added(text) => strong("**", text),
                Change::Removed(text) => strong("~~", text),
                Change::Reworded(spans) => spans
                    .iter()
                    .map(|span| match span {
                        Span::Same(text) => text.clone(),
                        Span::Added(text) => strong("**", text),
                        Span::Removed(text) => strong("~~", text),
                    })
                    .collect(),
            };
            text.push_str(&format!("{words}\n\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::diff::diff as compare;
    use crate::analysis::document::Document;

    fn of(before: &str, after: &str) -> Diff {
        compare(&Document::from_markdown(before), &Document::from_markdown(after))
    }

    #[test]
    fn signs_say_what_colours_say() {
        let changed = of(
            "# Use\n\nWe use data to help you.\n\nWe sell nothing to anybody else.",
            "# Use\n\nWe use posts to help you.\n\n- A new item.",
        );
        assert_eq!(
            diff(&changed, Ink { colour: false }, 80),
            "## Use\n~ We use [-data-]{+posts+} to help you.\n+ • A new item.\n- We sell nothing to anybody else.\n"
        );
        assert!(diff(&changed, Ink { colour: true }, 80).contains("\u{1b}["));
        assert!(diff_markdown(&changed).contains("We use ~~data~~**posts** to help you."));
    }

    #[test]
    fn a_hostile_text_is_shown_without_its_escapes() {
        let shown = diff(
            &of("# A\n\nOne.", "# A\n\nOne.\n\nTwo \u{1b}]0;title\u{7}three."),
            Ink { colour: false },
            80,
        );
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{7}'), "{shown:?}");
    }
}
