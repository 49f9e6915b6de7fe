//! What differs in substance between two wordings of one clause.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::similar::{Words, key};
use super::wording::{Language, Run, Wording};
use super::{ClauseChange, Event};
use crate::analysis::dates::{DateKind, dates};
use crate::analysis::detect::{Finding, Stance};
use crate::analysis::lexicon::grammar::{Token, tokens};

/// The event that a rewording is, if it is one.
pub(super) fn reworded(before: &Finding, after: &Finding, language: Option<Language<'_>>) -> Option<ClauseChange> {
    if key(&before.text) == key(&after.text) {
        let is_choice = before.stance == Stance::Choice && after.stance == Stance::Choice;
        let change = |(event, why)| ClauseChange::new(event, after, Some(before), why);
        // Else its neighbours changed, not the clause.
        let may_turn = before.stance != after.stance && (speaks_for_itself(before) || speaks_for_itself(after));
        if is_choice || !may_turn {
            return lost_link(before, after).filter(|_| is_choice).map(change);
        }
    }
    let difference = Difference::between(before, after);
    let names = Names::between(&before.text, &after.text);
    let wording = || Wording::between(&before.text, &after.text, language?).filter(|_| is_alike(before, after));
    let terms = || {
        other_deadline(before, after, language?.lang())
            .or_else(|| other_terms(&Wording::between(&before.text, &after.text, language?)?))
    };
    let (event, why) = match (before.stance, after.stance) {
        (Stance::Claim, Stance::Claim) => difference
            .claim(is_alike(before, after))
            .or_else(|| names.of_excepted_claim(before, after))
            .or_else(|| more_data(before, after))
            .or_else(|| {
                let wording = wording()?;
                wider_words(&wording).or_else(|| lower_age(Event::ClaimWidened, &wording))
            })
            .or_else(|| terms().filter(|_| offers_choice(after)))?,
        (Stance::Assurance, Stance::Assurance) => difference
            .weaker_promise()
            .or_else(|| names.of_assurance(after))
            .or_else(|| {
                let wording = wording()?;
                weaker_words(&wording).or_else(|| lower_age(Event::AssuranceRemoved, &wording))
            })
            .or_else(|| difference.stronger_promise())?,
        (Stance::Choice, Stance::Choice) => difference
            .choice()
            .or_else(|| lost_link(before, after))
            .or_else(terms)?,
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

/// In clauses less alike than this, other data stand for other reasons.
const ALIKE: f64 = 0.7;

/// A further kind of data within the same concept ("photos" became "photos and videos").
fn more_data(before: &Finding, after: &Finding) -> Option<(Event, Vec<String>)> {
    let kinds = |finding: &Finding| -> BTreeSet<String> {
        let data = finding.why.iter().filter(|reason| reason.concept.starts_with("data."));
        data.map(|reason| key(&reason.words)).collect()
    };
    let (old, new) = (kinds(before), kinds(after));
    let gained: Vec<String> = new.difference(&old).cloned().collect();
    // A kind on both sides is another word for the same.
    let is_more = old.is_subset(&new) && !gained.is_empty();
    (is_more && is_alike(before, after)).then(|| (Event::ClaimWidened, told("added", &gained)))
}

/// Its own words say it, not those that lead it in.
fn is_of_own_words(finding: &Finding, concept: &str) -> bool {
    let mut said = finding.why.iter().filter(|reason| reason.concept == concept);
    said.any(|reason| finding.text.contains(&reason.words))
}

fn is_alike(before: &Finding, after: &Finding) -> bool {
    let words = |finding: &Finding| Words::new(&finding.text, finding.stance);
    words(before).similarity(&words(after)) >= ALIKE
}

/// It names the topic itself, or its lead-in does.
fn speaks_for_itself(finding: &Finding) -> bool {
    let names_topic = |name: &String| name == "topic" || name == "lead.topic";
    finding.concepts.iter().any(names_topic)
}

fn offers_choice(finding: &Finding) -> bool {
    let offers = |name: &String| name == "exception" || name == "choice";
    finding.concepts.iter().any(offers)
}

/// One more in an enumeration of data, or a qualifier less ("derived data" became "data").
fn wider_words(wording: &Wording<'_>) -> Option<(Event, Vec<String>)> {
    let (gained, lost) = (wording.gained(), wording.lost());
    let more = gained.iter().filter(|run| run.enumerates_data());
    let added: Vec<String> = more.flat_map(Run::substance).collect();
    if !added.is_empty() {
        return Some((Event::ClaimWidened, told("added", &added)));
    }
    let dropped: Vec<String> = lost
        .iter()
        .filter(|run| run.narrows())
        .flat_map(Run::substance)
        .collect();
    (!dropped.is_empty()).then(|| (Event::ClaimWidened, told("dropped", &dropped)))
}

/// A qualifier that narrows a promise, or one less in what it enumerates.
fn weaker_words(wording: &Wording<'_>) -> Option<(Event, Vec<String>)> {
    let (gained, lost) = (wording.gained(), wording.lost());
    let added: Vec<String> = gained
        .iter()
        .filter(|run| run.narrows())
        .flat_map(Run::substance)
        .collect();
    if !added.is_empty() {
        return Some((Event::AssuranceRemoved, told("added", &added)));
    }
    let fewer = lost.iter().filter(|run| run.enumerates_data());
    let dropped: Vec<String> = fewer.flat_map(Run::substance).collect();
    if !dropped.is_empty() {
        return Some((Event::AssuranceRemoved, told("dropped", &dropped)));
    }
    let is_without_service = lost.iter().any(Run::leaves_service_out);
    is_without_service.then(|| (Event::AssuranceRemoved, vec!["dropped: service".into()]))
}

/// Younger people are trained on, or fewer of them kept out.
fn lower_age(event: Event, wording: &Wording<'_>) -> Option<(Event, Vec<String>)> {
    let age = wording.lowered_age()?;
    Some((event, vec![format!("changed: {age}")]))
}

/// Another day until which people may choose: the numbers of "26 May" and "26 June" are the same.
fn other_deadline(before: &Finding, after: &Finding, lang: &str) -> Option<(Event, Vec<String>)> {
    let deadlines = |finding: &Finding| {
        // Two days of one year are compared, whichever year that is.
        let dated = dates(&finding.text, lang, NaiveDate::default(), true).into_iter();
        dated
            .filter(|dated| dated.kind == DateKind::Deadline)
            .filter_map(|dated| Some((dated.day?, dated.words)))
            .collect::<Vec<_>>()
    };
    let (old, new) = (deadlines(before), deadlines(after));
    let days = |dated: &[(NaiveDate, String)]| dated.iter().map(|(day, _)| *day).collect::<Vec<_>>();
    let is_other = !old.is_empty() && !new.is_empty() && days(&old) != days(&new);
    let words: Vec<String> = new.into_iter().map(|(_, words)| words).collect();
    is_other.then(|| (Event::ChoiceChanged, told("changed", &words)))
}

/// Another deadline, place or person to turn to.
fn other_terms(wording: &Wording<'_>) -> Option<(Event, Vec<String>)> {
    let numbers = wording.changed_numbers();
    (!numbers.is_empty()).then(|| (Event::ChoiceChanged, told("changed", &numbers)))
}

/// The link that led to the choice is gone, with none in its place.
fn lost_link(before: &Finding, after: &Finding) -> Option<(Event, Vec<String>)> {
    let is_lost = !before.links.is_empty() && after.links.is_empty();
    is_lost.then(|| (Event::ChoiceChanged, vec!["dropped: link".into()]))
}

/// Names (of products, plans, companies) that only one of two wordings has, where the other words stayed.
struct Names {
    gained: Vec<String>,
    lost: Vec<String>,
}

impl Names {
    /// So many other words may differ: articles and the like.
    const OTHERS: usize = 2;

    fn between(before: &str, after: &str) -> Self {
        let (old, new) = (NamedWords::of(before), NamedWords::of(after));
        let (gained, lost) = (new.without(&old), old.without(&new));
        // Words on both sides are a name that changed, which is no other scope.
        let only = |these: &[(String, bool)], those: &[(String, bool)]| {
            let names = these
                .iter()
                .filter(|(_, is_name)| *is_name)
                .map(|(word, _)| word.clone());
            let few = those.len() <= Self::OTHERS && those.iter().all(|(_, is_name)| !is_name);
            if few { names.collect() } else { Vec::new() }
        };
        Self {
            gained: only(&gained, &lost),
            lost: only(&lost, &gained),
        }
    }

    /// What a promise covers, or excepts, changed by a name.
    fn of_assurance(&self, after: &Finding) -> Option<(Event, Vec<String>)> {
        let excepts = after.concepts.iter().any(|name| name == "exception");
        let (weaker, what) = if excepts {
            (&self.gained, "added")
        } else {
            (&self.lost, "dropped")
        };
        (!weaker.is_empty()).then(|| (Event::AssuranceRemoved, told(what, weaker)))
    }

    /// A promise that permits ("we do not, except on the plan X") permits more, or a claim leaves fewer out ("but not in X").
    fn of_excepted_claim(&self, before: &Finding, after: &Finding) -> Option<(Event, Vec<String>)> {
        let both = |names: &[&str]| {
            let says = |finding: &Finding| finding.concepts.iter().any(|name| names.contains(&name.as_str()));
            says(before) && says(after)
        };
        let (wider, what) = if both(&["excepted", "lead.excepted"]) {
            (&self.gained, "added")
        } else if both(&["negation", "exempt"]) {
            (&self.lost, "dropped")
        } else {
            return None;
        };
        (!wider.is_empty()).then(|| (Event::ClaimWidened, told(what, wider)))
    }
}

fn told(what: &str, names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("{what}: {name}")).collect()
}

/// The words of a text, each with whether it is written as a name.
struct NamedWords(Vec<(String, bool)>);

impl NamedWords {
    fn of(text: &str) -> Self {
        let word = |token: Token<'_>| {
            let is_name = token.start > 0 && text[token.start..].starts_with(char::is_uppercase);
            (token.folded.into_owned(), is_name)
        };
        Self(tokens(text).into_iter().map(word).collect())
    }

    fn without(&self, other: &Self) -> Vec<(String, bool)> {
        let has = |word: &str| other.0.iter().any(|(known, _)| known == word);
        self.0.iter().filter(|(word, _)| !has(word)).cloned().collect()
    }
}

