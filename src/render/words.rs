//! What alerts and letters say, by language; the words are data.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::analysis::compare::Event;
use crate::analysis::detect::Stance;

/// The words of one language: tables of keys and texts.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Words(BTreeMap<String, BTreeMap<String, String>>);

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

    /// The text of a key, or the key where there is none (a test sees to it that there is).
    pub(super) fn phrase<'a>(&'a self, table: &str, key: &'a str) -> &'a str {
        self.0
            .get(table)
            .and_then(|table| table.get(key))
            .map_or(key, String::as_str)
    }

    pub(super) fn event(&self, event: Event) -> &str {
        self.phrase("event", event_key(event))
    }

    /// An event in two or three words.
    pub(super) fn label(&self, event: Event) -> &str {
        self.phrase("label", event_key(event))
    }

    pub(super) fn returned(&self) -> &str {
        self.phrase("event", "returned")
    }

    /// What a stance means, in a few words.
    pub fn stance(&self, stance: Stance) -> &str {
        self.phrase("stance", stance.name())
    }

    pub fn alert(&self, key: &'static str) -> &str {
        self.phrase("alert", key)
    }

    /// What stands around the steps and the letter of an objection.
    pub fn object(&self, key: &'static str, values: &[(&str, &str)]) -> String {
        fill(self.phrase("object", key), values)
    }

    pub(super) fn letter(&self, key: &'static str) -> &str {
        self.phrase("letter", key)
    }

    /// Between the quotation marks of this language.
    pub(super) fn quote(&self, text: &str) -> String {
        fill(self.phrase("list", "quote"), &[("text", text)])
    }

    /// What is said of a thing, behind its name.
    pub fn labelled(&self, name: &str, text: &str) -> String {
        format!("{name}{}{text}", self.colon())
    }

    pub(super) fn colon(&self) -> &str {
        self.phrase("list", "colon")
    }

    /// A day as people write it in this language.
    pub fn day(&self, day: NaiveDate) -> String {
        let month = day.month().to_string();
        let form = if day.day() == 1 { "first" } else { "day" };
        let values = [
            ("day", day.day().to_string()),
            ("month", self.phrase("date", &month).to_owned()),
            ("year", day.year().to_string()),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
        fill(self.phrase("date", form), &values)
    }
}

fn event_key(event: Event) -> &'static str {
    match event {
        Event::ClaimAdded => "claim_added",
        Event::ClaimWidened => "claim_widened",
        Event::ClaimRemoved => "claim_removed",
        Event::AssuranceAdded => "assurance_added",
        Event::AssuranceRemoved => "assurance_removed",
        Event::ChoiceAdded => "choice_added",
        Event::ChoiceRemoved => "choice_removed",
        Event::ChoiceChanged => "choice_changed",
    }
}

/// "one, two and three".
pub(super) fn joined(parts: &[&str], words: &Words) -> String {
    match parts.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} {} {last}", rest.join(", "), words.phrase("list", "and")),
        None => String::new(),
    }
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
        let english = &Words::of("en").0;
        assert!(english["alert"].len() > 20);
        let keys = |words: &BTreeMap<String, BTreeMap<String, String>>| -> Vec<String> {
            let of = |(table, texts): (&String, &BTreeMap<String, String>)| {
                texts.keys().map(|key| format!("{table}.{key}")).collect::<Vec<_>>()
            };
            words.iter().flat_map(of).collect()
        };
        for (code, words) in LANGUAGES.iter() {
            assert_eq!(keys(&words.0), keys(english), "{code}");
            for (table, texts) in &words.0 {
                for (key, text) in texts {
                    assert_eq!(places(text), places(&english[table][key]), "{code} {table}.{key}");
                }
            }
        }
    }

    /// The names of the places to be filled.
    fn places(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn days_are_written_as_people_do() {
        let day = NaiveDate::from_ymd_opt(2025, 5, 26).unwrap();
        let written = ["en", "de", "fr"].map(|lang| Words::of(lang).day(day));
        assert_eq!(written, ["26 May 2025", "26. Mai 2025", "26 mai 2025"]);
        let first = NaiveDate::from_ymd_opt(2025, 5, 1).unwrap();
        assert_eq!(Words::of("fr").day(first), "1er mai 2025");
    }

    #[test]
    fn values_are_not_filled_in_again() {
        assert_eq!(fill("{a} and {b}, {c}", &[("a", "{b}"), ("b", "2")]), "{b} and 2, {c}");
    }
}
