//! What the targets of links tell: ways to share the page, back to its top, past its menu.

use std::collections::{HashMap, HashSet};

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::mass::{Masses, is_inline};
use super::outline::{Outline, Place, Reason, Tally, attr};

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
            for id in ["id", "name"].into_iter().filter_map(|name| attr(element, name)) {
                ids.entry(id).or_insert(place);
            }
        }
        let described = elements().filter_map(|(_, element)| attr(element, "aria-describedby"));
        Self {
            above: ids.into_keys().collect(),
            descriptions: described.flat_map(str::split_whitespace).collect(),
        }
    }

    /// What the target of a link tells of it.
    pub(super) fn tell(&self, outline: &Outline<'_>, masses: &Masses, place: Place) -> Option<Reason> {
        let element = outline.element(place).filter(|element| element.name() == "a")?;
        let href = attr(element, "href")?;
        if SHARES.iter().any(|share| href.contains(share)) && !is_in_sentence(outline, place) {
            return Some(Reason::Extras);
        }
        let id = href.strip_prefix('#')?;
        let leads_up = id.eq_ignore_ascii_case("top") || self.above.contains(id);
        (leads_up && is_alone(outline, masses, place)).then_some(Reason::Navigation)
    }

    pub(super) fn describes(&self, element: &Element) -> bool {
        attr(element, "id").is_some_and(|id| self.descriptions.contains(id))
    }
}

/// No sentence is around it.
fn is_alone(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    let parent = outline.items[place].parent;
    masses.text(parent).0 == masses.text(place).0
        || !is_beside(outline, place, |node| match node {
            Node::Text(_) => true,
            Node::Element(element) => is_inline(element.name()),
            _ => false,
        })
}

/// Something is right before or behind it.
fn is_beside(outline: &Outline<'_>, place: Place, is: impl Fn(&Node) -> bool) -> bool {
    let Some(node) = outline.node(place) else {
        return false;
    };
    let is_shown = |node: &NodeRef<'_, Node>| match node.value() {
        Node::Text(text) => !text.trim().is_empty(),
        other => other.is_element(),
    };
    let before = node.prev_siblings().find(is_shown);
    let after = node.next_siblings().find(is_shown);
    before.into_iter().chain(after).any(|node| is(node.value()))
}

pub(super) fn is_in_sentence(outline: &Outline<'_>, place: Place) -> bool {
    let is_words = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() > 3;
    is_beside(outline, place, |node| node.as_text().is_some_and(|text| is_words(text)))
}
