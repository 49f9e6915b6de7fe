//! Text without markup: paragraphs between empty lines, lines that were wrapped, lists by their marks.

use super::clean;
use crate::analysis::document::{Block, BlockKind};

/// Lines of fewer characters were ended by their writer, not by a page's width.
const WRAPPED: usize = 45;

/// The paragraphs and list items of a text.
pub(super) fn read(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph = Paragraph::default();
    for line in text.lines() {
        let mut clear = String::new();
        clean::push(&mut clear, line);
        let line = clear.trim();
        if line.is_empty() || paragraph.ends_before(line) {
            blocks.extend(paragraph.take());
        }
        paragraph.add(line);
    }
    blocks.extend(paragraph.take());
    blocks
}

#[derive(Default)]
struct Paragraph {
    text: String,
    is_item: bool,
    /// The last line was short, or ended a sentence.
    may_end: bool,
}

impl Paragraph {
    fn ends_before(&self, line: &str) -> bool {
        let goes_on = line.starts_with(char::is_lowercase);
        bullet(line).is_some() || (self.may_end && !goes_on)
    }

    fn add(&mut self, line: &str) {
        let words = bullet(line).unwrap_or(line);
        self.is_item |= words.len() < line.len();
        // A word cut at the end of a line.
        let is_cut = self.text.ends_with('-') && words.starts_with(char::is_lowercase);
        if is_cut && self.text.trim_end_matches('-').ends_with(char::is_alphabetic) {
            // Whether the hyphen belongs to the word cannot be told; a space never does.
        } else if !self.text.is_empty() && !words.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(words);
        self.may_end = line.chars().count() < WRAPPED;
    }

    fn take(&mut self) -> Option<Block> {
        let Self { text, is_item, .. } = std::mem::take(self);
        let kind = if is_item {
            BlockKind::Item { depth: 1, number: None }
        } else {
            BlockKind::Paragraph
        };
        (!text.is_empty()).then(|| Block::new(kind, text))
    }
}

fn bullet(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['•', '●', '▪', '◦', '○', '■', '–', '*', '\u{f0b7}'])?;
    Some(rest.trim_start()).filter(|rest| !rest.is_empty() && rest.len() < line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_are_one_paragraph_and_marks_make_items() {
        let text = "PRIVACY NOTICE\n\nWe keep your name and your address for as long as\nyou are with us.\n\
            \nWe also keep\n• your photos\n• your mes-\nsages\n";
        let texts: Vec<String> = read(text).into_iter().map(|block| block.text).collect();
        assert_eq!(
            texts,
            [
                "PRIVACY NOTICE",
                "We keep your name and your address for as long as you are with us.",
                "We also keep",
                "your photos",
                "your mes-sages",
            ]
        );
    }
}
