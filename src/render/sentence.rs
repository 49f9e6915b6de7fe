//! What a change means, in one plain sentence: who, what they do, with whose data.

use std::collections::BTreeSet;

use super::words::{Words, fill, joined};
use crate::analysis::compare::{ClauseChange, Event};
use crate::analysis::detect::{Finding, Stance};

/// More kinds of data than these make no sentence to grasp at a glance.
const NAMED: usize = 3;

/// The kinds of data, those first that people fear most for.
const DATA: &[&str] = &[
    "sensitive",
    "personal",
    "messages",
    "content",
    "media",
    "voice",
    "files",
    "input",
    "usage",
    "feedback",
    "location",
    "contacts",
    "public",
];

/// What the loudest of these changes mean; those of the same event are taken together.
pub(super) fn of_changes(service: &str, changes: &[ClauseChange], words: &Words) -> String {
    let Some(first) = changes.first() else {
        return String::new();
    };
    let alike: Vec<&ClauseChange> = changes.iter().filter(|change| key(change) == key(first)).collect();
    let mut said = Said::default();
    for change in &alike {
        said.take(&change.finding);
    }
    let gained: BTreeSet<&str> = alike.iter().flat_map(|change| gained_data(change)).collect();
    let data = if gained.is_empty() {
        said.data(words)
    } else {
        list(&gained, words)
    };
    let act = words.phrase("act", said.act());
    let models = words.phrase("models", said.models());
    fill(
        words.phrase("say", key(first)),
        &[("service", service), ("act", act), ("models", models), ("data", &data)],
    )
}

/// Which sentence tells a change.
fn key(change: &ClauseChange) -> &'static str {
    let dropped = |family: &str| {
        change
            .why
            .iter()
            .any(|why| why.starts_with(&format!("dropped: {family}")))
    };
    match change.event {
        Event::ClaimAdded => "claim_added",
        Event::ClaimWidened if gained_data(change).next().is_some() => "claim_widened_data",
        Event::ClaimWidened if dropped("limit.") || dropped("exception") => "claim_widened_limit",
        Event::ClaimWidened => "claim_widened",
        Event::ClaimRemoved => "claim_removed",
        Event::AssuranceAdded if has(&change.finding, "limit.consent") => "assurance_consent",
        Event::AssuranceAdded => "assurance_added",
        Event::AssuranceRemoved => match (&change.before, change.finding.stance) {
            (Some(_), Stance::Claim) => "assurance_reversed",
            (Some(_), Stance::Assurance) => "assurance_weakened",
            _ => "assurance_removed",
        },
        Event::ChoiceAdded => "choice_added",
        Event::ChoiceRemoved => "choice_removed",
        Event::ChoiceChanged => "choice_changed",
    }
}

/// The kinds of data that a widened claim took in.
fn gained_data(change: &ClauseChange) -> impl Iterator<Item = &str> {
    let widened = change.event == Event::ClaimWidened;
    change
        .why
        .iter()
        .filter_map(move |why| why.strip_prefix("added: data.").filter(|_| widened))
}

fn has(finding: &Finding, concept: &str) -> bool {
    finding.concepts.iter().any(|name| name == concept)
}

/// What several clauses speak of.
#[derive(Default)]
struct Said<'a> {
    concepts: BTreeSet<&'a str>,
}

impl<'a> Said<'a> {
    fn take(&mut self, finding: &'a Finding) {
        self.concepts.extend(finding.concepts.iter().map(String::as_str));
    }

    fn has(&self, concept: &str) -> bool {
        self.concepts.contains(concept)
    }

    fn act(&self) -> &'static str {
        match (self.has("train") || self.has("training"), self.has("develop")) {
            (true, true) => "both",
            (false, true) => "develop",
            _ => "train",
        }
    }

    fn models(&self) -> &'static str {
        let parties = [
            ("party.third", "third"),
            ("party.partners", "partners"),
            ("party.affiliates", "affiliates"),
        ];
        let party = parties.iter().find(|(concept, _)| self.has(concept));
        party.map_or(if self.has("service") { "own" } else { "any" }, |(_, key)| key)
    }

    fn data(&self, words: &Words) -> String {
        let kinds: BTreeSet<&str> = self
            .concepts
            .iter()
            .filter_map(|name| name.strip_prefix("data."))
            .collect();
        if !kinds.is_empty() {
            return list(&kinds, words);
        }
        let is_said = ["yours", "user", "information"].iter().any(|name| self.has(name));
        words
            .phrase("data", if is_said { "yours" } else { "unnamed" })
            .to_owned()
    }
}

fn list(kinds: &BTreeSet<&str>, words: &Words) -> String {
    let mut named: Vec<&str> = DATA
        .iter()
        .filter(|kind| kinds.contains(**kind))
        .map(|kind| words.phrase("data", kind))
        .collect();
    if named.is_empty() {
        // A kind that is new in the rules and has no words yet.
        named.push(words.phrase("data", "yours"));
    }
    if named.len() > NAMED {
        named.truncate(NAMED);
        named.push(words.phrase("list", "more"));
    }
    joined(&named, words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::compare::{Ledger, compare};
    use crate::analysis::detect::detect;
    use crate::analysis::document::Document;
    use crate::analysis::lexicon::Lexicon;

    fn said(before: &str, after: &str, lang: &str) -> String {
        let read = |text| detect(&Document::from_markdown(text), Lexicon::builtin(), Some("en"));
        let changes = compare(&read(before), &read(after), &Ledger::default(), Lexicon::builtin());
        of_changes("Shop", &changes, Words::of(lang))
    }

    #[test]
    fn a_sentence_names_who_what_and_whose() {
        let claim =
            "We may use your messages and your personal data to train our AI models and those of third parties.";
        assert_eq!(
            said("# A", claim, "en"),
            "Shop now claims the right to train its own and others' AI models with your personal data and your messages."
        );
        assert_eq!(
            said("# A", claim, "de"),
            "Shop nimmt sich jetzt das Recht, mit Ihren personenbezogenen Daten und Ihren Nachrichten eigene und fremde KI-Modelle zu trainieren."
        );
        assert_eq!(
            said("# A", claim, "fr"),
            "Shop dit désormais pouvoir entraîner ses modèles d'IA et ceux d'autres avec vos données personnelles et vos messages."
        );
    }

    #[test]
    fn every_event_has_its_sentence() {
        let photos = "We use your photos to train our AI models.";
        let more = "We use your photos and messages to train our AI models.";
        let never = "We do not use your photos to train AI models.";
        assert!(
            said(photos, more, "en")
                .starts_with("Shop now also claims the right to train its AI models with your messages.")
        );
        assert!(
            said(photos, "# A", "en").contains("no longer claims the right to train its AI models with your photos")
        );
        assert!(
            said("# A", never, "en").contains("promises not to train"),
            "{}",
            said("# A", never, "en")
        );
        assert!(said(never, "# A", "en").contains("no longer promises not to train"));
        assert!(said(never, photos, "en").contains("drops a promise and now claims"));
    }
}
