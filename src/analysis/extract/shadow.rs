//! Declarative shadow roots, put where a browser shows them: pages of web components have their text in these.

use std::collections::{HashMap, HashSet};

use super::tree::{Node, NodeId, NodeRef, Tree};

/// Roots inside so many others are not looked into: each is walked once for every root around it.
const DEEPEST: usize = 8;

/// Puts the content of each `<template shadowrootmode>` in its place, and what its host holds into its slots.
pub(super) fn compose(tree: &mut Tree) {
    let is_near = |node: &NodeRef<'_>| node.ancestors().filter(|above| is_root(*above)).count() < DEEPEST;
    let mut hosts = HashSet::new();
    let descendants = tree.root().descendants();
    let roots: Vec<NodeId> = descendants
        .filter(|node| is_root(*node))
        .filter(is_near)
        // An element has one shadow root; the walk of its children happens once.
        .filter(|root| root.parent().is_some_and(|host| hosts.insert(host.id)))
        .map(|node| node.id)
        .collect();
    // A root inside another comes behind it, and must be whole before it.
    for root in roots.into_iter().rev() {
        compose_one(tree, root);
    }
}

fn is_root(node: NodeRef<'_>) -> bool {
    let element = node.element();
    element.is_some_and(|element| element.name() == "template" && element.attr("shadowrootmode").is_some())
}

fn compose_one(tree: &mut Tree, root: NodeId) {
    let template = tree.at(root);
    let Some(host) = template.parent() else { return };
    let mut held: HashMap<String, Vec<NodeId>> = HashMap::new();
    for child in host.children().filter(|child| child.id != root && !is_blank(*child)) {
        let slot = child.element().and_then(|element| element.attr("slot"));
        held.entry(slot.unwrap_or_default().to_owned())
            .or_default()
            .push(child.id);
    }
    let slots: Vec<(NodeId, String)> = template
        .descendants()
        .filter_map(|node| {
            let element = node.element().filter(|element| element.name() == "slot")?;
            Some((node.id, element.attr("name").unwrap_or_default().to_owned()))
        })
        .collect();
    // The parser puts a fragment between a template and its content.
    let fragments = template
        .children()
        .filter(|child| matches!(child.node(), Node::Fragment));
    let content: Vec<NodeId> = fragments.flat_map(ids_in).collect();
    for (slot, name) in slots {
        // What the slot holds itself is shown where the host holds nothing for it.
        let shown = held.remove(&name);
        let shown = shown.unwrap_or_else(|| ids_in(tree.at(slot)).collect());
        put_before(tree, slot, shown);
    }
    put_before(tree, root, content);
}

fn is_blank(node: NodeRef<'_>) -> bool {
    node.text().is_some_and(|text| text.trim().is_empty())
}

fn ids_in(node: NodeRef<'_>) -> impl Iterator<Item = NodeId> {
    node.children().map(|child| child.id)
}

/// Puts nodes in the place of another.
fn put_before(tree: &mut Tree, place: NodeId, nodes: Vec<NodeId>) {
    for node in nodes {
        tree.insert_before(place, node);
    }
    tree.detach(place);
}
