//! Links to the same page in other languages, each named as its speakers name it.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::mass::Masses;
use super::outline::{Outline, Place, Tally};

#[derive(Deserialize)]
struct Words {
    languages: Languages,
}

#[derive(Default, Deserialize)]
struct Languages {
    names: HashSet<String>,
}

/// Empty only if the data file is broken; a test reads it.
static NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let words: Option<Words> = toml::from_str(include_str!("../../lexicon/pages.toml")).ok();
    words.map(|words| words.languages.names).unwrap_or_default()
});

/// Characters of the longest list.
const LONGEST: usize = 1_000;

/// Nothing but names of languages, and links among them.
pub(super) fn lists_them(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    let (text, linked) = masses.text(place);
    let may_be = outline.count(place, Tally::Link) >= 2 && text <= LONGEST && linked * 2 >= text;
    may_be
        && outline
            .kept(place)
            .filter_map(|inside| outline.text(inside))
            .flat_map(|text| text.split(['|', '·', '/', ',']))
            .map(|name| name.trim_matches(|character: char| !character.is_alphanumeric()))
            .filter(|name| !name.is_empty())
            // "English (US)" as well.
            .map(|name| name.split(" (").next().unwrap_or(name).to_lowercase())
            .all(|name| NAMES.contains(&name))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_data_is_read() {
        assert!(super::NAMES.contains("français"));
    }
}
