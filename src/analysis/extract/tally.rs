//! Counts of what tells a part of a page, for any subtree at once.

use super::outline::{Outline, Place};
use crate::analysis::lexicon::PAGE_WORDS;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tally {
    Heading,
    /// `<h1>`.
    Title,
    Link,
    /// A link to a place on the page itself.
    LinkInPage,
    /// A field to write into.
    Field,
    Button,
    /// A button that accepts or refuses something.
    Answer,
    /// A text that speaks of cookies. The word is the same in all languages that have the law.
    Cookie,
}

impl Tally {
    pub(super) const COUNT: usize = 8;
}

/// Of each place, and of the end, how many of each stand before it.
pub(super) fn all(outline: &Outline<'_>) -> Vec<[u32; Tally::COUNT]> {
    let mut counts = [0; Tally::COUNT];
    let mut all = Vec::with_capacity(outline.items.len() + 1);
    for place in 0..outline.items.len() {
        all.push(counts);
        for tally in of(outline, place).into_iter().flatten() {
            counts[tally as usize] += 1;
        }
    }
    all.push(counts);
    all
}

fn of(outline: &Outline<'_>, place: Place) -> [Option<Tally>; 2] {
    if let Some(text) = outline.text(place) {
        let is_shown = !matches!(
            outline.name(outline.items[place].parent()),
            "script" | "style" | "noscript"
        );
        return [(is_shown && text.contains("ookie")).then_some(Tally::Cookie), None];
    }
    let Some(element) = outline.element(place) else {
        return [None; 2];
    };
    let is_button = || {
        let answers = says_answer(outline, place).then_some(Tally::Answer);
        [Some(Tally::Button), answers]
    };
    match (element.name(), element.attr("role")) {
        ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", _) | (_, Some("heading")) if is_empty(outline, place) => [None; 2],
        ("h1", _) => [Some(Tally::Heading), Some(Tally::Title)],
        ("h2" | "h3" | "h4" | "h5" | "h6", _) | (_, Some("heading")) => [Some(Tally::Heading), None],
        ("button", _) | (_, Some("button")) => is_button(),
        ("a", _) => {
            let is_in_page = element.attr("href").is_some_and(|href| href.starts_with('#'));
            [Some(Tally::Link), is_in_page.then_some(Tally::LinkInPage)]
        }
        ("input", _) => {
            let kind = element.attr("type").unwrap_or("text");
            [
                matches!(kind, "text" | "email" | "password" | "tel").then_some(Tally::Field),
                None,
            ]
        }
        _ => [None; 2],
    }
}

/// Whether it holds nothing: site builders leave headings that were never filled.
fn is_empty(outline: &Outline<'_>, place: Place) -> bool {
    let mut inside = place..outline.items[place].end().min(place + BUTTON);
    !inside.any(|inside| outline.text(inside).is_some_and(|text| !text.trim().is_empty()))
        && outline.items[place].end() <= place + BUTTON
}

/// Nodes of a button in which its first words are looked for.
const BUTTON: usize = 12;

fn says_answer(outline: &Outline<'_>, place: Place) -> bool {
    let end = outline.items[place].end().min(place + BUTTON);
    let label = (place..end).find_map(|inside| outline.text(inside).map(str::trim).filter(|text| !text.is_empty()));
    label.is_some_and(|label| {
        let label = label.chars().take(60).collect::<String>().to_lowercase();
        PAGE_WORDS
            .answers
            .starts
            .iter()
            .any(|start| label.starts_with(start.as_str()))
    })
}
