//! What two documents are compared by when the question is only "did anything change?".

use std::borrow::Cow;

use super::Document;

/// Whether two documents say the same, without what may differ while the text stays.
pub(super) fn is_same_text(one: &Document, other: &Document) -> bool {
    let (one, other) = (texts(one), texts(other));
    // Most of two readings of a page is the same to the letter: only what lies between is read word by word.
    let same_start = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[same_start..], &other[same_start..]);
    let ends = one.iter().rev().zip(other.iter().rev());
    let same_end = ends.take_while(|(one, other)| one == other).count();
    words(&one[..one.len() - same_end]).eq(words(&other[..other.len() - same_end]))
}

/// The blocks' texts, the "last updated" line aside.
fn texts(document: &Document) -> Vec<&str> {
    let updated = document.updated.as_deref();
    let texts = document.blocks.iter().map(|block| block.text.as_str());
    texts.filter(|text| updated != Some(*text)).collect()
}

fn words<'t>(texts: &'t [&str]) -> impl Iterator<Item = String> + 't {
    let words = texts.iter().flat_map(|text| text.split_whitespace());
    words.map(plain).filter(|word| !word.is_empty())
}

/// Quotes, dashes and apostrophes in their ASCII form: editors and fonts swap them by themselves.
fn plain(word: &str) -> String {
    word.chars().filter_map(plain_character).collect()
}

fn plain_character(character: char) -> Option<char> {
    match character {
        '‘' | '’' | '‚' | '‛' | '′' | '`' | '´' => Some('\''),
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => Some('"'),
        '‐' | '‑' | '‒' | '–' | '—' | '−' => Some('-'),
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => None,
        other => Some(other),
    }
}

/// A block's text by which it is found again: equal for texts that differ in typography or white space.
pub(crate) fn key(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'`' || byte == b' ';
    let is_key = text.bytes().all(is_plain) && !text.contains("  ") && text.trim() == text;
    if is_key {
        return Cow::Borrowed(text);
    }
    let mut key = String::with_capacity(text.len());
    for (index, word) in text.split_whitespace().enumerate() {
        if index > 0 {
            key.push(' ');
        }
        key.extend(word.chars().filter_map(plain_character));
    }
    Cow::Owned(key)
}
