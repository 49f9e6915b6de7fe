//! By which names a document calls its assistant ("our assistant Ada", "Ada, the shop's assistant").

use std::collections::HashSet;

use crate::analysis::lexicon::Rules;
use crate::analysis::lexicon::grammar::Token;
use crate::analysis::lexicon::matcher::Hit;

/// So many words stand between a name and what it is.
const APART: usize = 3;
/// Shorter words are initials.
const SHORTEST: usize = 3;

/// Words, folded, of a block that stand where an assistant's name does.
#[derive(Debug)]
pub(super) struct Names {
    called: Vec<String>,
    /// Nobody says "our Ada": what follows such a word is a noun.
    owned: Vec<String>,
}

impl Names {
    pub(super) fn of(text: &str, tokens: &[Token<'_>], hits: &[Hit], rules: &Rules) -> Self {
        let of = |name: &'static str| hits.iter().filter(move |hit| rules.name(hit.concept) == name);
        let word = |at: usize| tokens.get(at).map(|token| token.folded.to_string());
        let owned = of("yours").chain(of("service")).filter_map(|owner| word(owner.end));
        let is_name = |at: &usize| {
            let word = &text[tokens[*at].start..tokens[*at].end];
            let rest = word.chars().skip(1);
            word.starts_with(char::is_uppercase)
                && rest.clone().count() + 1 >= SHORTEST
                && rest.into_iter().all(char::is_lowercase)
                && !hits.iter().any(|hit| hit.start <= *at && *at < hit.end)
        };
        let between = |from: usize, to: usize| &text[tokens[from].end..tokens[to].start];
        let named = |assistant: &Hit| {
            let next = assistant.end;
            let follows = next < tokens.len() && is_mark(between(next - 1, next), " \u{a0}\"'„“”«»‹›‚‘’「『");
            let mut before = assistant.start.saturating_sub(APART + 1)..assistant.start.saturating_sub(1);
            let before = before.rfind(|at| {
                let behind = between(*at, at + 1);
                is_mark(behind, " \"'“”»›’,(") && behind.contains([',', '('])
            });
            [follows.then_some(next), before].into_iter().flatten().filter(is_name)
        };
        Self {
            called: of("assistant").flat_map(named).filter_map(word).collect(),
            owned: owned.collect(),
        }
    }
}

/// The names of a document's assistants, from those of its blocks.
pub(super) fn assistants<'n>(blocks: impl Iterator<Item = &'n Names> + Clone) -> HashSet<String> {
    let mut called: HashSet<String> = blocks.clone().flat_map(|names| &names.called).cloned().collect();
    if !called.is_empty() {
        let owned: HashSet<&String> = blocks.flat_map(|names| &names.owned).collect();
        called.retain(|word| !owned.contains(word));
    }
    called
}

fn is_mark(between: &str, marks: &str) -> bool {
    between.chars().all(|c| marks.contains(c))
}

/// Where a text calls an assistant by its name: there it speaks of a model.
pub(super) fn hits(text: &str, tokens: &[Token<'_>], assistants: &HashSet<String>, rules: &Rules) -> Vec<Hit> {
    let Some(concept) = rules.concept("model").filter(|_| !assistants.is_empty()) else {
        return Vec::new();
    };
    let is_called = |token: &Token<'_>| {
        text[token.start..].starts_with(char::is_uppercase) && assistants.contains(token.folded.as_ref())
    };
    let called = tokens.iter().enumerate().filter(|(_, token)| is_called(token));
    called
        .map(|(start, _)| Hit {
            concept,
            start,
            end: start + 1,
        })
        .collect()
}
