//! Which removed text became which added one.

use super::steps::{Numbers, number};

/// A removed and an added text with this share of words in common are one that was reworded.
const REWORDED: f64 = 0.4;
/// Removed texts looked at for each added one; a page torn up has thousands of both.
const CANDIDATES: usize = 40;

/// What became of a text, by its index among the removed or the added ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pairing {
    Removed(usize),
    Added(usize),
    Reworded(usize, usize),
}

/// Pairs texts that share enough words; neither side changes its order.
pub(super) fn align(gone: &[&str], came: &[&str]) -> Vec<Pairing> {
    let mut numbers = Numbers::default();
    let gone: Vec<Words> = gone.iter().map(|text| words(text, &mut numbers)).collect();
    let came: Vec<Words> = came.iter().map(|text| words(text, &mut numbers)).collect();
    let mut pairings = Vec::new();
    let (mut next_old, mut next_new) = (0, 0);
    for (new, after) in came.iter().enumerate() {
        let candidates = gone.iter().enumerate().skip(next_old).take(CANDIDATES);
        let best = candidates
            .map(|(old, before)| (old, similarity(before, after)))
            .filter(|(_, score)| *score >= REWORDED)
            // Of two alike the earlier: the later may be wanted by the next.
            .reduce(|best, other| if other.1 > best.1 { other } else { best });
        if let Some((old, _)) = best {
            pairings.extend((next_old..old).map(Pairing::Removed));
            pairings.extend((next_new..new).map(Pairing::Added));
            pairings.push(Pairing::Reworded(old, new));
            (next_old, next_new) = (old + 1, new + 1);
        }
    }
    pairings.extend((next_old..gone.len()).map(Pairing::Removed));
    pairings.extend((next_new..came.len()).map(Pairing::Added));
    pairings
}

/// The words of a text, each by its number, sorted.
type Words = Vec<u32>;

/// A text is compared with dozens of others: its words are looked at once.
fn words<'t>(text: &'t str, numbers: &mut Numbers<'t, str>) -> Words {
    let mut words: Words = text.split_whitespace().map(|word| number(word, numbers)).collect();
    words.sort_unstable();
    words
}

/// Dice's coefficient of the words.
fn similarity(one: &[u32], other: &[u32]) -> f64 {
    let (mut rest, mut common) = (other, 0_u32);
    for word in one {
        let at = rest.iter().position(|after| after >= word).unwrap_or(rest.len());
        rest = &rest[at..];
        if let Some((first, behind)) = rest.split_first()
            && first == word
        {
            common += 1;
            rest = behind;
        }
    }
    let total = u32::try_from(one.len() + other.len()).unwrap_or(u32::MAX);
    2.0 * f64::from(common) / f64::from(total.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_pair_by_their_words_and_in_order() {
        let gone = ["a b c d", "nothing alike", "e f g h"];
        let came = ["a b c x", "e f g y", "brand new words"];
        assert_eq!(
            align(&gone, &came),
            [
                Pairing::Reworded(0, 0),
                Pairing::Removed(1),
                Pairing::Reworded(2, 1),
                Pairing::Added(2)
            ]
        );
    }
}
