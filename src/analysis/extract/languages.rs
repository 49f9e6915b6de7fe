//! Links to the same page in other languages, each named as its speakers name it.

use super::mass::Masses;
use super::outline::{Outline, Place, Tally};
use crate::analysis::lexicon::PAGE_WORDS;

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
            .all(|name| PAGE_WORDS.languages.names.contains(&name))
}
