//! What two documents are compared by when the question is only "did anything change?".

use super::Document;

/// The words of a document, in order, without what may differ while the text stays.
pub(super) fn words(document: &Document) -> impl Iterator<Item = String> + '_ {
    let updated = document.updated.as_deref();
    document
        .blocks
        .iter()
        .filter(move |block| updated.is_none_or(|line| line != block.text))
        .flat_map(|block| block.text.split_whitespace())
        .map(plain)
        .filter(|word| !word.is_empty())
}

/// Quotes, dashes and apostrophes in their ASCII form: editors and fonts swap them by themselves.
fn plain(word: &str) -> String {
    word.chars()
        .filter_map(|character| match character {
            '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' => Some('\''),
            '“' | '”' | '„' | '‟' | '″' | '«' | '»' => Some('"'),
            '‐' | '‑' | '‒' | '–' | '—' | '−' => Some('-'),
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => None,
            other => Some(other),
        })
        .collect()
}

/// A block's text by which it is found again: equal for texts that differ in typography or white space.
pub(crate) fn key(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(plain).collect();
    words.join(" ")
}
