//! The tree of a page, as html5ever builds it.
//!
//! A page of many megabytes has hundreds of thousands of nodes. Here one takes 56 bytes, less than half of scraper's, whose
//! tree is made from this one where selectors are to be matched.

mod builder;
#[cfg(test)]
mod tests;
use std::fmt;
use std::num::NonZeroU32;

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName, ns};

pub(super) use self::builder::Builder;

/// A page may have four thousand million nodes; none is let in whose source is that long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NodeId(NonZeroU32);

impl NodeId {
    const ROOT: Self = Self(NonZeroU32::MIN);

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

#[derive(Debug)]
pub(super) enum Node {
    /// The document, its type, a comment: nothing to read.
    Other,
    /// What a template holds.
    Fragment,
    Element(Element),
    Text(StrTendril),
}

impl Node {
    pub(super) fn as_element(&self) -> Option<&Element> {
        match self {
            Self::Element(element) => Some(element),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) local: LocalName,
    space: Space,
    /// In no namespace: those of pictures tell nothing.
    attributes: Box<[(LocalName, StrTendril)]>,
}

impl Element {
    fn new(name: QualName, attributes: Vec<Attribute>) -> Self {
        Self {
            local: name.local,
            space: Space::of(&name.ns),
            attributes: plain(attributes).collect(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.local
    }

    pub(super) fn namespace(&self) -> &'static Namespace {
        self.space.name()
    }

    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(known, _)| **known == *name)?;
        Some(value)
    }

    /// Names and values, as they stand in the source.
    pub(super) fn attrs(&self) -> impl Iterator<Item = (&LocalName, &StrTendril)> {
        self.attributes.iter().map(|(name, value)| (name, value))
    }
}

fn plain(attributes: Vec<Attribute>) -> impl Iterator<Item = (LocalName, StrTendril)> {
    let plain = attributes.into_iter().filter(|attribute| attribute.name.ns == ns!());
    plain.map(|attribute| (attribute.name.local, attribute.value))
}

/// A namespace in one byte.
#[derive(Debug, Clone, Copy)]
enum Space {
    Html,
    Svg,
    MathMl,
}

impl Space {
    /// html5ever puts elements in no other one.
    fn of(name: &Namespace) -> Self {
        match *name {
            ns!(svg) => Self::Svg,
            ns!(mathml) => Self::MathMl,
            _ => Self::Html,
        }
    }

    fn name(self) -> &'static Namespace {
        static NAMES: [Namespace; 3] = [ns!(html), ns!(svg), ns!(mathml)];
        &NAMES[self as usize]
    }
}

#[derive(Debug)]
struct Linked {
    parent: Option<NodeId>,
    previous: Option<NodeId>,
    next: Option<NodeId>,
    first: Option<NodeId>,
    last: Option<NodeId>,
    node: Node,
}

/// Nodes in the order in which they were made; one that is in no place any more stays.
pub(super) struct Tree {
    nodes: Vec<Linked>,
}

impl Tree {
    fn new() -> Self {
        let mut tree = Self { nodes: Vec::new() };
        tree.add(Node::Other);
        tree
    }

