//! What furniture says: "opens in a new tab" to those who hear a page, "print", "on this page". It comes and goes
//! without the text.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::links::is_in_sentence;
use super::outline::{Outline, Place};

#[derive(Deserialize)]
struct Words {
    aids: Aids,
}

#[derive(Default, Deserialize)]
struct Aids {
    /// Said to those who hear the page, within a sentence as well.
    listeners: HashSet<String>,
    /// Said by a button, or over a table of contents.
    furniture: HashSet<String>,
}

/// Empty only if the data file is broken; a test reads it.
static AIDS: LazyLock<Aids> = LazyLock::new(|| {
    let words: Option<Words> = toml::from_str(include_str!("../../lexicon/pages.toml")).ok();
    words.map(|words| words.aids).unwrap_or_default()
});

/// Characters of the longest, brackets included.
const LONGEST: usize = 60;

/// An element with no other words in it.
pub(super) fn is_aid(outline: &Outline<'_>, place: Place) -> bool {
    let holds_one_text = outline.items[place].end == place + 2;
    let Some(text) = outline
        .text(place + 1)
        .filter(|text| holds_one_text && text.len() <= LONGEST)
    else {
        return false;
    };
    let text = text.to_lowercase();
    let text = text.trim_matches(|character: char| !character.is_alphanumeric());
    AIDS.listeners.contains(text)
        || (AIDS.furniture.contains(text) && !is_in_sentence(outline, place) && !is_in_list(outline, place))
}

/// "Contents" is a kind of data there, "print" a thing that one may do.
fn is_in_list(outline: &Outline<'_>, place: Place) -> bool {
    let around = outline.ancestors(place).take(3);
    std::iter::once(place)
        .chain(around)
        .any(|place| matches!(outline.name(place), "h1" | "td" | "th" | "dt" | "dd" | "li"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_data_is_read() {
        assert!(super::AIDS.furniture.contains("sommaire") && super::AIDS.listeners.contains("lien externe"));
    }
}
