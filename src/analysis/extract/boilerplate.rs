//! What on a page is no text of the document: by element, by role, by its names, by what it asks.

use std::collections::HashSet;

use super::links::Links;
use super::mass::Masses;
use super::outline::{Outline, Place, Reason, Tally};
use super::tree::{Element, NodeRef};
use super::{aids, languages, names};

/// Marks what is left out of the document. A part that holds much of the page's prose is kept whatever it is
/// called: losing the policy is worse than keeping a menu.
pub(super) fn mark(outline: &mut Outline<'_>) {
    let masses = Masses::of(outline);
    let panels = panels(outline);
    let page = Looking {
        whole: masses.of_subtree(0),
        has_main: has_main(outline, &masses),
        links: Links::of(outline),
        outline,
        masses: &masses,
        panels: &panels,
    };
    let named = page.marked(Looking::verdict);
    let lost = named
        .iter()
        .filter(|(_, reason)| !matches!(reason, Reason::CookieBanner | Reason::Comments));
    let lost: usize = lost.map(|(place, _)| masses.of_subtree(*place)).sum();
    // Names that are everywhere are no names: styling frameworks put "menu" or "toc" on any element.
    let named = if lost * 3 < page.whole {
        named
    } else {
        page.marked(Looking::without_names)
    };
    for (place, reason) in named {
        outline.drop(place, reason);
    }
}

/// The ids of panels that a control of the page opens: accordions, tabs.
fn panels<'h>(outline: &Outline<'h>) -> HashSet<&'h str> {
    let elements = (0..outline.items.len()).filter_map(|place| outline.element(place));
    let targets = |element: &'h Element| {
        let opens = element.attr("aria-expanded").is_some()
            || element.attr("role") == Some("tab")
            || element.attr("data-toggle").is_some();
        let attributes = ["aria-controls", "data-target", "data-bs-target", "href"];
        attributes
            .into_iter()
            .filter(move |name| opens || *name != "href")
            .filter_map(|name| element.attr(name))
            .map(|target| target.trim_start_matches('#'))
            .filter(|target| !target.is_empty())
    };
    elements.flat_map(targets).collect()
}

/// A page that says which part is the main one, with something in it.
fn has_main(outline: &Outline<'_>, masses: &Masses) -> bool {
    (0..outline.items.len()).any(|place| {
        let is_main = outline.name(place) == "main"
            || outline
                .element(place)
                .is_some_and(|element| element.attr("role") == Some("main"));
        is_main && masses.of_paragraphs(place) > 0
    })
}

/// What a verdict on a part of a page looks at.
struct Looking<'o, 'h> {
    outline: &'o Outline<'h>,
    masses: &'o Masses,
    panels: &'o HashSet<&'h str>,
    links: Links<'h>,
    whole: usize,
    has_main: bool,
}

/// Characters of the shortest sentence that a control shows.
const SENTENCE: usize = 20;
/// Characters of prose in a footer among its links: prices, claims, the maker.
const IMPRINT: usize = 300;
/// Characters of what tells the blind of an element, and nobody sees.
const DESCRIPTION: usize = 60;

/// A page with fewer characters of prose beside its cookie banner is nothing but the banner.
const LEAST: usize = 40;

/// Scripts are text to the parser; they must be gone before prose is measured.
pub(super) fn mark_textless(outline: &mut Outline<'_>) {
    for place in 0..outline.items.len() {
        let has_no_text = has_no_text(outline.name(place));
        // What stands in place of an address hidden from robots; the address is in the attribute.
        let parent = outline.element(outline.items[place].parent());
        let is_placeholder = parent.is_some_and(|parent| parent.attr("data-cfemail").is_some());
        if has_no_text || is_placeholder {
            outline.drop(place, Reason::NoText);
        }
    }
}

