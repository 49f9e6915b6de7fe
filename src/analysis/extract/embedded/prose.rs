//! Plain text in the state of scripts: a list of sections, told from the labels of the site and from its teasers.

use crate::analysis::extract::json::Json;
use crate::analysis::extract::rich_text::{is_prose, paragraph};

/// An object with this share of the prose in lists is gone into.
const MOST: f32 = 0.8;
/// Bytes of prose of the shortest document.
const LEAST: usize = 600;
/// Paragraphs of the shortest document.
const FEWEST: usize = 3;
/// What fields are called whose text stands over others.
const TITLES: [&str; 7] = ["title", "heading", "headline", "header", "question", "name", "term"];

/// The HTML of the one object that has lists of paragraphs, with what it says beside them. The labels of a site stand
/// in no list; nothing where lists of others hold prose as well.
pub(super) fn html(state: &Json) -> Option<String> {
    let mut document = state;
    loop {
        let whole = listed(document, false).max(1) as f32;
        let heaviest = document
            .values()
            .into_iter()
            .max_by_key(|child| mass_in(document, child))?;
        let is_most = mass_in(document, heaviest) as f32 / whole >= MOST;
        match (document, heaviest) {
            (_, Json::Fields(_)) if is_most => document = heaviest,
            (Json::List(_), Json::List(_)) if is_most => document = heaviest,
            _ => break,
        }
    }
    let lists = document.values().into_iter().filter(|child| child.list().is_some());
    let in_lists: usize = lists.map(|list| listed(list, true)).sum();
    let whole = listed(document, false);
    let is_list = document.list().is_some() || in_lists as f32 >= whole as f32 * MOST;
    if !is_list || whole < LEAST || paragraphs(document) < FEWEST || leads_elsewhere(document) {
        return None;
    }
    let mut html = String::new();
    write(&mut html, "", document);
    Some(html)
}

fn mass_in(parent: &Json, child: &Json) -> usize {
    listed(child, parent.list().is_some())
}

/// Bytes of prose in lists.
fn listed(value: &Json, in_list: bool) -> usize {
    match value {
        Json::Text(text) if in_list && is_prose(text) => text.len(),
        Json::List(items) => items.iter().map(|item| listed(item, true)).sum(),
        _ => value.values().into_iter().map(|value| listed(value, in_list)).sum(),
    }
}

fn paragraphs(value: &Json) -> usize {
    match value {
        Json::Text(text) => is_prose(text).into(),
        _ => value.values().into_iter().map(paragraphs).sum(),
    }
}

/// Teasers of other pages: most objects with prose of their own name an address.
fn leads_elsewhere(document: &Json) -> bool {
    let (mut telling, mut leading) = (0, 0);
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        open.extend(value.values());
        let Json::Fields(fields) = value else { continue };
        let texts = || fields.iter().filter_map(|(_, value)| value.text());
        if texts().any(is_prose) {
            telling += 1;
            leading += usize::from(texts().any(|text| text.starts_with('/') || text.starts_with("http")));
        }
    }
    leading * 2 > telling
}

fn write(html: &mut String, name: &str, value: &Json) {
    match value {
        Json::Text(text) if is_prose(text) => paragraph(html, "p", text),
        Json::Text(text) if TITLES.contains(&name) => paragraph(html, "h2", text),
        Json::Text(text) if is_said(text) => paragraph(html, "p", text),
        Json::List(items) if items.iter().all(|item| item.text().is_some_and(|text| !is_prose(text))) => {
            html.push_str("<ul>");
            items
                .iter()
                .filter_map(Json::text)
                .for_each(|text| paragraph(html, "li", text));
            html.push_str("</ul>");
        }
        Json::List(items) => items.iter().for_each(|item| write(html, name, item)),
        Json::Fields(fields) if listed(value, true) > 0 && !are_labels(value) => {
            fields.iter().for_each(|(name, value)| write(html, name, value));
        }
        _ => {}
    }
}

/// Words for people, not for scripts: several, the first with a capital.
fn is_said(text: &str) -> bool {
    text.trim().contains(' ') && text.starts_with(char::is_uppercase) && !text.contains(['{', '}', '_', '/'])
}

/// What is said at several places of the site, by name.
fn are_labels(value: &Json) -> bool {
    let direct = value.values().into_iter().filter_map(Json::text);
    listed(value, false) == 0 && direct.filter(|text| is_prose(text)).count() >= FEWEST
}
