//! Text inside JSON: answers of an interface, and the data from which scripts make a page.

use serde_json::Value;

/// Which strings are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strings {
    /// Those with markup: the state of scripts holds every label of the site too.
    MarkedUp,
    All,
}

/// The HTML of a JSON value: its strings of HTML as they are, rich text as the elements it means.
///
/// Names of fields tell nothing across makers of sites; what a string looks like does.
pub(super) fn to_html(value: &Value, strings: Strings) -> String {
    let mut html = String::new();
    write(&mut html, value, strings);
    html
}

/// Strings with fewer characters are labels, unless they are HTML.
const PROSE: usize = 80;

// serde_json reads 128 levels at most, so this recursion is bounded.
fn write(html: &mut String, value: &Value, strings: Strings) {
    match value {
        Value::String(text) if is_html(text) => {
            html.push_str("<div>");
            html.push_str(text);
            html.push_str("</div>");
        }
        Value::String(text) if strings == Strings::All && is_prose(text) => paragraph(html, text),
        Value::Array(values) => values.iter().for_each(|value| write(html, value, strings)),
        Value::Object(fields) => {
            let name = element(value).or_else(|| container(value));
            html.extend(name.map(|name| format!("<{name}>")));
            if element(value).is_some() {
                inline(html, value);
            } else {
                fields.values().for_each(|value| write(html, value, strings));
            }
            html.extend(name.map(|name| format!("</{name}>")));
        }
        _ => {}
    }
}

fn paragraph(html: &mut String, text: &str) {
    html.push_str("<p>");
    escape(html, text);
    html.push_str("</p>");
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
    marks.iter().any(|mark| text.contains(mark))
}

fn is_prose(text: &str) -> bool {
    let looks_like_text =
        text.len() >= PROSE && text.split(' ').count() * 12 > text.len() && !text.contains(['{', '}']);
    looks_like_text && !text.starts_with("http")
}

/// The kind of a node of rich text; nothing for other objects.
fn kind(node: &Value) -> Option<&str> {
    let holds_nodes = ["content", "children"].iter().any(|key| node[*key].is_array());
    let kind = ["style", "nodeType", "type"].iter().find_map(|key| node[*key].as_str());
    kind.filter(|_| holds_nodes)
}

/// The element that a node of rich text means which holds others: a list, a table.
fn container(node: &Value) -> Option<&'static str> {
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
fn element(node: &Value) -> Option<&'static str> {
    let kind = kind(node)?;
    let level = || node["attrs"]["level"].as_u64().map(|level| level.to_string());
    Some(match (kind, level().as_deref()) {
        ("paragraph" | "normal" | "p", _) => "p",
        ("heading-1" | "h1", _) | ("heading", Some("1")) => "h1",
        ("heading-2" | "h2", _) | ("heading", None | Some("2")) => "h2",
        ("heading-3" | "h3", _) | ("heading", Some("3")) => "h3",
        ("heading-4" | "h4" | "heading", _) => "h4",
        _ => return None,
    })
}

/// The text of a node's leaves, in order.
fn inline(html: &mut String, node: &Value) {
    for key in ["content", "children"] {
        let Some(children) = node[key].as_array() else { continue };
        for child in children {
            let target = link(child);
            if let Some(target) = target {
                html.push_str("<a href=\"");
                escape(html, &target.replace('"', "%22"));
                html.push_str("\">");
            }
            match ["value", "text"].iter().find_map(|key| child[*key].as_str()) {
                Some(text) => escape(html, text),
                None => inline(html, child),
            }
            html.push_str(if target.is_some() { "</a>" } else { "" });
        }
    }
}

/// Where a node of rich text links to: Contentful's `data.uri`, ProseMirror's mark.
fn link(node: &Value) -> Option<&str> {
    let marks = node["marks"].as_array().into_iter().flatten();
    let marked = marks
        .filter(|mark| mark["type"] == "link")
        .find_map(|mark| mark["attrs"]["href"].as_str());
    node["data"]["uri"].as_str().or(marked)
}