impl Looking<'_, '_> {
    fn marked(&self, verdict: fn(&Self, Place) -> Option<Reason>) -> Vec<(Place, Reason)> {
        let mut found = Vec::new();
        let mut place = 0;
        while let Some(item) = self.outline.items.get(place) {
            if item.dropped.is_some() {
                place = item.end();
                continue;
            }
            place = match verdict(self, place).filter(|reason| self.may_drop(place, *reason)) {
                Some(reason) => {
                    found.push((place, reason));
                    item.end()
                }
                None => place + 1,
            };
        }
        found
    }

    fn may_drop(&self, place: Place, reason: Reason) -> bool {
        let mass = self.masses.of_subtree(place);
        match reason {
            Reason::CookieBanner if in_article(self.outline, place) => mass * 2 < self.whole,
            Reason::CookieBanner => self.whole - mass >= LEAST || mass * 2 < self.whole,
            Reason::Comments => mass * 2 < self.whole,
            Reason::Hidden => true,
            // The frame of a page whose main part is short may well hold more words than it.
            Reason::Frame | Reason::Navigation if self.has_main && is_frame(self.outline, place) => true,
            _ => mass * 4 < self.whole,
        }
    }

    fn verdict(&self, place: Place) -> Option<Reason> {
        self.by_role(place)
            .or_else(|| self.links.tell(self.outline, self.masses, place))
            .or_else(|| self.by_words(place))
            .or_else(|| self.by_hiding(place))
            .or_else(|| languages::lists_them(self.outline, self.masses, place).then_some(Reason::Navigation))
            .or_else(|| self.by_asking(place))
    }

    fn without_names(&self, place: Place) -> Option<Reason> {
        self.by_role(place).or_else(|| self.by_asking(place))
    }

    fn by_role(&self, place: Place) -> Option<Reason> {
        let (outline, masses) = (self.outline, self.masses);
        let element = outline.element(place)?;
        let in_article = || in_article(outline, place);
        match (element.name(), element.attr("role").unwrap_or_default()) {
            ("html" | "body" | "main" | "article" | "h1", _) => None,
            ("nav", _) | (_, "navigation" | "menu" | "menubar" | "listbox" | "search" | "tree") => {
                Some(Reason::Navigation)
            }
            ("footer", _) | (_, "contentinfo" | "banner") => (!in_article()).then_some(Reason::Frame),
            ("header", _) => (!in_article() && outline.count(place, Tally::Title) == 0).then_some(Reason::Frame),
            ("aside", _) | (_, "complementary") => {
                let is_text = is_prose(masses, place) || is_summary(outline, masses, place);
                (!in_article() || !is_text).then_some(Reason::Frame)
            }
            ("dialog", _) | (_, "dialog" | "alertdialog") if outline.count(place, Tally::Cookie) >= 2 => {
                Some(Reason::CookieBanner)
            }
            ("form", _) => is_bare_form(outline, masses, place).then_some(Reason::Extras),
            (_, "alert") if in_article() && is_prose(masses, place) => None,
            ("dialog", _) | (_, "dialog" | "alertdialog" | "tooltip" | "alert") => Some(Reason::Extras),
            ("marquee", _) | (_, "marquee" | "timer") => Some(Reason::Extras),
            ("button", _) | (_, "button") => is_bare_control(outline, place).then_some(Reason::Control),
            _ => None,
        }
    }

