//! By which names a document calls its assistant ("our assistant Ada", "Ada, the shop's assistant").

use std::collections::HashSet;

use crate::analysis::lexicon::Rules;
use crate::analysis::lexicon::grammar::Token;
use crate::analysis::lexicon::matcher::Hit;

/// So many words stand between a name and what it is.
const APART: usize = 3;
/// Shorter words are initials.
const SHORTEST: usize = 3;

/// Words, folded, that stand where an assistant's name does.
#[derive(Debug, Default)]
pub(super) struct Names {
    called: HashSet<String>,
    /// Nobody says "our Ada": what follows such a word is a noun.
    owned: HashSet<String>,
}

impl Names {
    /// Takes a block into account.
    pub(super) fn read(&mut self, text: &str, tokens: &[Token<'_>], hits: &[Hit], rules: &Rules) {
        let of = |name: &'static str| hits.iter().filter(move |hit| rules.name(hit.concept) == name);
        for owner in of("yours").chain(of("service")) {
            self.owned
                .extend(tokens.get(owner.end).map(|token| token.folded.to_string()));
        }
        let is_name = |at: usize| {
            let word = &text[tokens[at].start..tokens[at].end];
            let rest = word.chars().skip(1);
            word.starts_with(char::is_uppercase)
                && rest.clone().count() + 1 >= SHORTEST
                && rest.into_iter().all(char::is_lowercase)
                && !hits.iter().any(|hit| hit.start <= at && at < hit.end)
        };
        let between = |from: usize, to: usize| &text[tokens[from].end..tokens[to].start];
        for assistant in of("assistant") {
            let next = assistant.end;
            let follows = next < tokens.len() && is_mark(between(next - 1, next), " \u{a0}\"'„“”«»‹›‚‘’「『");
            if follows && is_name(next) {
                self.called.insert(tokens[next].folded.to_string());
            }
            let mut before = assistant.start.saturating_sub(APART + 1)..assistant.start.saturating_sub(1);
            let named = before.rfind(|at| {
                let behind = between(*at, at + 1);
                is_mark(behind, " \"'“”»›’,(") && behind.contains([',', '('])
            });
            self.called
                .extend(named.filter(|at| is_name(*at)).map(|at| tokens[at].folded.to_string()));
        }
    }

    pub(super) fn into_words(self) -> HashSet<String> {
        let Self { called, owned } = self;
        called.into_iter().filter(|word| !owned.contains(word)).collect()
    }
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
