//! What a watch would read, for a person to look at.

use crate::analysis::document::{BlockKind, Document};
use crate::analysis::extract::{Explanation, Reason};
use crate::analysis::page::Page;
use crate::render::{Ink, clean_line};

/// Lines of the outline, and of what was left out.
const MOST: usize = 20;

pub(super) fn preview(page: &Page, document: &Document, told: &Explanation, lang: &str, ink: Ink) -> String {
    let text = document.to_text();
    let mut out = format!(
        "{}\n{}\n",
        ink.bold(&clean_line(document.title.as_deref().unwrap_or("(no title)"))),
        clean_line(page.address.as_str())
    );
    out.push_str(&format!(
        "language {lang}, {} words in {} paragraphs\n",
        text.split_whitespace().count(),
        document.blocks.len()
    ));
    if let Some(updated) = &document.updated {
        out.push_str(&format!("{}\n", clean_line(updated)));
    }
    out.push_str(&section("Outline", &outline(document), ink));
    let taken = clean_line(&told.taken);
    out.push_str(&section("Watched", &[format!("{taken} ({})", told.why)], ink));
    out.push_str(&section("Left out", &left_out(told), ink));
    let frames: Vec<String> = told.frames.iter().map(|frame| clean_line(frame)).collect();
    out.push_str(&section("Shown in frames, not read", &frames, ink));
    out
}

fn section(title: &str, lines: &[String], ink: Ink) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", ink.bold(title));
    for line in lines.iter().take(MOST) {
        out.push_str(&format!("  {line}\n"));
    }
    if lines.len() > MOST {
        out.push_str(&format!("  and {} more\n", lines.len() - MOST));
    }
    out
}

/// The headings; of a document without, how its first paragraphs begin.
fn outline(document: &Document) -> Vec<String> {
    let headings: Vec<String> = document
        .blocks
        .iter()
        .filter_map(|block| match block.kind {
            BlockKind::Heading(level) => Some(format!(
                "{}{}",
                "  ".repeat(usize::from(level) - 1),
                clean_line(&block.text)
            )),
            _ => None,
        })
        .collect();
    if !headings.is_empty() {
        return headings;
    }
    let begins = |text: &str| {
        let words: String = text.chars().take(70).collect();
        format!("{} …", clean_line(words.trim_end()))
    };
    document
        .blocks
        .iter()
        .take(3)
        .map(|block| begins(&block.text))
        .collect()
}

/// The longest parts first.
fn left_out(told: &Explanation) -> Vec<String> {
    let mut parts: Vec<_> = told
        .left_out
        .iter()
        .filter(|part| part.reason != Reason::NoText && part.words > 1)
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.words));
    let line = |part: &&crate::analysis::extract::LeftOut| {
        format!("{} ({} words): {} …", part.reason, part.words, clean_line(&part.sample))
    };
    parts.iter().map(line).collect()
}
