//! Which blocks came, went, moved or were reworded.

use std::collections::{HashMap, HashSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Change, Diff, Hunk, Line, words};
use crate::analysis::document::{Block, BlockKind, Document, sameness};

/// A removed and an added block with this share of words in common are one that was reworded.
const REWORDED: f64 = 0.4;
/// Removed blocks looked at for each added one; a page torn up has thousands of both.
const CANDIDATES: usize = 40;
/// Unchanged blocks shown before and after a change.
const CONTEXT: usize = 1;

/// One step of the diff, with the headings it stands under.
struct Step {
    line: Line,
    heading: Vec<String>,
}

pub(super) fn diff(before: &Document, after: &Document) -> Diff {
    let (old, new) = (keys(before), keys(after));
    let ops = capture_diff_slices(Algorithm::Patience, &old, &new);
    let moved = moved(&ops, &old, &new);
    let (old_paths, new_paths) = (paths(before), paths(after));
    let mut steps = Vec::new();
    for op in ops {
        match op {
            DiffOp::Equal { new_index, len, .. } => {
                for index in new_index..new_index + len {
                    steps.push(step(after, &new_paths, index, Change::Same));
                }
            }
            op => {
                let gone: Vec<usize> = op.old_range().filter(|index| !moved.contains(&old[*index])).collect();
                replaced(
                    before,
                    after,
                    (&old_paths, &new_paths),
                    &gone,
                    op.new_range(),
                    (&new, &moved),
                    &mut steps,
                );
            }
        }
    }
    Diff { hunks: hunks(steps) }
}

fn step(document: &Document, paths: &[Vec<String>], index: usize, change: impl Fn(String) -> Change) -> Step {
    let block = &document.blocks[index];
    Step {
        line: Line {
            kind: block.kind,
            change: change(block.text.clone()),
        },
        heading: paths[index].clone(),
    }
}

fn replaced(
    before: &Document,
    after: &Document,
    (old_paths, new_paths): (&[Vec<String>], &[Vec<String>]),
    gone: &[usize],
    came: std::ops::Range<usize>,
    (new, moved): (&[String], &HashSet<String>),
    steps: &mut Vec<Step>,
) {
    let mut left: Vec<usize> = gone.to_vec();
    for index in came {
        if moved.contains(&new[index]) {
            steps.push(step(after, new_paths, index, Change::Moved));
            continue;
        }
        let text = &after.blocks[index].text;
        let best = left
            .iter()
            .take(CANDIDATES)
            .enumerate()
            .map(|(at, old)| (at, *old, similarity(&before.blocks[*old].text, text)))
            .filter(|(_, _, score)| *score >= REWORDED)
            .max_by(|a, b| a.2.total_cmp(&b.2));
        let Some((at, old, _)) = best else {
            steps.push(step(after, new_paths, index, Change::Added));
            continue;
        };
        // What stood before the reworded block and has no partner was removed before it.
        for earlier in left.drain(..=at).take(at) {
            steps.push(step(before, old_paths, earlier, Change::Removed));
        }
        let spans = words(&before.blocks[old].text, text);
        steps.push(step(after, new_paths, index, |_| Change::Reworded(spans.clone())));
    }
    for index in left {
        steps.push(step(before, old_paths, index, Change::Removed));
    }
}

/// Texts that one diff removes in one place and adds in another.
fn moved(ops: &[DiffOp], old: &[String], new: &[String]) -> HashSet<String> {
    let changed = |op: &&DiffOp| !matches!(op, DiffOp::Equal { .. });
    let gone: HashSet<&String> = ops.iter().filter(changed).flat_map(|op| &old[op.old_range()]).collect();
    let came: HashSet<&String> = ops.iter().filter(changed).flat_map(|op| &new[op.new_range()]).collect();
    gone.intersection(&came).map(|text| (*text).clone()).collect()
}

fn keys(document: &Document) -> Vec<String> {
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

/// Dice's coefficient of the words.
fn similarity(one: &str, other: &str) -> f64 {
    let mut counts: HashMap<&str, i64> = HashMap::new();
    let (mut total, mut common) = (0_u32, 0_u32);
    for word in one.split_whitespace() {
        *counts.entry(word).or_default() += 1;
        total += 1;
    }
    for word in other.split_whitespace() {
        total += 1;
        if let Some(count) = counts.get_mut(word).filter(|count| **count > 0) {
            *count -= 1;
            common += 1;
        }
    }
    2.0 * f64::from(common) / f64::from(total.max(1))
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
