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
        if root == 0 {
            ids.push(document);
        }
        for place in root + ids.len()..end {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::extract::parse::parse;

    #[test]
    fn a_selector_matches_what_it_matches_in_the_page_as_scraper_reads_it() {
        let page = "<!doctype html><html lang=en><body class=site><!-- a --><main id=text><h1>A</h1><p>b<p class='c d'>e\
            <table><tr><td>f<td data-x=1>g</table><svg><a href=h><text>i</text></a></svg></main><p>j</p><template><p>k</p></template>";
        let (html, tree) = (Html::parse_document(page), parse(page));
        let outline = Outline::of(&tree);
        let copied = Selectable::of(&outline, 0);
        for selector in [
            ":root",
            ":root > body.site",
            "main p",
            "p:first-child",
            "p:nth-of-type(2)",
            "p.c.d ~ table td + td",
            "[data-x='1']",
            "svg a",
            "body > :not(main)",
            "h1 + p",
            "td:empty",
            ":is(h1, td)",
            "#text :last-child",
            "p:not(template p)",
        ] {
            let selector = Selector::parse(selector).unwrap();
            let expected: Vec<String> = html.select(&selector).map(|found| found.text().collect()).collect();
            let text = |place: &Place| -> String {
                let inside = *place..outline.items[*place].end();
                inside.filter_map(|inside| outline.text(inside)).collect()
            };
            let found: Vec<String> = copied.matches(&selector).iter().map(text).collect();
            assert_eq!(found, expected, "{selector:?}");
        }
    }

    #[test]
    fn the_html_of_a_part_is_that_of_scraper() {
        let page = "<div><template><p class=a>b<br>c &amp; d</p><!-- e --></template></div>";
        let (html, tree) = (Html::parse_document(page), parse(page));
        let outline = Outline::of(&tree);
        let template = (0..outline.items.len()).find(|place| outline.name(*place) == "template");
        let expected = html
            .select(&Selector::parse("template").unwrap())
            .next()
            .unwrap()
            .inner_html();
        let told = Selectable::of(&outline, template.unwrap()).inner_html().unwrap();
        assert_eq!(told.replace("<!---->", ""), expected.replace("<!-- e -->", ""));
    }
}
