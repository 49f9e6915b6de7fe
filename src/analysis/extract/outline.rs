//! The tree of a page as a flat list in document order: every walk is a loop, every subtree a range.

use std::collections::HashMap;

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef, Tree};
use scraper::node::Element;
use scraper::{Html, Node};

use super::mass::{is_inline, length};
use super::tally;
pub(super) use super::tally::Tally;

/// Place of a node in the outline.
pub(super) type Place = usize;

/// An element or a text.
pub(super) struct Item<'h> {
    id: NodeId,
    value: &'h Node,
    pub(super) parent: Place,
    /// The place behind the last node inside it.
    pub(super) end: Place,
    /// Characters of a text but white space; none of what only scripts and styles read.
    pub(super) length: u32,
    /// It stands in a line of text.
    pub(super) is_inline: bool,
    /// Why it is left out, with all that is in it.
    pub(super) dropped: Option<Reason>,
}

/// Why a part of a page is no part of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Scripts, styles, pictures, inputs.
    NoText,
    Hidden,
    Navigation,
    /// Header, footer, sidebar of the site.
    Frame,
    CookieBanner,
    /// Share bars, feedback, related links, newsletter forms.
    Extras,
    /// What readers wrote below the text.
    Comments,
    Contents,
    Control,
    /// By `remove` or `select` of the watchlist.
    Asked,
    /// Outside the part that holds the text.
    Outside,
}

/// The nodes of a page in document order.
pub(super) struct Outline<'h> {
    tree: &'h Tree<Node>,
    pub(super) items: Vec<Item<'h>>,
    /// How many of each tally stand before a place.
    tallies: Vec<[u32; Tally::COUNT]>,
}

impl<'h> Outline<'h> {
    pub(super) fn of(html: &'h Html) -> Self {
        let mut items: Vec<Item<'h>> = Vec::with_capacity(html.tree.values().len());
        let mut open = Vec::new();
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let parent = open.last().copied().unwrap_or(0);
                    if !node.value().is_text() {
                        open.push(items.len());
                    }
                    let end = items.len() + 1;
                    let name = node.value().as_element().map(Element::name);
                    let text = node.value().as_text().filter(|_| {
                        let around = items.get(parent).and_then(|parent| parent.value.as_element());
                        !around.is_some_and(|around| matches!(around.name(), "script" | "style"))
                    });
                    items.push(Item {
                        is_inline: name.is_some_and(is_inline),
                        id: node.id(),
                        value: node.value(),
                        parent,
                        end,
                        length: text.map_or(0, |text| length(text)),
                        dropped: None,
                    });
                }
                Edge::Close(node) if !node.value().is_text() => {
                    if let Some(place) = open.pop() {
                        items[place].end = items.len();
                    }
                }
                Edge::Close(_) => {}
            }
        }
        let mut outline = Self {
            tree: &html.tree,
            items,
            tallies: Vec::new(),
        };
        outline.tallies = tally::all(&outline);
        outline
    }

    /// How many there are in a subtree, dropped ones included.
    pub(super) fn count(&self, place: Place, tally: Tally) -> u32 {
        let before = |place: Place| self.tallies.get(place).map_or(0, |counts| counts[tally as usize]);
        before(self.items.get(place).map_or(place, |item| item.end)) - before(place)
    }

    /// After this nothing is weighed any more.
    pub(super) fn let_go_of_tallies(&mut self) {
        self.tallies = Vec::new();
    }

    pub(super) fn node(&self, place: Place) -> Option<NodeRef<'h, Node>> {
        self.tree.get(self.items.get(place)?.id)
    }

    /// The places of all nodes.
    pub(super) fn places(&self) -> HashMap<NodeId, Place> {
        self.items
            .iter()
            .enumerate()
            .map(|(place, item)| (item.id, place))
            .collect()
    }

    pub(super) fn element(&self, place: Place) -> Option<&'h Element> {
        #[cfg(test)]
        looks::count();
        self.items.get(place)?.value.as_element()
    }

    pub(super) fn name(&self, place: Place) -> &'h str {
        self.element(place).map_or("", Element::name)
    }

    pub(super) fn text(&self, place: Place) -> Option<&'h str> {
        #[cfg(test)]
        looks::count();
        self.items.get(place)?.value.as_text().map(|text| &*text.text)
    }

    /// The places in a subtree, dropped ones skipped.
    pub(super) fn kept(&self, root: Place) -> Kept<'_, 'h> {
        let end = self.items.get(root).map_or(root, |item| item.end);
        Kept {
            outline: self,
            next: root,
            end,
        }
    }

    pub(super) fn children(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        let end = self.items.get(place).map_or(place, |item| item.end);
        let mut next = place + 1;
        std::iter::from_fn(move || {
            let child = next;
            next = self.items.get(child).filter(|_| child < end)?.end;
            Some(child)
        })
    }

    pub(super) fn ancestors(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        std::iter::successors(Some(place), |place| (*place > 0).then(|| self.items[*place].parent)).skip(1)
    }

    pub(super) fn drop(&mut self, place: Place, reason: Reason) {
        if let Some(item) = self.items.get_mut(place) {
            item.dropped.get_or_insert(reason);
        }
    }
}

/// The value of an attribute. scraper's own look-up makes an interned name of `name` each time, which took a quarter
/// of the time a page takes.
pub(super) fn attr<'h>(element: &'h Element, name: &str) -> Option<&'h str> {
    let mut attributes = element.attrs.iter();
    let (_, value) = attributes.find(|(key, _)| *key.local == *name && key.ns.is_empty())?;
    Some(value)
}

pub(super) struct Kept<'o, 'h> {
    outline: &'o Outline<'h>,
    next: Place,
    end: Place,
}

impl Iterator for Kept<'_, '_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        while self.next < self.end {
            let place = self.next;
            let item = self.outline.items.get(place)?;
            if item.dropped.is_none() {
                self.next += 1;
                return Some(place);
            }
            self.next = item.end;
        }
        None
    }
}

/// How often nodes were looked at: what a page costs, on any machine.
#[cfg(test)]
pub(super) mod looks {
    use std::cell::Cell;

    thread_local! {
        static LOOKS: Cell<u64> = const { Cell::new(0) };
    }

    pub(super) fn count() {
        LOOKS.set(LOOKS.get() + 1);
    }

    /// Those of what is done.
    pub(in crate::analysis::extract) fn of(work: impl FnOnce()) -> u64 {
        LOOKS.set(0);
        work();
        LOOKS.get()
    }
}
