//! Crontab lines as people know them, made ready for the crate `cron`, which reads another dialect:
//! seconds first, 1 = Sunday, and a day of the month AND a day of the week where crontab means OR.

use std::ops::Range;
use std::str::FromStr;

/// A crontab line that was understood.
#[derive(Debug, Clone)]
pub struct Crontab {
    /// As written, five fields or six with seconds first, or `@daily` and its kin.
    pub line: String,
    /// It fires when one of these does; two where both days of the month and of the week are named.
    pub alternatives: Vec<cron::Schedule>,
}

impl PartialEq for Crontab {
    fn eq(&self, other: &Self) -> bool {
        self.line == other.line
    }
}

impl Eq for Crontab {}

/// What is wrong with a line, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrontabError {
    pub span: Range<usize>,
    pub what: String,
    pub remedy: String,
}

struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    names: &'static [&'static str],
}

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
/// Sunday stands at both ends, so that `sat-sun` is a range.
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const FIELDS: [Field; 6] = [
    Field {
        name: "second",
        least: 0,
        most: 59,
        names: &[],
    },
    Field {
        name: "minute",
        least: 0,
        most: 59,
        names: &[],
    },
    Field {
        name: "hour",
        least: 0,
        most: 23,
        names: &[],
    },
    Field {
        name: "day of the month",
        least: 1,
        most: 31,
        names: &[],
    },
    Field {
        name: "month",
        least: 1,
        most: 12,
        names: MONTHS,
    },
    Field {
        name: "day of the week",
        least: 0,
        most: 7,
        names: DAYS,
    },
];
const DAY_OF_MONTH: usize = 3;
const DAY_OF_WEEK: usize = 5;

const EXAMPLE: &str = "five fields are minute, hour, day of the month, month, day of the week: `0 7,19 * * *` is 7:00 and 19:00 every day";

impl Crontab {
    /// Reads five fields, six with seconds first, or `@daily` and its kin.
    ///
    /// A line that never fires (31 February) is an error.
    pub fn parse(line: &str) -> Result<Self, CrontabError> {
        let whole = 0..line.len();
        let error = |what: String, remedy: &str| CrontabError {
            span: whole.clone(),
            what,
            remedy: remedy.into(),
        };
        let trimmed = line.trim();
        if trimmed.starts_with('@') {
            let meaning = match trimmed.to_ascii_lowercase().as_str() {
                "@hourly" => "0 * * * *",
                "@daily" | "@midnight" => "0 0 * * *",
                "@weekly" => "0 0 * * 0",
                "@monthly" => "0 0 1 * *",
                "@yearly" | "@annually" => "0 0 1 1 *",
                _ => {
                    let known = "take @hourly, @daily, @weekly, @monthly or @yearly";
                    return Err(error(format!("unknown schedule `{trimmed}`"), known));
                }
            };
            let line = line.to_owned();
            return Self::parse(meaning).map(|crontab| Self { line, ..crontab });
        }
        let mut words: Vec<(usize, &str)> = words(line);
        match words.len() {
            5 => words.insert(0, (0, "0")),
            6 => {}
            count => {
                return Err(error(
                    format!("a schedule has five or six fields, this has {count}"),
                    EXAMPLE,
                ));
            }
        }
        let mut sets = Vec::with_capacity(6);
        for (field, (offset, word)) in FIELDS.iter().zip(&words) {
            sets.push(field.parse(word, *offset)?);
        }
        // Sunday is 0 and 7 here, and 1 there.
        sets[DAY_OF_WEEK] = (1..=7)
            .filter(|day| sets[DAY_OF_WEEK].contains(&(day - 1)) || (*day == 1 && sets[DAY_OF_WEEK].contains(&7)))
            .collect();
        let starred = |field: usize| words[field].1.starts_with(['*', '?']);
        let mut alternatives = Vec::new();
        if starred(DAY_OF_MONTH) || starred(DAY_OF_WEEK) {
            alternatives.push(sets);
        } else {
            for free in [DAY_OF_WEEK, DAY_OF_MONTH] {
                let mut sets = sets.clone();
                sets[free] = if free == DAY_OF_WEEK {
                    (1..=7).collect()
                } else {
                    (1..=31).collect()
                };
                alternatives.push(sets);
            }
        }
        let alternatives: Result<Vec<_>, _> = alternatives
            .iter()
            .map(|sets| cron::Schedule::from_str(&expression(sets)))
            .collect();
        let alternatives =
            alternatives.map_err(|fault| error(format!("this schedule is not understood: {fault}"), EXAMPLE))?;
        let crontab = Self {
            line: line.to_owned(),
            alternatives,
        };
        if !crontab.ever_fires() {
            return Err(error(
                "this schedule never fires: no such month has such a day".into(),
                "name a day that the month has",
            ));
        }
        Ok(crontab)
    }

