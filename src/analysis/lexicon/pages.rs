//! Words by which pages, not policies, give themselves away: `src/lexicon/pages.toml`. Lower case.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// Empty only if the data file is broken; a test reads it.
pub static PAGE_WORDS: LazyLock<PageWords> = LazyLock::new(|| read().unwrap_or_default());

fn read() -> Result<PageWords, toml::de::Error> {
    toml::from_str(include_str!("../../lexicon/pages.toml"))
}

#[derive(Debug, Default, Deserialize)]
pub struct PageWords {
    /// By language: what begins the line that says when a text was changed.
    pub updated: BTreeMap<String, Vec<String>>,
    pub answers: Answers,
    pub aids: Aids,
    pub related: Related,
    pub languages: Languages,
    pub volatile: Volatile,
    /// By language: parts of words of what policies speak of.
    pub matter: BTreeMap<String, Vec<String>>,
    pub documents: Vec<DocumentKind>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Answers {
    /// How the button begins that accepts or refuses cookies.
    pub starts: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Aids {
    /// Said to those who hear the page, within a sentence as well.
    pub listeners: HashSet<String>,
    /// Said by a button, or over a table of contents.
    pub furniture: HashSet<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Related {
    /// Over a list of the site's other pages.
    pub headings: HashSet<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Languages {
    /// Each as its speakers name it.
    pub names: HashSet<String>,
}

/// Lines that change by themselves; `#` stands for a number.
#[derive(Debug, Default, Deserialize)]
pub struct Volatile {
    pub starts: Vec<String>,
    pub within: Vec<String>,
    pub ends: Vec<String>,
}

/// A kind of document, and the words by which it is known.
#[derive(Debug, Deserialize)]
pub struct DocumentKind {
    pub name: String,
    pub words: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_is_sound() {
        let words = read().unwrap();
        assert!(words.aids.furniture.contains("sommaire") && words.aids.listeners.contains("lien externe"));
        assert!(words.languages.names.contains("français"));
        assert!(words.answers.starts.len() > 10);
        assert!(words.matter.len() >= 30 && words.matter.values().flatten().all(|part| part.trim().len() > 1));
        assert!(words.volatile.within.iter().all(|part| part.contains('#')));
    }
}
