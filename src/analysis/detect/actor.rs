//! Who trains.

use serde::{Deserialize, Serialize};

use crate::analysis::lexicon::Rules;
use crate::analysis::lexicon::grammar::Token;
use crate::analysis::lexicon::matcher::Hit;

/// Who uses, trains or develops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    Service,
    Affiliates,
    Partners,
    #[serde(rename = "third parties")]
    ThirdParties,
}

/// A subject stands so near its verb, in words ("our partners may also use").
const NEAR: usize = 4;

pub(super) fn of_hit(hit: &Hit, rules: &Rules) -> Option<Actor> {
    match rules.name(hit.concept) {
        "service" => Some(Actor::Service),
        "party.affiliates" => Some(Actor::Affiliates),
        "party.partners" => Some(Actor::Partners),
        "party.third" => Some(Actor::ThirdParties),
        _ => None,
    }
}

/// The last before the topic's verb who has a verb of their own; in a passive or a list item nobody is named.
pub(super) fn of(tokens: &[Token<'_>], hits: &[Hit], rules: &Rules, verb: usize) -> Option<Actor> {
    let is_verb = |hit: &Hit| matches!(rules.name(hit.concept), "use" | "train" | "develop" | "training");
    let acts = |actor: &&Hit| {
        let near = actor.end..(actor.end + NEAR).min(tokens.len());
        let has_verb = hits.iter().any(|hit| is_verb(hit) && near.contains(&hit.start));
        actor.end <= verb && has_verb
    };
    let mut named = hits.iter().filter(|hit| of_hit(hit, rules).is_some()).filter(acts);
    named.next_back().and_then(|hit| of_hit(hit, rules))
}
