use html5ever::ParseOpts;
use html5ever::tendril::TendrilSink;
use proptest::prelude::*;
use scraper::Html;

use super::*;

/// As this tree tells itself, without the document's type.
fn as_scraper_reads(source: &str) -> String {
    let html = Html::parse_document(source);
    let mut told = String::new();
    for node in html.tree.root().descendants() {
        let depth = node.ancestors().count();
        let line = match node.value() {
            scraper::Node::Doctype(_) => continue,
            scraper::Node::Fragment => "fragment".to_owned(),
            scraper::Node::Text(text) => format!("{:?}", &*text.text),
            scraper::Node::Element(element) => {
                let attributes: String = element
                    .attrs
                    .iter()
                    .filter(|(name, _)| name.ns.is_empty())
                    .map(|(name, value)| format!(" {}={:?}", &*name.local, &**value))
                    .collect();
                format!("<{}{attributes}>", element.name())
            }
            _ => "other".to_owned(),
        };
        told.push_str(&format!("{:depth$}{line}\n", ""));
    }
    told
}

fn read(source: &str) -> Tree {
    html5ever::parse_document(Builder::new(), ParseOpts::default()).one(source)
}

/// All links of the nodes that have a place fit together.
fn assert_sound(tree: &Tree) {
    for node in tree.root().descendants() {
        let children: Vec<NodeId> = node.children().map(|child| child.id).collect();
        let links = tree.links(node.id);
        assert_eq!(links.first, children.first().copied());
        assert_eq!(links.last, children.last().copied());
        let back: Vec<NodeId> = links.last.map_or_else(Vec::new, |last| {
            let last = tree.at(last);
            std::iter::once(last)
                .chain(last.previous_siblings())
                .map(|node| node.id)
                .collect()
        });
        assert!(back.iter().eq(children.iter().rev()));
        assert!(
            node.children()
                .all(|child| child.parent().map(|parent| parent.id) == Some(node.id))
        );
    }
}

#[test]
fn it_is_the_tree_that_scraper_makes() {
    let pages = [
        "<!doctype html><title>a</title><p class=b id=c>text<!-- not this -->more",
        "<table>text<tr><td>cell<p>in it</table>behind",
        "<table><a href=a>link<table><tr><td>b</a>",
        "<p><b>bold<i>both</b>italic</i></p><a>one<a>two",
        "<b><p>across</b> blocks</p>",
        "<template><p>kept<template>in it</template></template><div>after",
        "<svg xlink:href=a viewBox='0 0 1 1'><a xlink:href=b><title>c</title></a></svg>",
        "<html dir=ltr><body class=a><html dir=rtl lang=de><body class=b id=c>",
        "<frameset><frame></frameset><p>",
        "<select><option>a<option>b</select><?php echo ?><math><mi>x</mi></math>",
        "",
    ];
    for page in pages {
        let tree = read(page);
        assert_eq!(format!("{tree:?}"), as_scraper_reads(page), "{page}");
        assert_sound(&tree);
    }
}

proptest! {
    #[test]
    fn of_any_soup_it_is_the_tree_that_scraper_makes(parts in prop::collection::vec(prop::sample::select(vec![
        "<table>", "</table>", "<tr>", "<td>", "</td>", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<a href=x>", "</a>",
        "<div>", "</div>", "<template>", "</template>", "<select>", "<option>", "<svg>", "</svg>", "<form>", "</form>",
        "<li>", "<ul>", "</ul>", "<h1>", "</h1>", "<body id=x>", "<br>", "<!-- x -->", "<caption>", "<nobr>", "<button>",
        "<title>", "</title>", "<script>", "</script>", "text", " ",
    ]), 0..40)) {
        let source = parts.concat();
        let tree = read(&source);
        prop_assert_eq!(format!("{tree:?}"), as_scraper_reads(&source));
        assert_sound(&tree);
    }
}

#[test]
fn a_node_is_small() {
    assert_eq!(
        size_of::<Linked>(),
        56,
        "the memory of large pages is that of their nodes"
    );
}
