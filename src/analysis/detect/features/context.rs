//! What a clause's surroundings say of the topic.

use std::collections::HashSet;

use super::Features;
use crate::analysis::detect::Stance;
use crate::analysis::detect::language::prefix;
use crate::analysis::lexicon::grammar::tokens;
use crate::analysis::segment::{Clause, is_enumerated};

/// "We train on your posts. It pays for the service. You may object": so many clauses later is still about it.
const SHORTLY: usize = 3;
/// A heading written as the first sentence of its paragraph has so many words, its number with them.
const RUN_IN: usize = 8;

/// A clause that speaks of people's data in training.
#[derive(Debug, Clone, Copy)]
struct Topical {
    block: usize,
    /// How many clauses ago.
    ago: usize,
    stance: Stance,
}

impl Topical {
    fn is_shortly_before(self, clause: &Clause) -> bool {
        self.ago <= SHORTLY && clause.block == self.block
    }
}

/// "Learn more" stands between two paragraphs and says nothing.
const LABEL: usize = 2;

/// What the clauses before say of the topic.
#[derive(Debug, Default)]
pub(in crate::analysis::detect) struct Context {
    /// Whether the innermost heading names the topic.
    topic_heading: bool,
    /// Block of the innermost heading, where that is a choice about training ("I'd rather not. What can I do?").
    choice_heading: Option<usize>,
    /// Headings that forbid ("Prohibited uses").
    banning: HashSet<String>,
    /// The last clause that speaks of people's data in training.
    topical: Option<Topical>,
    /// Block of the last clause, where that uses something of people's.
    using: Option<usize>,
    /// Block of the last clause.
    block: Option<usize>,
    /// Block that opens with a short sentence that forbids ("What you may not do.").
    forbidden: Option<usize>,
    /// Block of the last clause, where that forbids or is of outsiders.
    forbidding: Option<usize>,
    /// Block of the last clause, where that is of partners or third parties.
    naming_party: Option<usize>,
    /// Block of the last clause, where that names AI.
    naming_ai: Option<usize>,
    /// Block and text of the last clause, where that asks about training with something of people's.
    asking: Option<(usize, String)>,
    /// Section and letter of the clauses that are findings: "3.4 d)" is 3, 4, d.
    addresses: Vec<Vec<String>>,
}

impl Context {
    /// Takes a judged clause into account.
    pub(in crate::analysis::detect) fn pass(
        &mut self,
        clause: &Clause,
        features: &Features<'_>,
        stance: Option<Stance>,
    ) {
        let echo = features.said.echo;
        if clause.is_heading {
            if echo.bans {
                self.banning.insert(clause.text.clone());
            }
            let goes_on = self.choice_heading == Some(clause.block);
            self.choice_heading = (goes_on || stance == Some(Stance::Choice)).then_some(clause.block);
            self.topic_heading = echo.is_topical;
        }
        if let Some(stance @ (Stance::Claim | Stance::Assurance | Stance::Choice)) = stance {
            self.topical = Some(Topical {
                block: clause.block,
                ago: 1,
                stance,
            });
            self.addresses.extend(address(clause));
        } else if let Some(topical) = &mut self.topical {
            if features.said.length > LABEL || clause.is_heading {
                topical.ago += 1;
            } else {
                topical.block = clause.block;
            }
        }
        let opens = self.block.replace(clause.block) != Some(clause.block);
        if opens && echo.bans && clause.text.split_whitespace().count() <= RUN_IN {
            self.forbidden = Some(clause.block);
        }
        self.forbidding = echo.forbids.then_some(clause.block);
        self.naming_party = echo.names_party.then_some(clause.block);
        self.naming_ai = echo.names_ai.then_some(clause.block);
        self.asking = (echo.trains && features.has("question")).then(|| (clause.block, clause.text.clone()));
        self.using = echo.uses.then_some(clause.block);
    }

    /// The clause just before, in the same block, uses something of people's.
    pub(super) fn follows_use(&self, clause: &Clause) -> bool {
        self.using == Some(clause.block)
    }

