//! Sentence boundaries (UAX #29), looked for only where a sentence can end.

use unicode_segmentation::UnicodeSegmentation;

/// What follows a full stop decides within a quarter of so many bytes. A page may be a full stop and a million brackets:
/// the library would look ahead from each of them.
const WINDOW: usize = 512;

/// The sentences of a text, each with its first byte; together they are the text.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let end = (start < text.len()).then(|| end_of_sentence(text, start))?;
        let from = std::mem::replace(&mut start, end);
        Some((from, &text[from..end]))
    })
}

fn end_of_sentence(text: &str, start: usize) -> usize {
    let mut from = start;
    while let Some(stop) = next_stop(text, from) {
        if let Some(end) = plain_end(text.as_bytes(), stop) {
            return end;
        }
        let context = letter_before(text, stop);
        let window = &text[context..text.ceil_char_boundary(stop + WINDOW)];
        let bounds = window.split_sentence_bounds().scan(context, |end, sentence| {
            *end += sentence.len();
            Some(*end)
        });
        let reach = (stop + WINDOW / 4 * 3).min(context + window.len());
        if let Some(bound) = bounds
            .into_iter()
            .find(|bound| *bound > start)
            .filter(|bound| *bound < reach)
        {
            return bound;
        }
        from = text.ceil_char_boundary(stop + WINDOW / 2);
    }
    text.len()
}

/// The end of a sentence as nearly all are written: before a capital letter, or with the text.
fn plain_end(text: &[u8], stop: usize) -> Option<usize> {
    match &text[stop..] {
        [b'.' | b'!' | b'?'] => Some(text.len()),
        [b'.' | b'!' | b'?', b' ', b'A'..=b'Z', ..] => Some(stop + 2),
        _ => None,
    }
}

/// Of what stands before a stop only the letter right before it counts, but accents may stand between.
fn letter_before(text: &str, stop: usize) -> usize {
    let is_letter = |character: char| character.is_lowercase() || character.is_uppercase();
    let is_base = |character: char| match character {
        '\u{300}'..='\u{36f}' => false,
        character if character.is_ascii() => !is_stop(character as u8),
        character => is_letter(character),
    };
    let mut first = stop;
    for (at, character) in text[..stop].char_indices().rev().take(ACCENTS) {
        first = at;
        if is_base(character) {
            break;
        }
    }
    first
}

const ACCENTS: usize = 8;

/// The next character at or after `from` that may end a sentence, and does so far as can be told at a glance.
fn next_stop(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes[at..].iter().position(|byte| !byte.is_ascii() || is_stop(*byte))?;
        let step = match bytes[at] {
            b'.' => goes_on(&bytes[at + 1..]).then_some(1),
            byte if byte.is_ascii() => None,
            _ => text[at..]
                .chars()
                .next()
                .filter(|character| is_inside(*character))
                .map(char::len_utf8),
        };
        match step {
            Some(step) => at += step,
            None => return Some(at),
        }
    }
}

fn is_stop(byte: u8) -> bool {
    matches!(byte, b'.' | b'!' | b'?' | b'\r' | b'\n')
}

/// "3.5", "example.com", "etc. and": a small letter or figure right behind.
fn goes_on(behind: &[u8]) -> bool {
    match behind {
        [b' ', next, ..] => next.is_ascii_lowercase(),
        [next, ..] => next.is_ascii_lowercase() || next.is_ascii_digit(),
        [] => false,
    }
}

/// Letters, figures and common marks, which end no sentence.
fn is_inside(character: char) -> bool {
    matches!(character, '\u{a0}'..='\u{24f}' | '\u{2010}'..='\u{2023}' | '\u{2025}'..='\u{2027}')
        || character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn by_the_library(text: &str) -> Vec<(usize, &str)> {
        text.split_sentence_bound_indices().collect()
    }

    const TEXT: &str = "([a-cA-C1 ,.!?)(\"\r\n\t;:'-]|[éñ\u{301}\u{ad}“”’–。？！…\u{2024}\u{a0}\u{2028}\u{ff0e}\u{903}ⅰßΣж学]|\\. ){0,40}";

    proptest! {
        #[test]
        fn they_are_those_of_the_library(parts in proptest::collection::vec(TEXT, 1..4)) {
            let text = parts.join(&"wörd ".repeat(60));
            prop_assert_eq!(sentences(&text).collect::<Vec<_>>(), by_the_library(&text));
        }
    }

    #[test]
    fn characters_taken_for_inner_ones_are() {
        for character in (0x80..=0x10_ffff)
            .filter_map(char::from_u32)
            .filter(|character| is_inside(*character))
        {
            let text = format!("a{character} B");
            assert_eq!(by_the_library(&text).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn stops_that_end_nothing_end_nothing() {
        for text in [
            "The U.S. law. A 3.5 rule, see example.com. e.g. this. (Really?) \"Yes!\" he said. Å. B",
            "Eins. Zwei z. B. drei\u{301}. Vier 5. Mai. »Ende.« Neu",
            "。「学習」します。しません",
            "a.\rb",
            "",
        ] {
            assert_eq!(sentences(text).collect::<Vec<_>>(), by_the_library(text), "{text}");
        }
    }

    #[test]
    fn a_long_run_of_brackets_is_read_in_one_go() {
        let text = format!("End.{}", "(".repeat(2_000_000));
        assert_eq!(sentences(&text).count(), 1);
    }
}
