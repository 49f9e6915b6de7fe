//! Which words differ between two wordings of one clause, and what they do there.

use std::ops::Range;

use similar::DiffOp;

use super::similar::stem;
use crate::analysis::diff::fewest;
use crate::analysis::lexicon::grammar::{Token, tokens};
use crate::analysis::lexicon::matcher::Hit;
use crate::analysis::lexicon::{Lexicon, Rules, Vocabulary};

/// A longer clause is no sentence, and the time for its words grows with their square.
const LONGEST: usize = 400;
/// A qualifier is short: "identifiable", "for its own use".
const QUALIFIER: usize = 4;
/// So many words from a kind of data, a word is of the same enumeration.
const NEAR: usize = 3;
/// Older than this, nobody's age decides.
const ADULT: u8 = 25;
/// A word of so many letters or fewer carries no substance, unless the lexicon knows it.
const LITTLE: usize = 3;

/// What the words of a language mean.
#[derive(Clone, Copy)]
pub(super) struct Language<'a> {
    vocabulary: &'a Vocabulary,
    rules: &'a Rules,
}

impl<'a> Language<'a> {
    pub(super) fn of(lexicon: &'a Lexicon, lang: Option<&str>) -> Option<Self> {
        let vocabulary = lexicon.vocabulary(lang?)?;
        Some(Self {
            vocabulary,
            rules: &lexicon.rules,
        })
    }

    pub(super) fn lang(self) -> &'a str {
        &self.vocabulary.lang
    }
}

struct Text<'a> {
    language: Language<'a>,
    text: &'a str,
    tokens: Vec<Token<'a>>,
    stems: Vec<String>,
    hits: Vec<Hit>,
}

impl<'a> Text<'a> {
    fn of(text: &'a str, language: Language<'a>) -> Self {
        let tokens = tokens(text);
        let hits = language.vocabulary.matcher.hits(&tokens);
        Self {
            language,
            text,
            stems: tokens.iter().map(|token| stem(&token.folded).to_owned()).collect(),
            tokens,
            hits,
        }
    }

    fn between(&self, from: usize, to: usize) -> &str {
        let start = from.checked_sub(1).map_or(0, |before| self.tokens[before].end);
        let end = self.tokens.get(to).map_or(self.text.len(), |after| after.start);
        self.text.get(start..end).unwrap_or_default()
    }

    fn is_of(&self, hit: &Hit, families: &[&str]) -> bool {
        let name = self.language.rules.name(hit.concept);
        families.iter().any(|family| name.starts_with(family))
    }

    fn is_number(&self, at: usize) -> bool {
        self.tokens[at].folded.starts_with(|c: char| c.is_numeric())
    }

    /// The number, or those beside it, stand at "article", "section" and the like.
    fn is_reference(&self, at: usize) -> bool {
        let before = (0..at).rev().find(|before| !self.is_number(*before));
        let behind = (at..self.tokens.len()).find(|behind| !self.is_number(*behind));
        let mut beside = before.into_iter().chain(behind);
        beside.any(|word| self.names(word, word + 1, &["reference"]))
    }

    fn is_little(&self, token: &Token<'_>) -> bool {
        let is_short = !token.is_syllable && token.folded.chars().count() <= LITTLE;
        is_short || self.language.vocabulary.is_little(&token.folded)
    }

    fn youngest(&self) -> Option<u8> {
        let is_of_people = |at: usize| self.names(at.saturating_sub(1), at + 2, &["limit.people"]);
        let numbers = self.tokens.iter().enumerate();
        let ages = numbers.filter_map(|(at, token)| Some((at, token.folded.parse().ok()?)));
        ages.filter(|(at, age)| *age <= ADULT && is_of_people(*at))
            .map(|(_, age)| age)
            .min()
    }

    /// There are words of substance, or phrases of the lexicon.
    fn says(&self, words: Range<usize>) -> bool {
        let is_nothing = |token: &Token<'_>| !token.is_syllable && self.is_little(token);
        !self.tokens[words.clone()].iter().all(is_nothing)
            || self
                .hits
                .iter()
                .any(|hit| words.start <= hit.start && hit.end <= words.end)
    }

    /// A phrase of these families overlaps the words.
    fn names(&self, from: usize, to: usize, families: &[&str]) -> bool {
        let overlaps = |hit: &&Hit| from < hit.end && hit.start < to;
        self.hits.iter().filter(overlaps).any(|hit| self.is_of(hit, families))
    }

    /// A phrase of these families stands wholly among the words.
    fn holds(&self, from: usize, to: usize, families: &[&str]) -> bool {
        let is_inside = |hit: &&Hit| from <= hit.start && hit.end <= to;
        self.hits.iter().filter(is_inside).any(|hit| self.is_of(hit, families))
    }
}

/// Words that one wording has and the other has not, in one place.
pub(super) struct Run<'a> {
    own: &'a Text<'a>,
    other: &'a Text<'a>,
    from: usize,
    to: usize,
    /// Words that say something stood there: "any", "of" do not.
    replaces: bool,
}

