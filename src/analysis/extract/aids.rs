//! Words for those who hear a page: "opens in a new tab". They come and go with the site's links.

use std::sync::LazyLock;

use serde::Deserialize;

use super::outline::{Outline, Place};

#[derive(Deserialize)]
struct Words {
    aids: Aids,
}

#[derive(Default, Deserialize)]
struct Aids {
    texts: Vec<String>,
}

/// Empty only if the data file is broken; a test reads it.
static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words: Option<Words> = toml::from_str(include_str!("../../lexicon/pages.toml")).ok();
    words.map(|words| words.aids.texts).unwrap_or_default()
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
    TEXTS.iter().any(|aid| aid == text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_data_is_read() {
        assert!(super::TEXTS.len() > 10);
    }
}
