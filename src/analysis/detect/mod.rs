//! Which clauses speak of AI training, and what they say. Knows no word of any language: the lexicon does.

mod actor;
mod dates;
mod features;
mod language;
mod reader;

use serde::{Deserialize, Serialize};

pub use self::actor::Actor;
pub(crate) use self::features::FEATURES;
use self::features::Features;
pub use self::reader::Reader;
use crate::analysis::document::{Document, Link};
use crate::analysis::lexicon::{Lexicon, Rule};
use crate::analysis::segment::Clause;

/// What a clause says about AI training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stance {
    /// The service, or affiliates, partners, third parties, use or may use people's data to train or develop AI.
    Claim,
    /// It promises not to, or only with consent.
    Assurance,
    /// An opt-out, opt-in, right to object, setting, form or deadline about it.
    Choice,
    /// It forbids users or outsiders to train on its content or output.
    Restriction,
    /// AI features, automated decisions, disclaimers.
    Mention,
}

impl Stance {
    /// Its name, as in the rules and in what is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Assurance => "assurance",
            Self::Choice => "choice",
            Self::Restriction => "restriction",
            Self::Mention => "mention",
        }
    }
}

/// A clause that speaks of AI training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub stance: Stance,
    /// Who uses or trains, where the clause names them.
    #[serde(default)]
    pub actor: Option<Actor>,
    /// The clause as written; a short cell of a table with its row and column before it.
    pub text: String,
    /// The headings above it, outermost first.
    pub heading: Vec<String>,
    /// The words that give a list item or cell its actor and verb.
    pub lead_in: Option<String>,
    pub links: Vec<Link>,
    /// Dates as written, in the clause.
    pub dates: Vec<String>,
    /// 0 to 1.
    pub confidence: f32,
    /// The concepts the clause speaks of, by their names in the rules, sorted.
    pub concepts: Vec<String>,
    /// The phrases that made the finding; the rule's name comes first.
    pub why: Vec<Reason>,
}

impl Finding {
    /// Whose and which data, by the names of the concepts: `data.content`.
    pub fn data(&self) -> impl Iterator<Item = &str> {
        self.of_families(&["data."])
    }

    /// What limits, excepts or softens it: `limit.consent`, `exception`, `default`, `choice`.
    pub fn conditions(&self) -> impl Iterator<Item = &str> {
        self.of_families(&["limit.", "exception", "default", "choice", "modal."])
    }

    fn of_families(&self, families: &'static [&'static str]) -> impl Iterator<Item = &str> {
        let is_of = |name: &&str| families.iter().any(|family| name.starts_with(family));
        self.concepts.iter().map(String::as_str).filter(is_of)
    }
}

/// One phrase that made a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub concept: String,
    /// The words of the text that matched.
    pub words: String,
}

/// What a document says about AI training.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// The document's main language (ISO 639-1), when it could be told.
    pub lang: Option<String>,
    /// False when there is no lexicon for that language: read, but not understood.
    pub understood: bool,
    pub findings: Vec<Finding>,
    /// Clauses with a choice that is about something else as they stand: what once stood before them may have gone.
    #[serde(skip)]
    pub bystanders: Vec<String>,
}

/// A clause near the topic, and why it is a finding or none.
#[derive(Debug, Clone, PartialEq)]
pub struct Consideration {
    pub text: String,
    /// The rule that decided, when one did.
    pub verdict: Option<(String, Stance)>,
    /// The concepts that were seen, each with its words.
    pub seen: Vec<Reason>,
    /// What the structure of the clause gave ("topic", "negated").
    pub structure: Vec<String>,
    /// Where no rule decided: the nearest, and what it wants.
    pub nearest: Option<(String, Vec<String>)>,
}

/// The language (ISO 639-1) a document is read in. `lang` overrides what would be detected.
pub fn language_of(document: &Document, lexicon: &Lexicon, lang: Option<&str>) -> Option<String> {
    Reader::of_one(lexicon).language_of(document, lang)
}

/// Finds the clauses that speak of AI training. `lang` overrides what would be detected.
pub fn detect(document: &Document, lexicon: &Lexicon, lang: Option<&str>) -> Detection {
    Reader::of_one(lexicon).detect(document, lang)
}

/// Every clause near the topic, findings or not, with the reasons.
pub fn explain(document: &Document, lexicon: &Lexicon, lang: Option<&str>) -> Vec<Consideration> {
    let mut reader = Reader::of_one(lexicon);
    let lang = reader.language_of(document, lang);
    let mut considered = Vec::new();
    reader.walk(document, lang.as_deref(), |clause, features, rule| {
        if rule.is_some() || features.is_near_topic() {
            let verdict = rule.map(|rule| (rule.name.clone(), rule.stance));
            let nearest = rule.is_none().then(|| features.nearest(&lexicon.rules.rules)).flatten();
            considered.push(Consideration {
                text: clause.text.clone(),
                verdict,
                seen: features.reasons(),
                structure: features.of_structure(),
                nearest: nearest.map(|(rule, lacks)| (rule.name.clone(), lacks)),
            });
        }
    });
    considered
}

fn finding(clause: &Clause, features: &Features<'_>, rule: &Rule) -> Finding {
    let mut why = vec![Reason {
        concept: "rule".into(),
        words: rule.name.clone(),
    }];
    why.extend(features.reasons());
    let (text, links) = quoted(clause, features.question());
    Finding {
        stance: rule.stance,
        actor: features.actor(),
        text,
        heading: clause.heading.to_vec(),
        lead_in: clause.lead_in.clone(),
        links,
        dates: dates::in_text(&clause.text),
        confidence: rule.confidence,
        concepts: features.concepts(),
        why,
    }
}

/// A cell of so few words is the answer to its row and column.
const ANSWER: usize = 3;

/// The clause as a reader wants it: "Yes" says nothing without its question.
fn quoted(clause: &Clause, question: Option<&str>) -> (String, Vec<Link>) {
    let is_answer = clause.is_cell && clause.text.split_whitespace().count() <= ANSWER;
    let of_cell = clause.lead_in.as_ref().filter(|_| is_answer);
    let Some(question) = of_cell
        .map(|lead_in| format!("{lead_in}:"))
        .or(question.map(str::to_owned))
    else {
        return (clause.text.clone(), clause.links.clone());
    };
    let text = format!("{question} {}", clause.text);
    let shift = u32::try_from(text.len() - clause.text.len()).unwrap_or_default();
    let links = clause.links.iter().map(|link| Link {
        start: link.start + shift,
        end: link.end + shift,
        target: link.target.clone(),
    });
    (text, links.collect())
}

#[cfg(test)]
mod tests;
