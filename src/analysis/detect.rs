//! Which clauses speak of AI training, and what they say. Knows no word of any language: the lexicon does.

use serde::{Deserialize, Serialize};

use crate::analysis::document::{Document, Link};
use crate::analysis::lexicon::Lexicon;

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

/// A clause that speaks of AI training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub stance: Stance,
    /// The clause as written.
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
    /// The concepts the clause speaks of, by their names in the rules ("party.third", "data.messages",
    /// "condition.consent" ...), sorted.
    pub concepts: Vec<String>,
    /// The phrases that made the finding.
    pub why: Vec<Reason>,
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
}

/// Finds the clauses that speak of AI training. `lang` overrides what would be detected.
pub fn detect(_document: &Document, _lexicon: &Lexicon, _lang: Option<&str>) -> Detection {
    todo!()
}
