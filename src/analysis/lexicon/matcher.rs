//! Finds the phrases of all concepts in the words of a text, in one pass.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::grammar::{Element, PhraseFault, Token, phrase};

/// Index of a concept in the rules.
pub type ConceptId = u16;

/// A phrase of a concept found in a text: a range of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub concept: ConceptId,
    pub start: usize,
    pub end: usize,
}

/// How far a lone `*` reaches: three words or nine syllables.
const GAP: usize = 9;
const WORD_COST: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Index of a word element.
    Word(u32),
    Concept(ConceptId),
    Gap,
}

#[derive(Debug)]
struct Pattern {
    concept: ConceptId,
    steps: Vec<Step>,
    /// A step is a hit of another concept.
    refers: bool,
}

/// The phrases' words that each word of a text may be; a document says the same words again and again.
pub type KnownWords = HashMap<String, Vec<u32>>;

/// The compiled phrases of one language.
#[derive(Debug, Default)]
pub struct Matcher {
    patterns: Vec<Pattern>,
    /// Patterns by the word element they begin with.
    by_word: Vec<Vec<u32>>,
    /// Patterns by the concept they begin with.
    by_concept: HashMap<ConceptId, Vec<u32>>,
    words: HashMap<String, u32>,
    prefixes: HashMap<String, u32>,
    suffixes: HashMap<String, u32>,
    infixes: Option<AhoCorasick>,
    infix_ids: Vec<u32>,
}

/// Collects phrases, then compiles them.
#[derive(Debug, Default)]
pub struct Builder {
    matcher: Matcher,
    infixes: HashMap<String, u32>,
    word_count: u32,
}

impl Builder {
    /// Adds a phrase. `resolve` finds a concept by name.
    ///
    /// # Errors
    /// A phrase outside the grammar, an unknown concept.
    pub fn add(
        &mut self,
        concept: ConceptId,
        written: &str,
        resolve: impl Fn(&str) -> Option<ConceptId>,
    ) -> Result<(), PhraseFault> {
        let mut steps = Vec::new();
        for element in phrase(written)? {
            steps.push(match element {
                Element::Gap => Step::Gap,
                Element::Concept(name) => {
                    Step::Concept(resolve(&name).ok_or_else(|| format!("`{written}`: there is no concept `{name}`"))?)
                }
                Element::Word(word) => Step::Word(number(&mut self.matcher.words, &mut self.word_count, word)),
                Element::Prefix(word) => Step::Word(number(&mut self.matcher.prefixes, &mut self.word_count, word)),
                Element::Suffix(word) => Step::Word(number(&mut self.matcher.suffixes, &mut self.word_count, word)),
                Element::Infix(word) => Step::Word(number(&mut self.infixes, &mut self.word_count, word)),
            });
        }
        let index = u32::try_from(self.matcher.patterns.len()).unwrap_or(u32::MAX);
        self.matcher.by_word.resize(self.word_count as usize, Vec::new());
        match steps.first() {
            Some(Step::Word(word)) => self.matcher.by_word[*word as usize].push(index),
            Some(Step::Concept(first)) => self.matcher.by_concept.entry(*first).or_default().push(index),
            _ => {}
        }
        let refers = steps.iter().any(|step| matches!(step, Step::Concept(_)));
        self.matcher.patterns.push(Pattern { concept, steps, refers });
        Ok(())
    }

    pub fn build(mut self) -> Matcher {
        let mut infixes: Vec<_> = self.infixes.into_iter().collect();
        infixes.sort();
        self.matcher.infix_ids = infixes.iter().map(|(_, id)| *id).collect();
        // Building fails only past the automaton's size limits, far beyond any lexicon.
        self.matcher.infixes = AhoCorasick::new(infixes.iter().map(|(word, _)| word)).ok();
        self.matcher
    }
}

fn number(map: &mut HashMap<String, u32>, count: &mut u32, word: String) -> u32 {
    *map.entry(word).or_insert_with(|| {
        *count += 1;
        *count - 1
    })
}

impl Matcher {
    /// Every hit in the tokens, by start; of hits of one concept at one start the longest.
    pub fn hits(&self, tokens: &[Token], known: &mut KnownWords) -> Vec<Hit> {
        for token in tokens {
            if !known.contains_key(&token.folded) {
                known.insert(token.folded.clone(), self.word_elements(&token.folded));
            }
        }
        let elements: Vec<&[u32]> = tokens
            .iter()
            .map(|token| known[token.folded.as_str()].as_slice())
            .collect();
        let mut hits = Vec::new();
        for start in 0..tokens.len() {
            for element in elements[start] {
                self.try_patterns(
                    &self.by_word[*element as usize],
                    start,
                    tokens,
                    &elements,
                    &[],
                    &mut hits,
                );
            }
        }
        hits.sort_by_key(|hit: &Hit| hit.start);
        // No phrase refers to a concept where none was hit.
        if !hits.is_empty() {
            self.add_referring(tokens, &elements, &mut hits);
        }
        hits.sort_by_key(|hit| (hit.start, hit.concept, std::cmp::Reverse(hit.end)));
        hits.dedup_by_key(|hit| (hit.start, hit.concept));
        hits
    }

