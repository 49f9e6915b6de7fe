//! Which words of a text changed: sentences are aligned first, then the words inside them.

use similar::{ChangeTag, DiffOp};
use unicode_segmentation::UnicodeSegmentation as _;

use super::Span;
use super::align::{Pairing, align};
use super::steps::patient;
use crate::analysis::sentence::sentences;

/// A longer sentence is replaced whole: the time for its words grows with their square.
const LONGEST: usize = 60_000;

/// A stretch of one text or of both.
type Piece<'t> = (ChangeTag, &'t str);

/// Compares two texts word by word.
pub fn words(before: &str, after: &str) -> Vec<Span> {
    let texts = |text| -> Vec<&str> { sentences(text).map(|(_, sentence)| sentence).collect() };
    let (old, new) = (texts(before), texts(after));
    let mut pieces = Vec::new();
    for op in patient(&old, &new) {
        match op {
            DiffOp::Equal { .. } => pieces.extend(new[op.new_range()].iter().map(|text| (ChangeTag::Equal, *text))),
            op => replaced(&old[op.old_range()], &new[op.new_range()], &mut pieces),
        }
    }
    joined(&pieces)
}

fn replaced<'t>(gone: &[&'t str], came: &[&'t str], pieces: &mut Vec<Piece<'t>>) {
    for pairing in align(gone, came) {
        match pairing {
            Pairing::Removed(old) => pieces.push((ChangeTag::Delete, gone[old])),
            Pairing::Added(new) => pieces.push((ChangeTag::Insert, came[new])),
            Pairing::Reworded(old, new) => inside(gone[old], came[new], pieces),
        }
    }
}

/// The changed words of one sentence.
fn inside<'t>(before: &'t str, after: &'t str, pieces: &mut Vec<Piece<'t>>) {
    if before.len().max(after.len()) > LONGEST {
        return pieces.extend([(ChangeTag::Delete, before), (ChangeTag::Insert, after)]);
    }
    let words = |text| -> Vec<&str> { str::split_word_bounds(text).collect() };
    let (old, new) = (words(before), words(after));
    let (mut before, mut after) = (before, after);
    let mut take = |rest: &mut &'t str, words: &[&str], tag: ChangeTag| {
        let (taken, left) = rest.split_at(words.iter().map(|word| word.len()).sum());
        *rest = left;
        // What follows a first word is no gap between two changes, nor is that word.
        let (first, others) = taken.split_at(words.first().map_or(0, |word| word.len()));
        let parts = [first, others].into_iter().filter(|part| !part.is_empty());
        pieces.extend(parts.map(|part| (tag, part)));
    };
    for op in patient(&old, &new) {
        let (gone, came) = (&old[op.old_range()], &new[op.new_range()]);
        if let DiffOp::Equal { .. } = op {
            before = &before[gone.iter().map(|word| word.len()).sum()..];
            take(&mut after, came, ChangeTag::Equal);
        } else {
            take(&mut before, gone, ChangeTag::Delete);
            take(&mut after, came, ChangeTag::Insert);
        }
    }
}

/// Runs of one kind in one span. A lone space or comma between two changes belongs to them: "a b" to "c d" is one
/// change, not two.
fn joined(pieces: &[Piece<'_>]) -> Vec<Span> {
    let is_gap = |text: &str| !text.chars().any(char::is_alphanumeric);
    let changes = |piece: Option<&Piece<'_>>| piece.is_some_and(|(tag, _)| *tag != ChangeTag::Equal);
    let mut runs: Vec<Span> = Vec::new();
    let (mut removed, mut added) = (String::new(), String::new());
    let flush = |removed: &mut String, added: &mut String, runs: &mut Vec<Span>| {
        runs.extend((!removed.is_empty()).then(|| Span::Removed(std::mem::take(removed))));
        runs.extend((!added.is_empty()).then(|| Span::Added(std::mem::take(added))));
    };
    for (index, (tag, text)) in pieces.iter().enumerate() {
        let is_between = || {
            let stands_among = !removed.is_empty() && !added.is_empty() && index > 0;
            stands_among && changes(pieces.get(index - 1)) && changes(pieces.get(index + 1))
        };
        match tag {
            ChangeTag::Delete => removed.push_str(text),
            ChangeTag::Insert => added.push_str(text),
            ChangeTag::Equal if is_gap(text) && is_between() => {
                removed.push_str(text);
                added.push_str(text);
            }
            ChangeTag::Equal => {
                flush(&mut removed, &mut added, &mut runs);
                match runs.last_mut() {
                    Some(Span::Same(last)) => last.push_str(text),
                    _ => runs.push(Span::Same((*text).to_owned())),
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
