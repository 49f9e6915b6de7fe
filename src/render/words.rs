//! What alerts and letters say, by language; the words are data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::analysis::compare::Event;
use crate::analysis::detect::Stance;

/// The words of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    event: BTreeMap<String, String>,
    stance: BTreeMap<String, String>,
    alert: BTreeMap<String, String>,
    letter: BTreeMap<String, String>,
}

/// Empty only if a data file is broken; a test reads them.
static LANGUAGES: LazyLock<Vec<(&str, Words)>> = LazyLock::new(|| {
    let read = |text| toml::from_str(text).unwrap_or_default();
    vec![
        ("en", read(include_str!("words/en.toml"))),
        ("de", read(include_str!("words/de.toml"))),
        ("fr", read(include_str!("words/fr.toml"))),
    ]
});

impl Words {
    /// The words of a language (ISO 639-1), English where there are none.
    pub fn of(lang: &str) -> &'static Self {
        let found = LANGUAGES.iter().find(|(code, _)| *code == lang);
        &found.unwrap_or(&LANGUAGES[0]).1
    }

    pub(super) fn event(&self, event: Event) -> &str {
        let key = match event {
            Event::ClaimAdded => "claim_added",
            Event::ClaimWidened => "claim_widened",
            Event::ClaimRemoved => "claim_removed",
            Event::AssuranceAdded => "assurance_added",
            Event::AssuranceRemoved => "assurance_removed",
            Event::ChoiceAdded => "choice_added",
            Event::ChoiceRemoved => "choice_removed",
            Event::ChoiceChanged => "choice_changed",
        };
        look_up(&self.event, key)
    }

    pub(super) fn returned(&self) -> &str {
        look_up(&self.event, "returned")
    }

    /// What a stance means, in a few words.
    pub fn stance(&self, stance: Stance) -> &str {
        let key = match stance {
            Stance::Claim => "claim",
            Stance::Assurance => "assurance",
            Stance::Choice => "choice",
            Stance::Restriction => "restriction",
            Stance::Mention => "mention",
        };
        look_up(&self.stance, key)
    }

    pub(super) fn alert(&self, key: &'static str) -> &str {
        look_up(&self.alert, key)
    }

    pub(super) fn letter(&self, key: &'static str) -> &str {
        look_up(&self.letter, key)
    }
}

fn look_up<'a>(words: &'a BTreeMap<String, String>, key: &'static str) -> &'a str {
    words.get(key).map_or(key, String::as_str)
}

/// Puts values in the places of their names: `{count}`.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    // One walk, so that a value that looks like a place stays as it is.
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, behind)| {
            let (_, value) = values.iter().find(|(key, _)| *key == name)?;
            Some((value, behind))
        });
        match value {
            Some((value, behind)) => {
                filled.push_str(value);
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_every_word() {
        let english = Words::of("en");
        assert!(english.alert.len() > 20);
        for (code, words) in LANGUAGES.iter() {
            for (mine, theirs) in [
                (&words.event, &english.event),
                (&words.stance, &english.stance),
                (&words.alert, &english.alert),
                (&words.letter, &english.letter),
            ] {
                assert_eq!(
                    mine.keys().collect::<Vec<_>>(),
                    theirs.keys().collect::<Vec<_>>(),
                    "{code}"
                );
                for (key, text) in mine {
                    let places = |text: &str| text.matches('{').count();
                    assert_eq!(places(text), places(&theirs[key]), "{code} {key}");
                }
            }
        }
    }

    #[test]
    fn values_are_not_filled_in_again() {
        assert_eq!(fill("{a} and {b}, {c}", &[("a", "{b}"), ("b", "2")]), "{b} and 2, {c}");
    }
}
