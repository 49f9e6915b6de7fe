//! What differs in substance between two wordings of one clause.

use std::collections::BTreeSet;

use super::similar::key;
use super::{ClauseChange, Event};
use crate::analysis::detect::{Finding, Stance};

/// The event that a rewording is, if it is one.
pub(super) fn reworded(before: &Finding, after: &Finding) -> Option<ClauseChange> {
    if before.stance == after.stance && key(&before.text) == key(&after.text) {
        return None;
    }
    let difference = Difference::between(before, after);
    let (event, why) = match (before.stance, after.stance) {
        (Stance::Claim, Stance::Claim) => difference.claim()?,
        (Stance::Assurance, Stance::Assurance) => difference.assurance()?,
        (Stance::Choice, Stance::Choice) => difference.choice()?,
        (Stance::Assurance, Stance::Claim | Stance::Mention) => {
            (Event::AssuranceRemoved, vec!["the promise is gone".into()])
        }
        (Stance::Claim, Stance::Assurance) => (Event::AssuranceAdded, vec!["a denial was added".into()]),
        (Stance::Claim, Stance::Choice) => (Event::ChoiceAdded, vec!["a choice was added".into()]),
        (Stance::Choice, Stance::Claim | Stance::Mention) => (Event::ChoiceRemoved, vec!["the choice is gone".into()]),
        (Stance::Claim, Stance::Mention | Stance::Restriction) => {
            (Event::ClaimRemoved, vec!["the claim is gone".into()])
        }
        (_, Stance::Claim) => (Event::ClaimAdded, vec!["it became a claim".into()]),
        (_, Stance::Assurance) => (Event::AssuranceAdded, vec!["it became a promise".into()]),
        (_, Stance::Choice) => (Event::ChoiceAdded, vec!["it became a choice".into()]),
        _ => return None,
    };
    Some(ClauseChange::new(event, after, Some(before), why))
}

/// Concepts gained and lost.
struct Difference<'a> {
    gained: BTreeSet<&'a str>,
    lost: BTreeSet<&'a str>,
}

impl<'a> Difference<'a> {
    fn between(before: &'a Finding, after: &'a Finding) -> Self {
        let of = |finding: &'a Finding| finding.concepts.iter().map(String::as_str).collect::<BTreeSet<_>>();
        let (old, new) = (of(before), of(after));
        Self {
            gained: new.difference(&old).copied().collect(),
            lost: old.difference(&new).copied().collect(),
        }
    }

    fn claim(&self) -> Option<(Event, Vec<String>)> {
        let widened = [
            named("added", &self.gained, &["data.", "party."]),
            named("dropped", &self.lost, &["limit.", "exception"]),
        ];
        let widened = widened.concat();
        if !widened.is_empty() {
            return Some((Event::ClaimWidened, widened));
        }
        if self.gained.contains("choice") {
            return Some((Event::ChoiceAdded, vec!["added: choice".into()]));
        }
        if self.gained.contains("train") && !self.lost.contains("training") {
            return Some((Event::ClaimWidened, vec!["added: train".into()]));
        }
        self.lost
            .contains("choice")
            .then(|| (Event::ChoiceRemoved, vec!["dropped: choice".into()]))
    }

    fn assurance(&self) -> Option<(Event, Vec<String>)> {
        let weakened = [
            named("added", &self.gained, &["exception", "default"]),
            named("dropped", &self.lost, &["data.", "party."]),
        ]
        .concat();
        if !weakened.is_empty() {
            return Some((Event::AssuranceRemoved, weakened));
        }
        let strengthened = named("added", &self.gained, &["data.", "party."]);
        (!strengthened.is_empty()).then_some((Event::AssuranceAdded, strengthened))
    }

    fn choice(&self) -> Option<(Event, Vec<String>)> {
        let families = ["setting", "exception", "limit.", "data.", "default"];
        let changed = [
            named("added", &self.gained, &families),
            named("dropped", &self.lost, &families),
        ]
        .concat();
        (!changed.is_empty()).then_some((Event::ChoiceChanged, changed))
    }
}

/// The concepts of these families, each as a reason.
fn named(what: &str, concepts: &BTreeSet<&str>, families: &[&str]) -> Vec<String> {
    let of_family = concepts
        .iter()
        .filter(|name| families.iter().any(|family| name.starts_with(family)));
    of_family.map(|name| format!("{what}: {name}")).collect()
}
