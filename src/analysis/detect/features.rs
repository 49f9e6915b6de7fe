//! What stands in a clause: concepts, relations between them, and the scope of what denies or limits them.

mod context;
mod masks;
mod names;
mod scope;
mod topic;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub(super) use self::context::Context;
use self::masks::{Phrases, without_parts_of_names};
use self::topic::Topic;
use super::actor::{self, Actor};
use super::{Reason, Stance};
use crate::analysis::lexicon::grammar::{Token, tokens};
use crate::analysis::lexicon::matcher::Hit;
use crate::analysis::lexicon::{NameSet, Rule, Rules, Vocabulary, WordOrder};
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
    "follows.promise",
    "follows.question",
    "follows.topic",
    "follows.use",
    "heading.ban",
    "improves",
    "improves.denied",
    "lead",
    "lead.excepted",
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
        Some(lead) => Cow::Owned(format!("{lead}\n{}", clause.text)),
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
    tokens: Vec<Token<'a>>,
    hits: Vec<Hit>,
    names: NameSet,
    /// Tokens from here on are the clause's own, those before its lead-in's.
    own: usize,
    actor: Option<Actor>,
    question: Option<String>,
}

impl<'a> Features<'a> {
    /// `text` is what `words` makes of the clause.
    pub(super) fn of(
        clause: &Clause,
        text: &'a str,
        vocabulary: &Vocabulary,
        rules: &'a Rules,
        context: &Context,
    ) -> Self {
        let own_byte = text.len() - clause.text.len();
        let tokens = tokens(text);
        let own = tokens.partition_point(|token| token.start < own_byte);
        let called = names::hits(text, &tokens, &context.assistants, rules);
        let phrases = Phrases {
            text,
            tokens: &tokens,
            called: &called,
            vocabulary,
            rules,
        };
        let mut hits = phrases.without_false_friends(&vocabulary.matcher.hits(&tokens));
        if !called.is_empty() {
            hits.extend(called);
            hits.sort_by_key(|hit| (hit.start, hit.concept));
        }
        let hits = without_parts_of_names(&hits, rules);
        let mut features = Self {
            rules,
            text,
            tokens,
            hits,
            names: NameSet::default(),
            own,
            actor: None,
            question: None,
        };
        features.name(clause, vocabulary, context);
        features
    }

