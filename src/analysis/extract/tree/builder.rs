//! What html5ever builds the tree with.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::interface::ElemName;
use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, LocalName, Namespace, QualName, expanded_name, local_name, ns};

use super::{Element, Node, NodeId, Space, Tree, plain};

#[derive(Debug)]
pub(in crate::analysis::extract) struct Builder(RefCell<Tree>);

impl Builder {
    pub(in crate::analysis::extract) fn new() -> Self {
        Self(RefCell::new(Tree::new()))
    }

    fn add(&self, node: Node) -> NodeId {
        self.0.borrow_mut().add(node)
    }
}

/// The name of an element that the builder looks at.
#[derive(Debug)]
pub(in crate::analysis::extract) struct Name<'b>(Ref<'b, Node>);

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
