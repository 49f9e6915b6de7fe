//! What a mail shows of a diff: the changed clauses and what stands around them.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::analysis::compare::ClauseChange;
use crate::analysis::diff::{Change, Diff, Hunk, Line, Span};
use crate::analysis::sentence::sentences;

/// What a mail can hold of a diff, in blocks and bytes.
const MOST_BLOCKS: usize = 30;
const MOST_BYTES: usize = 6000;
/// Blocks before and behind a changed clause; fewer where so many are too much.
const CONTEXT: [usize; 3] = [3, 1, 0];
/// Bytes of a block; of a longer one only the sentences around the clauses are shown.
const LONG_BLOCK: usize = 800;
const CUT: &str = "[…] ";

/// The blocks near changed clauses, until they are too much for a mail.
pub(super) fn around(changes: &[ClauseChange], diff: &Diff) -> Vec<Hunk> {
    let clauses: Vec<&str> = changes.iter().map(|change| change.finding.text.as_str()).collect();
    let sought: Vec<Finder<'_>> = clauses
        .iter()
        .filter(|clause| !clause.is_empty())
        .map(Finder::new)
        .collect();
    let shown = |context| -> Vec<Hunk> {
        let (mut blocks, mut bytes) = (0, 0);
        let fits = |hunk: &Hunk| {
            blocks += hunk.lines.len();
            bytes += hunk.lines.iter().map(size).sum::<usize>();
            blocks <= MOST_BLOCKS && bytes <= MOST_BYTES
        };
        let near = diff
            .hunks
            .iter()
            .flat_map(|hunk| near(hunk, &clauses, &sought, context));
        near.take_while(fits).collect()
    };
    let mut ways = CONTEXT.into_iter().map(shown);
    ways.find(|shown| !shown.is_empty()).unwrap_or_default()
}

