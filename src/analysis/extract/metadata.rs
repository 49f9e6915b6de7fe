//! Title and language of a page, as it declares them.

use super::clean;
use super::outline::{Outline, Place};
use crate::analysis::document::{Block, BlockKind};

/// `<title>` without the site's name, where the page's own heading is in it; else `<title>`, else the first heading.
pub(super) fn title(outline: &Outline<'_>, blocks: &[Block]) -> Option<String> {
    let headings = || {
        let first = blocks.iter().take(10);
        first.filter(|block| matches!(block.kind, BlockKind::Heading(_)))
    };
    let declared = declared_title(outline);
    let own = declared
        .as_deref()
        .and_then(|declared| headings().find(|heading| declared.contains(&heading.text)));
    own.map(|heading| heading.text.clone())
        .or_else(|| declared.clone())
        .or_else(|| headings().next().map(|heading| heading.text.clone()))
}

/// `<title>`.
pub(super) fn declared_title(outline: &Outline<'_>) -> Option<String> {
    let is_title =
        |place: &Place| outline.name(*place) == "title" && outline.name(outline.items[*place].parent()) != "svg";
    let place = (0..outline.items.len()).find(is_title)?;
    let mut title = String::new();
    for inside in place..outline.items[place].end() {
        clean::push(&mut title, outline.text(inside).unwrap_or_default());
    }
    let title = title.trim();
    (!title.is_empty()).then(|| title.to_owned())
}

/// `<html lang>`.
pub(super) fn lang(outline: &Outline<'_>) -> Option<String> {
    let html = (0..outline.items.len()).find(|place| outline.name(*place) == "html")?;
    let element = outline.element(html)?;
    let lang = element.attr("lang").or_else(|| element.attr("xml:lang"))?.trim();
    let is_tag =
        (2..=20).contains(&lang.len()) && lang.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    is_tag.then(|| lang.to_owned())
}