    fn by_words(&self, place: Place) -> Option<Reason> {
        let (outline, masses) = (self.outline, self.masses);
        let name = outline.element(place)?.name();
        let is_text = matches!(
            name,
            "a" | "p" | "li" | "td" | "th" | "h2" | "h3" | "h4" | "h5" | "h6" | "form"
        );
        if matches!(name, "html" | "body" | "main" | "article" | "h1") {
            return None;
        }
        let reason = names::tell(outline, place)?;
        let (text, linked) = masses.text(place);
        let paragraphs = masses.of_paragraphs(place);
        let fits = match reason {
            Reason::Hidden => paragraphs == 0,
            Reason::CookieBanner => self.may_be_banner(place),
            Reason::Comments => true,
            Reason::Contents => linked * 10 > text * 6,
            Reason::Frame if outline.count(place, Tally::Link) >= 3 && !in_article(outline, place) => {
                linked * 10 > text * 4 || paragraphs < IMPRINT
            }
            Reason::Navigation | Reason::Frame => linked * 10 > text * 4 || (text < 150 && paragraphs == 0),
            // A section on social networks, or on related documents, is named like a bar of buttons.
            _ => linked * 10 > text * 4 || paragraphs < 200 || !in_article(outline, place),
        };
        (fits && (!is_text || matches!(reason, Reason::Hidden | Reason::Comments))).then_some(reason)
    }

    /// A policy on cookies is named like a banner; it is longer than one, and asks nothing.
    fn may_be_banner(&self, place: Place) -> bool {
        self.masses.text(place).0 <= LONGEST_DIALOG && self.masses.of_subtree(place) * 2 < self.whole
            || self.outline.count(place, Tally::Answer) >= 1 && self.outline.count(place, Tally::Title) == 0
    }

    /// What is hidden and holds no sentence. A hidden sentence is one of an accordion or a tab, as a rule.
    fn by_hiding(&self, place: Place) -> Option<Reason> {
        let element = self.outline.element(place)?;
        let is_panel = || {
            element.attr("role") == Some("tabpanel")
                || element.name() == "dd"
                || element.attr("id").is_some_and(|id| self.panels.contains(id))
                || element.attr("aria-labelledby").is_some()
        };
        if self.masses.of_paragraphs(place) > 0 || self.masses.of_subtree(place) >= 200 {
            return None;
        }
        let (text, linked) = self.masses.text(place);
        let is_shown_by_control = || text >= SENTENCE && linked * 2 <= text && is_behind_control(self.outline, place);
        let is_description = text <= DESCRIPTION && self.links.describes(element);
        let hides = is_hidden(self.outline, place) && !is_panel() && !is_shown_by_control();
        let tells_only_listeners = || is_description || aids::is_aid(self.outline, place);
        (hides || tells_only_listeners()).then_some(Reason::Hidden)
    }

    /// A dialog about cookies without a name, told by its buttons: the innermost part with both.
    fn by_asking(&self, place: Place) -> Option<Reason> {
        let asks = |place| is_consent_dialog(self.outline, self.masses, place);
        (asks(place) && !self.outline.children(place).any(asks)).then_some(Reason::CookieBanner)
    }
}

fn has_no_text(name: &str) -> bool {
    matches!(
        name,
        "head"
            | "script"
            | "style"
            | "noscript"
            | "template"
            | "svg"
            | "iframe"
            | "object"
            | "embed"
            | "canvas"
            | "audio"
            | "video"
            | "img"
            | "picture"
            | "input"
            | "select"
            | "textarea"
            | "map"
            | "meter"
            | "progress"
            | "datalist"
            | "noembed"
            | "noframes"
            | "link"
            | "rp"
    )
}

fn in_article(outline: &Outline<'_>, place: Place) -> bool {
    outline
        .ancestors(place)
        .any(|above| matches!(outline.name(above), "main" | "article"))
}

/// Header, footer or menu by its element, outside the main part.
pub(super) fn is_frame(outline: &Outline<'_>, place: Place) -> bool {
    matches!(outline.name(place), "header" | "footer" | "nav") && !in_article(outline, place)
}

fn is_prose(masses: &Masses, place: Place) -> bool {
    let (text, linked) = masses.text(place);
    masses.of_paragraphs(place) > 0 && linked * 2 <= text
}

/// A clause "in short", set beside the clause.
fn is_summary(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    let (text, linked) = masses.text(place);
    linked == 0
        && text >= SENTENCE
        && outline.count(place, Tally::Heading) == 0
        && element_before(outline, place).is_some_and(|before| is_prose(masses, before))
}

