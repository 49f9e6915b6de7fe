//! Which hits count: not those that only look like the topic, nor the parts of a longer name.

use crate::analysis::lexicon::Rules;
use crate::analysis::lexicon::matcher::Hit;

/// Drops what `not_topic` covers. `is_divided` tells that a comma or an assistant's name stands in it, or that machines are
/// joined to it.
pub(super) fn without_false_friends(
    hits: &[Hit],
    rules: &Rules,
    is_divided: impl Fn(&Hit, &[Hit]) -> bool,
) -> Vec<Hit> {
    let id = rules.concept("not_topic");
    let friends: Vec<Hit> = hits.iter().copied().filter(|hit| Some(hit.concept) == id).collect();
    let covered = |hit: &Hit| {
        // "To brief our staff, to train the chatbot": the comma ends what is done with staff.
        // "To train our staff and Ada", "to train our staff and our virtual assistants".
        let is_train = matches!(rules.name(hit.concept), "train" | "training");
        friends
            .iter()
            .any(|friend| friend.start < hit.end && hit.start < friend.end && !(is_train && is_divided(friend, hits)))
    };
    hits.iter().copied().filter(|hit| !covered(hit)).collect()
}

/// A word inside a longer phrase is no word of its own: the learning in "machine learning", the not in "if you have not".
pub(super) fn without_parts_of_names(hits: &[Hit], rules: &Rules) -> Vec<Hit> {
    let names = |hit: &Hit, inner: &str, outer: &str| {
        rules.name(hit.concept) == inner
            && hits.iter().any(|name| {
                let is_longer = name.end - name.start > hit.end - hit.start;
                is_longer && rules.name(name.concept) == outer && name.start <= hit.start && hit.end <= name.end
            })
    };
    let parts = [
        ("train", "ai"),
        ("develop", "ai"),
        ("negation", "exception"),
        ("ban", "training"),
        ("negation", "choice"),
        ("negation", "limit.consent"),
        ("negation", "limit.anonymous"),
        // Without prior notice.
        ("negation", "default"),
        ("ban", "default"),
        // "At present", where a language says "in this place".
        ("data.location", "default"),
        // Customer data does nothing, and a service provider is not the provider.
        ("user", "data.content"),
        ("user", "data.messages"),
        ("service", "party.partners"),
    ];
    let is_part = |hit: &Hit| parts.iter().any(|(inner, outer)| names(hit, inner, outer));
    hits.iter().copied().filter(|hit| !is_part(hit)).collect()
}
