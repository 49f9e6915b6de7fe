//! What changed between the findings of two versions, against all that was ever seen.

mod judge;
mod ledger;
mod similar;
mod wording;

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

pub use self::ledger::{Ledger, LedgerEntry};
pub use self::similar::key as clause_key;
use self::similar::{Words, pair, relatives};
use self::wording::Language;
use crate::analysis::detect::{Detection, Finding, Stance};
use crate::analysis::lexicon::Lexicon;

/// What happened to a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    ClaimAdded,
    ClaimWidened,
    ClaimRemoved,
    AssuranceAdded,
    AssuranceRemoved,
    ChoiceAdded,
    ChoiceRemoved,
    ChoiceChanged,
}

/// How loud an event is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    #[default]
    Notice,
    Alert,
}

/// What changed about one clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseChange {
    pub event: Event,
    pub severity: Severity,
    /// The finding as it stands now; for a removal, as it stood.
    pub finding: Finding,
    /// The finding it replaces, where it was reworded.
    pub before: Option<Finding>,
    /// The clause left and came back.
    pub returned: bool,
    /// What decided ("dropped: limit.consent").
    pub why: Vec<String>,
}

impl Event {
    /// How loud the event is by itself.
    pub fn severity(self) -> Severity {
        match self {
            Self::AssuranceAdded | Self::ClaimRemoved => Severity::Notice,
            _ => Severity::Alert,
        }
    }
}

impl ClauseChange {
    /// A finding less sure than this is worth a notice, not an alert.
    const DOUBTFUL: f32 = 0.6;

    fn new(event: Event, finding: &Finding, before: Option<&Finding>, why: Vec<String>) -> Self {
        // What became of a promise says nothing of how sure the promise was.
        let lost = before.filter(|_| {
            matches!(
                event,
                Event::ClaimRemoved | Event::AssuranceRemoved | Event::ChoiceRemoved
            )
        });
        let is_doubtful = lost.unwrap_or(finding).confidence < Self::DOUBTFUL;
        let severity = if is_doubtful {
            Severity::Notice
        } else {
            event.severity()
        };
        Self {
            event,
            severity,
            finding: finding.clone(),
            before: before.cloned(),
            returned: false,
            why,
        }
    }

    /// A clause that is gone with nothing in its place: it may come back with the next visit.
    pub fn is_plain_removal(&self) -> bool {
        let removes = matches!(
            self.event,
            Event::ClaimRemoved | Event::AssuranceRemoved | Event::ChoiceRemoved
        );
        removes && self.before.is_none()
    }
}

/// Compares what two versions say. With an empty ledger only the two count.
///
/// A clause moved, re-wrapped or reworded without a change of substance is no news. A translation shares no words with
/// its original: there only a stance that the other has not at all is news.
pub fn compare(before: &Detection, after: &Detection, ledger: &Ledger, lexicon: &Lexicon) -> Vec<ClauseChange> {
    let is_translated = before.lang.is_some() && after.lang.is_some() && before.lang != after.lang;
    let language = Language::of(lexicon, after.lang.as_deref());
    let mut changes = of_findings(&before.findings, &after.findings, ledger, language);
    let bystanders: HashSet<String> = after.bystanders.iter().map(|text| similar::key(text)).collect();
    // Its text is still there: what left is the claim before it.
    changes.retain(|change| !(change.is_plain_removal() && bystanders.contains(&similar::key(&change.finding.text))));
    if is_translated {
        let says = |detection: &Detection, stance| detection.findings.iter().any(|finding| finding.stance == stance);
        changes.retain(|change| {
            let stance = change.finding.stance;
            !(says(before, stance) && says(after, stance))
        });
    }
    changes
}

const NEVER_SEEN: &str = "never seen in this document";

fn of_findings(
    before: &[Finding],
    after: &[Finding],
    ledger: &Ledger,
    language: Option<Language<'_>>,
) -> Vec<ClauseChange> {
    let (old, new) = (words_of(before), words_of(after));
    let pairs = pair(&old, &new);
    let kin_of_new = relatives(&new, &pairs.of_new, &old);
    let kin_of_old = relatives(&old, &pairs.of_old, &new);
    let old_alone = alone(&pairs.of_old, &kin_of_old);
    let retold_in = retold(&old_alone, &alone(&pairs.of_new, &kin_of_new), |&o, &n| {
        is_retold(&before[o], &after[n]).then(|| old[o].similarity(&new[n]))
    });
    let said_before: HashSet<_> = before.iter().map(saying).collect();
    let said_after: HashSet<_> = after.iter().map(saying).collect();
    let mut changes = Vec::new();
    for (index, finding) in after.iter().enumerate() {
        // "This data is used to train": it says the same, of other data.
        let is_of_other_data = |kin: &usize| refers_back(finding) && pairs.of_old[*kin].is_some();
        let kin = kin_of_new[index].filter(|kin| !is_of_other_data(kin));
        match pairs.of_new[index].or(kin).or_else(|| retold_in.get(&index).copied()) {
            Some(other) => changes.extend(judge::reworded(&before[other], finding, language)),
            None if said_before.contains(&saying(finding)) => {}
            None => changes.extend(added(finding)),
        }
    }
    for index in old_alone {
        let is_gone = !retold_in.values().any(|old| *old == index);
        if is_gone && !said_after.contains(&saying(&before[index])) {
            changes.extend(removed(&before[index]));
        }
    }
    let known = ledger.by_clause();
    changes.retain_mut(|change| {
        let Some(&entry) = known
            .get(&Ledger::clause(&change.finding))
            .filter(|_| !change.is_plain_removal())
        else {
            return true;
        };
        change.returned = true;
        change.severity = Severity::Notice;
        for reason in change.why.iter_mut().filter(|reason| *reason == NEVER_SEEN) {
            *reason = "was in this document before, and is back".into();
        }
        // A clause that comes and goes: its first return was told.
        ledger.entries[entry].returns == 0
    });
    once_each(changes)
}

