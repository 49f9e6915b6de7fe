//! When a text takes effect, and until when people may object: dates and spans of time, as calendar days where they can be.

mod calendar;
mod words;

use std::cell::LazyCell;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use self::calendar::{Found, calendar_days, spans};
use self::words::{Phrases, Words, distance};
use crate::analysis::lexicon::grammar::{Token, tokens};

/// A date or a span of time in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    pub kind: DateKind,
    /// As written.
    pub words: String,
    /// The calendar day, where it could be told.
    pub day: Option<NaiveDate>,
}

/// What a date is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateKind {
    /// The last day to object.
    Deadline,
    /// The first day in force.
    Effective,
    /// How long before a change people hear of it.
    Notice,
    /// A date that says neither.
    Mentioned,
}

/// The dates of a clause in `lang`; those without a year, and spans, are counted from `read`, the day it was read.
///
/// `is_choice`: the clause is about a choice, so a span in it is time to choose.
pub fn dates(text: &str, lang: &str, read: NaiveDate, is_choice: bool) -> Vec<Dated> {
    // Days and spans are written in digits; most texts have none.
    let Some(words) = Words::of(lang).filter(|_| text.contains(char::is_numeric)) else {
        return Vec::new();
    };
    let tokens = tokens(text);
    let mut found: Vec<(usize, Dated)> = Vec::new();
    let days = calendar_days(text, &tokens, words, lang, read);
    for one in &days {
        found.extend(kind_of_day(&tokens, one, words).map(|kind| (one.start, dated(text, &tokens, one, kind))));
    }
    let takes_effect = LazyCell::new(|| words.effect.stands_in(&tokens));
    let is_no_day = |one: &Found| days.iter().all(|day| one.end <= day.start || day.end <= one.start);
    for one in spans(&tokens, words, read).into_iter().filter(is_no_day) {
        let near = |phrases: &Phrases| distance(&tokens, one.start, one.end, phrases).is_some();
        let kind = match (near(&words.within), near(&words.notice)) {
            (true, _) if is_choice => DateKind::Deadline,
            (true, _) if *takes_effect => DateKind::Effective,
            (false, true) => DateKind::Notice,
            _ => continue,
        };
        let day = one.day.filter(|_| kind != DateKind::Notice);
        found.push((one.start, dated(text, &tokens, &Found { day, ..one }, kind)));
    }
    found.sort_by_key(|(start, _)| *start);
    found.into_iter().map(|(_, dated)| dated).collect()
}

/// Whether the first text ends with a day and the second starts with a month, in any language: "bis zum 12." "Mai".
pub(crate) fn is_day_before_month(before: &str, after: &str) -> bool {
    let number = before
        .trim_end()
        .strip_suffix('.')
        .and_then(|text| text.rsplit([' ', '\u{a0}']).next());
    let is_day = number
        .and_then(|number| number.parse().ok())
        .is_some_and(|day: u32| (1..=31).contains(&day));
    let first = || {
        after
            .split_whitespace()
            .next()
            .and_then(|word| tokens(word).into_iter().next())
    };
    is_day && first().is_some_and(|word| words::is_month(&word))
}

/// By the words nearest to it; `None` for the day of an update.
fn kind_of_day(tokens: &[Token<'_>], one: &Found, words: &Words) -> Option<DateKind> {
    let near = |phrases: &Phrases| distance(tokens, one.start, one.end, phrases);
    let candidates = [
        (near(&words.until), Some(DateKind::Deadline)),
        (near(&words.from), Some(DateKind::Effective)),
        (near(&words.updated), None),
    ];
    let nearest = candidates
        .into_iter()
        .filter_map(|(at, kind)| Some((at?, kind)))
        .min_by_key(|(at, _)| *at);
    nearest.map_or(Some(DateKind::Mentioned), |(_, kind)| kind)
}

fn dated(text: &str, tokens: &[Token<'_>], one: &Found, kind: DateKind) -> Dated {
    Dated {
        kind,
        words: text[tokens[one.start].start..tokens[one.end - 1].end].to_owned(),
        day: one.day,
    }
}

#[cfg(test)]
mod tests;