    fn name(&mut self, clause: &Clause, vocabulary: &Vocabulary, context: &Context) {
        let rules = self.rules;
        let mut names = NameSet::default();
        for hit in &self.hits {
            names.insert(usize::from(hit.concept));
        }
        let mut add = |name: &str, holds: bool| {
            if holds && let Some(place) = rules.place(name) {
                names.insert(place);
            }
        };
        add("lead", self.own > 0);
        add(
            "data",
            self.hits
                .iter()
                .any(|hit| self.rules.name(hit.concept).starts_with("data.")),
        );
        add(
            "party",
            self.hits
                .iter()
                .any(|hit| self.rules.name(hit.concept).starts_with("party.")),
        );
        add("near.topic", context.is_near_topic(clause));
        add("follows.topic", context.follows_topic(clause));
        add("under.choice", context.is_under_choice(clause));
        add("follows.claim", context.follows(clause, Stance::Claim));
        add("follows.promise", context.follows(clause, Stance::Assurance));
        add("after.topic", context.is_after_topic(clause));
        add("follows.use", context.follows_use(clause));
        add("follows.ban", context.follows_ban(clause));
        add("follows.ai", context.follows_ai(clause));
        self.question = context.question_before(clause).map(str::to_owned);
        add("follows.question", self.question.is_some());
        let opens = |name: &str| self.any(name, |hit| hit.start == self.own);
        add("opens.yes", opens("affirmation"));
        add("opens.no", opens("negation") || opens("denial"));
        add("refers.topic", context.refers_to_topic(&self.tokens[self.own..]));
        add("answers.no", clause.is_cell && self.answers_no());
        add("cell", clause.is_cell);
        add("cell.data", clause.is_cell && self.stands_under_data());
        add(
            "own.data",
            self.hits
                .iter()
                .any(|hit| hit.start >= self.own && self.rules.name(hit.concept).starts_with("data.")),
        );
        add("own.choice", self.any("choice", |hit| hit.start >= self.own));
        // A topic that stands in the lead-in alone is the lead-in's, not each item's.
        let topics = self.topics(vocabulary.word_order, context.about_ai);
        let names_topic = topics.iter().any(|topic| !topic.about_ai && topic.end > self.own);
        // "You may choose the time of delivery" is another matter.
        let may_choose = names_topic || ["anaphor", "setting"].iter().any(|name| self.any(name, |_| true));
        let free_choice = self.first_free_choice(may_choose);
        add("choice.free", free_choice.is_some());
        let improves = topics.iter().find(|topic| topic.about_ai && topic.end > self.own);
        if let Some(topic) = improves {
            add("improves", true);
            add("uses.data", self.uses_data(topic));
            add(
                "improves.denied",
                self.negation_of(topic, vocabulary.negation).is_some(),
            );
            self.actor = actor::of(&self.tokens, &self.hits, self.rules, topic.verb);
        }
        let topics: Vec<Topic> = topics.iter().copied().filter(|topic| !topic.about_ai).collect();
        add("question", asks(clause));
        add("heading.ban", context.is_forbidden(clause));
        add("lead.uses", self.lead_uses_data());
        let in_lead = topics.iter().find(|topic| topic.end <= self.own);
        add("lead.topic", in_lead.is_some());
        add(
            "lead.excepted",
            in_lead.is_some_and(|topic| self.excepts_items(topic, vocabulary.negation)),
        );
        if let Some(topic) = topics.iter().find(|topic| topic.end > self.own) {
            add("topic", true);
            add(
                "topic.strong",
                topics.iter().any(|topic| topic.strong && topic.end > self.own),
            );
            let governs = |choice: usize| {
                let at_end = match vocabulary.word_order {
                    WordOrder::VerbObject => false,
                    WordOrder::ObjectVerb => !self.is_parted(topic.end, choice),
                    WordOrder::Free => !self.is_divided(topic.end, choice),
                };
                choice < topic.verb || at_end
            };
            add("choice.first", free_choice.is_some_and(governs));
            let negated = self.negation_of(topic, vocabulary.negation);
            add("negated", negated.is_some());
            add(
                "excepted",
                negated.is_some_and(|at| self.any("exception", |hit| hit.start > at)),
            );
            let is_modal = |modal: &Hit| modal.start < topic.verb || vocabulary.word_order != WordOrder::VerbObject;
            add("may.train", self.any("modal.may", is_modal));
            add("takes.data", self.takes_data(topic));
            add("user.trains", self.people_train(topic));
            add("banned", self.is_banned(topic));
            add(
                "uses.data",
                topics.iter().any(|topic| topic.end > self.own && self.uses_data(topic)),
            );
            add("bars.party", self.bars_party());
            self.actor = actor::of(&self.tokens, &self.hits, self.rules, topic.verb);
        } else if !topics.is_empty() {
            add("near.topic", true);
        }
        add("service.acts", self.actor == Some(Actor::Service));
        add("people", ["yours", "user"].iter().any(|name| self.any(name, |_| true)));
        self.names = names;
    }

    fn any(&self, concept: &str, test: impl Fn(&Hit) -> bool) -> bool {
        self.of_concept(concept).any(|hit| test(&hit))
    }

    fn of_concept(&self, concept: &str) -> impl Iterator<Item = Hit> {
        let id = self.rules.concept(concept);
        self.hits.iter().copied().filter(move |hit| Some(hit.concept) == id)
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
        self.actor
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
        let mut words: BTreeMap<(usize, usize), Reason> = BTreeMap::new();
        for hit in &self.hits {
            let range = self.tokens[hit.start].start..self.tokens[hit.end - 1].end;
            let concept = self.rules.name(hit.concept).to_owned();
            words.entry((hit.start, usize::from(hit.concept))).or_insert(Reason {
                concept,
                words: self.text[range].to_owned(),
            });
        }
        words.into_values().collect()
    }
}