fn near(hunk: &Hunk, clauses: &[&str], sought: &[Finder<'_>], context: usize) -> Vec<Hunk> {
    let lines = || hunk.lines.iter().enumerate();
    let holds = |line: &Line| {
        let is_in = |text: &str| sought.iter().any(|clause| clause.find(text.as_bytes()).is_some());
        match &line.change {
            Change::Same(text) | Change::Added(text) | Change::Removed(text) | Change::Moved(text) => is_in(text),
            Change::Reworded(spans) => is_in(&older(spans)) || is_in(&newer(spans)),
        }
    };
    let held: Vec<usize> = lines().filter(|(_, line)| holds(line)).map(|(at, _)| at).collect();
    let is_near = |at: usize| held.iter().any(|held| held.abs_diff(at) <= context);
    let kept: Vec<(usize, &Line)> = lines().filter(|(at, _)| is_near(*at)).collect();
    // What lies far between two clauses is left out.
    let runs = kept.chunk_by(|(at, _), (next, _)| at + 1 == *next);
    let run = |run: &[(usize, &Line)]| Hunk {
        heading: hunk.heading.clone(),
        lines: run.iter().map(|(_, line)| excerpt(line, clauses)).collect(),
    };
    runs.map(run).collect()
}

/// Of a long block the sentences that hold a clause, with their neighbours; without a clause its first and its last.
fn excerpt(line: &Line, clauses: &[&str]) -> Line {
    if size(line) <= LONG_BLOCK {
        return line.clone();
    }
    let pieces = in_sentences(&line.change);
    let held = held(&pieces, clauses);
    let last = pieces.len() - 1;
    let is_shown = |at: usize| match held.as_slice() {
        [] => at == 0 || at == last,
        held => held.iter().any(|held| (held.start..held.end + 2).contains(&(at + 1))),
    };
    let mut shown: Vec<Span> = Vec::new();
    let mut is_cut = false;
    for (at, piece) in pieces.into_iter().enumerate() {
        if is_shown(at) {
            shown.push(piece);
        } else if !is_cut {
            shown.push(Span::Same(CUT.into()));
        }
        is_cut = !is_shown(at);
    }
    let whole = || shown.iter().map(text).collect::<String>();
    let change = match &line.change {
        Change::Same(_) => Change::Same(whole()),
        Change::Added(_) => Change::Added(whole()),
        Change::Removed(_) => Change::Removed(whole()),
        Change::Moved(_) => Change::Moved(whole()),
        Change::Reworded(_) => Change::Reworded(shown),
    };
    Line { change, ..line.clone() }
}

/// A block in pieces of one sentence at most, each of one kind.
fn in_sentences(change: &Change) -> Vec<Span> {
    let cut = |text: &str, kind: fn(String) -> Span| -> Vec<Span> {
        sentences(text).map(|(_, sentence)| kind(sentence.to_owned())).collect()
    };
    match change {
        Change::Same(text) | Change::Added(text) | Change::Removed(text) | Change::Moved(text) => cut(text, Span::Same),
        Change::Reworded(spans) => spans
            .iter()
            .flat_map(|span| match span {
                Span::Same(text) => cut(text, Span::Same),
                Span::Added(text) => cut(text, Span::Added),
                Span::Removed(text) => cut(text, Span::Removed),
            })
            .collect(),
    }
}

/// The pieces that each clause covers, in the older text or in the newer one.
fn held(pieces: &[Span], clauses: &[&str]) -> Vec<Range<usize>> {
    let on_side = |is_there: fn(&Span) -> bool| {
        let mut side = String::new();
        let mut ends = Vec::new();
        for piece in pieces {
            if is_there(piece) {
                side.push_str(text(piece));
            }
            ends.push(side.len());
        }
        let piece_at = move |byte: usize| ends.partition_point(|end| *end <= byte);
        let found = clauses.iter().filter(|clause| !clause.is_empty());
        let found = found.filter_map(|clause| Some((side.find(clause)?, clause.len())));
        found
            .map(|(start, length)| piece_at(start)..piece_at(start + length - 1) + 1)
            .collect::<Vec<_>>()
    };
    let mut held = on_side(|piece| !matches!(piece, Span::Removed(_)));
    held.extend(on_side(|piece| !matches!(piece, Span::Added(_))));
    held
}

fn older(spans: &[Span]) -> String {
    let stood = spans.iter().filter(|span| !matches!(span, Span::Added(_)));
    stood.map(text).collect()
}

fn newer(spans: &[Span]) -> String {
    let stands = spans.iter().filter(|span| !matches!(span, Span::Removed(_)));
    stands.map(text).collect()
}

fn text(span: &Span) -> &str {
    match span {
        Span::Same(text) | Span::Added(text) | Span::Removed(text) => text,
    }
}

fn size(line: &Line) -> usize {
    match &line.change {
        Change::Same(text) | Change::Added(text) | Change::Removed(text) | Change::Moved(text) => text.len(),
        Change::Reworded(spans) => spans.iter().map(|span| text(span).len()).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::compare::{Ledger, compare};
    use crate::analysis::detect::detect;
    use crate::analysis::diff::diff;
    use crate::analysis::document::Document;
    use crate::analysis::lexicon::Lexicon;

    fn shown(before: &str, after: &str) -> Vec<Hunk> {
        let [before, after] = [before, after].map(Document::from_markdown);
        let [old, new] = [&before, &after].map(|document| detect(document, Lexicon::builtin(), Some("en")));
        let changes = compare(&old, &new, &Ledger::default(), Lexicon::builtin());
        around(&changes, &diff(&before, &after))
    }

    fn texts(shown: &[Hunk]) -> Vec<String> {
        let lines = shown.iter().flat_map(|hunk| &hunk.lines);
        lines.map(|line| line.change.text()).collect()
    }

    fn filler(from: usize, end: &str) -> String {
        let paragraph = |number| format!("Paragraph {number} of the rules for shipping parcels.{end}");
        (from..from + 200).map(paragraph).collect()
    }

    const CLAIM: &str = "We use your photos to train our AI models.";

    #[test]
    fn a_mail_shows_the_clause_of_a_long_new_section() {
        let (one, two) = (filler(0, "\n\n"), filler(500, "\n\n"));
        let shown = shown("# Rules", &format!("# Rules\n\n{one}{CLAIM}\n\n{two}"));
        let texts = texts(&shown);
        assert_eq!((shown.len(), texts.len()), (1, 2 * CONTEXT[0] + 1), "{texts:?}");
        assert_eq!(texts[CONTEXT[0]], CLAIM);
    }

    #[test]
    fn of_a_block_too_long_for_a_mail_the_sentences_around_the_clause_are_shown() {
        let (one, two) = (filler(0, " "), filler(500, " "));
        let expected = format!(
            "[…] Paragraph 199 of the rules for shipping parcels. {CLAIM} Paragraph 500 of the rules for shipping parcels. […]"
        );
        for before in ["# Rules".to_owned(), format!("# Rules\n\n{one}{two}")] {
            let shown = shown(&before, &format!("# Rules\n\n{one}{CLAIM} {two}"));
            let texts = texts(&shown);
            assert_eq!(
                texts.iter().map(|text| text.trim_end()).collect::<Vec<_>>(),
                [&expected]
            );
        }
    }

    #[test]
    fn a_promise_that_went_is_shown_where_it_stood() {
        let promise = "We do not use your photos to train AI models.";
        let (one, two) = (filler(0, " "), filler(500, " "));
        let shown = shown(
            &format!("# Rules\n\n{one}{promise} {two}"),
            &format!("# Rules\n\n{one}{two}"),
        );
        let Some(Change::Reworded(spans)) = shown.first().map(|hunk| &hunk.lines[0].change) else {
            panic!("{shown:?}");
        };
        let is_gone = |span: &Span| matches!(span, Span::Removed(gone) if gone.trim() == promise);
        assert!(
            spans.iter().any(is_gone) && size(&shown[0].lines[0]) < LONG_BLOCK,
            "{spans:?}"
        );
    }
}
