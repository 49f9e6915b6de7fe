//! What the targets of links tell: ways to share the page, back to its top, past its menu.

use std::collections::{HashMap, HashSet};

use super::mass::{Masses, is_inline};
use super::outline::{Outline, Place, Reason, Tally};
use super::tree::{Element, NodeRef};

/// Where links lead that share, send or print the page, or sell the app.
const SHARES: [&str; 19] = [
    "facebook.com/share",
    "facebook.com/dialog/share",
    "twitter.com/intent",
    "twitter.com/share",
    "x.com/intent",
    "linkedin.com/share",
    "linkedin.com/cws/share",
    "pinterest.com/pin/create",
    "reddit.com/submit",
    "api.whatsapp.com/send",
    "whatsapp://send",
    "t.me/share",
    "xing.com/spi/shares",
    "mailto:?",
    "javascript:window.print",
    "javascript:print",
    "apps.apple.com/",
    "itunes.apple.com/",
    "play.google.com/store/apps",
];

/// What links inside a page lead to.
pub(super) struct Links<'h> {
    /// Ids that stand before the title.
    above: HashSet<&'h str>,
    /// Ids of what describes other elements to those who cannot see them.
    descriptions: HashSet<&'h str>,
}

impl<'h> Links<'h> {
    pub(super) fn of(outline: &Outline<'h>) -> Self {
        let elements = || (0..outline.items.len()).filter_map(|place| Some((place, outline.element(place)?)));
        let has = |tally| move |(place, _): &(Place, &Element)| outline.count(*place, tally) > 0;
        let is_heading =
            |(_, element): &(Place, &Element)| matches!(element.name(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let tally = if outline.count(0, Tally::Title) > 0 {
            Tally::Title
        } else {
            Tally::Heading
        };
        let title = elements()
            .filter(is_heading)
            .find(has(tally))
            .map_or(0, |(place, _)| place);
        let mut ids: HashMap<&str, Place> = HashMap::new();
        for (place, element) in elements().take_while(|(place, _)| *place < title) {
            for id in ["id", "name"].into_iter().filter_map(|name| element.attr(name)) {
                ids.entry(id).or_insert(place);
            }
        }
        let described = elements().filter_map(|(_, element)| element.attr("aria-describedby"));
        Self {
            above: ids.into_keys().collect(),
            descriptions: described.flat_map(str::split_whitespace).collect(),
        }
    }

    /// What the target of a link tells of it.
    pub(super) fn tell(&self, outline: &Outline<'_>, masses: &Masses, place: Place) -> Option<Reason> {
        let element = outline.element(place).filter(|element| element.name() == "a")?;
        let href = element.attr("href")?;
        if SHARES.iter().any(|share| href.contains(share)) && !is_in_sentence(outline, place) {
            return Some(Reason::Extras);
        }
        let id = href.strip_prefix('#')?;
        let leads_up = id.eq_ignore_ascii_case("top") || self.above.contains(id);
        (leads_up && is_alone(outline, masses, place)).then_some(Reason::Navigation)
    }

    pub(super) fn describes(&self, element: &Element) -> bool {
        element.attr("id").is_some_and(|id| self.descriptions.contains(id))
    }
}

/// No sentence is around it.
fn is_alone(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    let parent = outline.items[place].parent();
    masses.text(parent).0 == masses.text(place).0
        || !is_beside(outline, place, |node| match node.element() {
            Some(element) => is_inline(element.name()),
            None => node.text().is_some(),
        })
}

/// Something is right before or behind it.
fn is_beside(outline: &Outline<'_>, place: Place, is: impl Fn(NodeRef<'_>) -> bool) -> bool {
    let Some(node) = outline.node(place) else {
        return false;
    };
    let is_shown = |node: &NodeRef<'_>| match node.text() {
        Some(text) => !text.trim().is_empty(),
        None => node.element().is_some(),
    };
    let before = node.previous_siblings().find(is_shown);
    let after = node.next_siblings().find(is_shown);
    before.into_iter().chain(after).any(is)
}

pub(super) fn is_in_sentence(outline: &Outline<'_>, place: Place) -> bool {
    let is_words = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() > 3;
    is_beside(outline, place, |node| node.text().is_some_and(is_words))
}