/// Concepts gained and lost.
struct Difference<'a> {
    gained: BTreeSet<&'a str>,
    lost: BTreeSet<&'a str>,
    kept: BTreeSet<&'a str>,
}

impl<'a> Difference<'a> {
    fn between(before: &'a Finding, after: &'a Finding) -> Self {
        let of = |finding: &'a Finding| finding.concepts.iter().map(String::as_str).collect::<BTreeSet<_>>();
        let (old, new) = (of(before), of(after));
        // An item that became a sentence: what led it in went to other words, or to other items.
        let is_led = |finding: &Finding| finding.lead_in.is_some();
        let counts = |finding: &Finding, name: &str| is_led(before) == is_led(after) || is_of_own_words(finding, name);
        Self {
            gained: new
                .difference(&old)
                .copied()
                .filter(|name| counts(after, name))
                .collect(),
            lost: old
                .difference(&new)
                .copied()
                .filter(|name| counts(before, name))
                .collect(),
            kept: old.intersection(&new).copied().collect(),
        }
    }

    fn claim(&self, is_alike: bool) -> Option<(Event, Vec<String>)> {
        let mut widened = [
            named("added", &self.gained, &["data.", "party.", "purpose."]),
            named("dropped", &self.lost, &["limit.", "exception"]),
        ]
        .concat();
        // "Unless you opted out or have not opted in": consent that is a part of the exception limits nothing.
        if self.kept.contains("exception") && self.kept.contains("choice") {
            widened.retain(|reason| reason != "dropped: limit.consent");
        }
        if !widened.is_empty() {
            return Some((Event::ClaimWidened, widened));
        }
        let is_limited = |name: &&&str| name.starts_with("limit.");
        if self.gained.contains("default") && self.kept.iter().any(|name| is_limited(&name)) {
            return Some((Event::ClaimWidened, vec!["added: default".into()]));
        }
        if let Some(switched) = self.switched() {
            return Some(switched);
        }
        if self.gained.contains("choice") {
            return Some((Event::ChoiceAdded, vec!["added: choice".into()]));
        }
        if self.gained.contains("train") && !self.lost.contains("training") {
            return Some((Event::ClaimWidened, vec!["added: train".into()]));
        }
        if self.lost.contains("choice") {
            return Some((Event::ChoiceRemoved, vec!["dropped: choice".into()]));
        }
        // "We may use" became "we use".
        (is_alike && self.lost.contains("may.train")).then(|| (Event::ClaimWidened, vec!["dropped: modal.may".into()]))
    }

