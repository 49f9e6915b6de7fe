//! How much changed where.

use super::super::safe::clean_line;
use super::super::style::{Ink, padded};
use crate::analysis::diff::{Change, Diff, Hunk};

/// A line a heading, with how many blocks were added, removed, reworded and moved; then the sums.
pub fn diff_stat(diff: &Diff, ink: Ink, width: usize) -> String {
    let mut rows: Vec<(String, Counts)> = Vec::new();
    let mut sum = Counts::default();
    for hunk in &diff.hunks {
        let counts = Counts::of(hunk);
        sum.add(counts);
        let heading = hunk
            .heading
            .last()
            .map_or_else(|| "(top)".to_owned(), |text| clean_line(text));
        match rows.last_mut().filter(|(last, _)| *last == heading) {
            Some((_, same)) => same.add(counts),
            None => rows.push((heading, counts)),
        }
    }
    let longest = width.saturating_sub(24).max(20);
    let shortened = |heading: &str| -> String {
        if heading.chars().count() <= longest {
            return heading.to_owned();
        }
        heading.chars().take(longest - 1).chain(['…']).collect()
    };
    let names: Vec<String> = rows.iter().map(|(heading, _)| shortened(heading)).collect();
    let column = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, (_, counts)) in names.iter().zip(&rows) {
        text.push_str(&format!("{}  {}\n", padded(name, column), counts.signs(ink)));
    }
    text.push_str(&format!(
        "{} added, {} removed, {} reworded, {} moved\n",
        sum.added, sum.removed, sum.reworded, sum.moved
    ));
    text
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    added: u32,
    removed: u32,
    reworded: u32,
    moved: u32,
}

impl Counts {
    fn of(hunk: &Hunk) -> Self {
        let mut counts = Self::default();
        for line in &hunk.lines {
            match line.change {
                Change::Same(_) => {}
                Change::Added(_) => counts.added += 1,
                Change::Removed(_) => counts.removed += 1,
                Change::Reworded(_) => counts.reworded += 1,
                Change::Moved(_) => counts.moved += 1,
            }
        }
        counts
    }

    fn add(&mut self, other: Self) {
        self.added += other.added;
        self.removed += other.removed;
        self.reworded += other.reworded;
        self.moved += other.moved;
    }

    fn signs(self, ink: Ink) -> String {
        let sign = |sign: &str, count: u32, paint: &dyn Fn(&str) -> String| {
            if count == 0 {
                String::new()
            } else {
                format!(" {}", paint(&format!("{sign}{count}")))
            }
        };
        [
            sign("+", self.added, &|text| ink.good(text)),
            sign("-", self.removed, &|text| ink.warning(text)),
            sign("~", self.reworded, &|text| ink.bold(text)),
            sign("↕", self.moved, &|text| ink.faint(text)),
        ]
        .concat()
        .trim_start()
        .to_owned()
    }
}
