//! What stands in a clause: concepts, relations between them, and the scope of what denies or limits them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::actor::{self, Actor};
use super::language::prefix;
use super::{Reason, Stance};
use crate::analysis::document::Document;
use crate::analysis::lexicon::grammar::{Token, tokens};
use crate::analysis::lexicon::matcher::{Hit, KnownWords};
use crate::analysis::lexicon::{Negation, Rule, Vocabulary, WordOrder};
use crate::analysis::lexicon::{Order, Relation, Rules};
use crate::analysis::segment::Clause;

/// What the clauses before say of the topic, and the document as a whole.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// The document is about an AI product: "our services" learn there.
    about_ai: bool,
    /// Whether the innermost heading names the topic.
    topic_heading: bool,
    /// Headings that forbid ("Prohibited uses").
    banning: HashSet<String>,
    /// Block of the last clause that speaks of people's data in training, and how many clauses ago that was.
    topical: Option<(usize, usize)>,
}

impl Context {
    pub(super) fn new(about_ai: bool) -> Self {
        Self {
            about_ai,
            ..Self::default()
        }
    }

    /// Takes a judged clause into account.
    pub(super) fn pass(&mut self, clause: &Clause, features: &Features<'_>, stance: Option<Stance>) {
        if clause.is_heading {
            if features.has("ban") {
                self.banning.insert(clause.text.clone());
            }
            self.topic_heading = features.has("topic") || features.has("ai") && features.has("train");
        }
        self.topical = match stance {
            Some(Stance::Claim | Stance::Assurance | Stance::Choice) => Some((clause.block, 1)),
            _ => self.topical.map(|(block, ago)| (block, ago + 1)),
        };
    }

    /// The heading names the topic, or the clause just before speaks of people's data in training.
    fn is_near_topic(&self, clause: &Clause) -> bool {
        let just_before = self
            .topical
            .is_some_and(|(block, ago)| ago == 1 && clause.block <= block + 1);
        (self.topic_heading && !clause.is_heading) || just_before
    }

    /// A clause shortly before in the same block speaks of people's data in training.
    fn follows_topic(&self, clause: &Clause) -> bool {
        self.topical
            .is_some_and(|(block, ago)| ago <= SHORTLY && clause.block == block)
    }
}

/// "We train on your posts. It pays for the service. You may object": so many clauses later is still about it.
const SHORTLY: usize = 3;
/// The subject stands among the first words of its clause.
const OPENING: usize = 2;
/// So many words from the topic, data are its object.
const BESIDE: usize = 5;

/// What the structure of a clause gives beside its concepts, for rules to name; explained in rules.toml.
pub(crate) const FEATURES: &[&str] = &[
    "banned",
    "bars.party",
    "cell",
    "choice.first",
    "choice.free",
    "data",
    "excepted",
    "follows.topic",
    "heading.ban",
    "improves",
    "lead",
    "lead.excepted",
    "lead.topic",
    "lead.uses",
    "near.topic",
    "negated",
    "own.data",
    "party",
    "people",
    "question",
    "service.acts",
    "takes.data",
    "topic",
    "topic.strong",
    "user.trains",
    "uses.data",
];

/// The features of one clause.
pub(super) struct Features<'a> {
    rules: &'a Rules,
    text: String,
    tokens: Vec<Token>,
    hits: Vec<Hit>,
    names: BTreeSet<String>,
    /// Tokens from here on are the clause's own, those before its lead-in's.
    own: usize,
    actor: Option<Actor>,
}

/// A stretch of tokens that names the topic.
#[derive(Debug, Clone, Copy)]
struct Topic {
    start: usize,
    end: usize,
    strong: bool,
    /// The verb, where there is one.
    verb: usize,
    /// It is the topic only in a document about AI.
    about_ai: bool,
}

impl<'a> Features<'a> {
    pub(super) fn of(
        clause: &Clause,
        vocabulary: &Vocabulary,
        known: &mut KnownWords,
        rules: &'a Rules,
        context: &Context,
    ) -> Self {
        let lead = clause.lead_in.as_deref().unwrap_or_default();
        let text = if lead.is_empty() {
            clause.text.clone()
        } else {
            format!("{lead}\n{}", clause.text)
        };
        let own_byte = text.len() - clause.text.len();
        let tokens = tokens(&text);
        let own = tokens.partition_point(|token| token.start < own_byte);
        let hits = without_false_friends(vocabulary.matcher.hits(&tokens, known), rules);
        let hits = without_parts_of_names(&hits, rules);
        let mut features = Self {
            rules,
            text,
            tokens,
            hits,
            names: BTreeSet::new(),
            own,
            actor: None,
        };
        features.name(clause, vocabulary, context);
        features
    }

