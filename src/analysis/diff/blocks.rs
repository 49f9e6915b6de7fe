//! Which blocks came, went, moved or were reworded.

use std::borrow::Cow;
use std::collections::HashSet;

use similar::DiffOp;

use super::align::{Pairing, align};
use super::steps::{numbered, patient_of};
use super::{Change, Diff, Hunk, Line, words};
use crate::analysis::document::{Block, BlockKind, Document, sameness};

/// Unchanged blocks shown before and after a change.
const CONTEXT: usize = 1;

/// A block of one side, and what happened to it; nothing to most.
struct Step<'s> {
    side: &'s Side<'s>,
    index: usize,
    change: Option<Change>,
}

impl Step<'_> {
    fn kind(&self) -> BlockKind {
        self.side.document.blocks[self.index].kind
    }

    fn heading(&self) -> &[String] {
        self.side.heading(self.index)
    }

    fn line(self) -> Line {
        Line {
            kind: self.kind(),
            change: self
                .change
                .unwrap_or_else(|| Change::Same(self.side.text(self.index).to_owned())),
            marks: Vec::new(),
        }
    }
}

/// One document's blocks, and the headings above them.
struct Side<'d> {
    document: &'d Document,
    /// From each heading on.
    paths: Vec<(usize, Vec<String>)>,
}

impl<'d> Side<'d> {
    fn new(document: &'d Document) -> Self {
        Self {
            document,
            paths: paths(document),
        }
    }

    fn text(&self, index: usize) -> &'d str {
        &self.document.blocks[index].text
    }

    /// Outermost first; a heading stands under itself.
    fn heading(&self, index: usize) -> &[String] {
        let begun = self.paths.partition_point(|(start, _)| *start <= index);
        begun.checked_sub(1).map_or(&[], |last| &self.paths[last].1)
    }

    fn step(&self, index: usize, change: Option<Change>) -> Step<'_> {
        Step {
            side: self,
            index,
            change,
        }
    }
}

pub(super) fn diff(before: &Document, after: &Document) -> Diff {
    let (old, new) = numbered(&keys(before), &keys(after));
    let ops = patient_of(&old, &new);
    let moved = moved(&ops, &old, &new);
    let (before, after) = (Side::new(before), Side::new(after));
    let mut steps = Vec::new();
    for op in ops {
        if let DiffOp::Equal { new_index, len, .. } = op {
            // Of a long run between two changes the ends are shown, and one block more keeps these apart.
            let end = new_index + len;
            let shown = (new_index..end).filter(|index| index - new_index <= CONTEXT || end - index <= CONTEXT);
            steps.extend(shown.map(|index| after.step(index, None)));
            continue;
        }
        let gone: Vec<usize> = op.old_range().filter(|index| !moved.contains(&old[*index])).collect();
        let (stayed, came): (Vec<usize>, Vec<usize>) = op.new_range().partition(|index| moved.contains(&new[*index]));
        replaced((&before, &gone), (&after, &came), &stayed, &mut steps);
    }
    Diff { hunks: hunks(steps) }
}

/// The blocks of one place that went and came; `stayed` of the new ones only moved here.
fn replaced<'s>(
    (before, gone): (&'s Side<'s>, &[usize]),
    (after, came): (&'s Side<'s>, &[usize]),
    stayed: &[usize],
    steps: &mut Vec<Step<'s>>,
) {
    let texts = |side: &'s Side<'s>, indices: &[usize]| -> Vec<&'s str> {
        indices.iter().map(|index| side.text(*index)).collect()
    };
    let mut stayed = stayed.iter().copied().peekable();
    let mut moved_before = |limit: usize, steps: &mut Vec<Step<'s>>| {
        while let Some(index) = stayed.next_if(|index| *index < limit) {
            steps.push(after.step(index, Some(Change::Moved(after.text(index).to_owned()))));
        }
    };
    for pairing in align(&texts(before, gone), &texts(after, came)) {
        match pairing {
            Pairing::Removed(at) => {
                let index = gone[at];
                steps.push(before.step(index, Some(Change::Removed(before.text(index).to_owned()))));
            }
            Pairing::Added(at) => {
                moved_before(came[at], steps);
                steps.push(after.step(came[at], Some(Change::Added(after.text(came[at]).to_owned()))));
            }
            Pairing::Reworded(old, new) => {
                moved_before(came[new], steps);
                let spans = words(before.text(gone[old]), after.text(came[new]));
                steps.push(after.step(came[new], Some(Change::Reworded(spans))));
            }
        }
    }
    moved_before(usize::MAX, steps);
}

/// Texts that one diff removes in one place and adds in another.
fn moved(ops: &[DiffOp], old: &[u32], new: &[u32]) -> HashSet<u32> {
    let changed = |op: &&DiffOp| !matches!(op, DiffOp::Equal { .. });
    let gone: HashSet<u32> = ops
        .iter()
        .filter(changed)
        .flat_map(|op| &old[op.old_range()])
        .copied()
        .collect();
    let came = ops.iter().filter(changed).flat_map(|op| &new[op.new_range()]).copied();
    came.filter(|text| gone.contains(text)).collect()
}

fn keys(document: &Document) -> Vec<Cow<'_, str>> {
    document.blocks.iter().map(|block| sameness::key(&block.text)).collect()
}

/// The headings above the blocks from each heading on.
fn paths(document: &Document) -> Vec<(usize, Vec<String>)> {
    let mut above: Vec<(u8, String)> = Vec::new();
    let path = |(index, block): (usize, &Block)| {
        let BlockKind::Heading(level) = block.kind else {
            return None;
        };
        above.retain(|(of, _)| *of < level);
        above.push((level, block.text.clone()));
        Some((index, above.iter().map(|(_, text)| text.clone()).collect()))
    };
    document.blocks.iter().enumerate().filter_map(path).collect()
}

fn hunks(steps: Vec<Step<'_>>) -> Vec<Hunk> {
    let near: Vec<bool> = (0..steps.len())
        .map(|index| {
            let around = index.saturating_sub(CONTEXT)..(index + CONTEXT + 1).min(steps.len());
            let sees_change = steps[around].iter().any(|step| step.change.is_some());
            let is_heading = matches!(steps[index].kind(), BlockKind::Heading(_));
            // A heading is no context: the hunk's path names it.
            sees_change && (steps[index].change.is_some() || !is_heading)
        })
        .collect();
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut open = false;
    for (step, near) in steps.into_iter().zip(near) {
        match hunks
            .last_mut()
            .filter(|hunk| open && near && hunk.heading == step.heading())
        {
            Some(hunk) => hunk.lines.push(step.line()),
            None if near => hunks.push(Hunk {
                heading: step.heading().to_vec(),
                lines: vec![step.line()],
            }),
            None => {}
        }
        open = near;
    }
    // Context that a heading cut off from its change.
    hunks.retain(|hunk| hunk.lines.iter().any(|line| !matches!(line.change, Change::Same(_))));
    hunks
}
