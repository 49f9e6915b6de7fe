//! Where a clause names the topic, and what is used for it.

use super::said::Words;
use crate::analysis::lexicon::matcher::{ConceptId, Hit};
use crate::analysis::lexicon::{Order, Relation, WordOrder};

/// So many words from the topic, data are its object.
const BESIDE: usize = 5;

/// A stretch of tokens that names the topic.
#[derive(Debug, Clone, Copy)]
pub(super) struct Topic {
    pub start: usize,
    pub end: usize,
    pub strong: bool,
    /// The verb, where there is one.
    pub verb: usize,
    /// It is the topic only in a document about AI.
    pub about_ai: bool,
}

impl Words<'_> {
    pub(super) fn topics(&self, word_order: WordOrder, about_ai: bool) -> Vec<Topic> {
        // "We develop our products; more on AI here" are two statements.
        let named = self
            .of_concept("training")
            .filter(|hit| !self.is_parted(hit.start, hit.end - 1));
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
        let of = |id: ConceptId| self.hits.iter().copied().filter(move |hit| hit.concept == id);
        let all = |ids: &[ConceptId]| -> Vec<Hit> { ids.iter().copied().flat_map(of).collect() };
        let (lefts, rights) = (all(&relation.sides.left), all(&relation.sides.right));
        if lefts.is_empty() || rights.is_empty() {
            return Vec::new();
        }
        let tools: Vec<Hit> = self.of_concept("ai_tool").collect();
        let product = self.rules.concept("ai_product");
        let is_tool = |hit: &Hit| {
            Some(hit.concept) != product && tools.iter().any(|tool| tool.start <= hit.start && hit.end <= tool.end)
        };
        let object_after = |left: &Hit, right: &Hit| left.start < right.end;
        let mut found = Vec::new();
        for left in lefts {
            for right in rights.iter().filter(|right| relation.strong || !is_tool(right)) {
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
                if in_order && distance <= relation.within && !self.is_parted(start, end - 1) {
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
    pub(super) fn uses_data(&self, topic: &Topic) -> bool {
        let apart = |hit: &Hit| hit.end <= topic.start || topic.end <= hit.start;
        let is_data = |hit: &Hit| self.is_of(hit, &["information", "data."]);
        let has_data = self.hits.iter().any(|hit| is_data(hit) && apart(hit));
        // Any word may stand for data where it is used and somebody's own: "we study your playlists".
        let uses_own = |used: &Hit| self.any("yours", |own| own.start == used.end);
        self.any("use", |used| apart(used) && (has_data || uses_own(used)))
    }

    /// Data stands beside the verb: "models trained on your posts" needs no verb of use.
    pub(super) fn takes_data(&self, topic: &Topic) -> bool {
        let beside = |hit: &Hit| topic.verb <= hit.end + BESIDE && hit.start <= topic.end + BESIDE;
        let is_data = |hit: &Hit| self.is_of(hit, &["information", "yours", "data."]);
        self.hits.iter().any(|hit| is_data(hit) && beside(hit))
    }
}
