//! Finds calendar days and spans of time among the words of a text.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::words::Words;
use crate::analysis::lexicon::grammar::Token;

/// A date or span: its tokens, and the day it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub day: Option<NaiveDate>,
}

/// Four digits between these are a year.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;
/// A day without a year lies so little in the past, else in the year to come.
const PAST: Days = Days::new(60);
/// Longer spans are no time to act, but of storage.
const LONGEST_SPAN: u32 = 400;

pub(super) fn calendar_days(
    text: &str,
    tokens: &[Token<'_>],
    words: &Words,
    lang: &str,
    read: NaiveDate,
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let one = in_digits(text, tokens, at, lang)
            .or_else(|| in_ideographs(tokens, at, read))
            .or_else(|| with_month_name(tokens, at, words, read));
        match one {
            Some(one) => {
                // Before the month's name may stand what was passed already.
                found.retain(|other: &Found| other.end <= one.start);
                at = one.end.max(at + 1);
                found.push(one);
            }
            None => at += 1,
        }
    }
    found
}

fn number(token: &Token<'_>) -> Option<u32> {
    token
        .folded
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| token.folded.parse().ok())
        .flatten()
}

fn year(token: &Token<'_>) -> Option<i32> {
    let year = number(token)
        .filter(|_| token.folded.len() == 4)
        .and_then(|year| i32::try_from(year).ok());
    year.filter(|year| YEARS.contains(year))
}

/// "3", "3rd", "1er".
fn day(token: &Token<'_>) -> Option<u32> {
    let digits = token.folded.trim_end_matches(char::is_alphabetic);
    let is_ordinal = token.folded.len() - digits.len() <= 4 && !digits.is_empty() && digits.len() <= 2;
    is_ordinal
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|day| (1..=31).contains(day))
}

/// 2025-11-03, 03.11.2025, 3/11/2025; where day and month cannot be told apart it is no calendar day.
fn in_digits(text: &str, tokens: &[Token<'_>], at: usize, lang: &str) -> Option<Found> {
    let [one, two, three] = tokens.get(at..at + 3)? else {
        return None;
    };
    let between = |left: &Token<'_>, right: &Token<'_>| text[left.end..right.start].trim().chars().next();
    let sign = between(one, two).filter(|sign| matches!(sign, '.' | '-' | '/'))?;
    if between(two, three) != Some(sign) {
        return None;
    }
    let (first, second) = (number(one)?, number(two)?);
    let day = if let Some(year) = year(one) {
        NaiveDate::from_ymd_opt(year, second, number(three)?)
    } else {
        let year = year(three)?;
        let day_first = NaiveDate::from_ymd_opt(year, second, first);
        let month_first = NaiveDate::from_ymd_opt(year, first, second);
        match sign {
            // America writes the month first, the rest of the English world the day.
            '/' if lang == "en" && day_first.is_some() && month_first.is_some() && day_first != month_first => None,
            '/' if lang == "en" => day_first.or(month_first),
            _ => day_first,
        }
    };
    Some(Found {
        start: at,
        end: at + 3,
        day,
    })
}

/// 2025年11月3日, 11월 3일.
fn in_ideographs(tokens: &[Token<'_>], at: usize, read: NaiveDate) -> Option<Found> {
    let is = |index: usize, signs: [&str; 2]| tokens.get(index).is_some_and(|token| signs.contains(&&*token.folded));
    let told = tokens.get(at).and_then(year).filter(|_| is(at + 1, ["年", "년"]));
    let month_at = if told.is_some() { at + 2 } else { at };
    let month = number(tokens.get(month_at)?).filter(|_| is(month_at + 1, ["月", "월"]))?;
    let day = number(tokens.get(month_at + 2)?).filter(|_| is(month_at + 3, ["日", "일"]))?;
    Some(Found {
        start: at,
        end: month_at + 4,
        day: resolved(told, month, day, read),
    })
}

/// 3 November 2025, November 3rd, 3 de noviembre de 2025, 2025. gada 3. novembris.
fn with_month_name(tokens: &[Token<'_>], at: usize, words: &Words, read: NaiveDate) -> Option<Found> {
    let month = words.months.number(tokens.get(at)?)?;
    let before = |back: usize| at.checked_sub(back).map(|index| &tokens[index]);
    let is_little = |token: &Token<'_>| number(token).is_none() && token.folded.chars().count() <= 4;
    // One little word may stand between: "de", "of", "m.".
    let day_before = match (before(1), before(2)) {
        (Some(token), _) if day(token).is_some() => Some(at - 1),
        (Some(little), Some(token)) if is_little(little) && day(token).is_some() => Some(at - 2),
        _ => None,
    };
    let day_at = day_before.or_else(|| tokens.get(at + 1).filter(|token| day(token).is_some()).map(|_| at + 1))?;
    let mut start = day_at.min(at);
    let mut end = day_at.max(at) + 1;
    let mut told = None;
    for next in [end, end + 1] {
        let skipped = next == end || tokens.get(end).is_some_and(is_little);
        if let Some(found) = tokens.get(next).and_then(year).filter(|_| skipped && told.is_none()) {
            told = Some(found);
            end = next + 1;
            break;
        }
    }
    for back in [1, 2] {
        let index = start.checked_sub(back);
        let skipped = back == 1 || start > 0 && is_little(&tokens[start - 1]);
        if let Some(found) = index
            .and_then(|index| year(&tokens[index]))
            .filter(|_| skipped && told.is_none())
        {
            told = Some(found);
            start -= back;
            break;
        }
    }
    Some(Found {
        start,
        end,
        day: resolved(told, month, day(&tokens[day_at])?, read),
    })
}

/// The day of that year; without one, of the year that makes it the next such day, or one just past.
fn resolved(year: Option<i32>, month: u32, day: u32, read: NaiveDate) -> Option<NaiveDate> {
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let earliest = read.checked_sub_days(PAST)?;
    let years = [read.year() - 1, read.year(), read.year() + 1];
    years
        .into_iter()
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .find(|day| *day >= earliest)
}

/// "30 days", "two" aside: a number and a unit, counted from the day of reading.
pub(super) fn spans(tokens: &[Token<'_>], words: &Words, read: NaiveDate) -> Vec<Found> {
    let one = |at: usize| {
        let count = number(tokens.get(at)?).filter(|count| (1..=LONGEST_SPAN).contains(count))?;
        let unit = |phrases: &super::words::Phrases| phrases.at(tokens, at + 1);
        let (end, day) = if let Some(end) = unit(&words.day) {
            (end, read.checked_add_days(Days::new(count.into())))
        } else if let Some(end) = unit(&words.week) {
            (end, read.checked_add_days(Days::new(u64::from(count) * 7)))
        } else {
            (unit(&words.month)?, read.checked_add_months(Months::new(count)))
        };
        Some(Found { start: at, end, day })
    };
    (0..tokens.len()).filter_map(one).collect()
}