/// Those without a partner and without kin.
fn alone(partners: &[Option<usize>], kin: &[Option<usize>]) -> Vec<usize> {
    let is_alone = |index: &usize| partners[*index].or(kin[*index]).is_none();
    (0..partners.len()).filter(is_alone).collect()
}

/// Of the new clauses those that tell an old one in other words, each with that. `likeness`: `None` where it cannot be so.
fn retold(old: &[usize], new: &[usize], likeness: impl Fn(&usize, &usize) -> Option<f64>) -> HashMap<usize, usize> {
    let mut told = HashMap::new();
    if old.len() * new.len() > similar::COMPARISONS {
        return told;
    }
    for o in old {
        let heirs = new.iter().filter(|n| !told.contains_key(*n));
        let alike = heirs.filter_map(|n| Some((likeness(o, n).filter(|likeness| *likeness >= similar::RETOLD)?, n)));
        if let Some((_, heir)) = alike.max_by(|a, b| a.0.total_cmp(&b.0)) {
            told.insert(*heir, *o);
        }
    }
    told
}

/// A promise where another stood: however it is put, only what it promises less is news.
fn is_retold(before: &Finding, after: &Finding) -> bool {
    let is_promise = |finding: &Finding| finding.stance == Stance::Assurance;
    is_promise(before) && is_promise(after) && before.heading == after.heading
}

/// "This data is used to train": what it says depends on what stands before it.
fn refers_back(finding: &Finding) -> bool {
    finding.concepts.iter().any(|name| name == "anaphor")
}

/// What makes two findings the same clause, wherever it stands: a page may print the text in force and the one to come.
fn saying(finding: &Finding) -> (Stance, String, Option<&str>, Option<&[String]>) {
    let place = refers_back(finding).then_some(finding.heading.as_slice());
    (
        finding.stance,
        similar::key(&finding.text),
        finding.lead_in.as_deref(),
        place,
    )
}

fn words_of(findings: &[Finding]) -> Vec<Words> {
    findings
        .iter()
        .map(|finding| Words::new(&finding.text, finding.stance))
        .collect()
}

fn added(finding: &Finding) -> Vec<ClauseChange> {
    let events: &[Event] = match finding.stance {
        Stance::Claim => &[Event::ClaimAdded],
        // "We do not, unless you switch it on in the settings" also gives the means.
        Stance::Assurance if offers_means(finding) => &[Event::AssuranceAdded, Event::ChoiceAdded],
        Stance::Assurance => &[Event::AssuranceAdded],
        Stance::Choice => &[Event::ChoiceAdded],
        Stance::Restriction | Stance::Mention => &[],
    };
    let change = |event: &Event| ClauseChange::new(*event, finding, None, vec![NEVER_SEEN.into()]);
    events.iter().map(change).collect()
}

/// It says where to consent or to object.
fn offers_means(finding: &Finding) -> bool {
    let says = |family: &str| finding.concepts.iter().any(|name| name.starts_with(family));
    says("setting") && (says("choice") || says("limit.consent"))
}

fn removed(finding: &Finding) -> Option<ClauseChange> {
    let event = match finding.stance {
        Stance::Claim => Event::ClaimRemoved,
        Stance::Assurance => Event::AssuranceRemoved,
        Stance::Choice => Event::ChoiceRemoved,
        Stance::Restriction | Stance::Mention => return None,
    };
    Some(ClauseChange::new(
        event,
        finding,
        None,
        vec!["gone from this document".into()],
    ))
}

/// A text that stands twice on a page changes twice, and is told once.
fn once_each(changes: Vec<ClauseChange>) -> Vec<ClauseChange> {
    let mut seen = HashSet::new();
    changes
        .into_iter()
        .filter(|change| seen.insert((change.event, similar::key(&change.finding.text))))
        .collect()
}

#[cfg(test)]
mod tests;