    pub(super) fn root(&self) -> NodeRef<'_> {
        self.at(NodeId::ROOT)
    }

    pub(super) fn at(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef { tree: self, id }
    }

    /// How many were made.
    pub(super) fn count(&self) -> usize {
        self.nodes.len()
    }

    fn links(&self, id: NodeId) -> &Linked {
        &self.nodes[id.index()]
    }

    fn links_mut(&mut self, id: NodeId) -> &mut Linked {
        &mut self.nodes[id.index()]
    }

    /// A node without a place.
    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(Linked {
            parent: None,
            previous: None,
            next: None,
            first: None,
            last: None,
            node,
        });
        let number = u32::try_from(self.nodes.len()).ok().and_then(NonZeroU32::new);
        NodeId(number.unwrap_or(NonZeroU32::MAX))
    }

    /// Takes a node, with all in it, out of its place.
    pub(super) fn detach(&mut self, id: NodeId) {
        let links = self.links_mut(id);
        let (parent, previous, next) = (links.parent.take(), links.previous.take(), links.next.take());
        match (previous, parent) {
            (Some(previous), _) => self.links_mut(previous).next = next,
            (None, Some(parent)) => self.links_mut(parent).first = next,
            (None, None) => {}
        }
        match (next, parent) {
            (Some(next), _) => self.links_mut(next).previous = previous,
            (None, Some(parent)) => self.links_mut(parent).last = previous,
            (None, None) => {}
        }
    }

    /// Puts a node behind all in another.
    pub(super) fn append(&mut self, parent: NodeId, id: NodeId) {
        self.detach(id);
        let last = self.links_mut(parent).last.replace(id);
        match last {
            Some(last) => self.links_mut(last).next = Some(id),
            None => self.links_mut(parent).first = Some(id),
        }
        let links = self.links_mut(id);
        (links.parent, links.previous) = (Some(parent), last);
    }

    /// Puts a node right before another, which has a place.
    pub(super) fn insert_before(&mut self, place: NodeId, id: NodeId) {
        self.detach(id);
        let links = self.links_mut(place);
        let (parent, previous) = (links.parent, links.previous.replace(id));
        match (previous, parent) {
            (Some(previous), _) => self.links_mut(previous).next = Some(id),
            (None, Some(parent)) => self.links_mut(parent).first = Some(id),
            (None, None) => {}
        }
        let links = self.links_mut(id);
        (links.parent, links.previous, links.next) = (parent, previous, Some(place));
    }

    /// Writes a text behind another one; `false` where there is none.
    fn extend_text(&mut self, id: Option<NodeId>, text: &StrTendril) -> bool {
        match id.map(|id| &mut self.links_mut(id).node) {
            Some(Node::Text(before)) => {
                before.push_tendril(text);
                true
            }
            _ => false,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct NodeRef<'t> {
    tree: &'t Tree,
    pub(super) id: NodeId,
}

impl<'t> NodeRef<'t> {
    pub(super) fn node(self) -> &'t Node {
        &self.tree.links(self.id).node
    }

    pub(super) fn element(self) -> Option<&'t Element> {
        self.node().as_element()
    }

    pub(super) fn text(self) -> Option<&'t str> {
        self.node().as_text()
    }

    fn to(self, link: impl Fn(&Linked) -> Option<NodeId>) -> Option<Self> {
        link(self.tree.links(self.id)).map(|id| Self { id, ..self })
    }

    pub(super) fn parent(self) -> Option<Self> {
        self.to(|links| links.parent)
    }

    pub(super) fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// From the nearest on.
    pub(super) fn previous_siblings(self) -> impl Iterator<Item = Self> {
        let previous = |node: &Self| node.to(|links| links.previous);
        std::iter::successors(previous(&self), previous)
    }

    /// From the nearest on.
    pub(super) fn next_siblings(self) -> impl Iterator<Item = Self> {
        let next = |node: &Self| node.to(|links| links.next);
        std::iter::successors(next(&self), next)
    }

    pub(super) fn children(self) -> impl Iterator<Item = Self> {
        let first = self.to(|links| links.first);
        std::iter::successors(first, |node| node.to(|links| links.next))
    }

    /// Itself, and all in it, in document order.
    pub(super) fn descendants(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), move |node| {
            node.to(|links| links.first).or_else(|| {
                let up = std::iter::successors(Some(*node), |node| node.parent());
                let mut open = up.take_while(|node| node.id != self.id);
                open.find_map(|node| node.to(|links| links.next))
            })
        })
    }
}

/// A node a line, deeper where it is in another.
impl fmt::Debug for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for node in self.root().descendants() {
            let depth = node.ancestors().count();
            match node.node() {
                Node::Other => writeln!(out, "{:depth$}other", "")?,
                Node::Fragment => writeln!(out, "{:depth$}fragment", "")?,
                Node::Text(text) => writeln!(out, "{:depth$}{:?}", "", &**text)?,
                Node::Element(element) => {
                    write!(out, "{:depth$}<{}", "", element.name())?;
                    for (name, value) in element.attrs() {
                        write!(out, " {}={:?}", &**name, &**value)?;
                    }
                    writeln!(out, ">")?;
                }
            }
        }
        Ok(())
    }
}