    /// What stands above it forbids: a heading, or the short sentence that opens its block.
    pub(super) fn is_forbidden(&self, clause: &Clause) -> bool {
        self.forbidden == Some(clause.block) || clause.heading.iter().any(|heading| self.banning.contains(heading))
    }

    /// The clause just before, in the same block, forbids or is of outsiders.
    pub(super) fn follows_ban(&self, clause: &Clause) -> bool {
        self.forbidding == Some(clause.block)
    }

    /// The clause just before is of partners or third parties.
    pub(super) fn follows_party(&self, clause: &Clause) -> bool {
        self.naming_party.is_some_and(|block| clause.block <= block + 1)
    }

    /// The clause just before names AI.
    pub(super) fn follows_ai(&self, clause: &Clause) -> bool {
        self.naming_ai.is_some_and(|block| clause.block <= block + 1)
    }

    /// The clause just before, where it asks whether people's data are trained on.
    pub(super) fn question_before(&self, clause: &Clause) -> Option<&str> {
        let asked = self.asking.as_ref().filter(|(block, _)| clause.block <= block + 1);
        asked.map(|(_, question)| question.as_str())
    }

    /// The words name the section and letter of a finding.
    pub(super) fn refers_to_topic(&self, text: &str) -> bool {
        if self.addresses.is_empty() {
            return false;
        }
        let words = tokens(text);
        let is_named = |address: &Vec<String>| {
            let named = words.windows(address.len());
            named
                .into_iter()
                .any(|window| window.iter().zip(address).all(|(word, label)| word.folded == *label))
        };
        self.addresses.iter().any(is_named)
    }

    /// The heading names the topic, or the clause just before speaks of people's data in training.
    pub(super) fn is_near_topic(&self, clause: &Clause) -> bool {
        let just_before = self
            .topical
            .is_some_and(|topical| topical.ago == 1 && clause.block <= topical.block + 1);
        (self.topic_heading && !clause.is_heading) || just_before
    }

    /// A clause shortly before in the same block speaks of people's data in training.
    pub(super) fn follows_topic(&self, clause: &Clause) -> bool {
        self.topical.is_some_and(|topical| topical.is_shortly_before(clause))
    }

    /// The heading is a choice about training, whose steps follow.
    pub(super) fn is_under_choice(&self, clause: &Clause) -> bool {
        !clause.is_heading && self.choice_heading.is_some()
    }

    /// That clause stands in this block or the one before.
    pub(super) fn is_after_topic(&self, clause: &Clause) -> bool {
        self.topical
            .is_some_and(|topical| topical.ago <= SHORTLY && clause.block <= topical.block + 1)
    }

    /// That clause is of this stance.
    pub(super) fn follows(&self, clause: &Clause, stance: Stance) -> bool {
        self.topical
            .is_some_and(|topical| topical.stance == stance && topical.is_shortly_before(clause))
    }
}

/// The section and the letter of the item: what a later clause may refer to ("5.2", "II.6", "3.4 d)").
fn address(clause: &Clause) -> Option<Vec<String>> {
    let heading = clause.heading.last();
    let mut above = clause.lead_in.iter().chain(heading).map(|text| numbers(text));
    let section = above
        .find(|numbers| !numbers.is_empty())
        .or_else(|| Some(vec![heading.and_then(|heading| label(heading))?]))
        .unwrap_or_default();
    let item = label(&clause.text).filter(|label| label.len() <= 2);
    let address: Vec<String> = section.into_iter().chain(item).collect();
    // One number alone may be anything.
    (address.len() > 1).then_some(address)
}

fn folded_words(text: &str) -> impl Iterator<Item = String> {
    tokens(text).into_iter().map(|token| token.folded.into_owned())
}

/// The numbers that a text begins with.
fn numbers(text: &str) -> Vec<String> {
    let is_number = |word: &String| word.chars().all(|c| c.is_ascii_digit());
    folded_words(text).take_while(is_number).collect()
}

/// What an item or section begins with: "d" of "d) ...", "ii" of "II. ...".
fn label(text: &str) -> Option<String> {
    folded_words(prefix(text, 8)).next().filter(|_| is_enumerated(text))
}