    /// Phrases that refer to other concepts are matched over the hits of plain phrases.
    fn add_referring(&self, tokens: &[Token], elements: &[&[u32]], hits: &mut Vec<Hit>) {
        let plain = hits.clone();
        for start in 0..tokens.len() {
            for element in elements[start] {
                self.try_patterns(&self.by_word[*element as usize], start, tokens, elements, &plain, hits);
            }
        }
        for hit in &plain {
            if let Some(patterns) = self.by_concept.get(&hit.concept) {
                self.try_patterns(patterns, hit.start, tokens, elements, &plain, hits);
            }
        }
    }

    fn try_patterns(
        &self,
        patterns: &[u32],
        start: usize,
        tokens: &[Token],
        elements: &[&[u32]],
        plain: &[Hit],
        hits: &mut Vec<Hit>,
    ) {
        for index in patterns {
            let pattern = &self.patterns[*index as usize];
            if pattern.refers == plain.is_empty() {
                continue;
            }
            if let Some(end) = end_of(&pattern.steps, start, tokens, elements, plain) {
                hits.push(Hit {
                    concept: pattern.concept,
                    start,
                    end,
                });
            }
        }
    }

    fn word_elements(&self, word: &str) -> Vec<u32> {
        let mut found: Vec<u32> = self.words.get(word).copied().into_iter().collect();
        let cuts = || {
            word.char_indices()
                .map(|(index, character)| (index, index + character.len_utf8()))
        };
        found.extend(cuts().filter_map(|(_, end)| self.prefixes.get(&word[..end])));
        found.extend(cuts().filter_map(|(start, _)| self.suffixes.get(&word[start..])));
        if let Some(infixes) = &self.infixes {
            let inside = infixes
                .find_overlapping_iter(word)
                .map(|hit| self.infix_ids[hit.pattern().as_usize()]);
            found.extend(inside);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Where the steps end when they begin at `start`; gaps are as short as they can be.
fn end_of(steps: &[Step], start: usize, tokens: &[Token], elements: &[&[u32]], plain: &[Hit]) -> Option<usize> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(start);
    };
    match step {
        Step::Word(word) => elements
            .get(start)?
            .contains(word)
            .then(|| end_of(rest, start + 1, tokens, elements, plain))
            .flatten(),
        Step::Concept(concept) => {
            let first = plain.partition_point(|hit| hit.start < start);
            plain[first..]
                .iter()
                .take_while(|hit| hit.start == start)
                .filter(|hit| hit.concept == *concept)
                .find_map(|hit| end_of(rest, hit.end, tokens, elements, plain))
        }
        Step::Gap => {
            let mut spent = 0;
            for next in start..=tokens.len() {
                if let Some(end) = end_of(rest, next, tokens, elements, plain) {
                    return Some(end);
                }
                spent += if tokens.get(next)?.is_syllable { 1 } else { WORD_COST };
                if spent > GAP {
                    return None;
                }
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grammar::tokens;
    use super::*;

    fn found(phrases: &[(&str, ConceptId)], text: &str) -> Vec<(ConceptId, usize, usize)> {
        let mut builder = Builder::default();
        for (written, concept) in phrases {
            builder
                .add(*concept, written, |name| (name == "zero").then_some(0))
                .unwrap();
        }
        let matcher = builder.build();
        matcher
            .hits(&tokens(text), &mut KnownWords::default())
            .into_iter()
            .map(|hit| (hit.concept, hit.start, hit.end))
            .collect()
    }

    #[test]
    fn stars_open_words_and_gaps_skip_them() {
        assert_eq!(found(&[("train*", 0)], "pre training"), [(0, 1, 2)]);
        assert_eq!(found(&[("*daten", 0)], "Trainingsdaten"), [(0, 0, 1)]);
        assert_eq!(found(&[("*modell*", 0)], "KI-Sprachmodelle"), [(0, 1, 2)]);
        assert_eq!(found(&[("use * train", 0)], "use it all to train"), [(0, 0, 5)]);
        assert_eq!(found(&[("use * train", 0)], "use it all and more to train"), []);
        assert_eq!(found(&[("学习", 0)], "机器学习。"), [(0, 2, 4)]);
    }

    #[test]
    fn a_phrase_may_hold_another_concept() {
        let phrases = [("machine learning", 0), ("using * <zero>", 1), ("<zero> powered", 2)];
        assert_eq!(found(&phrases, "using machine learning"), [(1, 0, 3), (0, 1, 3)]);
        assert_eq!(found(&phrases, "machine learning powered"), [(0, 0, 2), (2, 0, 3)]);
    }

    #[test]
    fn unknown_concepts_are_refused() {
        let fault = Builder::default().add(0, "<nothing> here", |_| None).unwrap_err();
        assert!(fault.contains("no concept `nothing`"));
    }
}
