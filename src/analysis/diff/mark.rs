//! Which lines of a diff speak of AI training.

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
        let lines = self.hunks.iter_mut().flat_map(|hunk| &mut hunk.lines);
        for line in lines {
            let (old, new) = sides(&line.change);
            let told = changes.iter().filter(|change| {
                let side = if change.is_plain_removal() { &old } else { &new };
                holds(side, &change.finding.text)
            });
            let mut marks: Vec<Mark> = told.map(of_change).collect();
            marks.sort_by_key(|mark| std::cmp::Reverse(severity(*mark)));
            let is_told = |finding: &&Finding| changes.iter().any(|change| change.finding.text == finding.text);
            let stays = findings
                .iter()
                .filter(|finding| matches!(finding.stance, Stance::Claim | Stance::Assurance | Stance::Choice))
                .filter(|finding| !is_told(finding) && holds(&new, &finding.text))
                .map(|finding| Mark::Stays { stance: finding.stance });
            for mark in stays.collect::<Vec<_>>() {
                if !marks.contains(&mark) {
                    marks.push(mark);
                }
            }
            line.marks = marks;
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
    (sameness::key(&old), sameness::key(&new))
}

fn holds(side: &str, clause: &str) -> bool {
    !side.is_empty() && side.contains(&sameness::key(clause))
}
