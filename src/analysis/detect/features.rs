//! What stands in a clause: concepts, relations between them, and the scope of what denies or limits them.

mod context;
mod masks;
mod names;
mod said;
mod scope;
mod survey;
mod topic;

use std::borrow::Cow;
use std::ops::Range;

pub(super) use self::context::Context;
pub(super) use self::said::Said;
pub(super) use self::survey::{Signs, Survey};
use super::actor::Actor;
use super::{Reason, Stance};
use crate::analysis::lexicon::matcher::ConceptId;
use crate::analysis::lexicon::{NameSet, Rule, Rules};
use crate::analysis::segment::Clause;

/// What the structure of a clause gives beside its concepts, for rules to name; explained in rules.toml, sorted.
pub(crate) const FEATURES: &[&str] = &[
    "after.topic",
    "answers.no",
    "banned",
    "bars.party",
    "cell",
    "cell.data",
    "choice.first",
    "choice.free",
    "data",
    "excepted",
    "follows.ai",
    "follows.ban",
    "follows.claim",
    "follows.party",
    "follows.promise",
    "follows.question",
    "follows.topic",
    "follows.use",
    "heading.ban",
    "improves",
    "improves.denied",
    "lead",
    "lead.excepted",
    "lead.lists",
    "lead.lists.denied",
    "lead.topic",
    "lead.uses",
    "may.train",
    "near.topic",
    "negated",
    "opens.no",
    "opens.yes",
    "own.choice",
    "own.data",
    "party",
    "people",
    "question",
    "refers.topic",
    "service.acts",
    "takes.data",
    "topic",
    "topic.strong",
    "under.choice",
    "user.trains",
    "uses.data",
];

/// The words of a clause with those that lead it in.
pub(super) fn words(clause: &Clause) -> Cow<'_, str> {
    match clause.lead_in.as_deref() {
        None | Some("") => Cow::Borrowed(&clause.text),
        Some(lead) => Cow::Owned([lead, "\n", &clause.text].concat()),
    }
}

/// It ends in a question mark. The Greek one looks like a semicolon, which may end an item too.
fn asks(clause: &Clause) -> bool {
    let text = clause.text.trim_end();
    let is_greek = |before: &str| before.ends_with(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}'));
    text.ends_with(['?', '？', '؟', '\u{37e}'])
        || clause.lead_in.is_none() && text.strip_suffix(';').is_some_and(is_greek)
}

/// The features of one clause.
pub(super) struct Features<'a> {
    rules: &'a Rules,
    text: &'a str,
    said: &'a Said,
    /// Those that its surroundings give included.
    names: NameSet,
    question: Option<String>,
}

impl<'a> Features<'a> {
    /// `text` is what `words` makes of the clause, and `said` what its words say.
    pub(super) fn of(clause: &Clause, text: &'a str, said: &'a Said, rules: &'a Rules, context: &Context) -> Self {
        let question = context.question_before(clause).map(str::to_owned);
        let mut names = said.names.clone();
        for (name, holds) in [
            ("near.topic", context.is_near_topic(clause)),
            ("follows.topic", context.follows_topic(clause)),
            ("under.choice", context.is_under_choice(clause)),
            ("follows.claim", context.follows(clause, Stance::Claim)),
            ("follows.promise", context.follows(clause, Stance::Assurance)),
            ("after.topic", context.is_after_topic(clause)),
            ("follows.use", context.follows_use(clause)),
            ("follows.party", context.follows_party(clause)),
            ("follows.ban", context.follows_ban(clause)),
            ("follows.ai", context.follows_ai(clause)),
            ("follows.question", question.is_some()),
            ("refers.topic", context.refers_to_topic(&clause.text)),
            ("question", asks(clause)),
            ("heading.ban", context.is_forbidden(clause)),
        ] {
            if holds && let Some(place) = rules.place(name) {
                names.insert(place);
            }
        }
        Self {
            rules,
            text,
            said,
            names,
            question,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.rules.place(name).is_some_and(|place| self.names.has(place))
    }

    /// The question that the clause answers and that it says nothing without ("No.").
    pub(super) fn question(&self) -> Option<&str> {
        let answers = self.has("opens.yes") || self.has("opens.no");
        self.question.as_deref().filter(|_| answers && !self.has("topic"))
    }

    pub(super) fn actor(&self) -> Option<Actor> {
        self.said.actor
    }

    /// Whether the clause speaks of AI at all.
    pub(super) fn is_near_topic(&self) -> bool {
        ["ai", "topic", "train", "near.topic"].iter().any(|name| self.has(name))
    }

    /// Whether a rule's conditions hold.
    pub(super) fn satisfy(&self, rule: &Rule) -> bool {
        rule.holds(&self.names)
    }

    /// Names of the concepts and features, sorted.
    pub(super) fn concepts(&self) -> Vec<String> {
        let names = self.names.places().map(|place| self.rules.name_at(place));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.sort_unstable();
        names
    }

    /// The rule that wants least to hold, and what it wants.
    pub(super) fn nearest<'r>(&self, rules: &'r [Rule]) -> Option<(&'r Rule, Vec<String>)> {
        let lacks = |rule: &'r Rule| {
            let holds = |written: &&String| written.split('|').any(|name| self.has(name));
            let missing = rule.needs.iter().filter(|needs| !holds(needs)).cloned();
            let hinders = rule.unless.iter().filter(holds).map(|name| format!("no {name}"));
            (rule, missing.chain(hinders).collect::<Vec<_>>())
        };
        rules.iter().map(lacks).min_by_key(|(_, lacks)| lacks.len())
    }

    /// What the structure gives, by name.
    pub(super) fn of_structure(&self) -> Vec<String> {
        let is_of_structure = |name: &String| FEATURES.contains(&name.as_str());
        self.concepts().into_iter().filter(is_of_structure).collect()
    }

    /// The concepts seen, each with the words of the text.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let reason = |(concept, range): &(ConceptId, Range<usize>)| Reason {
            concept: self.rules.name(*concept).to_owned(),
            words: self.text[range.clone()].to_owned(),
        };
        self.said.seen.iter().map(reason).collect()
    }
}
