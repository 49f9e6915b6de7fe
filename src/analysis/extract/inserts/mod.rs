//! What a site sets into its texts, beside and under them: calls to subscribe or to buy, teasers, votes, praise,
//! galleries. They change from visit to visit. Told by their shape and by saying nothing that a policy would: what
//! speaks of data, rights or a contract stays, whatever it looks like.

mod matter;

use url::Url;

use super::links::is_in_sentence;
use super::mass::Masses;
use super::outline::{Outline, Place, Reason, Tally};

/// Characters of the longest insert.
const LONGEST: usize = 320;
/// Characters of the shortest text with a part that may lie in it without being the text.
const DOCUMENT: usize = 400;
/// Inserts that together hold more than one part in so many of the text are no inserts: an answer of a help page with
/// a button under it looks like one.
const SHARE: usize = 3;
/// Nodes of the largest, and steps up from what tells it: looking at more of each would take quadratic time.
const NODES: usize = 150;
const STEPS: usize = 8;
/// A page with more of what may tell an insert is a list.
const MOST_SIGNS: usize = 2_000;

/// Drops the inserts, and what they leave of the parts they stood in: a heading over nothing.
pub(super) fn drop(outline: &mut Outline<'_>, core: Place, address: &Url) {
    let masses = Masses::of(outline);
    if masses.text(core).0 < DOCUMENT {
        return;
    }
    let page = Page {
        outline,
        masses: &masses,
        core,
        address,
    };
    let inserts = page.inserts();
    let lost: usize = inserts.iter().map(|insert| masses.text(*insert).0).sum();
    if lost * SHARE > masses.text(core).0 {
        return;
    }
    for insert in &inserts {
        outline.drop(*insert, Reason::Extras);
    }
    for insert in inserts {
        drop_emptied(outline, core, insert);
    }
}

/// What tells an insert.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A button or a form that was left out.
    Control,
    /// A link that stands alone, to another page of the site.
    Link,
    Quote,
    Caption,
    Aside,
}

struct Page<'o, 'h> {
    outline: &'o Outline<'h>,
    masses: &'o Masses,
    core: Place,
    address: &'o Url,
}

impl Page<'_, '_> {
    /// The outermost inserts, in order.
    fn inserts(&self) -> Vec<Place> {
        let mut found: Vec<Place> = self
            .signs()
            .into_iter()
            .filter_map(|(place, sign)| {
                let home = if sign == Sign::Aside {
                    Some(place)
                } else {
                    self.home(place)
                };
                home.filter(|home| self.is_insert(*home, place, sign))
            })
            .collect();
        found.sort_unstable();
        let mut end = 0;
        found.retain(|place| {
            let is_outermost = *place >= end;
            end = end.max(self.outline.items[*place].end());
            is_outermost
        });
        found
    }

    fn signs(&self) -> Vec<(Place, Sign)> {
        let mut signs = Vec::new();
        let mut place = 0;
        while let Some(item) = self.outline.items.get(place) {
            signs.extend(self.sign(place).map(|sign| (place, sign)));
            if signs.len() > MOST_SIGNS {
                return Vec::new();
            }
            place = if item.dropped.is_some() { item.end() } else { place + 1 };
        }
        signs
    }

    fn sign(&self, place: Place) -> Option<Sign> {
        let (outline, item) = (self.outline, &self.outline.items[place]);
        let name = outline.element(place)?.name();
        let text = self.masses.text(place).0;
        match (item.dropped, name) {
            (Some(Reason::Control), _) | (Some(Reason::Extras), "form" | "button") => Some(Sign::Control),
            (Some(_), _) => None,
            (None, "a") => (text > 0 && self.leads_on(place) && !is_in_sentence(outline, place)).then_some(Sign::Link),
            (None, "q" | "blockquote") => (text >= QUOTE && !is_in_sentence(outline, place)).then_some(Sign::Quote),
            (None, "cite") => (!is_in_sentence(outline, place)).then_some(Sign::Quote),
            (None, "figcaption") => Some(Sign::Caption),
            (None, "aside") => Some(Sign::Aside),
            _ => None,
        }
    }

    /// To another page of the site.
    fn leads_on(&self, place: Place) -> bool {
        let href = self.outline.element(place).and_then(|element| element.attr("href"));
        let target = href.and_then(|href| self.address.join(href.trim()).ok());
        target.is_some_and(|target| {
            // A placeholder is there for a script.
            let is_placeholder = href == Some("#");
            target.host_str() == self.address.host_str() && (target.fragment().is_none() || is_placeholder)
        })
    }

    /// The smallest part around it that says more.
    fn home(&self, sign: Place) -> Option<Place> {
        let own = self.masses.text(sign).0;
        let around = self.outline.ancestors(sign).take(STEPS);
        let home = around
            .take_while(|place| !self.holds_core(*place))
            .find(|place| self.masses.text(*place).0 > own && !self.outline.items[*place].is_inline)?;
        match self.outline.name(home) {
            "div" | "section" | "article" | "aside" | "figure" | "form" => Some(home),
            // Links, each in an item of its own; the part is around them.
            "ul" | "ol" if self.masses.text(home).0 == self.masses.text(home).1 => {
                let parent = self.outline.items[home].parent();
                (!self.holds_core(parent) && matches!(self.outline.name(parent), "div" | "section" | "aside"))
                    .then_some(parent)
            }
            "li" if self.outline.count(home, Tally::Heading) > 0 => Some(home),
            _ => None,
        }
    }

