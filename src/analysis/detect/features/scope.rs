//! How far a denial, a ban or a subject reaches.

use super::said::Words;
use super::topic::Topic;
use crate::analysis::detect::actor::{self, Actor};
use crate::analysis::lexicon::grammar::Token;
use crate::analysis::lexicon::matcher::Hit;
use crate::analysis::lexicon::{Negation, Vocabulary, WordOrder};

/// The subject stands among the first words of its clause.
const OPENING: usize = 2;
/// The head of a column begins with what it is about: "Categories of data".
const HEAD: usize = 3;
/// "Never on", "without the use of": so many words stand between a denial and the data that it denies.
const DENIED: usize = 3;
/// "It is forbidden to our providers": so many words stand between a ban and whom it bars.
const BARRED: usize = 3;

impl Words<'_> {
    /// The lead-in promises and ends in "except": its items are what it permits.
    pub(super) fn excepts_items(&self, topic: &Topic, side: Negation) -> bool {
        let negated = self.negation_of(topic, side);
        negated.is_some_and(|at| self.any("exception", |hit| hit.start > at && hit.end <= self.own))
    }

    /// The lead-in says that something of people's is used ("We use your information to:").
    pub(super) fn lead_uses_data(&self) -> bool {
        let leads = |name: &str| self.any(name, |hit| hit.end <= self.own);
        let is_data = |hit: &Hit| hit.end <= self.own && self.is_of(hit, &["data."]);
        let uses = self.of_concept("use").filter(|hit| hit.end <= self.own).count();
        // "The purposes of processing are:" goes without saying of what.
        uses > 1 || leads("use") && (leads("information") || self.hits.iter().any(is_data))
    }

    /// The lead-in ends where data would be named ("To train our AI we use:", "We train our AI on this data:").
    pub(super) fn lead_lists_data(&self) -> bool {
        let own = self.tokens.get(self.own).map_or(self.text.len(), |first| first.start);
        if !self.text[..own].trim_end().ends_with([':', '：']) {
            return false;
        }
        let at_end = |hit: &Hit| hit.end == self.own;
        // "Dazu verwenden wir:"
        let before_service = |hit: &Hit| self.any("service", |service| service.start == hit.end && at_end(service));
        self.hits.iter().any(|hit| match self.is_of(hit, &["use"]) {
            true => at_end(hit) || before_service(hit),
            false => at_end(hit) && self.is_of(hit, &["information", "data.", "training", "train", "ai", "model"]),
        })
    }

    /// The column of a cell is headed "data": whatever stands there is.
    pub(super) fn stands_under_data(&self) -> bool {
        let is_data = |hit: &Hit| self.is_of(hit, &["information", "data."]);
        self.hits
            .iter()
            .any(|hit| hit.end <= HEAD.min(self.own) && is_data(hit))
    }

    /// A ban reaches the topic, and it is not the service's own ("we may not use your posts to train").
    pub(super) fn is_banned(&self, topic: &Topic) -> bool {
        let is_subject = |hit: &Hit| {
            let name = self.rules.name(hit.concept);
            name == "user" || name.starts_with("party.")
        };
        let binds_service = |ban: &Hit| {
            self.any("service", |service| service.end == ban.start)
                && !self.hits.iter().any(|hit| hit.start == ban.start && is_subject(hit))
        };
        self.any("ban", |ban| {
            !binds_service(ban) && !self.asks_people(ban) && !self.acts_anew(ban.start, topic.verb)
        })
    }

    /// "Your posts are not used without prior written consent", "without the consent of the account owner": who must
    /// ask is the service.
    fn asks_people(&self, ban: &Hit) -> bool {
        let asks = |consent: &Hit| consent.start < ban.end && ban.start < consent.end;
        let of_people = |user: &Hit| ban.end <= user.start && user.start <= ban.end + DENIED;
        self.any("negation", |hit| hit.start == ban.start)
            && self.any("limit.consent", asks)
            && (self.any("yours", |own| own.start < ban.end) || self.any("user", of_people))
            && !self.any("service", |service| {
                ban.start <= service.start && service.end <= ban.end
            })
    }

    /// The ban is on partners, third parties or one called by name, for people's sake: a promise.
    pub(super) fn bars_party(&self, vocabulary: &Vocabulary) -> bool {
        let Some(ban) = self.of_concept("ban").next() else {
            return false;
        };
        let mut before = self.hits.iter().filter(|hit| hit.start <= ban.start);
        let subject = before.rfind(|hit| self.is_of(hit, &["user", "service", "party."]));
        let is_barred = match subject {
            Some(subject) if self.is_of(subject, &["party."]) => true,
            Some(subject) if self.is_of(subject, &["user"]) => false,
            None if self.opens_with_name(ban.start, vocabulary) => true,
            _ => {
                let object = self.barred_object(&ban, vocabulary.word_order);
                object.is_some_and(|hit| self.is_of(hit, &["party."]))
            }
        };
        is_barred && self.any("yours", |_| true)
    }

    /// Whom the clause names where its ban has its object: "our contracts forbid providers to".
    fn barred_object(&self, ban: &Hit, order: WordOrder) -> Option<&Hit> {
        let (others, is_object): (_, fn(&Hit, &Hit) -> bool) = match order {
            WordOrder::ObjectVerb => (["user", "yours", "party."], |hit, ban| hit.start <= ban.start),
            _ => (["user", "service", "party."], |hit, ban| {
                hit.end > ban.start && hit.start <= ban.end + BARRED
            }),
        };
        let mut objects = self.hits.iter().filter(|hit| is_object(hit, ban));
        objects.find(|hit| self.is_of(hit, &others))
    }

    /// One word, written as a name, is all that stands before: "Acme may not use Customer Data".
    fn opens_with_name(&self, before: usize, vocabulary: &Vocabulary) -> bool {
        let is_name = |token: &Token| {
            self.text[token.start..].starts_with(char::is_uppercase) && !vocabulary.is_little(&token.folded)
        };
        before == self.own + 1 && self.tokens.get(self.own).is_some_and(is_name)
    }

    /// The clause's own words are a denial and no more.
    pub(super) fn answers_no(&self) -> bool {
        let is_all = |hit: &Hit| hit.start == self.own && hit.end == self.tokens.len();
        self.any("negation", is_all) || self.any("denial", is_all)
    }

    /// Token of the first choice that is not the exception to something else.
    pub(super) fn first_free_choice(&self, may_choose: bool) -> Option<usize> {
        let exception = self
            .of_concept("exception")
            .map(|hit| hit.start)
            .min()
            .unwrap_or(usize::MAX);
        let chooses = self.of_concept("choose").filter(|_| may_choose);
        self.of_concept("choice")
            .chain(chooses)
            .map(|hit| hit.start)
            .filter(|start| *start < exception && (*start >= self.own || !self.follows_a_full_stop()))
            .min()
    }

    /// What leads in is a statement of its own, which its list does not finish.
    fn follows_a_full_stop(&self) -> bool {
        let lead = self
            .tokens
            .get(self.own)
            .map_or(self.text, |first| &self.text[..first.start]);
        lead.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '.')
            .ends_with('.')
    }

    /// Token of the negation that governs the topic; one behind an exception or a "but" does not.
    pub(super) fn negation_of(&self, topic: &Topic, side: Negation) -> Option<usize> {
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
        let denied = self
            .of_concept("negation")
            .map(|hit| hit.start)
            .find(|at| governs(*at) && !parted(*at));
        denied.or_else(|| self.denies_data(topic))
    }

    /// Token of the negation behind a topic that is of no people's data: "trained on synthetic data, never on your posts".
    fn denies_data(&self, topic: &Topic) -> Option<usize> {
        let is_of_people = |hit: &Hit| self.is_of(hit, &["yours", "user", "data."]);
        let is_about = |hit: &&Hit| is_of_people(hit) || self.is_of(hit, &["service", "modal.may"]);
        let denial = self
            .of_concept("negation")
            .find(|hit| hit.start >= topic.start.max(self.own))?;
        let people = self
            .hits
            .iter()
            .filter(|hit| hit.start >= self.own)
            .find(|hit| is_of_people(hit))?;
        // A denial that begins another statement ("and you have no say in it") is of that.
        let next = self
            .hits
            .iter()
            .filter(|hit| hit.start >= denial.start)
            .find(is_about)?;
        let follows = people.start >= denial.start && is_of_people(next) && next.start <= denial.end + DENIED;
        let is_data = self.rules.name(next.concept) != "user" || self.any("information", |hit| hit.start == next.end);
        (follows && is_data && !self.is_parted(topic.start, denial.start)).then_some(denial.start)
    }

    /// Another statement begins between two tokens, which a denial before does not reach: "we sell nothing, and we use it to train".
    pub(super) fn acts_anew(&self, from: usize, to: usize) -> bool {
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
    pub(super) fn is_parted(&self, from: usize, to: usize) -> bool {
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
    pub(super) fn is_divided(&self, from: usize, to: usize) -> bool {
        self.between(from, to).contains([',', '，', '、']) || self.is_parted(from, to)
    }

    fn between(&self, from: usize, to: usize) -> &str {
        let byte = |index: usize| self.tokens.get(index).map_or(self.text.len(), |token| token.start);
        self.text.get(byte(from)..byte(to)).unwrap_or_default()
    }

    /// People, not the service, do the training: "you can train your own models".
    pub(super) fn people_train(&self, topic: &Topic) -> bool {
        let before = |hit: &Hit| {
            // A verb may say by its ending who acts: "trenujecie".
            hit.start == topic.verb
                || hit.end <= topic.verb
                    && topic.verb - hit.end <= 3
                    && !self.is_divided(hit.end.saturating_sub(1), topic.verb)
        };
        // "The pictures you upload teach our tools": people are those who upload.
        let gives = |user: &Hit| {
            let mut behind = self.hits.iter().filter(|hit| (hit.start..hit.end).contains(&user.end));
            behind.any(|hit| self.is_of(hit, &["data."]))
        };
        // "Unless you switch off model improvement": people are those who choose.
        let chooses = |user: &Hit| self.any("choice", |choice| (user.end..topic.verb).contains(&choice.start));
        let user = self
            .of_concept("user")
            .filter(before)
            .filter(|user| !gives(user) && !chooses(user));
        let user = user.map(|hit| hit.end).max();
        let service = self.of_concept("service").filter(before).map(|hit| hit.end).max();
        user.is_some_and(|user| service.is_none_or(|service| service < user) && !self.others_use(user))
            || self.people_may_use(topic)
    }

    /// The clause opens with what people may do: "you may use the service to train models".
    fn people_may_use(&self, topic: &Topic) -> bool {
        // "Information you provide may be used": people are those who provide.
        let is_relative = |user: &Hit| {
            let mut before = self.hits.iter().filter(|hit| hit.end == user.start);
            before.any(|hit| self.is_of(hit, &["information", "data."]))
        };
        let opens = |hit: &Hit| (self.own..self.own + OPENING).contains(&hit.start) && !is_relative(hit);
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
        let is_actor = |hit: &Hit| self.is_of(hit, &["service", "party."]);
        let actor = self.hits.iter().filter(|hit| is_actor(hit)).map(|hit| hit.end).min();
        actor.is_some_and(|actor| self.any("use", |hit| actor <= hit.start && hit.end < before))
    }
}
