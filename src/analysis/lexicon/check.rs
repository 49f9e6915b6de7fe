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
    fn a_user_may_watch_for_something_of_their_own() {
        let own = r#"
            lang = "en"
            concept = [{ name = "sell", title = "to sell" }]
            relation = [{ name = "sells data", left = ["sell"], right = ["information"], within = 8, order = "object", strong = true }]
            rule = [{ name = "sells-data", stance = "claim", confidence = 0.9, needs = ["sell", "topic"], unless = ["negated", "ban"] }]

            [concepts]
            sell = ["sell", "sells", "selling", "sold"]

            [[example]]
            text = "We may sell your data to brokers."
            stance = "claim"

            [[example]]
            text = "We do not sell your data."
            stance = "assurance"

            [[example]]
            text = "Our shop sells shoes."
            stance = "none"
        "#;
        let extended = Lexicon::builtin().extended(&[own]).unwrap();
        let (count, failures) = extended.check().unwrap();
        assert_eq!(count, Lexicon::builtin().check().unwrap().0 + 3);
        // A new topic may change how the shipped examples read, not its own.
        assert!(
            failures.iter().all(|failure| !own.contains(&failure.text)),
            "{failures:#?}"
        );
        let misspelt = own.replace("\"negated\"", "\"negatd\"");
        let fault = Lexicon::builtin().extended(&[&misspelt]).unwrap_err();
        assert!(
            fault
                .to_string()
                .contains("rule `sells-data`: there is no concept or feature `negatd`")
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
