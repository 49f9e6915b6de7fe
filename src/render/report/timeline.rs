//! A document's years as a drawing: a bar for each clause from its first to its last day, a mark for each change.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use maud::{Markup, PreEscaped, html};

use super::{Told, day};
use crate::render::safe::clean_line;

const WIDTH: i64 = 900;
const ROW: i64 = 11;
const BAR: i64 = 8;
/// Room for the years below and the marks above them.
const FOOT: i64 = 40;

/// The drawing; nothing where there is nothing to draw.
pub(super) fn timeline(told: &Told) -> Markup {
    let (Some((_, first)), Some((_, last))) = (told.versions.first(), told.versions.last()) else {
        return html! {};
    };
    let scale = Scale::new(*first, *last);
    let rows = i64::try_from(told.clauses.len()).unwrap_or(0);
    let height = rows * ROW + FOOT;
    let floor = rows * ROW;
    let label = format!(
        "{} clauses about AI training in {} versions from {} to {}",
        told.clauses.len(),
        told.versions.len(),
        day(*first),
        day(*last)
    );
    let bars = told.clauses.iter().zip(0_i64..).map(|(clause, row)| {
        let from = scale.x(clause.since);
        let to = clause.until.map_or(WIDTH, |until| scale.x(until));
        let text = format!("{}: {}", clause.stance.name(), clean_line(&clause.text));
        html! {
            a href=(format!("#clause-{row}")) {
                rect class=(clause.stance.name()) x=(from) y=(row * ROW) width=((to - from).max(2)) height=(BAR) rx="2" { title { (text) } }
            }
        }
    });
    let marks = told.versions.iter().skip(1).map(|(number, at)| {
        let news = news(told, *number);
        let (class, radius) = if news.is_empty() { ("change", "3") } else { ("change news", "5") };
        html! {
            a href=(told.diff_file(*number)) {
                circle class=(class) cx=(scale.x(*at)) cy=(floor + 10) r=(radius) { title { "changed on " (day(*at)) " (@" (number) ")" (news) } }
            }
        }
    });
    let years = scale.years().map(|(year, x)| {
        html! {
            line x1=(x) y1="0" x2=(x) y2=(floor + 20) {}
            text x=(x + 3) y=(floor + 34) { (year) }
        }
    });
    let bars: Vec<Markup> = bars.collect();
    let marks: Vec<Markup> = marks.collect();
    let years: Vec<Markup> = years.collect();
    html! {
        div class="wide" {
            svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(label) xmlns="http://www.w3.org/2000/svg" {
                @for part in years.iter().chain(&bars).chain(&marks) { (PreEscaped(&part.0)) }
            }
        }
    }
}

/// What a change brought and took, to stand behind its date; nothing where it says the same of AI training.
pub(super) fn news(told: &Told, version: u32) -> String {
    let (came, went) = told.news(version);
    let part = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let parts: Vec<String> = [part(came, "new"), part(went, "gone")].into_iter().flatten().collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    }
}

/// From days to places.
struct Scale {
    first: DateTime<Utc>,
    seconds: i64,
}

impl Scale {
    fn new(first: DateTime<Utc>, last: DateTime<Utc>) -> Self {
        Self {
            first,
            seconds: (last - first).num_seconds().max(1),
        }
    }

    fn x(&self, at: DateTime<Utc>) -> i64 {
        // A margin, so that the first and the last mark are whole.
        let along = (at - self.first).num_seconds().clamp(0, self.seconds);
        5 + along * (WIDTH - 10) / self.seconds
    }

    /// The turns of the years within.
    fn years(&self) -> impl Iterator<Item = (i32, i64)> + '_ {
        let last = self.first + chrono::TimeDelta::seconds(self.seconds);
        (self.first.year() + 1..=last.year()).filter_map(|year| {
            let turn = NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)?.and_utc();
            Some((year, self.x(turn)))
        })
    }
}
