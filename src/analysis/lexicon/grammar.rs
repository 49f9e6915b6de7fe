//! Words of a text, and the phrase grammar: words, spaces, `*` and `<concept>`.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

/// One word, folded for comparison, and where it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// NFKC, lower case, Latin, Greek and Cyrillic marks dropped.
    pub folded: Cow<'a, str>,
    /// Byte range in the text.
    pub start: usize,
    pub end: usize,
    /// One ideograph, kana or hangul syllable: these scripts do not part words by spaces.
    pub is_syllable: bool,
}

/// The words of a text. An ideograph, kana or hangul syllable is a word of its own; an apostrophe or hyphen parts words.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Token<'_>> = Vec::with_capacity(text.len() / 6 + 1);
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        let (mut end, mut is_folded) = (at, true);
        while let Some(byte) = bytes.get(end).filter(|byte| byte.is_ascii_alphanumeric()) {
            is_folded &= !byte.is_ascii_uppercase();
            end += 1;
        }
        if end > at && bytes.get(end).is_none_or(u8::is_ascii) {
            let word = &text[at..end];
            let folded = if is_folded {
                Cow::Borrowed(word)
            } else {
                Cow::Owned(word.to_ascii_lowercase())
            };
            found.push(Token {
                folded,
                start: at,
                end,
                is_syllable: false,
            });
            at = end;
        } else if end > at || !first.is_ascii() {
            let (token, behind) = unicode_word(text, at);
            found.extend(token);
            at = behind;
        } else {
            at += 1;
        }
    }
    found
}

/// The word that begins with the character at `start`, if that is part of one, and where to read on.
fn unicode_word(text: &str, start: usize) -> (Option<Token<'_>>, usize) {
    let mut folded = String::new();
    let (mut end, mut behind) = (start, start);
    for (offset, character) in text[start..].char_indices() {
        let is_syllable = is_syllable(character);
        let is_part = character.is_alphanumeric() || is_joining_mark(character);
        let is_ignored = is_ignorable(character) && end > start;
        if !is_ignored && (!is_part || is_syllable && end > start) {
            break;
        }
        behind = start + offset + character.len_utf8();
        if is_ignored {
            continue;
        }
        fold_into(character, &mut folded);
        end = behind;
        if is_syllable {
            break;
        }
    }
    if end == start {
        return (None, start + text[start..].chars().next().map_or(1, char::len_utf8));
    }
    let token = Token {
        folded: if folded == text[start..end] {
            Cow::Borrowed(&text[start..end])
        } else {
            Cow::Owned(folded)
        },
        start,
        end,
        is_syllable: text[start..].starts_with(is_syllable),
    };
    (Some(token), behind)
}

/// Soft hyphen and zero-width characters stand inside words and mean nothing.
fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn is_joining_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}' | 'ー' | '々')
}

fn is_syllable(character: char) -> bool {
    matches!(character,
        '\u{3005}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}')
}

fn fold_into(character: char, folded: &mut String) {
    if character.is_ascii() {
        folded.push(character.to_ascii_lowercase());
        return;
    }
    for compatible in std::iter::once(character).nfkc() {
        // Hangul and kana decompose too, but their parts are not accents.
        if is_syllable(compatible) {
            folded.push(compatible);
            continue;
        }
        for lower in compatible.to_lowercase() {
            decompose_canonical(lower, |part| {
                if !matches!(part, '\u{300}'..='\u{36f}') {
                    folded.push(part);
                }
            });
        }
    }
}

/// One element of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Element {
    Word(String),
    Prefix(String),
    Suffix(String),
    Infix(String),
    /// A hit of another concept, by its name.
    Concept(String),
    /// Nothing, or up to three words (nine syllables).
    Gap,
}

/// A fault in a phrase, in words.
pub type PhraseFault = String;

/// Reads a phrase.
///
/// # Errors
/// An empty phrase, a gap at its end, a concept reference that is not closed.
pub fn phrase(written: &str) -> Result<Vec<Element>, PhraseFault> {
    let mut elements = Vec::new();
    for part in written.split_whitespace() {
        match part.strip_prefix('<') {
            Some(name) => {
                let name = name
                    .strip_suffix('>')
                    .ok_or_else(|| format!("`{part}` wants a closing `>`"))?;
                elements.push(Element::Concept(name.to_owned()));
            }
            None if part == "*" => elements.push(Element::Gap),
            None => push_words(part, &mut elements),
        }
    }
    match (elements.first(), elements.last()) {
        (None, _) => Err("the phrase has no words".to_owned()),
        (Some(Element::Gap), _) | (_, Some(Element::Gap)) => {
            Err(format!("`{written}`: a lone `*` may stand only between words"))
        }
        _ => Ok(elements),
    }
}

/// One written word may be several: "opt-out" is two, an ideograph is one.
fn push_words(part: &str, elements: &mut Vec<Element>) {
    let (starts, ends) = (part.starts_with('*'), part.ends_with('*'));
    let words = tokens(part);
    let last = words.len().saturating_sub(1);
    for (index, word) in words.into_iter().enumerate() {
        let open_start = starts && index == 0 && !word.is_syllable;
        let open_end = ends && index == last && !word.is_syllable;
        let folded = word.folded.into_owned();
        elements.push(match (open_start, open_end) {
            (true, true) => Element::Infix(folded),
            (true, false) => Element::Suffix(folded),
            (false, true) => Element::Prefix(folded),
            (false, false) => Element::Word(folded),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text)
            .into_iter()
            .map(|token| token.folded.into_owned())
            .collect()
    }

    #[test]
    fn words_are_folded_alike_in_every_script() {
        assert_eq!(
            words("Opt-out d\u{2019}entra\u{ee}ner ＡＩ trai\u{ad}ning"),
            ["opt", "out", "d", "entrainer", "ai", "training"]
        );
        assert_eq!(words("Εκπαίδευση Й"), ["εκπαιδευση", "и"]);
        assert_eq!(words("AIが学習"), ["ai", "が", "学", "習"]);
    }

    #[test]
    fn a_token_knows_its_bytes() {
        let text = "die KI\u{a0}lernt";
        let all = tokens(text);
        assert_eq!(&text[all[1].start..all[1].end], "KI");
        assert_eq!(&text[all[2].start..all[2].end], "lernt");
    }

    #[test]
    fn phrases_are_read_or_refused_with_a_reason() {
        use Element::{Concept, Gap, Prefix, Word};
        let read = phrase("use* * <ai> opt-out").unwrap();
        let expected = [
            Prefix("use".into()),
            Gap,
            Concept("ai".into()),
            Word("opt".into()),
            Word("out".into()),
        ];
        assert_eq!(read, expected);
        assert!(phrase("* ai").unwrap_err().contains("lone `*`"));
        assert!(phrase(" ").is_err());
        assert!(phrase("<ai").is_err());
    }
}
