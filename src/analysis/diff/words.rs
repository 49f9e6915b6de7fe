//! Which words of a text changed: sentences are aligned first, then the words inside them.

use similar::{ChangeTag, DiffOp};
use unicode_segmentation::UnicodeSegmentation as _;

use super::Span;
use super::align::{Pairing, align};
use super::steps::patient;
use crate::analysis::sentence::sentences;

/// A longer sentence is replaced whole: the time for its words grows with their square.
const LONGEST: usize = 60_000;

/// Compares two texts word by word.
pub fn words(before: &str, after: &str) -> Vec<Span> {
    let texts = |text| -> Vec<&str> { sentences(text).map(|(_, sentence)| sentence).collect() };
    let (old, new) = (texts(before), texts(after));
    let mut spans = Vec::new();
    for op in patient(&old, &new) {
        match op {
            DiffOp::Equal { new_index, len, .. } => {
                spans.extend(
                    new[new_index..new_index + len]
                        .iter()
                        .map(|text| Span::Same((*text).into())),
                );
            }
            op => replaced(&old[op.old_range()], &new[op.new_range()], &mut spans),
        }
    }
    joined(&spans)
}

fn replaced(gone: &[&str], came: &[&str], spans: &mut Vec<Span>) {
    for pairing in align(gone, came) {
        match pairing {
            Pairing::Removed(old) => spans.push(Span::Removed(gone[old].into())),
            Pairing::Added(new) => spans.push(Span::Added(came[new].into())),
            Pairing::Reworded(old, new) => spans.extend(inside(gone[old], came[new])),
        }
    }
}

/// The changed words of one sentence.
fn inside(before: &str, after: &str) -> Vec<Span> {
    if before.len().max(after.len()) > LONGEST {
        return vec![Span::Removed(before.into()), Span::Added(after.into())];
    }
    let words = |text| -> Vec<&str> { str::split_word_bounds(text).collect() };
    let (old, new) = (words(before), words(after));
    let span = |change: similar::Change<&str>| {
        let text = change.value().to_owned();
        match change.tag() {
            ChangeTag::Equal => Span::Same(text),
            ChangeTag::Insert => Span::Added(text),
            ChangeTag::Delete => Span::Removed(text),
        }
    };
    let steps = patient(&old, &new);
    steps
        .iter()
        .flat_map(|op| op.iter_changes(&old, &new))
        .map(span)
        .collect()
}

/// Runs of one kind in one span. A lone space or comma between two changes belongs to them: "a b" to "c d" is one
/// change, not two.
fn joined(spans: &[Span]) -> Vec<Span> {
    let is_gap = |text: &str| !text.chars().any(char::is_alphanumeric);
    let changes = |span: Option<&Span>| matches!(span, Some(Span::Added(_) | Span::Removed(_)));
    let mut runs: Vec<Span> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let flush = |removed: &mut String, added: &mut String, runs: &mut Vec<Span>| {
        runs.extend((!removed.is_empty()).then(|| Span::Removed(std::mem::take(removed))));
        runs.extend((!added.is_empty()).then(|| Span::Added(std::mem::take(added))));
    };
    for (index, span) in spans.iter().enumerate() {
        match span {
            Span::Removed(text) => removed.push_str(text),
            Span::Added(text) => added.push_str(text),
            Span::Same(text)
                if is_gap(text)
                    && index > 0
                    && !removed.is_empty()
                    && !added.is_empty()
                    && changes(spans.get(index - 1))
                    && changes(spans.get(index + 1)) =>
            {
                removed.push_str(text);
                added.push_str(text);
            }
            Span::Same(text) => {
                flush(&mut removed, &mut added, &mut runs);
                match runs.last_mut() {
                    Some(Span::Same(last)) => last.push_str(text),
                    _ => runs.push(Span::Same(text.clone())),
                }
            }
        }
    }
    flush(&mut removed, &mut added, &mut runs);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(spans: &[Span], keep: impl Fn(&Span) -> Option<&str>) -> String {
        spans.iter().filter_map(keep).collect()
    }

    #[test]
    fn neighbouring_words_change_together() {
        let spans = words("by default we ask you", "by law they tell you");
        assert_eq!(
            spans,
            [
                Span::Same("by ".into()),
                Span::Removed("default we ask".into()),
                Span::Added("law they tell".into()),
                Span::Same(" you".into())
            ]
        );
    }

    #[test]
    fn a_sentence_put_between_two_is_added_whole() {
        let spans = words(
            "We keep your orders. We delete them after a year.",
            "We keep your orders. We may use your orders to train models. We delete them after a year.",
        );
        assert_eq!(
            spans,
            [
                Span::Same("We keep your orders. ".into()),
                Span::Added("We may use your orders to train models. ".into()),
                Span::Same("We delete them after a year.".into()),
            ]
        );
    }

    #[test]
    fn both_texts_can_be_read_back() {
        let (before, after) = (
            "One, two. Three four five; six!\u{a0}Seven. 機械学習に使います。",
            "Two. Three 4 five; six! Eight seven. 学習に使いません。Nine.",
        );
        let spans = words(before, after);
        let old = side(&spans, |span| match span {
            Span::Same(text) | Span::Removed(text) => Some(text),
            Span::Added(_) => None,
        });
        let new = side(&spans, |span| match span {
            Span::Same(text) | Span::Added(text) => Some(text),
            Span::Removed(_) => None,
        });
        assert_eq!((old.as_str(), new.as_str()), (before, after));
    }
}
