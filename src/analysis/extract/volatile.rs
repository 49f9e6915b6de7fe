//! Lines that change by themselves: "updated 3 days ago", counters, reading times.

use crate::analysis::document::{Block, BlockKind};
use crate::analysis::lexicon::PAGE_WORDS;

/// Longer lines are sentences of the text.
const LONGEST: usize = 60;

pub(super) fn is_volatile(block: &Block) -> bool {
    if block.text.chars().count() > LONGEST || matches!(block.kind, BlockKind::Heading(_) | BlockKind::Cell { .. }) {
        return false;
    }
    let text = shape(&block.text);
    let text = text.trim_end_matches(['.', '!']);
    let words = &PAGE_WORDS.volatile;
    // Each part has a number in it.
    text.contains('#') && words.within.iter().any(|part| text.contains(part.as_str()))
        || words.starts.iter().any(|start| text.starts_with(start.as_str()))
        || words.ends.iter().any(|end| text.ends_with(end.as_str()))
}

/// Lower case, each number a `#`.
pub(super) fn shape(text: &str) -> String {
    let mut shape = String::new();
    for character in text.to_lowercase().chars() {
        if !character.is_ascii_digit() {
            shape.push(character);
        } else if !shape.ends_with('#') {
            shape.push('#');
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_by_itself_is_told_from_what_the_text_says() {
        let is_volatile = |text: &str| is_volatile(&Block::new(BlockKind::Paragraph, text));
        for text in [
            "Updated over a week ago",
            "Updated 3 days ago",
            "Updated this week",
            "Vor 2 Wochen aktualisiert",
            "3 months agoUpdated",
            "Sam Field, edited 2 hours ago · 4 comments",
            "Mis à jour il y a 3 jours",
            "7 min read",
            "12 out of 31 found this helpful",
        ] {
            assert!(is_volatile(text), "{text}");
        }
        for text in [
            "Last updated: 3 May 2025",
            "We delete it 30 days after you close your account",
            "Vor 2024 erhobene Daten",
        ] {
            assert!(!is_volatile(text), "{text}");
        }
    }
}
