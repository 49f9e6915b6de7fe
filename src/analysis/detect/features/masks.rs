//! Which hits count: not those that only look like the topic, nor the parts of a longer name.

use crate::analysis::lexicon::grammar::Token;
use crate::analysis::lexicon::matcher::Hit;
use crate::analysis::lexicon::{Rules, Vocabulary};

/// "Our staff and our digital assistants": so many words after "and" stands what is joined.
const JOINED: usize = 3;

/// The words of a clause, and the hits of assistants called by their names.
pub(super) struct Phrases<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token<'a>],
    pub called: &'a [Hit],
    pub vocabulary: &'a Vocabulary,
    pub rules: &'a Rules,
}

impl Phrases<'_> {
    /// Drops what `not_topic` covers.
    pub(super) fn without_false_friends(&self, hits: &[Hit]) -> Vec<Hit> {
        let id = self.rules.concept("not_topic");
        let friends: Vec<Hit> = hits.iter().copied().filter(|hit| Some(hit.concept) == id).collect();
        let covered = |hit: &Hit| {
            let is_train = matches!(self.rules.name(hit.concept), "train" | "training");
            friends
                .iter()
                .any(|friend| overlap(friend, hit) && !(is_train && self.reaches_a_machine(friend, hits)))
        };
        hits.iter().copied().filter(|hit| !covered(hit)).collect()
    }

    /// "To brief our staff, to train the chatbot": the comma ends what is done with staff. "To train our staff and Ada",
    /// "to train our staff and our virtual assistants".
    fn reaches_a_machine(&self, friend: &Hit, hits: &[Hit]) -> bool {
        let within = &self.text[self.tokens[friend.start].start..self.tokens[friend.end - 1].end];
        within.contains([',', '，', '、'])
            || self.called.iter().any(|name| holds(friend, name))
            || self.is_joined(friend.end) && hits.iter().any(|hit| self.is_joined_machine(friend, hit, hits))
    }

    fn is_joined(&self, at: usize) -> bool {
        let next = self.tokens.get(at);
        next.is_some_and(|next| self.vocabulary.joins(&next.folded))
    }

    fn is_joined_machine(&self, friend: &Hit, hit: &Hit, hits: &[Hit]) -> bool {
        let is_tool = |tool: &Hit| self.rules.name(tool.concept) == "ai_tool" && holds(tool, hit);
        // "Training plans and adapt the model": another verb takes what is joined.
        let acts = |verb: &Hit| {
            matches!(self.rules.name(verb.concept), "use" | "develop") && (friend.end..hit.start).contains(&verb.start)
        };
        matches!(self.rules.name(hit.concept), "ai" | "model")
            && (friend.end + 1..=friend.end + JOINED).contains(&hit.start)
            && !self.text[self.tokens[friend.end].end..self.tokens[hit.start].start].contains([',', ';', '.'])
            && !hits.iter().any(|other| is_tool(other) || acts(other))
    }
}

fn overlap(one: &Hit, other: &Hit) -> bool {
    one.start < other.end && other.start < one.end
}

fn holds(outer: &Hit, inner: &Hit) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// A word inside a longer phrase is no word of its own: the learning in "machine learning", the not in "if you have not".
pub(super) fn without_parts_of_names(hits: &[Hit], rules: &Rules) -> Vec<Hit> {
    let names = |hit: &Hit, inner: &str, outer: &str| {
        rules.name(hit.concept) == inner
            && hits.iter().any(|name| {
                let is_longer = name.end - name.start > hit.end - hit.start;
                is_longer && rules.name(name.concept) == outer && holds(name, hit)
            })
    };
    let parts = [
        ("train", "ai"),
        ("develop", "ai"),
        ("negation", "exception"),
        // "No longer exempt from": used.
        ("negation", "use"),
        ("exception", "use"),
        // "Sind vom Training ausgenommen": the same word makes a promise.
        ("exception", "negation"),
        ("ban", "training"),
        ("negation", "choice"),
        ("exception", "choice"),
        ("exception", "exempt"),
        ("negation", "limit.consent"),
        ("negation", "limit.anonymous"),
        // Without prior notice.
        ("negation", "default"),
        ("ban", "default"),
        // "At present", where a language says "in this place".
        ("data.location", "default"),
        // By e-mail is a way, no data.
        ("data.messages", "setting.letter"),
        // Customer data does nothing, and a service provider is not the provider.
        ("user", "data.content"),
        ("user", "data.messages"),
        ("service", "party.partners"),
    ];
    let is_part = |hit: &Hit| parts.iter().any(|(inner, outer)| names(hit, inner, outer));
    hits.iter().copied().filter(|hit| !is_part(hit)).collect()
}