impl Run<'_> {
    /// The words that carry substance and that the other wording has nowhere.
    pub(super) fn substance(&self) -> Vec<String> {
        let is_new = |at: &usize| {
            let token = &self.own.tokens[*at];
            let is_number = token.folded.starts_with(|c: char| c.is_ascii_digit());
            // "We train on them" says no more than "on your posts"; a law is no data.
            let refers = self.own.names(*at, *at + 1, &["anaphor", "reference"]);
            !self.own.is_little(token) && !is_number && !refers && !self.other.stems.contains(&self.own.stems[*at])
        };
        (self.from..self.to)
            .filter(is_new)
            .map(|at| self.own.tokens[at].folded.clone().into_owned())
            .collect()
    }

    /// One more in an enumeration, rather than a qualifier of what stands there.
    fn is_listed(&self) -> bool {
        let marks = [',', '/', '(', ';', '、', '，', '・', '/'];
        let joins = |at: usize| self.own.language.vocabulary.joins(&self.own.tokens[at].folded);
        self.own.between(self.from, self.to).contains(marks) || (self.from..self.to).any(joins)
    }

    /// It enumerates what is used: kinds of data, parties.
    pub(super) fn enumerates_data(&self) -> bool {
        let (from, to) = (self.from.saturating_sub(NEAR), self.to + NEAR);
        // "..., unless you object, ..." stands between commas too.
        let excepts = self.own.names(self.from, self.to, &["exception"]);
        !self.replaces && !excepts && self.is_listed() && self.own.names(from, to, &["data.", "party.", "information"])
    }

    /// The service itself leaves an enumeration: "by us or third parties" became "by third parties".
    pub(super) fn leaves_service_out(&self) -> bool {
        let services = |text: &Text<'_>| text.hits.iter().filter(|hit| text.is_of(hit, &["service"])).count();
        self.enumerates_data() && self.holds(&["service"]) && services(self.own) > services(self.other)
    }

    /// It narrows what it stands at: "identifiable" before data, "on paid plans" behind them.
    pub(super) fn narrows(&self) -> bool {
        const OTHER: &[&str] = &["party.", "service", "user", "use", "product", "train"];
        const DATA: &[&str] = &["data.", "information"];
        let is_short = self.to - self.from <= QUALIFIER && !self.is_listed();
        // An exception that moved or was put into other words is judged as one.
        let excepts = self.own.names(self.from, self.to, &["exception"]);
        if !is_short || excepts || self.holds(OTHER) {
            return false;
        }
        // "Works of minor students" are less than works.
        if self.holds(&["data.sensitive"]) {
            return true;
        }
        if self.replaces {
            return false;
        }
        let stands_before = |families| self.own.names(self.to, self.to + 2, families);
        // "Voice chat" is less than "chat".
        if self.holds(DATA) {
            return stands_before(DATA);
        }
        let stands_behind = || self.from > 0 && self.own.names(self.from - 1, self.from, DATA);
        stands_before(DATA) || stands_before(&["model", "ai"]) || stands_behind()
    }

    /// Phrases of these families stand wholly in it.
    fn holds(&self, families: &[&str]) -> bool {
        self.own.holds(self.from, self.to, families)
    }

    /// Numbers: a deadline, an age, an address; not those of a law.
    fn numbers(&self) -> impl Iterator<Item = &str> {
        let numbers = (self.from..self.to).filter(|at| self.own.is_number(*at) && !self.own.is_reference(*at));
        numbers.map(|at| &*self.own.tokens[at].folded)
    }
}

/// Two wordings of one clause, word by word.
pub(super) struct Wording<'a> {
    old: Text<'a>,
    new: Text<'a>,
    ops: Vec<DiffOp>,
}

impl<'a> Wording<'a> {
    pub(super) fn between(before: &'a str, after: &'a str, language: Language<'a>) -> Option<Self> {
        let (old, new) = (Text::of(before, language), Text::of(after, language));
        if old.stems.len().max(new.stems.len()) > LONGEST {
            return None;
        }
        let ops = fewest(&old.stems, &new.stems);
        Some(Self { old, new, ops })
    }

    pub(super) fn gained(&self) -> Vec<Run<'_>> {
        self.runs(&self.new, &self.old, |op| (op.new_range(), op.old_range()))
    }

    pub(super) fn lost(&self) -> Vec<Run<'_>> {
        self.runs(&self.old, &self.new, |op| (op.old_range(), op.new_range()))
    }

    fn runs<'s>(
        &'s self,
        own: &'s Text<'s>,
        other: &'s Text<'s>,
        ranges: impl Fn(&DiffOp) -> (Range<usize>, Range<usize>),
    ) -> Vec<Run<'s>> {
        let changed = self.ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
        let runs = changed.map(|op| {
            let (range, replaced) = ranges(op);
            Run {
                own,
                other,
                from: range.start,
                to: range.end,
                replaces: other.says(replaced),
            }
        });
        runs.filter(|run| run.from < run.to).collect()
    }

    /// The youngest age from which people count fell: "18 or older" became "13 or older", "under 18" "under 13".
    pub(super) fn lowered_age(&self) -> Option<u8> {
        let (old, new) = (self.old.youngest()?, self.new.youngest()?);
        (new < old).then_some(new)
    }

    /// Numbers that only one of the two has.
    pub(super) fn changed_numbers(&self) -> Vec<String> {
        let (gained, lost) = (self.gained(), self.lost());
        let of = |runs: &[Run<'_>]| -> Vec<String> { runs.iter().flat_map(Run::numbers).map(str::to_owned).collect() };
        let (new, old) = (of(&gained), of(&lost));
        let changed = new.iter().filter(|number| !old.contains(number)).cloned();
        changed
            .chain(old.iter().filter(|number| !new.contains(number)).cloned())
            .collect()
    }
}
