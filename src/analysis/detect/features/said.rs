//! What the words of a clause say, wherever in the document they stand.

use std::ops::Range;

use super::masks::{Phrases, without_parts_of_names};
use super::names;
use super::survey::Survey;
use super::topic::Topic;
use crate::analysis::detect::actor::{self, Actor};
use crate::analysis::lexicon::grammar::{Token, tokens};
use crate::analysis::lexicon::matcher::{ConceptId, Hit};
use crate::analysis::lexicon::{NameSet, Rules, Vocabulary, WordOrder};

/// What the words of a clause say.
#[derive(Debug)]
pub(in crate::analysis::detect) struct Said {
    pub(super) names: NameSet,
    pub(super) actor: Option<Actor>,
    /// The concepts, and the bytes that name them.
    pub(super) seen: Vec<(ConceptId, Range<usize>)>,
    /// How many words there are, those that lead in included.
    pub(super) length: usize,
    pub(super) echo: Echo,
}

/// What the clauses behind hear of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Echo {
    pub bans: bool,
    /// It bans, or is of outsiders.
    pub forbids: bool,
    pub is_topical: bool,
    pub names_ai: bool,
    /// It speaks of training with something of people's, and neither denies it nor gives a choice.
    pub trains: bool,
    /// Of partners or third parties, and neither of people nor a ban: "they", the clause behind says.
    pub names_party: bool,
    /// It uses something of people's, and does not deny it.
    pub uses: bool,
}

impl Echo {
    fn of(names: &NameSet, rules: &Rules) -> Self {
        let has = |name| rules.place(name).is_some_and(|place| names.has(place));
        let (bans, topic, data, denies) = (has("ban"), has("topic"), has("data"), has("negation"));
        Self {
            bans,
            forbids: bans || has("outsiders"),
            is_topical: topic || has("ai") && has("train"),
            names_ai: topic || has("ai") || has("model"),
            trains: topic && (data || has("people")) && !denies && !has("choice"),
            names_party: has("party") && !has("user") && !bans && !has("outsiders"),
            uses: has("use") && (data || has("yours")) && !denies,
        }
    }
}

impl Said {
    /// `own`: where in the text the clause begins, behind what leads it in.
    pub(in crate::analysis::detect) fn of(
        text: &str,
        own: usize,
        is_cell: bool,
        vocabulary: &Vocabulary,
        rules: &Rules,
        survey: &Survey,
    ) -> Self {
        let words = Words::of(text, own, vocabulary, rules, survey);
        let (names, actor) = words.names(is_cell, vocabulary, survey.about_ai);
        let Words { tokens, mut hits, .. } = words;
        hits.dedup_by_key(|hit| (hit.start, hit.concept));
        let bytes = |hit: &Hit| tokens[hit.start].start..tokens[hit.end - 1].end;
        Self {
            echo: Echo::of(&names, rules),
            names,
            actor,
            seen: hits.iter().map(|hit| (hit.concept, bytes(hit))).collect(),
            length: tokens.len(),
        }
    }
}

/// The words of a clause, and what is named among them.
pub(super) struct Words<'a> {
    pub rules: &'a Rules,
    pub text: &'a str,
    pub tokens: Vec<Token<'a>>,
    pub hits: Vec<Hit>,
    /// Tokens from here on are the clause's own, those before its lead-in's.
    pub own: usize,
}

impl<'a> Words<'a> {
    fn of(text: &'a str, own: usize, vocabulary: &Vocabulary, rules: &'a Rules, survey: &Survey) -> Self {
        let tokens = tokens(text);
        let own = tokens.partition_point(|token| token.start < own);
        let called = names::hits(text, &tokens, &survey.assistants, rules);
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
        Self {
            rules,
            text,
            tokens,
            hits,
            own,
        }
    }

    /// The names of what the words say, and who acts.
    fn names(&self, is_cell: bool, vocabulary: &Vocabulary, about_ai: bool) -> (NameSet, Option<Actor>) {
        let rules = self.rules;
        let (mut names, mut actor) = (NameSet::default(), None);
        for hit in &self.hits {
            names.insert(usize::from(hit.concept));
        }
        let mut add = |name: &str, holds: bool| {
            if holds && let Some(place) = rules.place(name) {
                names.insert(place);
            }
        };
        add("lead", self.own > 0);
        add("data", self.hits.iter().any(|hit| self.is_of(hit, &["data."])));
        add("party", self.hits.iter().any(|hit| self.is_of(hit, &["party."])));
        let opens = |name: &str| self.any(name, |hit| hit.start == self.own);
        add("opens.yes", opens("affirmation"));
        add("opens.no", opens("negation") || opens("denial"));
        add("answers.no", is_cell && self.answers_no());
        add("cell", is_cell);
        add("cell.data", is_cell && self.stands_under_data());
        add(
            "own.data",
            self.hits
                .iter()
                .any(|hit| hit.start >= self.own && self.is_of(hit, &["data."])),
        );
        add("own.choice", self.any("choice", |hit| hit.start >= self.own));
        // A topic that stands in the lead-in alone is the lead-in's, not each item's.
        let topics = self.topics(vocabulary.word_order, about_ai);
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
            actor = actor::of(&self.tokens, &self.hits, self.rules, topic.verb);
        }
        let topics: Vec<Topic> = topics.iter().copied().filter(|topic| !topic.about_ai).collect();
        add("lead.uses", self.lead_uses_data());
        let in_lead = topics.iter().find(|topic| topic.end <= self.own);
        add("lead.topic", in_lead.is_some());
        let lists = in_lead.is_some_and(|topic| !self.is_banned(topic)) && self.lead_lists_data();
        let denies = lists && in_lead.is_some_and(|topic| self.negation_of(topic, vocabulary.negation).is_some());
        add("lead.lists", lists && !denies);
        add("lead.lists.denied", denies);
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
            add("bars.party", self.bars_party(vocabulary));
            actor = actor::of(&self.tokens, &self.hits, self.rules, topic.verb);
        } else if !topics.is_empty() {
            add("near.topic", true);
        }
        add("service.acts", actor == Some(Actor::Service));
        add("people", ["yours", "user"].iter().any(|name| self.any(name, |_| true)));
        (names, actor)
    }

    /// The hit is of one of these concepts; "data." stands for all whose names begin so.
    pub(super) fn is_of(&self, hit: &Hit, concepts: &[&str]) -> bool {
        let name = self.rules.name(hit.concept);
        let is = |concept: &&str| name == *concept || concept.ends_with('.') && name.starts_with(concept);
        concepts.iter().any(is)
    }

    pub(super) fn any(&self, concept: &str, test: impl Fn(&Hit) -> bool) -> bool {
        self.of_concept(concept).any(|hit| test(&hit))
    }

    pub(super) fn of_concept(&self, concept: &str) -> impl Iterator<Item = Hit> {
        let id = self.rules.concept(concept);
        self.hits.iter().copied().filter(move |hit| Some(hit.concept) == id)
    }
}
