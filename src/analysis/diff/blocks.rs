//! Which blocks came, went, moved or were reworded.

use std::borrow::Cow;
use std::collections::HashSet;

use similar::DiffOp;

use super::align::{Pairing, align};
use super::steps::patient;
use super::{Change, Diff, Hunk, Line, words};
use crate::analysis::document::{Block, BlockKind, Document, sameness};

/// Unchanged blocks shown before and after a change.
const CONTEXT: usize = 1;

/// One step of the diff, with the headings it stands under.
struct Step {
    line: Line,
    heading: Vec<String>,
}

/// One document's blocks, and the headings above each.
struct Side<'a> {
    document: &'a Document,
    paths: Vec<Vec<String>>,
}

impl<'a> Side<'a> {
    fn text(&self, index: usize) -> &'a str {
        &self.document.blocks[index].text
    }

    fn step(&self, index: usize, change: Change) -> Step {
        Step {
            line: Line {
                kind: self.document.blocks[index].kind,
                change,
                marks: Vec::new(),
            },
            heading: self.paths[index].clone(),
        }
    }
}

pub(super) fn diff(before: &Document, after: &Document) -> Diff {
    let (old, new) = (keys(before), keys(after));
    let ops = patient(&old, &new);
    let moved = moved(&ops, &old, &new);
    let side = |document| Side {
        document,
        paths: paths(document),
    };
    let (before, after) = (side(before), side(after));
    let mut steps = Vec::new();
    for op in ops {
        if let DiffOp::Equal { new_index, len, .. } = op {
            let same = |index| after.step(index, Change::Same(after.text(index).to_owned()));
            steps.extend((new_index..new_index + len).map(same));
            continue;
        }
        let gone: Vec<usize> = op.old_range().filter(|index| !moved.contains(&old[*index])).collect();
        let (stayed, came): (Vec<usize>, Vec<usize>) = op.new_range().partition(|index| moved.contains(&new[*index]));
        replaced((&before, &gone), (&after, &came), &stayed, &mut steps);
    }
    Diff { hunks: hunks(steps) }
}

/// The blocks of one place that went and came; `stayed` of the new ones only moved here.
fn replaced<'a>(
    (before, gone): (&Side<'a>, &[usize]),
    (after, came): (&Side<'a>, &[usize]),
    stayed: &[usize],
    steps: &mut Vec<Step>,
) {
    let texts = |side: &Side<'a>, indices: &[usize]| -> Vec<&'a str> {
        indices.iter().map(|index| side.text(*index)).collect()
    };
    let mut stayed = stayed.iter().copied().peekable();
    let mut moved_before = |limit: usize, steps: &mut Vec<Step>| {
        while let Some(index) = stayed.next_if(|index| *index < limit) {
            steps.push(after.step(index, Change::Moved(after.text(index).to_owned())));
        }
    };
    for pairing in align(&texts(before, gone), &texts(after, came)) {
        match pairing {
            Pairing::Removed(at) => {
                let index = gone[at];
                steps.push(before.step(index, Change::Removed(before.text(index).to_owned())));
            }
            Pairing::Added(at) => {
                moved_before(came[at], steps);
                steps.push(after.step(came[at], Change::Added(after.text(came[at]).to_owned())));
            }
            Pairing::Reworded(old, new) => {
                moved_before(came[new], steps);
                let spans = words(before.text(gone[old]), after.text(came[new]));
                steps.push(after.step(came[new], Change::Reworded(spans)));
            }
        }
    }
    moved_before(usize::MAX, steps);
}

/// Texts that one diff removes in one place and adds in another.
fn moved<'d>(ops: &[DiffOp], old: &[Cow<'d, str>], new: &[Cow<'d, str>]) -> HashSet<Cow<'d, str>> {
    let changed = |op: &&DiffOp| !matches!(op, DiffOp::Equal { .. });
    let gone: HashSet<&Cow<'_, str>> = ops.iter().filter(changed).flat_map(|op| &old[op.old_range()]).collect();
    let came: HashSet<&Cow<'_, str>> = ops.iter().filter(changed).flat_map(|op| &new[op.new_range()]).collect();
    gone.intersection(&came).map(|text| (*text).clone()).collect()
}

fn keys(document: &Document) -> Vec<Cow<'_, str>> {
    document.blocks.iter().map(|block| sameness::key(&block.text)).collect()
}

/// The headings above each block, outermost first; a heading stands under itself.
fn paths(document: &Document) -> Vec<Vec<String>> {
    let mut above: Vec<(u8, String)> = Vec::new();
    let path = |block: &Block| {
        if let BlockKind::Heading(level) = block.kind {
            above.retain(|(of, _)| *of < level);
            above.push((level, block.text.clone()));
        }
        above.iter().map(|(_, text)| text.clone()).collect()
    };
    document.blocks.iter().map(path).collect()
}

fn hunks(steps: Vec<Step>) -> Vec<Hunk> {
    let is_change = |step: &Step| !matches!(step.line.change, Change::Same(_));
    let near: Vec<bool> = (0..steps.len())
        .map(|index| {
            let around = index.saturating_sub(CONTEXT)..(index + CONTEXT + 1).min(steps.len());
            let sees_change = steps[around].iter().any(is_change);
            let is_heading = matches!(steps[index].line.kind, BlockKind::Heading(_));
            // A heading is no context: the hunk's path names it.
            sees_change && (is_change(&steps[index]) || !is_heading)
        })
        .collect();
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut open = false;
    for (step, near) in steps.into_iter().zip(near) {
        match hunks
            .last_mut()
            .filter(|hunk| open && near && hunk.heading == step.heading)
        {
            Some(hunk) => hunk.lines.push(step.line),
            None if near => hunks.push(Hunk {
                heading: step.heading,
                lines: vec![step.line],
            }),
            None => {}
        }
        open = near;
    }
    // Context that a heading cut off from its change.
    hunks.retain(|hunk| hunk.lines.iter().any(|line| !matches!(line.change, Change::Same(_))));
    hunks
}