    fn holds_core(&self, place: Place) -> bool {
        place <= self.core && self.core < self.outline.items[place].end()
    }

    fn is_insert(&self, home: Place, sign: Place, kind: Sign) -> bool {
        let (outline, end) = (self.outline, self.outline.items[home].end());
        let (text, linked) = self.masses.text(home);
        let may_be = text <= LONGEST
            && text > 0
            && end - home <= NODES
            && outline.count(home, Tally::Title) == 0
            && !self.holds_core(home);
        if !may_be {
            return false;
        }
        let inside = || outline.kept(home).filter(|place| outline.text(*place).is_some());
        let letters =
            |places: &mut dyn Iterator<Item = Place>| places.map(|place| self.masses.text(place).0).sum::<usize>();
        let after = || letters(&mut inside().filter(|place| *place >= outline.items[sign].end()));
        let outside_headings = || letters(&mut inside().filter(|place| !self.is_in(*place, home, is_heading)));
        let links = || outline.kept(home).filter(|place| outline.name(*place) == "a");
        let has_item = || {
            outline
                .kept(home)
                .skip(1)
                .any(|place| matches!(outline.name(place), "li" | "dt" | "td"))
        };
        let lead_on = || links().all(|link| self.leads_on(link) && !is_in_sentence(outline, link));
        let looks_like_one = match kind {
            Sign::Control => outside_headings() >= WORDS && after() <= WORDS * 2 && !has_item(),
            Sign::Link if links().count() > 1 => lead_on() && (self.is_card(home) || text - linked <= LABEL),
            Sign::Link => {
                let is_call = linked <= LABEL && after() == 0 && text - linked >= WORDS / 2 && !self.answers(home);
                lead_on() && !has_item() && (self.is_card(home) || is_call)
            }
            Sign::Quote => text - self.masses.text(sign).0 <= LABEL || outline.name(sign) == "cite",
            Sign::Caption => {
                let is_shown = |name: &str| is_heading(name) || name == "figcaption";
                outline
                    .kept(home)
                    .filter(|place| outline.name(*place) == "figcaption")
                    .nth(1)
                    .is_some()
                    && inside().all(|place| self.masses.text(place).0 == 0 || self.is_in(place, home, is_shown))
            }
            Sign::Aside => outline.count(home, Tally::Heading) + outline.count(home, Tally::Link) > 0 && !has_item(),
        };
        looks_like_one && !matter::is_in(outline, home) && !(kind == Sign::Control && matter::is_label(outline, sign))
    }

    /// Within the part, an element of that kind is around it.
    fn is_in(&self, place: Place, home: Place, is: impl Fn(&str) -> bool) -> bool {
        let around = self.outline.ancestors(place).take_while(|above| *above > home);
        around.take(STEPS).any(|above| is(self.outline.name(above)))
    }

    /// A linked title or picture, and little beside it.
    fn is_card(&self, home: Place) -> bool {
        let (text, linked) = self.masses.text(home);
        let is_title = |place: Place| {
            is_heading(self.outline.name(place)) && {
                let (text, linked) = self.masses.text(place);
                text > 0 && text == linked
            }
        };
        let is_picture = |place: Place| match self.outline.name(place) {
            "article" => true,
            "img" | "picture" => self.is_in(place, home, |name| name == "a"),
            _ => false,
        };
        let end = self.outline.items[home].end();
        text - linked <= EXCERPT && (home..end).any(|place| is_title(place) || is_picture(place))
    }

    /// What stands right before it announces it, or is its heading.
    fn answers(&self, home: Place) -> bool {
        let next = self.outline.items[home].end();
        let is_before_list =
            (next..next + 2).any(|place| matches!(self.outline.name(place), "ul" | "ol" | "dl" | "table"));
        if is_before_list {
            return false;
        }
        let before = (home.saturating_sub(STEPS)..home)
            .rev()
            .filter_map(|place| Some((place, self.outline.text(place)?.trim_end())))
            .find(|(_, text)| !text.is_empty());
        before.is_some_and(|(place, text)| {
            text.ends_with(':')
                || self
                    .outline
                    .ancestors(place)
                    .take(3)
                    .any(|above| is_heading(self.outline.name(above)))
        })
    }
}

/// Characters of a title alone.
const LABEL: usize = 40;
/// Characters of a line that says something.
const WORDS: usize = 10;
const QUOTE: usize = 20;
/// Characters of the lines under a linked title.
const EXCERPT: usize = 160;

fn is_heading(name: &str) -> bool {
    matches!(name, "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Drops the parts around an insert that hold nothing else but their heading.
fn drop_emptied(outline: &mut Outline<'_>, core: Place, insert: Place) {
    let around: Vec<Place> = outline.ancestors(insert).take(STEPS).collect();
    for place in around {
        let end = outline.items[place].end();
        let may_go = matches!(
            outline.name(place),
            "div" | "section" | "aside" | "ul" | "ol" | "li" | "article"
        );
        if place <= core || !may_go || end - place > NODES * 4 || outline.count(place, Tally::Title) > 0 {
            return;
        }
        let is_left = |inside: &Place| outline.text(*inside).is_some_and(|text| !text.trim().is_empty());
        let is_in_heading = |inside: Place| {
            let around = outline.ancestors(inside).take_while(|above| *above > place);
            around.take(STEPS).any(|above| is_heading(outline.name(above)))
        };
        let holds_more = outline.kept(place).filter(is_left).any(|inside| !is_in_heading(inside));
        if holds_more || matter::is_in(outline, place) {
            return;
        }
        outline.drop(place, Reason::Extras);
    }
}
