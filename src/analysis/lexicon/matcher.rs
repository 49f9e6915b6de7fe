//! Finds the phrases of all concepts in the words of a text, in one pass.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aho_corasick::AhoCorasick;
use foldhash::fast::RandomState;

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
}

/// What each word met so far may be; documents say the same words again and again.
#[derive(Debug, Default)]
struct KnownWords {
    indices: HashMap<String, usize, RandomState>,
    words: Vec<KnownWord>,
}

#[derive(Debug)]
struct KnownWord {
    /// The word elements of phrases that it fits, sorted.
    elements: Vec<u32>,
    /// The patterns that begin with it.
    patterns: Starting,
}

impl KnownWords {
    fn index(&mut self, word: &str, matcher: &Matcher) -> usize {
        if let Some(index) = self.indices.get(word) {
            return *index;
        }
        self.words.push(matcher.known_word(word));
        self.indices.insert(word.to_owned(), self.words.len() - 1);
        self.words.len() - 1
    }
}

/// So many words hold a hundred documents; a list of names without end must not fill the memory.
const REMEMBERED: usize = 16_384;

/// Patterns with one beginning.
#[derive(Debug, Default, Clone)]
struct Starting {
    plain: Vec<Start>,
    /// Those of which a step is a hit of another concept.
    referring: Vec<Start>,
}

/// The start of a pattern.
#[derive(Debug, Clone, Copy)]
struct Start {
    pattern: u32,
    /// The word element right behind the first step, where there is one: most patterns fail there.
    second: Option<u32>,
}

/// The number of each word element of one kind.
type Elements = HashMap<String, u32, RandomState>;

/// The compiled phrases of one language.
#[derive(Debug, Default)]
pub struct Matcher {
    patterns: Vec<Pattern>,
    /// Patterns by the word element they begin with.
    by_word: Vec<Starting>,
    /// Patterns by the concept they begin with.
    by_concept: HashMap<ConceptId, Vec<Start>, RandomState>,
    words: Elements,
    prefixes: Elements,
    suffixes: Elements,
    infixes: Option<AhoCorasick>,
    infix_ids: Vec<u32>,
    /// One for each thread that looked for hits at the same time.
    known: Mutex<Vec<KnownWords>>,
}

/// Collects phrases, then compiles them.
#[derive(Debug, Default)]
pub struct Builder {
    matcher: Matcher,
    infixes: Elements,
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
        let start = Start {
            pattern: u32::try_from(self.matcher.patterns.len()).unwrap_or(u32::MAX),
            second: match (steps.first(), steps.get(1)) {
                (Some(Step::Word(_)), Some(Step::Word(second))) => Some(*second),
                _ => None,
            },
        };
        self.matcher
            .by_word
            .resize(self.word_count as usize, Starting::default());
        let refers = steps.iter().any(|step| matches!(step, Step::Concept(_)));
        match steps.first() {
            Some(Step::Word(word)) if refers => self.matcher.by_word[*word as usize].referring.push(start),
            Some(Step::Word(word)) => self.matcher.by_word[*word as usize].plain.push(start),
            Some(Step::Concept(first)) => self.matcher.by_concept.entry(*first).or_default().push(start),
            _ => {}
        }
        self.matcher.patterns.push(Pattern { concept, steps });
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

fn number(map: &mut Elements, count: &mut u32, word: String) -> u32 {
    *map.entry(word).or_insert_with(|| {
        *count += 1;
        *count - 1
    })
}

impl Matcher {
    /// Every hit in the tokens, by start; of hits of one concept at one start the longest.
    pub fn hits(&self, tokens: &[Token<'_>]) -> Vec<Hit> {
        let mut known = self.pool().pop().unwrap_or_default();
        let hits = self.hits_among(tokens, &mut known);
        if known.words.len() < REMEMBERED {
            self.pool().push(known);
        }
        hits
    }

    fn pool(&self) -> MutexGuard<'_, Vec<KnownWords>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hits_among(&self, tokens: &[Token<'_>], known: &mut KnownWords) -> Vec<Hit> {
        let indices: Vec<usize> = tokens.iter().map(|token| known.index(&token.folded, self)).collect();
        let words: Vec<&KnownWord> = indices.into_iter().map(|index| &known.words[index]).collect();
        let mut hits = Vec::new();
        for (start, word) in words.iter().enumerate() {
            self.try_patterns(&word.patterns.plain, start, tokens, &words, &[], &mut hits);
        }
        // No phrase refers to a concept where none was hit.
        if !hits.is_empty() {
            self.add_referring(tokens, &words, &mut hits);
        }
        hits.sort_by_key(|hit| (hit.start, hit.concept, std::cmp::Reverse(hit.end)));
        hits.dedup_by_key(|hit| (hit.start, hit.concept));
        hits
    }

    /// Phrases that refer to other concepts are matched over the hits of plain phrases.
    fn add_referring(&self, tokens: &[Token<'_>], words: &[&KnownWord], hits: &mut Vec<Hit>) {
        let plain = hits.clone();
        for (start, word) in words.iter().enumerate() {
            self.try_patterns(&word.patterns.referring, start, tokens, words, &plain, hits);
        }
        for hit in &plain {
            if let Some(patterns) = self.by_concept.get(&hit.concept) {
                self.try_patterns(patterns, hit.start, tokens, words, &plain, hits);
            }
        }
    }

    fn try_patterns(
        &self,
        starts: &[Start],
        start: usize,
        tokens: &[Token<'_>],
        words: &[&KnownWord],
        plain: &[Hit],
        hits: &mut Vec<Hit>,
    ) {
        let next = words.get(start + 1);
        let may_fit = |pattern: &&Start| {
            let fits = |second| next.is_some_and(|next| next.elements.contains(&second));
            pattern.second.is_none_or(fits)
        };
        for pattern in starts.iter().filter(may_fit) {
            let pattern = &self.patterns[pattern.pattern as usize];
            if let Some(end) = end_of(&pattern.steps, start, tokens, words, plain) {
                hits.push(Hit {
                    concept: pattern.concept,
                    start,
                    end,
                });
            }
        }
    }

    fn known_word(&self, word: &str) -> KnownWord {
        let elements = self.word_elements(word);
        let mut patterns = Starting::default();
        for element in &elements {
            let of_element = &self.by_word[*element as usize];
            patterns.plain.extend(&of_element.plain);
            patterns.referring.extend(&of_element.referring);
        }
        KnownWord { elements, patterns }
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
fn end_of(steps: &[Step], start: usize, tokens: &[Token<'_>], words: &[&KnownWord], plain: &[Hit]) -> Option<usize> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(start);
    };
    match step {
        Step::Word(element) => words
            .get(start)?
            .elements
            .contains(element)
            .then(|| end_of(rest, start + 1, tokens, words, plain))
            .flatten(),
        Step::Concept(concept) => {
            let first = plain.partition_point(|hit| hit.start < start);
            plain[first..]
                .iter()
                .take_while(|hit| hit.start == start)
                .filter(|hit| hit.concept == *concept)
                .find_map(|hit| end_of(rest, hit.end, tokens, words, plain))
        }
        Step::Gap => {
            let mut spent = 0;
            for next in start..=tokens.len() {
                if let Some(end) = end_of(rest, next, tokens, words, plain) {
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
            .hits(&tokens(text))
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