    /// What was off is on, or the other way round.
    fn switched(&self) -> Option<(Event, Vec<String>)> {
        let turned = |from: &str, to: &str| self.lost.contains(from) && self.gained.contains(to);
        let is_switched = turned("state.off", "state.on") || turned("state.on", "state.off");
        is_switched.then(|| (Event::ChoiceChanged, named("added", &self.gained, &["state."])))
    }

    fn weaker_promise(&self) -> Option<(Event, Vec<String>)> {
        let narrows = [
            "exception",
            "default",
            "limit.consent",
            "limit.people",
            "limit.some",
            "limit.future",
        ];
        let weakened = [
            named("added", &self.gained, &narrows),
            named(
                "dropped",
                &self.lost,
                &["data.", "party.", "limit.anonymous", "limit.consent", "limit.only"],
            ),
        ]
        .concat();
        (!weakened.is_empty()).then_some((Event::AssuranceRemoved, weakened))
    }

    fn stronger_promise(&self) -> Option<(Event, Vec<String>)> {
        let strengthened = [
            named("added", &self.gained, &["data.", "party."]),
            named("dropped", &self.lost, &["limit.people", "limit.some", "limit.future"]),
        ]
        .concat();
        (!strengthened.is_empty()).then_some((Event::AssuranceAdded, strengthened))
    }

    fn choice(&self) -> Option<(Event, Vec<String>)> {
        if let Some(switched) = self.switched() {
            return Some(switched);
        }
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
