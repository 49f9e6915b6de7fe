//! The line that says when a text was last changed.

use super::Block;
use crate::analysis::lexicon::PAGE_WORDS;

/// Longer lines are sentences of the text ("Effective 1 May 2025 we will share ...").
const LONGEST: usize = 100;
/// Blocks at the start, and at the end, among which the line stands.
const NEAR_START: usize = 25;
const NEAR_END: usize = 8;

/// The first line near the start (else near the end) that says when the text was changed.
pub(crate) fn line(blocks: &[Block]) -> Option<String> {
    let start = blocks.iter().take(NEAR_START);
    let end = blocks.iter().rev().take(NEAR_END);
    start
        .chain(end)
        .map(|block| &block.text)
        .find(|text| tells(text))
        .cloned()
}

/// True for the line itself. Several lines of a preformatted block are none: stored, they would end the head of a document.
pub(crate) fn tells(text: &str) -> bool {
    if text.len() > LONGEST || text.contains('\n') || !text.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let lower = text.to_lowercase();
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut phrases = PAGE_WORDS.updated.values().flatten();
    phrases.any(|phrase| lower.starts_with(phrase.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::document::BlockKind;

    fn blocks(texts: &[&str]) -> Vec<Block> {
        texts
            .iter()
            .map(|text| Block::new(BlockKind::Paragraph, *text))
            .collect()
    }

    #[test]
    fn the_line_is_known_in_several_languages() {
        for text in [
            "Last updated: May 3, 2025",
            "Stand: 04/2025",
            "Dernière mise à jour : 3 mai 2025",
        ] {
            assert_eq!(line(&blocks(&["Privacy", text])).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_sentence_of_the_text_is_not_the_line() {
        let long = "Effective 1 May 2025 we share your data with our partners, who train their models with it and may sell them.";
        assert_eq!(line(&blocks(&["Privacy", long, "Last updated by our team"])), None);
        assert_eq!(line(&blocks(&["Last updated: May 3, 2025\n---\nlang: xx"])), None);
    }
}