    fn name(&mut self, clause: &Clause, vocabulary: &Vocabulary, context: &Context) {
        let mut names: BTreeSet<String> = self
            .hits
            .iter()
            .map(|hit| self.rules.name(hit.concept).to_owned())
            .collect();
        let mut add = |name: &str, holds: bool| {
            if holds {
                names.insert(name.to_owned());
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
        add("cell", clause.is_cell);
        add(
            "own.data",
            self.hits
                .iter()
                .any(|hit| hit.start >= self.own && self.rules.name(hit.concept).starts_with("data.")),
        );
        let free_choice = self.first_free_choice();
        add("choice.free", free_choice.is_some());
        // A topic that stands in the lead-in alone is the lead-in's, not each item's.
        let topics = self.topics(vocabulary.word_order, context.about_ai);
        let improves = topics.iter().find(|topic| topic.about_ai && topic.end > self.own);
        if let Some(topic) = improves {
            add("improves", true);
            add("uses.data", self.uses_data(topic));
            self.actor = actor::of(&self.tokens, &self.hits, self.rules, topic.verb);
        }
        let topics: Vec<Topic> = topics.iter().copied().filter(|topic| !topic.about_ai).collect();
        add(
            "question",
            clause.text.trim_end().ends_with(['?', '？', '؟', '\u{37e}']),
        );
        add(
            "heading.ban",
            clause.heading.iter().any(|heading| context.banning.contains(heading)),
        );
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
            add("takes.data", self.takes_data(topic));
            add("user.trains", self.people_train(topic));
            add("banned", self.any("ban", |ban| !self.acts_anew(ban.start, topic.verb)));
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

    fn topics(&self, word_order: WordOrder, about_ai: bool) -> Vec<Topic> {
        let named = self.of_concept("training");
        let mut found: Vec<Topic> = named
            .map(|hit| Topic {
                start: hit.start,
                end: hit.end,
                strong: true,
                verb: hit.start,
                about_ai: false,
            })
            .collect();
        for relation in self
            .rules
            .relations
            .iter()
            .filter(|relation| about_ai || !relation.about_ai)
        {
            found.extend(self.related(relation, word_order));
        }
        found.sort_by_key(|topic| (!topic.strong, topic.start));
        found
    }

    fn related(&self, relation: &Relation, word_order: WordOrder) -> Vec<Topic> {
        let all = |names: &[String]| -> Vec<Hit> { names.iter().flat_map(|name| self.of_concept(name)).collect() };
        let tools: Vec<Hit> = self.of_concept("ai_tool").collect();
        let is_tool = |hit: &Hit| tools.iter().any(|tool| tool.start <= hit.start && hit.end <= tool.end);
        let object_after = |left: &Hit, right: &Hit| left.start < right.end;
        let mut found = Vec::new();
        for left in all(&relation.left) {
            for right in all(&relation.right)
                .iter()
                .filter(|right| relation.strong || !is_tool(right))
            {
                let (start, end) = (left.start.min(right.start), left.end.max(right.end));
                let between = end - start - (left.end - left.start).min(end - start);
                let in_order = match (relation.order, word_order) {
                    (Order::Any, _) | (Order::Object, WordOrder::Free) => true,
                    (Order::Object, WordOrder::VerbObject) => object_after(&left, right),
                    (Order::Object, WordOrder::ObjectVerb) => object_after(right, &left),
                };
                // However many of them are syllables, it is too far: a page may be one long line of these words.
                if between > relation.within * 3 + 3 {
                    continue;
                }
                let syllables = self.tokens[start..end].iter().filter(|token| token.is_syllable).count();
                // A syllable counts a third of a word.
                let distance = between - (syllables * 2 / 3).min(between);
                if in_order && distance <= relation.within {
                    found.push(Topic {
                        start,
                        end,
                        strong: relation.strong,
                        verb: left.start,
                        about_ai: relation.about_ai,
                    });
                }
            }
        }
        found
    }

    /// Something of people's is used, apart from the topic's own words ("use your posts to ... improve our AI").
    fn uses_data(&self, topic: &Topic) -> bool {
        let apart = |hit: &Hit| hit.end <= topic.start || topic.end <= hit.start;
        let is_data = |hit: &Hit| {
            let name = self.rules.name(hit.concept);
            name == "information" || name.starts_with("data.")
        };
        let has_data = self.hits.iter().any(|hit| is_data(hit) && apart(hit));
        // Any word may stand for data where it is used and somebody's own: "we study your playlists".
        let uses_own = |used: &Hit| self.any("yours", |own| own.start == used.end);
        self.any("use", |used| apart(used) && (has_data || uses_own(used)))
    }

    /// Data stands beside the verb: "models trained on your posts" needs no verb of use.
    fn takes_data(&self, topic: &Topic) -> bool {
        let beside = |hit: &Hit| topic.verb <= hit.end + BESIDE && hit.start <= topic.end + BESIDE;
        let is_data = |hit: &Hit| {
            let name = self.rules.name(hit.concept);
            matches!(name, "information" | "yours") || name.starts_with("data.")
        };
        self.hits.iter().any(|hit| is_data(hit) && beside(hit))
    }

    /// The lead-in promises and ends in "except": its items are what it permits.
    fn excepts_items(&self, topic: &Topic, side: Negation) -> bool {
        let negated = self.negation_of(topic, side);
        negated.is_some_and(|at| self.any("exception", |hit| hit.start > at && hit.end <= self.own))
    }

    /// The lead-in says that something of people's is used ("We use your information to:").
    fn lead_uses_data(&self) -> bool {
        let leads = |name: &str| self.any(name, |hit| hit.end <= self.own);
        let is_data = |hit: &Hit| hit.end <= self.own && self.rules.name(hit.concept).starts_with("data.");
        leads("use") && (leads("information") || self.hits.iter().any(is_data))
    }

    /// The ban is on partners or third parties, for people's sake: a promise.
    fn bars_party(&self) -> bool {
        let Some(ban) = self.of_concept("ban").next() else {
            return false;
        };
        let subject = self.hits.iter().rfind(|hit| {
            let name = self.rules.name(hit.concept);
            hit.start <= ban.start && (name == "user" || name == "service" || name.starts_with("party."))
        });
        subject.is_some_and(|subject| self.rules.name(subject.concept).starts_with("party."))
            && self.any("yours", |_| true)
    }

    /// Token of the first choice that is not the exception to something else.
    fn first_free_choice(&self) -> Option<usize> {
        let exception = self
            .of_concept("exception")
            .map(|hit| hit.start)
            .min()
            .unwrap_or(usize::MAX);
        self.of_concept("choice")
            .map(|hit| hit.start)
            .filter(|start| *start < exception)
            .min()
    }

    /// Token of the negation that governs the topic; one behind an exception or a "but" does not.
    fn negation_of(&self, topic: &Topic, side: Negation) -> Option<usize> {
        // What follows "unless" or "but" says another thing.
        let turns: Vec<usize> = ["exception", "contrast"]
            .iter()
            .flat_map(|name| self.of_concept(name))
            .map(|hit| hit.start)
            .collect();
        // "To train our models we do not use your posts": a topic put first is denied from behind.
        let is_fronted =
            !self.any("use", |hit| hit.end <= topic.start) && !self.any("service", |hit| hit.end <= topic.start);
        let governs = |at: usize| match side {
            Negation::Before => at < topic.end,
            Negation::After => at >= topic.start,
            Negation::Around => at < topic.end || is_fronted || !self.is_divided(topic.end - 1, at),
        };
        let parted = |at: usize| {
            let (from, to) = (at.min(topic.verb), at.max(topic.verb));
            turns.iter().any(|turn| (from..to).contains(turn))
                || self.is_parted(from, to)
                || at < topic.verb && self.acts_anew(from, to)
        };
        self.of_concept("negation")
            .map(|hit| hit.start)
            .find(|at| governs(*at) && !parted(*at))
    }

    /// Another statement begins between two tokens, which a denial before does not reach: "we sell nothing, and we use it to train".
    fn acts_anew(&self, from: usize, to: usize) -> bool {
        let is_actor = |hit: &Hit| actor::of_hit(hit, self.rules).is_some();
        let actors = self
            .hits
            .iter()
            .filter(|hit| from < hit.start && hit.end <= to && is_actor(hit));
        actors.into_iter().any(|actor| {
            self.is_divided(from, actor.start)
                && self.any("use", |hit| {
                    actor.end <= hit.start && hit.start <= actor.end + 1 && hit.end <= to
                })
        })
    }

    /// A semicolon or full stop between two tokens ends a scope.
    fn is_parted(&self, from: usize, to: usize) -> bool {
        let between = self.between(from, to);
        // "(i) in datasets; (ii) to train" is one enumeration.
        let is_item = |rest: &str| rest.trim_start().starts_with(['(', '（']);
        let ends = |(at, mark): (usize, &str)| {
            let rest = between[at + mark.len()..].trim_start();
            // "; or (ii)".
            let behind_a_word = rest.split_once(' ').map_or("", |(_, behind)| behind);
            !is_item(rest) && !is_item(behind_a_word)
        };
        between.match_indices([';', '；', '。']).any(ends)
    }

    /// A comma between two tokens begins another clause.
    fn is_divided(&self, from: usize, to: usize) -> bool {
        self.between(from, to).contains([',', '，', '、']) || self.is_parted(from, to)
    }

    fn between(&self, from: usize, to: usize) -> &str {
        let byte = |index: usize| self.tokens.get(index).map_or(self.text.len(), |token| token.start);
        self.text.get(byte(from)..byte(to)).unwrap_or_default()
    }

    /// People, not the service, do the training: "you can train your own models".
    fn people_train(&self, topic: &Topic) -> bool {
        let before = |hit: &Hit| {
            hit.end <= topic.verb
                && topic.verb - hit.end <= 3
                && !self.is_divided(hit.end.saturating_sub(1), topic.verb)
        };
        let user = self.of_concept("user").filter(before).map(|hit| hit.end).max();
        let service = self.of_concept("service").filter(before).map(|hit| hit.end).max();
        user.is_some_and(|user| service.is_none_or(|service| service < user) && !self.others_use(user))
            || self.people_may_use(topic)
    }

    /// The clause opens with what people may do: "you may use the service to train models".
    fn people_may_use(&self, topic: &Topic) -> bool {
        let opens = |hit: &Hit| (self.own..self.own + OPENING).contains(&hit.start);
        let Some(user) = self.of_concept("user").find(opens) else {
            return false;
        };
        let uses: Vec<Hit> = self
            .of_concept("use")
            .filter(|hit| (user.end..topic.verb).contains(&hit.start))
            .collect();
        let others = self.hits.iter().any(|hit| {
            (user.end..topic.verb).contains(&hit.start)
                && actor::of_hit(hit, self.rules).is_some_and(|of| of != Actor::Service)
        });
        self.any("modal.may", |hit| (user.end..=user.end + 1).contains(&hit.start))
            && !self.acts_anew(user.start, topic.verb)
            && uses.len() == 1
            && !others
    }

    /// The service or a party uses something before this token: "partners may use what you post to train".
    fn others_use(&self, before: usize) -> bool {
        let is_actor = |hit: &Hit| {
            let name = self.rules.name(hit.concept);
            name == "service" || name.starts_with("party.")
        };
        let actor = self.hits.iter().filter(|hit| is_actor(hit)).map(|hit| hit.end).min();
        actor.is_some_and(|actor| self.any("use", |hit| actor <= hit.start && hit.end < before))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
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
        let holds = |written: &String| written.split('|').any(|name| self.has(name));
        rule.needs.iter().all(holds) && !rule.unless.iter().any(holds)
    }

    /// Names of the concepts and features, sorted.
    pub(super) fn concepts(&self) -> Vec<String> {
        self.names.iter().cloned().collect()
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
        let of_structure = |name: &&String| FEATURES.contains(&name.as_str());
        self.names.iter().filter(of_structure).cloned().collect()
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

/// Drops what `not_topic` covers.
fn without_false_friends(hits: Vec<Hit>, rules: &Rules) -> Vec<Hit> {
    let id = rules.concept("not_topic");
    let friends: Vec<Hit> = hits.iter().copied().filter(|hit| Some(hit.concept) == id).collect();
    let covered = |hit: &Hit| {
        friends
            .iter()
            .any(|friend| friend.start < hit.end && hit.start < friend.end)
    };
    hits.into_iter().filter(|hit| !covered(hit)).collect()
}

/// A word inside a longer phrase is no word of its own: the learning in "machine learning", the not in "if you have not".
fn without_parts_of_names(hits: &[Hit], rules: &Rules) -> Vec<Hit> {
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
        ("negation", "choice"),
        ("negation", "limit.consent"),
        ("negation", "limit.anonymous"),
        // Customer data does nothing, and a service provider is not the provider.
        ("user", "data.content"),
        ("service", "party.partners"),
    ];
    let is_part = |hit: &Hit| parts.iter().any(|(inner, outer)| names(hit, inner, outer));
    hits.iter().copied().filter(|hit| !is_part(hit)).collect()
}

/// As much text as tells whether a document is about an AI product.
const SAMPLE: usize = 20_000;
/// An AI product's document names AI at least once in so many words.
const WORDS_PER_NAME: usize = 60;

/// Whether a document is about a product that is AI: there "to improve our services" means to train.
pub(super) fn is_about_ai(document: &Document, vocabulary: &Vocabulary, known: &mut KnownWords, rules: &Rules) -> bool {
    let (mut words, mut names, mut talks, mut bytes) = (0, 0, 0, 0);
    for block in &document.blocks {
        let text = tokens(prefix(&block.text, SAMPLE));
        let hits = vocabulary.matcher.hits(&text, known);
        let of = |name: &str| hits.iter().filter(|hit| rules.name(hit.concept) == name).count();
        names += of("ai");
        talks += of("data.input");
        words += text.len();
        bytes += block.text.len();
        if bytes > SAMPLE {
            break;
        }
    }
    // "Prompts" and "outputs" are how such a document names AI most of the time, but others have outputs too.
    let is_named = names >= 3 && names * WORDS_PER_NAME >= words;
    let is_described = names >= 2 && talks >= 3 && (names + talks) * WORDS_PER_NAME >= words * 2;
    is_named || is_described
}
