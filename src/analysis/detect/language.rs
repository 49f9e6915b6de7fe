//! The language of a document and of a block that differs from it.

use whatlang::{Lang, detect};

use crate::analysis::document::Document;
use crate::analysis::lexicon::{Lexicon, Vocabulary};

/// As much text as tells a language.
const SAMPLE: usize = 8_000;
/// A shorter block is in its document's language: names and quotes mislead.
const BLOCK_MINIMUM: usize = 240;

/// The main language of a document, ISO 639-1.
pub(super) fn of_document(document: &Document, lexicon: &Lexicon) -> Option<String> {
    let mut sample = String::new();
    // From the longest blocks: menus and lists of names come first on many pages.
    let mut longest: Vec<&str> = document.blocks.iter().map(|block| block.text.as_str()).collect();
    longest.sort_by_key(|text| std::cmp::Reverse(text.len()));
    for text in longest {
        sample.push_str(prefix(text, SAMPLE));
        sample.push('\n');
        if sample.len() > SAMPLE {
            break;
        }
    }
    let declared = || document.lang.as_deref().map(|lang| primary(lang).to_owned());
    of_text(&sample, lexicon).or_else(declared)
}

/// The vocabulary for a block: its document's, unless the block is long and clearly in another language.
pub(super) fn of_block<'a>(text: &str, main: Option<&'a Vocabulary>, lexicon: &'a Lexicon) -> Option<&'a Vocabulary> {
    if text.len() < BLOCK_MINIMUM {
        return main;
    }
    let told = detect(prefix(text, SAMPLE)).filter(|info| info.is_reliable() && info.confidence() > 0.9);
    match told.and_then(|info| code(info.lang())) {
        Some(code) if main.is_none_or(|main| main.lang != code) => lexicon.vocabulary(code).or(main),
        _ => main,
    }
}

fn of_text(text: &str, lexicon: &Lexicon) -> Option<String> {
    let told = detect(text)?;
    let guess = code(told.lang()).map(str::to_owned);
    if told.is_reliable()
        && guess
            .as_deref()
            .is_some_and(|code| lexicon.languages().any(|known| known == code))
    {
        return guess;
    }
    // Irish and Maltese are not among whatlang's; short texts mislead it.
    lexicon
        .language_by_function_words(text)
        .map(str::to_owned)
        .or(guess.filter(|_| told.is_reliable()))
}

fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

fn prefix(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    &text[..end]
}

/// ISO 639-1 of whatlang's languages that have one in the lexicons; the others by their ISO 639-3 code.
fn code(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Bul => "bg",
        Lang::Ces => "cs",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Spa => "es",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Swe => "sv",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Cmn => "zh",
        other => other.code(),
    })
}
