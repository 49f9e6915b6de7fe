//! A part of a page as scraper's tree, for what works on that: selectors, HTML.

use std::collections::HashMap;

use ego_tree::NodeId;
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName, ns};
use scraper::node::{Comment, Element, Text};
use scraper::{ElementRef, Html, Node, Selector};

use super::outline::{Item, Outline, Place};
use super::tree;

pub(super) struct Selectable {
    html: Html,
    /// Which nodes of the outline they are.
    places: HashMap<NodeId, Place>,
    root: NodeId,
}

impl Selectable {
    /// What is at a place, with all in it.
    pub(super) fn of(outline: &Outline<'_>, root: Place) -> Self {
        let mut html = Html::new_document();
        let document = html.tree.root().id();
        let end = outline.items.get(root).map_or(root, Item::end);
        let mut ids: Vec<NodeId> = Vec::with_capacity(end - root);
        for place in root..end {
            let Some(node) = outline.node(place) else { break };
            let above = outline.items[place].parent().checked_sub(root);
            let parent = above.and_then(|above| ids.get(above)).copied().unwrap_or(document);
            let copied = html
                .tree
                .get_mut(parent)
                .map(|mut parent| parent.append(copy(node.node())).id());
            ids.extend(copied);
        }
        Self {
            root: ids.first().copied().unwrap_or(document),
            places: ids.into_iter().zip(root..).collect(),
            html,
        }
    }

    /// The places of what a selector matches, in order.
    pub(super) fn matches(&self, selector: &Selector) -> Vec<Place> {
        let found = self.html.select(selector);
        let mut places: Vec<Place> = found
            .filter_map(|element| self.places.get(&element.id()).copied())
            .collect();
        places.sort_unstable();
        places
    }

    /// What is in the element at its root, as HTML.
    pub(super) fn inner_html(&self) -> Option<String> {
        let root = self.html.tree.get(self.root).and_then(ElementRef::wrap)?;
        Some(root.inner_html())
    }
}

fn copy(node: &tree::Node) -> Node {
    match node {
        tree::Node::Other => Node::Comment(Comment {
            comment: StrTendril::new(),
        }),
        tree::Node::Fragment => Node::Fragment,
        tree::Node::Text(text) => Node::Text(Text { text: text.clone() }),
        tree::Node::Element(element) => {
            let attribute = |(name, value): (&html5ever::LocalName, &StrTendril)| Attribute {
                name: QualName::new(None, ns!(), name.clone()),
                value: value.clone(),
            };
            let name = QualName::new(None, element.namespace().clone(), element.local.clone());
            Node::Element(Element::new(name, element.attrs().map(attribute).collect()))
        }
    }
}
