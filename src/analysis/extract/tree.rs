//! The tree of a page, as html5ever builds it.
//!
//! A page of many megabytes has hundreds of thousands of nodes. Here one takes 56 bytes, less than half of scraper's, whose
//! tree is made from this one where selectors are to be matched.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};
use std::fmt;
use std::num::NonZeroU32;

use html5ever::interface::ElemName;
use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, LocalName, Namespace, QualName, expanded_name, local_name, ns};

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
impl fmt::Display for Tree {
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

impl fmt::Debug for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// What html5ever builds the tree with.
#[derive(Debug)]
pub(super) struct Builder(RefCell<Tree>);

impl Builder {
    pub(super) fn new() -> Self {
        Self(RefCell::new(Tree::new()))
    }

    fn add(&self, node: Node) -> NodeId {
        self.0.borrow_mut().add(node)
    }
}

/// The name of an element that the builder looks at.
#[derive(Debug)]
pub(super) struct Name<'b>(Ref<'b, Node>);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        self.0.as_element().map_or(Space::Html.name(), Element::namespace)
    }

    fn local_name(&self) -> &LocalName {
        static NO_NAME: LocalName = local_name!("");
        self.0.as_element().map_or(&NO_NAME, |element| &element.local)
    }
}

impl TreeSink for Builder {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'b> = Name<'b>;

    fn finish(self) -> Tree {
        self.0.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn get_document(&self) -> NodeId {
        NodeId::ROOT
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn elem_name<'b>(&'b self, target: &NodeId) -> Name<'b> {
        Name(Ref::map(self.0.borrow(), |tree| &tree.links(*target).node))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> NodeId {
        let is_template = name.expanded() == expanded_name!(html "template");
        let element = self.add(Node::Element(Element::new(name, attributes)));
        if is_template {
            let fragment = self.add(Node::Fragment);
            self.0.borrow_mut().append(element, fragment);
        }
        element
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.add(Node::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.add(Node::Other)
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let mut tree = self.0.borrow_mut();
        let child = match child {
            NodeOrText::AppendNode(node) => node,
            NodeOrText::AppendText(text) => {
                let last = tree.links(*parent).last;
                if tree.extend_text(last, &text) {
                    return;
                }
                tree.add(Node::Text(text))
            }
        };
        tree.append(*parent, child);
    }

    fn append_before_sibling(&self, sibling: &NodeId, new: NodeOrText<NodeId>) {
        let mut tree = self.0.borrow_mut();
        if let NodeOrText::AppendNode(node) = new {
            tree.detach(node);
        }
        let links = tree.links(*sibling);
        if links.parent.is_none() {
            return;
        }
        let previous = links.previous;
        let new = match new {
            NodeOrText::AppendNode(node) => node,
            NodeOrText::AppendText(text) => {
                if tree.extend_text(previous, &text) {
                    return;
                }
                tree.add(Node::Text(text))
            }
        };
        tree.insert_before(*sibling, new);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, before: &NodeId, child: NodeOrText<NodeId>) {
        let has_parent = self.0.borrow().links(*element).parent.is_some();
        match has_parent {
            true => self.append_before_sibling(element, child),
            false => self.append(before, child),
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.0.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut tree = self.0.borrow_mut();
        while let Some(child) = tree.links(*node).first {
            tree.append(*new_parent, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        let mut tree = self.0.borrow_mut();
        let Node::Element(element) = &mut tree.links_mut(*target).node else {
            return;
        };
        let new: Vec<_> = plain(attributes)
            .filter(|(name, _)| element.attributes.iter().all(|(known, _)| known != name))
            .collect();
        element.attributes = std::mem::take(&mut element.attributes).into_iter().chain(new).collect();
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        // The builder asks for those of templates alone, which have them from their beginning.
        self.0.borrow().links(*target).first.unwrap_or(*target)
    }
}

#[cfg(test)]
mod tests;