    fn ever_fires(&self) -> bool {
        // Any start will do; eight years hold every calendar but that of 2100.
        let start = chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000);
        self.alternatives
            .iter()
            .any(|schedule| schedule.after(&start).next().is_some())
    }
}

fn expression(sets: &[Vec<u32>]) -> String {
    let fields: Vec<String> = sets
        .iter()
        .map(|set| set.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
        .collect();
    fields.join(" ")
}

/// The words of a line with their places.
fn words(line: &str) -> Vec<(usize, &str)> {
    line.split_whitespace()
        .map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
        .collect()
}

impl Field {
    /// The values that a word such as `1-5,*/20,sun` names, in order.
    fn parse(&self, word: &str, offset: usize) -> Result<Vec<u32>, CrontabError> {
        let mut values = Vec::new();
        let mut start = offset;
        for item in word.split(',') {
            // An empty item is marked at a comma beside it.
            let mark = match item.len() {
                0 if start > offset => start - 1..start,
                length => start..start + length.max(1),
            };
            let error = |what: String, remedy: String| CrontabError {
                span: mark.clone(),
                what,
                remedy,
            };
            let (range, step) = match item.split_once('/') {
                Some((range, step)) => (range, Some(step)),
                None => (item, None),
            };
            let step_by = match step.map(str::parse::<u32>) {
                None => 1,
                Some(Ok(by)) if by > 0 => by,
                _ => {
                    return Err(error(
                        format!("`{item}` has no step after the slash"),
                        format!("write how many to go at a time, as in `*/{}`", 2),
                    ));
                }
            };
            let (from, to) = if matches!(range, "*" | "?") {
                (self.least, self.most)
            } else if let Some((from, to)) = range.split_once('-') {
                (self.value(from, false, &error)?, self.value(to, true, &error)?)
            } else {
                let value = self.value(range, false, &error)?;
                if step.is_some() {
                    let remedy = format!("write the whole range, as in `{value}-{}/{step_by}`", self.most);
                    return Err(error(format!("`{item}` is a step without a range"), remedy));
                }
                (value, value)
            };
            if from > to {
                return Err(error(
                    format!("the range `{range}` runs backwards"),
                    format!(
                        "write it in two parts, as in `{from}-{},{}-{to}`",
                        self.most, self.least
                    ),
                ));
            }
            values.extend((from..=to).step_by(step_by as usize));
            start += item.len() + 1;
        }
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    fn value(
        &self,
        word: &str,
        ends_range: bool,
        error: &dyn Fn(String, String) -> CrontabError,
    ) -> Result<u32, CrontabError> {
        let named = |name: &&str| word.eq_ignore_ascii_case(name);
        let place = if ends_range {
            self.names.iter().rposition(named)
        } else {
            self.names.iter().position(named)
        };
        if let Some(place) = place.and_then(|place| u32::try_from(place).ok()) {
            return Ok(place + self.least);
        }
        match word.parse::<u32>() {
            Ok(value) if (self.least..=self.most).contains(&value) => Ok(value),
            _ => {
                let names = self.names.first().zip(self.names.get(1));
                let names = names
                    .map(|(a, b)| format!(", or a name ({a}, {b} …)"))
                    .unwrap_or_default();
                Err(error(
                    format!("`{word}` is no {}", self.name),
                    format!("take a number from {} to {}{names}", self.least, self.most),
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests;
