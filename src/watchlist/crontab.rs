//! Crontab lines as people know them, made ready for the crate `cron`, which reads another dialect:
//! seconds first, 1 = Sunday, and a day of the month AND a day of the week where crontab means OR.

use std::ops::Range;
use std::str::FromStr;

/// A crontab line that was understood.
#[derive(Debug, Clone)]
pub struct Crontab {
    /// It fires when one of these does; two where both days of the month and of the week are named.
    pub alternatives: Vec<cron::Schedule>,
}

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
            return Self::parse(meaning);
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
        let crontab = Self { alternatives };
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
mod tests {
    use super::*;

    /// The first firings after 1 January 2026, a Thursday.
    fn firings(line: &str, count: usize) -> Vec<String> {
        let start = chrono::DateTime::parse_from_rfc3339("2025-12-31T23:59:59Z")
            .unwrap()
            .to_utc();
        let crontab = Crontab::parse(line).unwrap();
        let mut all: Vec<_> = crontab
            .alternatives
            .iter()
            .flat_map(|schedule| schedule.after(&start).take(count))
            .collect();
        all.sort_unstable();
        all.dedup();
        all.iter()
            .take(count)
            .map(|time| time.format("%a %m-%d %H:%M:%S").to_string())
            .collect()
    }

    #[test]
    fn lines_fire_when_crontab_says() {
        for (line, expected) in [
            (
                "0 7,19 * * *",
                ["Thu 01-01 07:00:00", "Thu 01-01 19:00:00", "Fri 01-02 07:00:00"],
            ),
            (
                "30 5 4 * * *",
                ["Thu 01-01 04:05:30", "Fri 01-02 04:05:30", "Sat 01-03 04:05:30"],
            ),
            (
                "0 4 * * 1",
                ["Mon 01-05 04:00:00", "Mon 01-12 04:00:00", "Mon 01-19 04:00:00"],
            ),
            (
                "0 4 * * 0",
                ["Sun 01-04 04:00:00", "Sun 01-11 04:00:00", "Sun 01-18 04:00:00"],
            ),
            (
                "0 4 * * 7",
                ["Sun 01-04 04:00:00", "Sun 01-11 04:00:00", "Sun 01-18 04:00:00"],
            ),
            (
                "0 4 * * Sat-SUN",
                ["Sat 01-03 04:00:00", "Sun 01-04 04:00:00", "Sat 01-10 04:00:00"],
            ),
            (
                "0 4 * * 5-7",
                ["Fri 01-02 04:00:00", "Sat 01-03 04:00:00", "Sun 01-04 04:00:00"],
            ),
            (
                "0 0 1 feb,jun *",
                ["Sun 02-01 00:00:00", "Mon 06-01 00:00:00", "Mon 02-01 00:00:00"],
            ),
            (
                "*/20 3 * * *",
                ["Thu 01-01 03:00:00", "Thu 01-01 03:20:00", "Thu 01-01 03:40:00"],
            ),
            (
                "10-50/20 3 * * *",
                ["Thu 01-01 03:10:00", "Thu 01-01 03:30:00", "Thu 01-01 03:50:00"],
            ),
            (
                "  0  0   2 * fri ",
                ["Fri 01-02 00:00:00", "Fri 01-09 00:00:00", "Fri 01-16 00:00:00"],
            ),
            (
                "@daily",
                ["Thu 01-01 00:00:00", "Fri 01-02 00:00:00", "Sat 01-03 00:00:00"],
            ),
            (
                "@weekly",
                ["Sun 01-04 00:00:00", "Sun 01-11 00:00:00", "Sun 01-18 00:00:00"],
            ),
            (
                "@Hourly",
                ["Thu 01-01 00:00:00", "Thu 01-01 01:00:00", "Thu 01-01 02:00:00"],
            ),
        ] {
            assert_eq!(firings(line, 3), expected, "{line}");
        }
    }

    #[test]
    fn days_of_month_and_week_add_up_unless_one_is_starred() {
        assert_eq!(
            firings("0 0 13 * fri", 4),
            [
                "Fri 01-02 00:00:00",
                "Fri 01-09 00:00:00",
                "Tue 01-13 00:00:00",
                "Fri 01-16 00:00:00"
            ]
        );
        assert_eq!(
            firings("0 0 */2 * fri", 2),
            ["Fri 01-09 00:00:00", "Fri 01-23 00:00:00"]
        );
    }

    #[test]
    fn a_leap_day_fires_and_the_thirty_first_of_february_is_refused() {
        assert_eq!(firings("0 0 29 2 *", 1), ["Tue 02-29 00:00:00"]);
        assert_eq!(firings("0 0 31 2 mon", 1), ["Mon 02-02 00:00:00"]);
        assert!(Crontab::parse("0 0 31 2 *").unwrap_err().what.contains("never fires"));
    }

    #[test]
    fn faults_are_marked_where_they_are() {
        for (line, marked, remedy) in [
            ("0 25 * * *", "25", "from 0 to 23"),
            ("0 7,24 * * *", "24", "from 0 to 23"),
            ("0 7 * * mo", "mo", "a name (sun, mon …)"),
            ("0 7 0 * *", "0", "from 1 to 31"),
            ("0 7 * 13 *", "13", "from 1 to 12"),
            ("*/0 * * * *", "*/0", "at a time"),
            ("5/15 * * * *", "5/15", "5-59/15"),
            ("0 22-2 * * *", "22-2", "22-23,0-2"),
            ("0 7,, * * *", ",", "from 0 to 23"),
            ("0 7 * *", "0 7 * *", "five fields"),
            ("0 0 7 * * * 2027", "0 0 7 * * * 2027", "five fields"),
            ("@reboot", "@reboot", "@daily"),
            ("", "", "five fields"),
        ] {
            let error = Crontab::parse(line).unwrap_err();
            assert_eq!(&line[error.span.clone()], marked, "{line}: {error:?}");
            assert!(error.remedy.contains(remedy), "{line}: {error:?}");
        }
    }
}
