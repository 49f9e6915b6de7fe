//! What furniture says: "opens in a new tab" to those who hear a page, "print", "on this page". It comes and goes
//! without the text.

use super::links::is_in_sentence;
use super::outline::{Outline, Place};
use crate::analysis::lexicon::PAGE_WORDS;

/// Characters of the longest, brackets included.
const LONGEST: usize = 60;

/// An element with no other words in it.
pub(super) fn is_aid(outline: &Outline<'_>, place: Place) -> bool {
    let holds_one_text = outline.items[place].end() == place + 2;
    let Some(text) = outline
        .text(place + 1)
        .filter(|text| holds_one_text && text.len() <= LONGEST)
    else {
        return false;
    };
    let text = text.to_lowercase();
    let text = text.trim_matches(|character: char| !character.is_alphanumeric());
    PAGE_WORDS.aids.listeners.contains(text)
        || (PAGE_WORDS.aids.furniture.contains(text) && !is_in_sentence(outline, place) && !is_in_list(outline, place))
}

/// "Contents" is a kind of data there, "print" a thing that one may do.
fn is_in_list(outline: &Outline<'_>, place: Place) -> bool {
    let around = outline.ancestors(place).take(3);
    std::iter::once(place)
        .chain(around)
        .any(|place| matches!(outline.name(place), "h1" | "td" | "th" | "dt" | "dd" | "li"))
}
