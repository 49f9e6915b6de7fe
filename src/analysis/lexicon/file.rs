//! The lexicon files as written.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::matcher::ConceptId;
use super::{LexiconError, index_of};
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
    #[serde(skip)]
    pub index: HashMap<String, ConceptId>,
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
    pub left: Vec<String>,
    pub right: Vec<String>,
    /// Words between them, at most.
    pub within: usize,
    pub order: Order,
    #[serde(default)]
    pub strong: bool,
    /// Only in documents about a product that is AI.
    #[serde(default)]
    pub about_ai: bool,
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
        let is_new = |concept: &Concept| !self.index.contains_key(&concept.name);
        let concepts: Vec<Concept> = own.own_concepts.into_iter().filter(is_new).collect();
        self.concepts.extend(concepts);
        self.relations.extend(own.own_relations);
        self.rules.splice(0..0, own.own_rules);
        self.indexed(file)
    }

    fn indexed(mut self, file: &str) -> Result<Self, LexiconError> {
        self.index = index_of(self.concepts.iter().map(|concept| concept.name.clone()));
        let fault = |what: String| LexiconError {
            file: file.to_owned(),
            what,
        };
        let related = self
            .relations
            .iter()
            .flat_map(|relation| relation.left.iter().chain(&relation.right));
        if let Some(name) = related.into_iter().find(|name| !self.index.contains_key(*name)) {
            return Err(fault(format!("there is no concept `{name}`")));
        }
        for rule in &self.rules {
            let named = rule.needs.iter().chain(&rule.unless).flat_map(|needs| needs.split('|'));
            if let Some(name) = named
                .into_iter()
                .find(|name| !self.index.contains_key(*name) && !FEATURES.contains(name))
            {
                return Err(fault(format!(
                    "rule `{}`: there is no concept or feature `{name}`",
                    rule.name
                )));
            }
        }
        Ok(self)
    }
}

pub(crate) fn language(source: &str, file: &str) -> Result<Language, LexiconError> {
    parse(source, file)
}

fn parse<T: for<'a> Deserialize<'a>>(source: &str, file: &str) -> Result<T, LexiconError> {
    toml::from_str(source).map_err(|error| LexiconError {
        file: file.to_owned(),
        what: error.to_string(),
    })
}
