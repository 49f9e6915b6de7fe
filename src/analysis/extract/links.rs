//! What the targets of links tell: ways to share the page, back to its top, past its menu.

use std::collections::{HashMap, HashSet};

use scraper::node::Element;

use super::mass::{Masses, is_inline};
use super::outline::{Outline, Place, Reason, Tally, attr};

/// Where links lead that share, send or print the page.
const SHARES: [&str; 16] = [
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
        if SHARES.iter().any(|share| href.contains(share)) {
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
    if masses.text(parent).0 == masses.text(place).0 {
        return true;
    }
    let node = outline.items[place].node;
    let in_line = |node: ego_tree::NodeRef<'_, scraper::Node>| match node.value() {
        scraper::Node::Text(text) => !text.trim().is_empty(),
        scraper::Node::Element(element) => is_inline(element.name()),
        _ => false,
    };
    let shown = |node: &ego_tree::NodeRef<'_, scraper::Node>| match node.value() {
        scraper::Node::Text(text) => !text.trim().is_empty(),
        other => other.is_element(),
    };
    let before = node.prev_siblings().find(shown).is_some_and(in_line);
    let after = node.next_siblings().find(shown).is_some_and(in_line);
    !before && !after
}
