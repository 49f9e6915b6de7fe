//! Declarative shadow roots, put where a browser shows them: pages of web components have their text in these.

use std::collections::{HashMap, HashSet};

use ego_tree::{NodeId, NodeRef, Tree};
use scraper::{Html, Node};

use super::outline::attr;

/// Roots inside so many others are not looked into: each is walked once for every root around it.
const DEEPEST: usize = 8;

/// Puts the content of each `<template shadowrootmode>` in its place, and what its host holds into its slots.
pub(super) fn compose(html: &mut Html) {
    let is_near = |node: &NodeRef<'_, Node>| node.ancestors().filter(is_root).count() < DEEPEST;
    let mut hosts = HashSet::new();
    let descendants = html.tree.root().descendants();
    let roots: Vec<NodeId> = descendants
        .filter(is_root)
        .filter(is_near)
        // An element has one shadow root; the walk of its children happens once.
        .filter(|root| root.parent().is_some_and(|host| hosts.insert(host.id())))
        .map(|node| node.id())
        .collect();
    // A root inside another comes behind it, and must be whole before it.
    for root in roots.into_iter().rev() {
        compose_one(&mut html.tree, root);
    }
}

fn is_root(node: &NodeRef<'_, Node>) -> bool {
    let element = node.value().as_element();
    element.is_some_and(|element| element.name() == "template" && attr(element, "shadowrootmode").is_some())
}

fn compose_one(tree: &mut Tree<Node>, root: NodeId) {
    let Some(template) = tree.get(root) else { return };
    let Some(host) = template.parent() else { return };
    let mut held: HashMap<String, Vec<NodeId>> = HashMap::new();
    for child in host.children().filter(|child| child.id() != root && !is_blank(child)) {
        let slot = child.value().as_element().and_then(|element| attr(element, "slot"));
        held.entry(slot.unwrap_or_default().to_owned())
            .or_default()
            .push(child.id());
    }
    let slots: Vec<(NodeId, String)> = template
        .descendants()
        .filter_map(|node| {
            let element = node.value().as_element().filter(|element| element.name() == "slot")?;
            Some((node.id(), attr(element, "name").unwrap_or_default().to_owned()))
        })
        .collect();
    // The parser puts a fragment between a template and its content.
    let fragments = template.children().filter(|child| child.value().is_fragment());
    let content: Vec<NodeId> = fragments
        .flat_map(|fragment| fragment.children())
        .map(|child| child.id())
        .collect();
    for (slot, name) in slots {
        // What the slot holds itself is shown where the host holds nothing for it.
        let shown = held.remove(&name).unwrap_or_else(|| children(tree, slot));
        put_before(tree, slot, shown);
    }
    put_before(tree, root, content);
}

fn is_blank(node: &NodeRef<'_, Node>) -> bool {
    node.value().as_text().is_some_and(|text| text.trim().is_empty())
}

fn children(tree: &Tree<Node>, parent: NodeId) -> Vec<NodeId> {
    let parent = tree.get(parent);
    parent.map_or_else(Vec::new, |parent| parent.children().map(|child| child.id()).collect())
}

/// Puts nodes in the place of another.
fn put_before(tree: &mut Tree<Node>, place: NodeId, nodes: Vec<NodeId>) {
    let Some(mut place) = tree.get_mut(place) else { return };
    for node in nodes {
        place.insert_id_before(node);
    }
    place.detach();
}
