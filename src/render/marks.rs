//! The words of a clause that decided.

use std::ops::Range;

use super::safe::clean_line;
use crate::analysis::detect::Finding;

/// Concepts that say what kind of clause it is; marking every hit would mark every word.
const DECISIVE: &[&str] = &[
    "train",
    "training",
    "develop",
    "ai",
    "model",
    "negation",
    "exception",
    "choice",
    "default",
    "ban",
    "limit.",
    "data.",
    "party.",
];

/// A run of a clause's words, and whether they decided.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub text: &'a str,
    pub decisive: bool,
}

/// The words that decided, as they stand in the clause, each once.
pub(super) fn decisive(finding: &Finding) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for reason in &finding.why {
        let words = clean_line(&reason.words);
        let counts = DECISIVE
            .iter()
            .any(|name| reason.concept == *name || name.ends_with('.') && reason.concept.starts_with(name));
        if counts && !words.is_empty() && !found.contains(&words) {
            found.push(words);
        }
    }
    // A phrase says what the words in it say.
    let all = found.clone();
    found.retain(|words| !all.iter().any(|other| other != words && other.contains(words.as_str())));
    found
}

/// A clause in runs of words that decided and others; together they are `clause`, which is clean.
pub(super) fn pieces<'a>(clause: &'a str, decisive: &[String]) -> Vec<Piece<'a>> {
    let found_at = |words: &'_ String| -> Vec<Range<usize>> {
        let found = clause.match_indices(words.as_str());
        found.map(|(at, found)| at..at + found.len()).collect()
    };
    let mut ranges: Vec<Range<usize>> = decisive.iter().flat_map(found_at).collect();
    ranges.retain(|range| is_whole(clause, range));
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut marked: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match marked.last_mut() {
            // Neighbours and overlaps are one mark.
            Some(last) if range.start <= last.end || clause[last.end..range.start].trim().is_empty() => {
                last.end = last.end.max(range.end);
            }
            _ => marked.push(range),
        }
    }
    let mut found = Vec::new();
    let mut at = 0;
    for range in marked {
        found.push((at..range.start, false));
        at = range.end;
        found.push((range, true));
    }
    found.push((at..clause.len(), false));
    let piece = |(range, decisive): (Range<usize>, bool)| Piece {
        text: &clause[range],
        decisive,
    };
    found
        .into_iter()
        .map(piece)
        .filter(|piece| !piece.text.is_empty())
        .collect()
}

/// Not the inside of a longer word: `AI` in `email`.
fn is_whole(clause: &str, range: &Range<usize>) -> bool {
    let ends = |sign: Option<char>| {
        sign.is_none_or(|sign| !sign.is_alphanumeric() || !sign.is_ascii() && sign as u32 > 0x2e80)
    };
    ends(clause[..range.start].chars().next_back()) && ends(clause[range.end..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_mark_and_words_inside_words_none() {
        let clause = "We email you to train AI models.";
        let words = ["train", "AI", "models", "ai"].map(str::to_owned);
        let found: Vec<(&str, bool)> = pieces(clause, &words)
            .iter()
            .map(|piece| (piece.text, piece.decisive))
            .collect();
        assert_eq!(
            found,
            [("We email you to ", false), ("train AI models", true), (".", false)]
        );
    }

    #[test]
    fn the_pieces_are_the_clause() {
        let clause = "Wir trainieren KI – überall KI.";
        let found = pieces(clause, &["KI".to_owned(), "trainieren KI".to_owned()]);
        assert_eq!(found.iter().map(|piece| piece.text).collect::<String>(), clause);
        assert_eq!(pieces("学习模型", &["学习".to_owned()])[0].text, "学习");
    }
}
