//! Text inside JSON: answers of an interface, and the data from which scripts make a page.

use super::json::Json;

/// Which strings are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strings {
    /// Those with markup: the state of scripts holds every label of the site too.
    MarkedUp,
    All,
}

/// The HTML of a JSON value: its strings of HTML as they are, rich text as the elements it means, a part for each list
/// and object, so that the main one is found as in a page.
///
/// Names of fields tell nothing across makers of sites; what a string looks like does.
pub(super) fn to_html(value: &Json, strings: Strings) -> String {
    let mut html = String::new();
    write(&mut html, value, strings, Around::Part);
    html
}

/// What a value stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    /// A list or a table, which holds nothing but its items.
    Container,
    Part,
}

/// Strings with fewer characters are labels, unless they are HTML.
const PROSE: usize = 80;

// serde_json reads 128 levels at most, so this recursion is bounded.
fn write(html: &mut String, value: &Json, strings: Strings, around: Around) {
    match value {
        Json::Text(text) if is_html(text) => {
            html.push_str("<div>");
            html.push_str(text);
            html.push_str("</div>");
        }
        Json::Text(text) if strings == Strings::All && is_prose(text) => paragraph(html, "p", text),
        Json::Fields(_) if element(value).is_some() => wrap(html, element(value), |html| inline(html, value)),
        Json::Fields(_) if container(value).is_some() => wrap(html, container(value), |html| {
            each(html, value, strings, Around::Container);
        }),
        Json::List(_) | Json::Fields(_) => {
            let name = (around == Around::Part).then_some("div");
            let inside = match value {
                Json::List(_) => Around::Part,
                _ => around,
            };
            wrap(html, name, |html| each(html, value, strings, inside));
        }
        _ => {}
    }
}

fn each(html: &mut String, value: &Json, strings: Strings, around: Around) {
    for value in value.values() {
        write(html, value, strings, around);
    }
}

/// An element around what is written; nothing around nothing.
fn wrap(html: &mut String, name: Option<&str>, write: impl FnOnce(&mut String)) {
    let start = html.len();
    html.extend(name.map(|name| format!("<{name}>")));
    let empty = html.len();
    write(html);
    if html.len() == empty {
        html.truncate(start);
    } else {
        html.extend(name.map(|name| format!("</{name}>")));
    }
}

pub(super) fn paragraph(html: &mut String, name: &str, text: &str) {
    html.push_str(&format!("<{name}>"));
    escape(html, text);
    html.push_str(&format!("</{name}>"));
}

fn escape(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '<' => html.push_str("&lt;"),
            '&' => html.push_str("&amp;"),
            '\n' => html.push_str("<br>"),
            other => html.push(other),
        }
    }
}

fn is_html(text: &str) -> bool {
    let marks = ["</p>", "</h1>", "</h2>", "</h3>", "</li>", "</div>", "</td>"];
    text.contains('<') && marks.iter().any(|mark| text.contains(mark))
}

pub(super) fn is_prose(text: &str) -> bool {
    let looks_like_text =
        text.len() >= PROSE && text.split(' ').count() * 12 > text.len() && !text.contains(['{', '}']);
    looks_like_text && !text.starts_with("http")
}
/// The kind of a node of rich text; nothing for other objects.
fn kind(node: &Json) -> Option<&str> {
    let holds_nodes = ["content", "children"]
        .iter()
        .any(|key| node.get(key).and_then(Json::list).is_some());
    let kind = ["style", "nodeType", "type"]
        .iter()
        .find_map(|key| node.get(key)?.text());
    kind.filter(|_| holds_nodes)
}

/// The element that a node of rich text means which holds others: a list, a table.
fn container(node: &Json) -> Option<&'static str> {
    Some(match kind(node)? {
        "unordered-list" | "bulletList" | "bullet_list" | "ul" => "ul",
        "ordered-list" | "orderedList" | "ordered_list" | "ol" => "ol",
        "list-item" | "listItem" | "list_item" | "li" => "li",
        "table" => "table",
        "table-row" | "tableRow" | "table_row" | "tr" => "tr",
        "table-cell" | "tableCell" | "table_cell" | "td" => "td",
        "table-header-cell" | "tableHeader" | "table_header" | "th" => "th",
        _ => return None,
    })
}

/// The element that a node of rich text means: Contentful's `nodeType`, ProseMirror's `type`, Portable Text's `style`.
fn element(node: &Json) -> Option<&'static str> {
    let kind = kind(node)?;
    let level = match node.get("attrs").and_then(|attributes| attributes.get("level")) {
        Some(Json::Number(level)) => Some(*level),
        _ => None,
    };
    Some(match (kind, level) {
        ("paragraph" | "normal" | "p", _) => "p",
        ("heading-1" | "h1", _) | ("heading", Some(1)) => "h1",
        ("heading-2" | "h2", _) | ("heading", None | Some(2)) => "h2",
        ("heading-3" | "h3", _) | ("heading", Some(3)) => "h3",
        ("heading-4" | "h4" | "heading", _) => "h4",
        _ => return None,
    })
}

/// The text of a node's leaves, in order.
fn inline(html: &mut String, node: &Json) {
    for key in ["content", "children"] {
        let Some(children) = node.get(key).and_then(Json::list) else {
            continue;
        };
        for child in children {
            let target = link(child);
            if let Some(target) = target {
                html.push_str("<a href=\"");
                escape(html, &target.replace('"', "%22"));
                html.push_str("\">");
            }
            match ["value", "text"].iter().find_map(|key| child.get(key)?.text()) {
                Some(text) => escape(html, text),
                None => inline(html, child),
            }
            html.push_str(if target.is_some() { "</a>" } else { "" });
        }
    }
}

/// Where a node of rich text links to: Contentful's `data.uri`, ProseMirror's mark.
fn link(node: &Json) -> Option<&str> {
    let target = || node.get("data")?.get("uri")?.text();
    let marked = || {
        let marks = node.get("marks")?.list()?.iter();
        let mut links = marks.filter(|mark| mark.get("type").and_then(Json::text) == Some("link"));
        links.find_map(|mark| mark.get("attrs")?.get("href")?.text())
    };
    target().or_else(marked)
}
