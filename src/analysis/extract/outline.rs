//! The tree of a page as a flat list in document order: every walk is a loop, every subtree a range.

use super::mass::{is_inline, length};
use super::tally;
pub(super) use super::tally::Tally;
use super::tree::{Element, NodeId, NodeRef, Tree};

/// Place of a node in the outline.
pub(super) type Place = usize;

/// A node. Its places are 32 bits wide: a large page has hundreds of thousands of these.
pub(super) struct Item {
    id: NodeId,
    parent: u32,
    end: u32,
    /// Characters of a text but white space; none of what only scripts and styles read.
    pub(super) length: u32,
    /// It stands in a line of text.
    pub(super) is_inline: bool,
    /// Why it is left out, with all that is in it.
    pub(super) dropped: Option<Reason>,
}

impl Item {
    pub(super) fn parent(&self) -> Place {
        self.parent as Place
    }

    /// The place behind the last node inside it.
    pub(super) fn end(&self) -> Place {
        self.end as Place
    }
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
pub(super) struct Outline<'t> {
    tree: &'t Tree,
    pub(super) items: Vec<Item>,
    /// How many of each tally stand before a place.
    tallies: Vec<[u32; Tally::COUNT]>,
}

impl<'t> Outline<'t> {
    pub(super) fn of(tree: &'t Tree) -> Self {
        let mut outline = Self {
            tree,
            items: Vec::with_capacity(tree.count()),
            tallies: Vec::new(),
        };
        let mut open: Vec<(Place, NodeId)> = Vec::new();
        for node in tree.root().descendants() {
            let around = node.parent();
            while let Some((place, _)) = open.pop_if(|(_, id)| around.is_some_and(|around| around.id != *id)) {
                outline.close(place);
            }
            let parent = open.last().map_or(0, |(place, _)| *place);
            let place = outline.items.len();
            let is_read_by_scripts = || {
                let name = around.and_then(NodeRef::element).map(Element::name);
                matches!(name, Some("script" | "style"))
            };
            let text = node.text();
            outline.items.push(Item {
                id: node.id,
                parent: narrow(parent),
                end: narrow(place + 1),
                length: text.filter(|_| !is_read_by_scripts()).map_or(0, length),
                is_inline: node.element().is_some_and(|element| is_inline(element.name())),
                dropped: None,
            });
            if text.is_none() {
                open.push((place, node.id));
            }
        }
        for (place, _) in open {
            outline.close(place);
        }
        outline.tallies = tally::all(&outline);
        outline
    }

    fn close(&mut self, place: Place) {
        self.items[place].end = narrow(self.items.len());
    }

    /// How many there are in a subtree, dropped ones included.
    pub(super) fn count(&self, place: Place, tally: Tally) -> u32 {
        let before = |place: Place| self.tallies.get(place).map_or(0, |counts| counts[tally as usize]);
        before(self.items.get(place).map_or(place, Item::end)) - before(place)
    }

    /// After this nothing is weighed any more.
    pub(super) fn let_go_of_tallies(&mut self) {
        self.tallies = Vec::new();
    }

    pub(super) fn node(&self, place: Place) -> Option<NodeRef<'t>> {
        Some(self.tree.at(self.items.get(place)?.id))
    }

    pub(super) fn element(&self, place: Place) -> Option<&'t Element> {
        #[cfg(test)]
        looks::count();
        self.node(place)?.element()
    }

    pub(super) fn name(&self, place: Place) -> &'t str {
        self.element(place).map_or("", Element::name)
    }

    pub(super) fn text(&self, place: Place) -> Option<&'t str> {
        #[cfg(test)]
        looks::count();
        self.node(place)?.text()
    }

    /// The places in a subtree, dropped ones skipped.
    pub(super) fn kept(&self, root: Place) -> Kept<'_, 't> {
        let end = self.items.get(root).map_or(root, Item::end);
        Kept {
            outline: self,
            next: root,
            end,
        }
    }

    pub(super) fn children(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        let end = self.items.get(place).map_or(place, Item::end);
        let mut next = place + 1;
        std::iter::from_fn(move || {
            let child = next;
            next = self.items.get(child).filter(|_| child < end)?.end();
            Some(child)
        })
    }

    pub(super) fn ancestors(&self, place: Place) -> impl Iterator<Item = Place> + '_ {
        std::iter::successors(Some(place), |place| (*place > 0).then(|| self.items[*place].parent())).skip(1)
    }

    pub(super) fn drop(&mut self, place: Place, reason: Reason) {
        if let Some(item) = self.items.get_mut(place) {
            item.dropped.get_or_insert(reason);
        }
    }
}

/// Of as many nodes as the tree can have.
fn narrow(place: Place) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

pub(super) struct Kept<'o, 't> {
    outline: &'o Outline<'t>,
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
            self.next = item.end();
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
