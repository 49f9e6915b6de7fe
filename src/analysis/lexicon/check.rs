//! Runs the examples of the lexicons.

use super::file::Expected;
use super::{Lexicon, LexiconError};
use crate::analysis::detect::{Stance, detect};
use crate::analysis::document::Document;

/// An example that came out otherwise than it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub lang: String,
    pub text: String,
    pub expected: String,
    pub found: Vec<Stance>,
}

impl Lexicon {
    /// Runs every example; returns how many there are and those that fail.
    ///
    /// # Errors
    /// A language file that cannot be compiled.
    pub fn check(&self) -> Result<(usize, Vec<Failure>), LexiconError> {
        let (mut count, mut failures) = (0, Vec::new());
        for language in &self.languages {
            let vocabulary = self.compile(language).as_ref().map_err(Clone::clone)?;
            for example in &vocabulary.examples {
                count += 1;
                let detection = detect(&Document::from_markdown(&example.text), self, Some(&vocabulary.lang));
                let found: Vec<Stance> = detection.findings.iter().map(|finding| finding.stance).collect();
                if !holds(example.stance, &found) {
                    let expected = format!("{:?}", example.stance).to_lowercase();
                    failures.push(Failure {
                        lang: vocabulary.lang.clone(),
                        text: example.text.clone(),
                        expected,
                        found,
                    });
                }
            }
        }
        Ok((count, failures))
    }
}

fn holds(expected: Expected, found: &[Stance]) -> bool {
    match expected {
        Expected::Claim => found.contains(&Stance::Claim),
        Expected::Assurance => found.contains(&Stance::Assurance),
        Expected::Choice => found.contains(&Stance::Choice),
        Expected::Restriction => found.contains(&Stance::Restriction),
        Expected::Mention | Expected::None => found.iter().all(|stance| *stance == Stance::Mention),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_of_every_language_comes_out_as_it_says() {
        let (count, failures) = Lexicon::builtin().check().unwrap();
        assert!(count > 0);
        assert!(
            failures.is_empty(),
            "{} of {count} examples fail: {failures:#?}",
            failures.len()
        );
    }

    #[test]
    fn a_users_phrases_extend_a_language() {
        let text = Document::from_markdown("We feed the oracle with your diary.");
        let extended = Lexicon::builtin()
            .extended(&["lang = \"en\"\n[concepts]\ntraining = [\"feed* * oracle\"]"])
            .unwrap();
        assert!(detect(&text, Lexicon::builtin(), Some("en")).findings.is_empty());
        assert_eq!(detect(&text, &extended, Some("en")).findings[0].stance, Stance::Claim);
        assert_ne!(extended.hash(), Lexicon::builtin().hash());
        let fault = Lexicon::builtin()
            .extended(&["lang = \"en\"\n[concepts]\nnonsense = [\"x\"]"])
            .unwrap_err();
        assert!(fault.to_string().contains("no concept `nonsense`"));
    }
}
