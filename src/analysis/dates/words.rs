//! The words of dates, by language; they are data.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::analysis::lexicon::grammar::{Token, tokens};

/// The words of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub months: Months,
    pub from: Phrases,
    pub until: Phrases,
    pub within: Phrases,
    pub day: Phrases,
    pub week: Phrases,
    pub month: Phrases,
    pub notice: Phrases,
    pub effect: Phrases,
    pub updated: Phrases,
}

/// Empty only if the data file is broken; a test reads it.
pub(super) static LANGUAGES: LazyLock<BTreeMap<String, Words>> =
    LazyLock::new(|| toml::from_str(include_str!("../../lexicon/dates.toml")).unwrap_or_default());

impl Words {
    pub(super) fn of(lang: &str) -> Option<&'static Self> {
        LANGUAGES.get(lang)
    }
}

/// The months of all languages: words and stems of words.
static MONTHS: LazyLock<[HashSet<&str>; 2]> = LazyLock::new(|| {
    let forms = || LANGUAGES.values().flat_map(|words| words.months.0.iter().flatten());
    [false, true].map(|is_stem| {
        let of_kind = forms().filter(|form| form.is_stem == is_stem);
        of_kind.map(|form| form.word.as_str()).collect()
    })
});

/// In any language.
pub(super) fn is_month(token: &Token<'_>) -> bool {
    let [words, stems] = &*MONTHS;
    let word = &*token.folded;
    let mut starts = word
        .char_indices()
        .map(|(at, character)| &word[..at + character.len_utf8()]);
    words.contains(word) || starts.any(|start| stems.contains(start))
}

/// A word, or the stem of one.
#[derive(Debug)]
struct Form {
    word: String,
    is_stem: bool,
}

impl Form {
    fn all(written: &str) -> Vec<Self> {
        let of_word = |part: &str| {
            let words = tokens(part);
            let last = words.len().saturating_sub(1);
            let form = |(index, token): (usize, Token<'_>)| Self {
                word: token.folded.into_owned(),
                is_stem: index == last && part.ends_with('*'),
            };
            words.into_iter().enumerate().map(form).collect::<Vec<_>>()
        };
        written.split_whitespace().flat_map(of_word).collect()
    }

    fn fits(&self, token: &Token<'_>) -> bool {
        token.folded == self.word.as_str() || self.is_stem && token.folded.starts_with(&self.word)
    }
}

/// Phrases of one meaning.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct Phrases(Vec<Vec<Form>>);

impl From<Vec<String>> for Phrases {
    fn from(written: Vec<String>) -> Self {
        Self(written.iter().map(|phrase| Form::all(phrase)).collect())
    }
}

impl Phrases {
    /// The token after a phrase that stands at `at`.
    pub(super) fn at(&self, tokens: &[Token<'_>], at: usize) -> Option<usize> {
        let fits = |phrase: &&Vec<Form>| {
            let stretch = tokens.get(at..at + phrase.len());
            stretch.is_some_and(|stretch| stretch.iter().zip(phrase.iter()).all(|(token, form)| form.fits(token)))
        };
        self.0.iter().filter(fits).map(|phrase| at + phrase.len()).max()
    }

    pub(super) fn stands_in(&self, tokens: &[Token<'_>]) -> bool {
        (0..tokens.len()).any(|at| self.at(tokens, at).is_some())
    }
}

/// The names of the months, January first; a script may have none.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Months(Vec<Vec<Form>>);

impl From<String> for Months {
    fn from(written: String) -> Self {
        let forms = |month: &str| month.split('|').flat_map(Form::all).collect();
        Self(written.split_whitespace().map(forms).collect())
    }
}

impl Months {
    /// 1 to 12.
    pub(super) fn number(&self, token: &Token<'_>) -> Option<u32> {
        let fits = |forms: &Vec<Form>| forms.iter().any(|form| form.fits(token));
        self.0
            .iter()
            .position(fits)
            .and_then(|index| u32::try_from(index + 1).ok())
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// Words between a phrase and its date: "until the end of 3 May" is as far as it goes.
const GAP: usize = 2;

/// How near one of the phrases stands to the tokens `start..end`; of two equally near the longer is nearer.
pub(super) fn distance(
    tokens: &[Token<'_>],
    start: usize,
    end: usize,
    phrases: &Phrases,
) -> Option<(usize, std::cmp::Reverse<usize>)> {
    let before = (0..start).filter_map(|at| {
        let after = phrases.at(tokens, at).filter(|after| *after <= start)?;
        Some((start - after, std::cmp::Reverse(after - at)))
    });
    let behind = (end..(end + GAP + 1).min(tokens.len())).filter_map(|at| {
        let after = phrases.at(tokens, at)?;
        Some((at - end, std::cmp::Reverse(after - at)))
    });
    before.chain(behind).filter(|(gap, _)| *gap <= GAP).min()
}
