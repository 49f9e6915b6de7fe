//! The lexicon files as written.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::matcher::ConceptId;
use super::{LexiconError, index_of};
use crate::analysis::detect::Stance;

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
    pub abbreviations: Vec<String>,
    #[serde(default)]
    pub concepts: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
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
    let mut rules: Rules = parse(source, "rules.toml")?;
    rules.index = index_of(rules.concepts.iter().map(|concept| concept.name.clone()));
    let named = rules
        .relations
        .iter()
        .flat_map(|relation| relation.left.iter().chain(&relation.right));
    match named.into_iter().find(|name| !rules.index.contains_key(*name)) {
        Some(name) => Err(LexiconError {
            file: "rules.toml".into(),
            what: format!("there is no concept `{name}`"),
        }),
        None => Ok(rules),
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
