//! Which lines of a diff speak of AI training.

use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};

use super::{Change, Diff, Line, Span};
use crate::analysis::compare::{ClauseChange, Event, Severity};
use crate::analysis::detect::{Finding, Stance};
use crate::analysis::document::sameness;

/// What a line says of AI training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mark")]
pub enum Mark {
    /// What happened to a clause of the line.
    Change {
        event: Event,
        severity: Severity,
        returned: bool,
    },
    /// A clause of the line, about which nothing changed in substance.
    Stays { stance: Stance },
}

impl Diff {
    /// Marks the lines that carry these changes or, of what stays, these findings of the newer document.
    pub fn mark(&mut self, changes: &[ClauseChange], findings: &[Finding]) {
        let sought = Sought::new(changes, findings);
        for line in self.hunks.iter_mut().flat_map(|hunk| &mut hunk.lines) {
            line.marks = sought.marks(&line.change);
        }
    }

    /// Only the lines about clauses that changed, and their headings.
    pub fn only_clauses(mut self) -> Self {
        let is_told = |line: &Line| line.marks.iter().any(|mark| matches!(mark, Mark::Change { .. }));
        for hunk in &mut self.hunks {
            hunk.lines.retain(is_told);
        }
        self.hunks.retain(|hunk| !hunk.lines.is_empty());
        self
    }
}

/// The clauses that lines are searched for, all at once: a long diff has thousands of both.
struct Sought {
    /// Refused are only more clauses than there are numbers for.
    search: Option<AhoCorasick>,
    clauses: Vec<Clause>,
}

/// A clause in the form it is found by.
struct Clause {
    key: String,
    mark: Mark,
    /// Gone without a successor: it stands in the older text.
    is_gone: bool,
}

impl Sought {
    /// The changes, then what stays.
    fn new(changes: &[ClauseChange], findings: &[Finding]) -> Self {
        let told: HashSet<&str> = changes.iter().map(|change| change.finding.text.as_str()).collect();
        let changed = changes.iter().map(|change| Clause {
            key: sameness::key(&change.finding.text).into_owned(),
            mark: of_change(change),
            is_gone: change.is_plain_removal(),
        });
        let stays = findings
            .iter()
            .filter(|finding| matches!(finding.stance, Stance::Claim | Stance::Assurance | Stance::Choice))
            .filter(|finding| !told.contains(finding.text.as_str()))
            .map(|finding| Clause {
                key: sameness::key(&finding.text).into_owned(),
                mark: Mark::Stays { stance: finding.stance },
                is_gone: false,
            });
        let clauses: Vec<Clause> = changed.chain(stays).filter(|clause| !clause.key.is_empty()).collect();
        Self {
            search: AhoCorasick::new(clauses.iter().map(|clause| &clause.key)).ok(),
            clauses,
        }
    }

    fn marks(&self, change: &Change) -> Vec<Mark> {
        let (old, new) = sides(change);
        let mut held: Vec<usize> = self.held(&old, true).chain(self.held(&new, false)).collect();
        held.sort_unstable();
        held.dedup();
        let mut marks: Vec<Mark> = Vec::new();
        for mark in held.into_iter().map(|index| self.clauses[index].mark) {
            let is_repeated = matches!(mark, Mark::Stays { .. }) && marks.contains(&mark);
            if !is_repeated {
                marks.push(mark);
            }
        }
        marks.sort_by_key(|mark| std::cmp::Reverse(severity(*mark)));
        marks
    }

    /// The clauses that one side of a line holds.
    fn held<'t>(&'t self, side: &'t str, is_old: bool) -> impl Iterator<Item = usize> + 't {
        let found = self
            .search
            .iter()
            .flat_map(move |search| search.find_overlapping_iter(side));
        let found = found.map(|found| found.pattern().as_usize());
        found.filter(move |index| self.clauses[*index].is_gone == is_old)
    }
}

fn of_change(change: &ClauseChange) -> Mark {
    Mark::Change {
        event: change.event,
        severity: change.severity,
        returned: change.returned,
    }
}

fn severity(mark: Mark) -> Option<Severity> {
    match mark {
        Mark::Change { severity, .. } => Some(severity),
        Mark::Stays { .. } => None,
    }
}

/// The old and the new text of a line, as far as it has both.
fn sides(change: &Change) -> (String, String) {
    let (mut old, mut new) = (String::new(), String::new());
    match change {
        Change::Same(text) | Change::Moved(text) => {
            old.push_str(text);
            new.push_str(text);
        }
        Change::Added(text) => new.push_str(text),
        Change::Removed(text) => old.push_str(text),
        Change::Reworded(spans) => {
            for span in spans {
                match span {
                    Span::Same(text) => {
                        old.push_str(text);
                        new.push_str(text);
                    }
                    Span::Added(text) => new.push_str(text),
                    Span::Removed(text) => old.push_str(text),
                }
            }
        }
    }
    (sameness::key(&old).into_owned(), sameness::key(&new).into_owned())
}
