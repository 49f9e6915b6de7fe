//! What a document is about as a whole.

use std::collections::HashSet;

use super::names::{Names, assistants};
use crate::analysis::detect::language::prefix;
use crate::analysis::document::Document;
use crate::analysis::lexicon::grammar::tokens;
use crate::analysis::lexicon::{Rules, Vocabulary};
use crate::analysis::recall::Recall;

/// As much text as tells whether a document is about an AI product.
const SAMPLE: usize = 20_000;
/// An AI product's document names AI at least once in so many words.
const WORDS_PER_NAME: usize = 60;
/// With "model", "train", "prompt" and "output" counted, a sign stands in so many words.
const WORDS_PER_SIGN: usize = 40;
/// So many names leave no doubt.
const OFTEN: usize = 8;

/// What the beginning of a document tells of all of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::analysis::detect) struct Survey {
    /// It is about a product that is AI: there "to improve our services" means to train.
    pub(super) about_ai: bool,
    /// Folded names by which it calls its assistant.
    pub(super) assistants: HashSet<String>,
}

/// What a block adds to the survey.
#[derive(Debug)]
pub(in crate::analysis::detect) struct Signs {
    words: usize,
    names: usize,
    models: usize,
    talks: usize,
    assistants: Names,
}

impl Signs {
    fn of(text: &str, vocabulary: &Vocabulary, rules: &Rules) -> Self {
        let words = tokens(text);
        let hits = vocabulary.matcher.hits(&words);
        let of = |name: &str| {
            let concept = rules.concept(name);
            hits.iter().filter(|hit| Some(hit.concept) == concept).count()
        };
        Self {
            words: words.len(),
            names: of("ai"),
            models: of("model") + of("train"),
            talks: of("data.input"),
            assistants: Names::of(text, &words, &hits, rules),
        }
    }
}

impl Survey {
    pub(in crate::analysis::detect) fn of(
        document: &Document,
        vocabulary: &Vocabulary,
        rules: &Rules,
        known: &mut Recall<Signs>,
    ) -> Self {
        let (mut words, mut names, mut models, mut talks, mut bytes) = (0, 0, 0, 0, 0);
        let mut read = Vec::new();
        for block in &document.blocks {
            let sample = prefix(&block.text, SAMPLE);
            let signs = known.get(sample, || Signs::of(sample, vocabulary, rules));
            names += signs.names;
            models += signs.models;
            talks += signs.talks;
            words += signs.words;
            read.push(signs);
            bytes += block.text.len();
            if bytes > SAMPLE {
                break;
            }
        }
        // "Prompts" and "outputs" are how such a document names AI most of the time, but others have outputs too.
        // A shop's assistant named thrice on one page makes no AI product of the shop.
        let is_named = (names >= OFTEN || names >= 3 && talks >= 2) && names * WORDS_PER_NAME >= words;
        let is_described = names >= 2 && talks >= 3 && (names + talks) * WORDS_PER_NAME >= words * 2;
        // One that offers models speaks of them more than of AI.
        let signs = names + models + talks;
        let is_of_models = names >= 1 && talks >= 3 && signs >= OFTEN && signs * WORDS_PER_SIGN >= words;
        Self {
            about_ai: is_named || is_described || is_of_models,
            assistants: assistants(read.iter().map(|signs| &signs.assistants)),
        }
    }
}
