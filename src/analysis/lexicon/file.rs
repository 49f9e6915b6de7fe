//! The lexicon files as written.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use serde::Deserialize;

use super::LexiconError;
use super::matcher::ConceptId;
use crate::analysis::detect::{FEATURES, Stance};

/// `rules.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    #[serde(rename = "concept")]
    pub concepts: Vec<Concept>,
    #[serde(rename = "relation")]
    pub relations: Vec<Relation>,
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// Where the concepts and features stand in a [`NameSet`]: the concepts first, by their ids.
    #[serde(skip)]
    places: HashMap<String, usize, RandomState>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Concept {
    pub name: String,
    #[expect(dead_code, reason = "for readers of the file")]
    pub title: String,
}

/// Two concepts near each other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Relation {
    #[serde(rename = "name")]
    pub _name: String,
    left: Vec<String>,
    right: Vec<String>,
    /// Words between them, at most.
    pub within: usize,
    pub order: Order,
    #[serde(default)]
    pub strong: bool,
    /// Only in documents about a product that is AI.
    #[serde(default)]
    pub about_ai: bool,
    #[serde(skip)]
    pub sides: Sides,
}

/// The concepts that a relation names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sides {
    pub left: Vec<ConceptId>,
    pub right: Vec<ConceptId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Order {
    Any,
    /// The right one stands where the language puts objects.
    Object,
}

/// A rule: the stance of a clause that has these features.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub name: String,
    pub stance: Stance,
    pub confidence: f32,
    pub needs: Vec<String>,
    #[serde(default)]
    pub unless: Vec<String>,
    #[serde(skip)]
    conditions: Conditions,
}

impl Rule {
    /// Whether its conditions hold where these names do.
    pub(crate) fn holds(&self, names: &NameSet) -> bool {
        let any = |places: &Vec<usize>| places.iter().any(|place| names.has(*place));
        self.conditions.needs.iter().all(any) && !any(&self.conditions.unless)
    }
}

/// The places of the names that a rule names.
#[derive(Debug, Clone, Default, PartialEq)]
struct Conditions {
    /// Of each of these one.
    needs: Vec<Vec<usize>>,
    unless: Vec<usize>,
}

/// Concepts and features that hold for a clause, by their places in the rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameSet(Vec<u64>);

impl NameSet {
    pub fn insert(&mut self, place: usize) {
        if self.0.len() <= place / 64 {
            self.0.resize(place / 64 + 1, 0);
        }
        self.0[place / 64] |= 1 << (place % 64);
    }

    pub fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    pub fn places(&self) -> impl Iterator<Item = usize> {
        (0..self.0.len() * 64).filter(|place| self.has(*place))
    }
}

/// A language file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Language {
    pub lang: String,
    #[serde(default, rename = "name")]
    pub _name: String,
    #[serde(default)]
    pub word_order: WordOrder,
    #[serde(default)]
    pub negation: Negation,
    #[serde(default)]
    pub function_words: Vec<String>,
    #[serde(default)]
    pub conjunctions: Vec<String>,
    #[serde(default)]
    pub abbreviations: Vec<String>,
    #[serde(default)]
    pub concepts: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
    /// A user's own concepts, relations and rules, as in `rules.toml`.
    #[serde(default, rename = "concept")]
    pub own_concepts: Vec<Concept>,
    #[serde(default, rename = "relation")]
    pub own_relations: Vec<Relation>,
    #[serde(default, rename = "rule")]
    pub own_rules: Vec<Rule>,
}

/// Where a language puts objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WordOrder {
    VerbObject,
    ObjectVerb,
    #[default]
    Free,
}

/// Where a negation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Negation {
    #[default]
    Before,
    After,
    Around,
}

/// A text and what is to be found in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    pub text: String,
    pub stance: Expected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expected {
    Claim,
    Assurance,
    Choice,
    Restriction,
    Mention,
    None,
}

pub(crate) fn rules(source: &str) -> Result<Rules, LexiconError> {
    parse::<Rules>(source, "rules.toml")?.indexed("rules.toml")
}

impl Rules {
    /// These rules with those of a user's file, which decide first.
    pub fn with(mut self, own: Language, file: &str) -> Result<Self, LexiconError> {
        let is_new = |concept: &Concept| self.concept(&concept.name).is_none();
        let concepts: Vec<Concept> = own.own_concepts.into_iter().filter(is_new).collect();
        self.concepts.extend(concepts);
        self.relations.extend(own.own_relations);
        self.rules.splice(0..0, own.own_rules);
        self.indexed(file)
    }

    fn indexed(mut self, file: &str) -> Result<Self, LexiconError> {
        let features = FEATURES.iter().map(|name| (*name).to_owned());
        let features = features.zip(self.concepts.len()..);
        let concepts = self.concepts.iter().map(|concept| concept.name.clone()).zip(0..);
        self.places = features.chain(concepts).collect();
        let fault = |what: String| LexiconError {
            file: file.to_owned(),
            what,
        };
        let related = |names: &[String]| {
            let of = |name: &String| {
                self.concept(name)
                    .ok_or_else(|| fault(format!("there is no concept `{name}`")))
            };
            names.iter().map(of).collect::<Result<Vec<_>, _>>()
        };
        let sides = |relation: &Relation| {
            Ok(Sides {
                left: related(&relation.left)?,
                right: related(&relation.right)?,
            })
        };
        let all_sides: Vec<Sides> = self.relations.iter().map(sides).collect::<Result<_, _>>()?;
        let conditions = |rule: &Rule| {
            let place = |name: &str| {
                let unknown = || format!("rule `{}`: there is no concept or feature `{name}`", rule.name);
                self.place(name).ok_or_else(|| fault(unknown()))
            };
            let places = |written: &String| written.split('|').map(place).collect::<Result<Vec<_>, _>>();
            Ok(Conditions {
                needs: rule.needs.iter().map(places).collect::<Result<_, _>>()?,
                unless: rule.unless.iter().map(places).collect::<Result<Vec<_>, _>>()?.concat(),
            })
        };
        let conditions: Vec<Conditions> = self.rules.iter().map(conditions).collect::<Result<_, _>>()?;
        for (rule, conditions) in self.rules.iter_mut().zip(conditions) {
            rule.conditions = conditions;
        }
        for (relation, sides) in self.relations.iter_mut().zip(all_sides) {
            relation.sides = sides;
        }
        Ok(self)
    }

    /// Where a concept or feature stands in a [`NameSet`].
    pub fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The name at a place.
    pub fn name_at(&self, place: usize) -> &str {
        let of_feature = || place.checked_sub(self.concepts.len()).and_then(|at| FEATURES.get(at));
        self.concepts
            .get(place)
            .map_or_else(|| of_feature().copied().unwrap_or_default(), |concept| &concept.name)
    }
}

pub(crate) fn language(source: &str, file: &str) -> Result<Language, LexiconError> {
    parse(source, file)
}

/// Of a language file only its function words: they stand above its tables.
pub(crate) fn function_words(source: &str) -> Vec<String> {
    #[derive(Default, Deserialize)]
    struct Head {
        #[serde(default)]
        function_words: Vec<String>,
    }
    let head = source.split_once("\n[").map_or(source, |(head, _)| head);
    toml::from_str::<Head>(head).unwrap_or_default().function_words
}

fn parse<T: for<'a> Deserialize<'a>>(source: &str, file: &str) -> Result<T, LexiconError> {
    toml::from_str(source).map_err(|error| LexiconError {
        file: file.to_owned(),
        what: error.to_string(),
    })
}
