//! Which old clause a new one replaces.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::analysis::detect::Stance;
use crate::analysis::lexicon::grammar::tokens;

/// Below this share of common words two clauses are two.
const PAIRED: f64 = 0.5;
/// A clause with this share of its words in another was split off it or merged into it.
const PART: f64 = 0.9;
/// No document says so much of AI training; beyond it only equal clauses are paired.
pub(super) const COMPARISONS: usize = 250_000;
/// A clause without a partner that shares so much with another's says the same again.
const RELATED: f64 = 0.6;
/// Under one heading, two promises with so many common words are one in other words.
pub(super) const RETOLD: f64 = 0.4;

/// The words of a clause, counted.
#[derive(Debug)]
pub(super) struct Words {
    counts: HashMap<String, u32, RandomState>,
    total: u32,
    key: String,
    stance: Stance,
}

/// Indices of the partners of old and new clauses.
#[derive(Debug)]
pub(super) struct Pairs {
    pub of_old: Vec<Option<usize>>,
    pub of_new: Vec<Option<usize>>,
}

/// The words of a text, folded, in order: equal for texts that differ in markup, case or punctuation.
pub fn key(text: &str) -> String {
    let words: Vec<_> = tokens(text).into_iter().map(|token| token.folded).collect();
    words.join(" ")
}

/// So many letters tell a word; what follows inflects it.
const STEM: usize = 5;

/// The start of a word, which its forms share.
pub(super) fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM).map_or(word, |(end, _)| &word[..end])
}

impl Words {
    pub(super) fn new(text: &str, stance: Stance) -> Self {
        let key = key(text);
        let mut counts = HashMap::default();
        let mut total = 0;
        for word in key.split(' ').map(stem) {
            *counts.entry(word.to_owned()).or_insert(0) += 1;
            total += 1;
        }
        Self {
            counts,
            total,
            key,
            stance,
        }
    }

    fn common(&self, other: &Self) -> u32 {
        let (few, many) = if self.counts.len() < other.counts.len() {
            (self, other)
        } else {
            (other, self)
        };
        few.counts
            .iter()
            .map(|(word, count)| (*count).min(many.counts.get(word).copied().unwrap_or(0)))
            .sum()
    }

    /// Dice's coefficient of the words.
    pub(super) fn similarity(&self, other: &Self) -> f64 {
        self.dice(other, self.common(other))
    }

    fn dice(&self, other: &Self, common: u32) -> f64 {
        2.0 * f64::from(common) / f64::from((self.total + other.total).max(1))
    }

    /// How near this clause is to one that it was split off, or merged with, or that it repeats in other words.
    fn kinship(&self, other: &Self) -> Option<f64> {
        let common = self.common(other);
        let share = |total: u32| f64::from(common) / f64::from(total.max(1));
        let (part, whole) = (share(self.total), share(other.total));
        let is_kin = part >= PART || whole >= PART && part >= PAIRED || self.dice(other, common) >= RELATED;
        (is_kin && other.stance == self.stance).then_some(part.max(whole))
    }
}

/// For each clause without a partner, its nearest kin of the same stance in the other version.
pub(super) fn relatives(clauses: &[Words], partners: &[Option<usize>], others: &[Words]) -> Vec<Option<usize>> {
    let alone = partners.iter().filter(|partner| partner.is_none()).count();
    if alone * others.len() > COMPARISONS {
        return vec![None; clauses.len()];
    }
    let nearest = |clause: &Words| {
        let kin = others.iter().enumerate();
        kin.filter_map(|(index, other)| Some((clause.kinship(other)?, index)))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .map(|(_, index)| index)
    };
    let with_partner = clauses.iter().zip(partners);
    with_partner
        .map(|(clause, partner)| partner.is_none().then(|| nearest(clause)).flatten())
        .collect()
}

/// Pairs each clause with the one it resembles most; equal ones first, each at most once.
pub(super) fn pair(old: &[Words], new: &[Words]) -> Pairs {
    let mut pairs = Pairs {
        of_old: vec![None; old.len()],
        of_new: vec![None; new.len()],
    };
    pair_equal(old, new, &mut pairs);
    let alone = |partners: &[Option<usize>]| -> Vec<usize> {
        let indices = 0..partners.len();
        indices.filter(|index| partners[*index].is_none()).collect()
    };
    let (old_alone, new_alone) = (alone(&pairs.of_old), alone(&pairs.of_new));
    if old_alone.len() * new_alone.len() > COMPARISONS {
        return pairs;
    }
    let mut candidates = Vec::new();
    for &o in &old_alone {
        for &n in &new_alone {
            let (before, after) = (&old[o], &new[n]);
            let similarity = before.similarity(after);
            // Of two alike, the one of the same stance.
            let preference = if before.stance == after.stance { 0.05 } else { 0.0 };
            if similarity >= PAIRED {
                candidates.push((similarity + preference, o, n));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, o, n) in candidates {
        if pairs.of_old[o].is_none() && pairs.of_new[n].is_none() {
            pairs.of_old[o] = Some(n);
            pairs.of_new[n] = Some(o);
        }
    }
    pairs
}

fn pair_equal(old: &[Words], new: &[Words], pairs: &mut Pairs) {
    let mut by_key: HashMap<(&str, Stance), Vec<usize>> = HashMap::new();
    for (o, words) in old.iter().enumerate().rev() {
        by_key.entry((&words.key, words.stance)).or_default().push(o);
    }
    for (n, words) in new.iter().enumerate() {
        if let Some(o) = by_key.get_mut(&(words.key.as_str(), words.stance)).and_then(Vec::pop) {
            pairs.of_old[o] = Some(n);
            pairs.of_new[n] = Some(o);
        }
    }
}