/// The element right before another, under the same parent.
fn element_before(outline: &Outline<'_>, place: Place) -> Option<Place> {
    let parent = outline.items[place].parent();
    let mut before = place.checked_sub(1)?;
    while before > parent && outline.text(before).is_some_and(|text| text.trim().is_empty()) {
        before -= 1;
    }
    while before > parent && outline.items[before].parent() != parent {
        before = outline.items[before].parent();
    }
    (before > parent && outline.element(before).is_some()).then_some(before)
}

pub(super) fn is_hidden(outline: &Outline<'_>, place: Place) -> bool {
    outline.element(place).is_some_and(is_hidden_element)
}

fn is_hidden_element(element: &Element) -> bool {
    let style = element.attr("style").unwrap_or_default();
    let hides = style.len() < 500 && {
        let style = style.replace(' ', "");
        style.contains("display:none") || style.contains("visibility:hidden")
    };
    element.attr("hidden").is_some() || element.attr("aria-hidden") == Some("true") || hides
}

/// Characters of a dialog; what is longer with such buttons in it is a policy on cookies.
const LONGEST_DIALOG: usize = 4_000;

/// Asks whether cookies may be set.
pub(super) fn is_consent_dialog(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    outline.count(place, Tally::Answer) >= 1
        && outline.count(place, Tally::Button) >= 2
        && outline.count(place, Tally::Cookie) >= 1
        && outline.count(place, Tally::Title) == 0
        && masses.text(place).0 <= LONGEST_DIALOG
}

/// A form for a newsletter, a login, a search.
pub(super) fn is_form(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    outline.count(place, Tally::Field) >= 1 && masses.text(place).0 <= 1_500
}

/// Labels of fields and nothing else; some sites set a form around the whole page.
fn is_bare_form(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    is_form(outline, masses, place) && masses.of_paragraphs(place) == 0 && outline.count(place, Tally::Title) == 0
}

/// The lines below a page that say who made it.
pub(super) fn is_colophon(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    masses.text(place).0 <= 1_500
        && outline
            .kept(place)
            .filter_map(|inside| outline.text(inside))
            .any(|text| text.contains('©') || text.contains("(c) 20"))
}

/// A button that does something; one that opens a panel of the text is its heading.
fn is_bare_control(outline: &Outline<'_>, place: Place) -> bool {
    let Some(element) = outline.element(place) else {
        return false;
    };
    let opens = [
        "aria-expanded",
        "aria-controls",
        "data-toggle",
        "data-bs-toggle",
        "data-state",
    ];
    let is_heading = |place| {
        matches!(
            outline.name(place),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" | "dt" | "p"
        )
    };
    !opens.iter().any(|name| element.attr(name).is_some())
        && outline.count(place, Tally::Heading) == 0
        && !outline.ancestors(place).take(3).any(is_heading)
        && !is_before_hidden(outline, place)
}

/// Right before something hidden, which it shows.
fn is_before_hidden(outline: &Outline<'_>, place: Place) -> bool {
    let next = outline.node(place).into_iter().flat_map(NodeRef::next_siblings);
    let next = next.filter_map(NodeRef::element).next();
    next.is_some_and(is_hidden_element)
}

/// Right behind a control or a heading, which shows it.
fn is_behind_control(outline: &Outline<'_>, place: Place) -> bool {
    let Some(node) = outline.node(place) else {
        return false;
    };
    let before = node.previous_siblings().find(|node| node.element().is_some());
    let inside = before.into_iter().flat_map(|before| before.descendants().take(8));
    inside.filter_map(NodeRef::element).any(|element| {
        element.attr("role") == Some("button")
            || matches!(
                element.name(),
                "button" | "summary" | "dt" | "h2" | "h3" | "h4" | "h5" | "h6"
            )
    })
}
