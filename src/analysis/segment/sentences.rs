//! Where sentences end, and where a long one is cut.

use super::lead_in::{head, is_label};
use crate::analysis::dates::is_day_before_month;
use crate::analysis::sentence::sentences;

/// A sentence longer than this is cut at its enumerators, or at semicolons.
const SENTENCE_LIMIT: usize = 320;
/// A piece longer than this is cut wherever a word ends: a page may be one line of 10 MB.
const HARD_LIMIT: usize = 4_000;
/// The words before an enumeration, said again with each of its items, may be so many times the sentence.
const REPEATED_LIMIT: usize = 16;

/// Byte ranges of the sentences (UAX #29), those cut at an abbreviation joined again.
pub(super) fn sentence_ranges(text: &str, abbreviations: &[String]) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut line_start = 0;
    for line in text.split('\n') {
        let mut open: Option<(usize, usize)> = None;
        for (offset, sentence) in sentences(line) {
            let (start, end) = (line_start + offset, line_start + offset + sentence.len());
            let (from, ended) = open.map_or((start, true), |(from, to)| {
                let before = &text[from..to];
                let goes_on = ends_abbreviated(before, abbreviations) || is_day_before_month(before, sentence);
                (from, !goes_on)
            });
            if ended {
                ranges.extend(open);
            }
            open = Some((if ended { start } else { from }, end));
        }
        ranges.extend(open);
        line_start += line.len() + 1;
    }
    ranges
}

fn ends_abbreviated(sentence: &str, abbreviations: &[String]) -> bool {
    let last = sentence
        .trim_end()
        .rsplit([' ', '(', '\u{a0}'])
        .next()
        .unwrap_or_default();
    // A lone letter or number before the dot is an initial or a section ("12. We train").
    let is_short = last.ends_with('.') && last.chars().filter(|c| c.is_alphanumeric()).count() == 1;
    is_short || (last.len() < 16 && abbreviations.contains(&last.to_lowercase()))
}

/// A piece of a sentence, and the range of the words before its enumeration.
pub(super) struct Piece {
    pub start: usize,
    pub end: usize,
    pub lead: Option<(usize, usize)>,
}

/// Cuts a long sentence at its enumerators, else at semicolons; a short one stays whole.
pub(super) fn pieces(sentence: &str) -> Vec<Piece> {
    if sentence.len() <= SENTENCE_LIMIT {
        return vec![Piece {
            start: 0,
            end: sentence.len(),
            lead: None,
        }];
    }
    let cut = |piece: Piece| {
        let mut starts = vec![piece.start];
        while let Some(rest) = starts
            .last()
            .map(|start| &sentence[*start..piece.end])
            .filter(|rest| rest.len() > HARD_LIMIT)
        {
            starts.push(piece.end - rest.len() + head(rest, HARD_LIMIT).len());
        }
        let ends: Vec<usize> = starts[1..].iter().copied().chain([piece.end]).collect();
        let whole: Vec<Piece> = starts
            .into_iter()
            .zip(ends)
            .map(|(start, end)| Piece { start, end, ..piece })
            .collect();
        whole
    };
    let mut pieces = marked_pieces(sentence);
    // A megabyte of words before ten thousand enumerators is no sentence, and would be repeated with each of them.
    let repeated: usize = pieces
        .iter()
        .filter_map(|piece| piece.lead)
        .map(|(from, to)| to - from)
        .sum();
    if repeated > sentence.len() * REPEATED_LIMIT {
        pieces.iter_mut().for_each(|piece| piece.lead = None);
    }
    pieces.into_iter().flat_map(cut).collect()
}

fn marked_pieces(sentence: &str) -> Vec<Piece> {
    let cuts = enumerators(sentence);
    if cuts.len() >= 2 {
        let lead = Some((0, cuts[0])).filter(|_| !sentence[..cuts[0]].trim().is_empty());
        let head = Piece {
            start: 0,
            end: cuts[0],
            lead: None,
        };
        let ends = cuts[1..].iter().copied().chain([sentence.len()]);
        let items = cuts.iter().zip(ends).map(|(start, end)| Piece {
            start: *start,
            end,
            lead,
        });
        return std::iter::once(head).chain(items).collect();
    }
    let mut found: Vec<Piece> = Vec::new();
    let mut start = 0;
    // Each later piece is read with the words that open the sentence.
    let mut lead = None;
    for (at, mark) in sentence.match_indices(['；', ';', '。']) {
        if at - start > SENTENCE_LIMIT / 4 {
            let end = at + mark.len();
            found.push(Piece { start, end, lead });
            if start == 0 {
                lead = Some((0, opening(&sentence[..end])));
            }
            start = end;
        }
    }
    found.push(Piece {
        start,
        end: sentence.len(),
        lead,
    });
    found
}

/// Where the words end that hold for all that follows: at the colon, else with the piece.
fn opening(piece: &str) -> usize {
    let colon = piece
        .find([':', '：'])
        .map(|at| at + piece[at..].chars().next().map_or(1, char::len_utf8));
    colon.unwrap_or(piece.len())
}

/// Where "(a)", "(ii)", "3)" begin inside a sentence.
fn enumerators(sentence: &str) -> Vec<usize> {
    let closings = sentence.match_indices(')').filter_map(|(close, _)| {
        let before = &sentence[..close];
        let label_start = before.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
        let label = before.get(label_start..)?;
        let opened = before[..label_start].ends_with('(');
        // "Model(s)" is a word.
        let alone = if opened {
            !before[..label_start - 1].ends_with(char::is_alphanumeric)
        } else {
            before[..label_start].ends_with(' ')
        };
        (alone && (1..=4).contains(&label.len()) && is_label(label) && (opened || label.len() < 3))
            .then_some(label_start - usize::from(opened))
    });
    closings.collect()
}
