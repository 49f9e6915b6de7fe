//! The language of a document and of a block that differs from it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use whatlang::{Info, Lang, detect};

use crate::analysis::document::{Block, BlockKind, Document};
use crate::analysis::lexicon::grammar::tokens;
use crate::analysis::lexicon::{Lexicon, Vocabulary};
use crate::analysis::recall::Recall;

/// As much text as tells a language.
const SAMPLE: usize = 8_000;
/// A shorter text is in the language of what stands around it: names and quotes mislead.
const BLOCK_MINIMUM: usize = 240;

/// Texts whose language is remembered, a thread.
const REMEMBERED: usize = 16_384;

/// The main language of a document, ISO 639-1. `known`: of other documents, by what they are asked for.
pub(super) fn of_document(
    document: &Document,
    lexicon: &Lexicon,
    known: &mut Recall<Option<String>>,
) -> Option<String> {
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
    let declared = document.lang.as_deref().map(of_tag);
    let asked = [&sample, declared.unwrap_or_default()].concat();
    let told = known.get(&asked, || of_text(&sample, declared, lexicon).map(str::to_owned));
    let of_sections = || of_most_sections(document, lexicon).map(str::to_owned);
    told.as_ref().clone().or_else(of_sections)
}

/// Of a page in several languages, none of which is told from its longest blocks: that of most of its text.
fn of_most_sections(document: &Document, lexicon: &Lexicon) -> Option<&'static str> {
    let mut lengths: HashMap<&str, usize> = HashMap::new();
    for section in sections(document) {
        let text = joined(section);
        if let Some(code) = told(&text).filter(|code| lexicon.vocabulary(code).is_some()) {
            *lengths.entry(code).or_default() += text.len();
        }
    }
    let most = lengths
        .into_iter()
        .max_by_key(|(code, length)| (*length, std::cmp::Reverse(*code)));
    most.map(|(code, _)| code)
}

/// What stands under each heading, the heading included.
fn sections(document: &Document) -> impl Iterator<Item = &[Block]> {
    document
        .blocks
        .chunk_by(|_, next| !matches!(next.kind, BlockKind::Heading(_)))
}

fn joined(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        text.push_str(prefix(&block.text, SAMPLE.saturating_sub(text.len())));
        text.push('\n');
    }
    text
}

/// The vocabulary for each block. A short one has that of the long ones in its section, where there are none that of the
/// section as a whole.
pub(super) fn of_blocks<'a>(
    document: &Document,
    main: Option<&'a Vocabulary>,
    lexicon: &'a Lexicon,
) -> Vec<Option<&'a Vocabulary>> {
    let of_section = |section: &[Block]| {
        let of_long = |block: &Block| of_part(&block.text, main, lexicon);
        let mut own: Vec<_> = section.iter().map(of_long).collect();
        let of_whole = || of_part(&joined(section), main, lexicon).or(main);
        let around = own.iter().flatten().next().copied().or_else(of_whole);
        own.iter_mut().for_each(|block| *block = block.or(around));
        own
    };
    sections(document).flat_map(of_section).collect()
}

/// The lexicon's code for a language tag: "pt-BR" is "pt", "no" and "nn" are read as "nb".
pub(super) fn of_tag(tag: &str) -> &str {
    match tag.split(['-', '_']).next().unwrap_or(tag) {
        "no" | "nn" => "nb",
        primary => primary,
    }
}

/// The vocabulary for a part of a document; none where it is too short to tell.
fn of_part<'a>(text: &str, main: Option<&'a Vocabulary>, lexicon: &'a Lexicon) -> Option<&'a Vocabulary> {
    if text.len() < BLOCK_MINIMUM {
        return None;
    }
    // Telling a language costs more than all else; its little words are enough for most parts.
    if main.is_some_and(|main| main.speaks(text)) {
        return main;
    }
    let other = told(prefix(text, SAMPLE))
        .filter(|code| main.is_none_or(|main| main.lang != *code))
        .and_then(|code| lexicon.vocabulary(code));
    let (Some(other), Some(main)) = (other, main) else {
        return other.or(main);
    };
    // whatlang takes Maltese for Italian and Danish for Norwegian: the little words must agree.
    let words = tokens(text);
    let is_clear = other.function_words.count(&words) * 2 > main.function_words.count(&words) * 3;
    Some(if is_clear { other } else { main })
}

/// The language of a text, where it is beyond doubt.
fn told(text: &str) -> Option<&'static str> {
    likely(text)
        .filter(|(_, confidence)| *confidence > 0.9)
        .map(|(code, _)| code)
}

type Likely = Option<(&'static str, f64)>;

/// The likely language of a text, and how likely it is. Versions of a document share nearly all their parts, and this is
/// the dearest question asked of one: answers are remembered.
fn likely(text: &str) -> Likely {
    thread_local! {
        static ANSWERS: RefCell<HashMap<u64, Likely>> = RefCell::default();
    }
    let key = BuildHasherDefault::<DefaultHasher>::default().hash_one(text);
    if let Some(answer) = ANSWERS.with_borrow(|answers| answers.get(&key).copied()) {
        return answer;
    }
    let info = detect(text).filter(Info::is_reliable);
    let answer = info.and_then(|info| Some((code(info.lang())?, info.confidence())));
    ANSWERS.with_borrow_mut(|answers| {
        if answers.len() >= REMEMBERED {
            answers.clear();
        }
        answers.insert(key, answer);
    });
    answer
}

fn of_text<'a>(text: &str, declared: Option<&'a str>, lexicon: &'a Lexicon) -> Option<&'a str> {
    let words = tokens(text);
    let count = |code: &str| lexicon.function_words(code).map_or(0, |little| little.count(&words));
    let told = likely(text).map(|(code, _)| code);
    // A verdict of whatlang can hide only a language that it lacks.
    let candidates: Vec<&str> = match told {
        Some(told) => lexicon
            .languages()
            .filter(|code| is_lacking(code))
            .chain([told])
            .collect(),
        None => lexicon.languages().collect(),
    };
    let is_enough = |code: &&str| Some(*code) == told || (count(code) > 0 && count(code) * 6 >= words.len());
    let best = candidates.into_iter().max_by_key(|code| count(code));
    let chosen = best.filter(is_enough).or(told);
    // Between near relations (Danish and Norwegian, Czech and Slovak) the page's own word decides.
    let is_as_likely =
        |declared: &&str| chosen.is_none_or(|chosen| count(declared) > 0 && count(declared) * 10 >= count(chosen) * 8);
    declared.filter(is_as_likely).or(chosen)
}

fn is_lacking(language: &str) -> bool {
    Lang::all().iter().all(|lang| code(*lang) != Some(language))
}

pub(super) fn prefix(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
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
