//! A part of a page as blocks.

use url::Url;

use super::clean;
use super::outline::{Outline, Place};
use super::table::Tables;
use super::tree::NodeRef;
use crate::analysis::document::{Block, BlockKind, Link};

/// The blocks of a subtree, in order, dropped parts skipped.
pub(super) fn read(outline: &Outline<'_>, root: Place, base: &Url) -> Vec<Block> {
    let mut reader = Reader {
        outline,
        base,
        open: Vec::new(),
        blocks: Vec::new(),
        text: String::new(),
        links: Vec::new(),
        link: None,
        lists: Vec::new(),
        item: None,
        heading: None,
        pre: 0,
        line_break: false,
        tables: Tables::of(outline, root),
    };
    for place in outline.kept(root) {
        reader.close_before(place);
        reader.enter(place);
    }
    reader.close_before(Place::MAX);
    reader.flush();
    reader.blocks
}

struct Reader<'o, 'h> {
    outline: &'o Outline<'h>,
    base: &'o Url,
    /// Elements with something to do at their end.
    open: Vec<Place>,
    blocks: Vec<Block>,
    text: String,
    links: Vec<Link>,
    /// The link being read: where its words begin, and its target.
    link: Option<(usize, String)>,
    /// Of each open list: the number of its next item, for ordered ones.
    lists: Vec<Option<u32>>,
    /// The list item whose first block is still to come.
    item: Option<Option<u32>>,
    heading: Option<u8>,
    pre: u32,
    /// A `<br>` was read; what follows tells whether it cuts.
    line_break: bool,
    tables: Tables,
}

impl Reader<'_, '_> {
    fn enter(&mut self, place: Place) {
        if let Some(text) = self.outline.text(place) {
            return self.add(text);
        }
        if self.outline.element(place).is_none() {
            // A comment cuts nothing: frameworks put them before every link.
            return;
        }
        let name = self.outline.name(place);
        if name == "br" {
            return self.cut_line();
        }
        if self.outline.items[place].is_inline {
            return self.enter_inline(place, name);
        }
        self.flush();
        self.open.push(place);
        match name {
            "ul" | "menu" | "dir" => self.lists.push(None),
            "ol" => self.lists.push(Some(self.number(place, "start").unwrap_or(1))),
            "li" => self.item = Some(self.next_number(place)),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading = name[1..].parse().ok(),
            "pre" => self.pre += 1,
            "table" | "tr" | "td" | "th" => self.tables.enter(self.outline, place, name),
            _ if self.role_heading(place).is_some() => self.heading = self.role_heading(place),
            _ => {}
        }
    }

    fn role_heading(&self, place: Place) -> Option<u8> {
        let element = self.outline.element(place)?;
        (element.attr("role")? == "heading")
            .then(|| element.attr("aria-level")?.parse().ok())
            .map(|level| {
                let level: Option<u8> = level;
                level.unwrap_or(2).clamp(1, 6)
            })
    }

    fn enter_inline(&mut self, place: Place, name: &str) {
        let Some(element) = self.outline.element(place) else {
            return;
        };
        if name == "span" && self.is_line_of_its_own(place) {
            self.flush();
        }
        if let Some(address) = element.attr("data-cfemail").and_then(clean::hidden_email) {
            self.add(&address);
        }
        if name == "a"
            && let Some(target) = element.attr("href").and_then(|href| clean::target(self.base, href))
        {
            self.end_link();
            self.apply_break_before_link(place);
            self.link = Some((self.text.len(), target));
            self.open.push(place);
        } else if element.attr("role") == Some("tab")
            || element
                .attr("style")
                .is_some_and(|style| style.contains("display:block") || style.contains("display: block"))
        {
            self.flush();
            self.open.push(place);
        }
    }

    /// A long span right behind a long span, a new sentence without a space between: style sheets make them lines.
    fn is_line_of_its_own(&self, place: Place) -> bool {
        const LINE: usize = 15;
        let Some(node) = self.outline.node(place) else {
            return false;
        };
        let is_span = |node: &NodeRef<'_>| node.element().is_some_and(|element| element.name() == "span");
        let Some(before) = node.previous_siblings().next().filter(is_span) else {
            return false;
        };
        let is_long = |node| first_texts(node).map(str::len).sum::<usize>() >= LINE;
        let begins = first_texts(node).map(str::trim_start).find(|text| !text.is_empty());
        begins.is_some_and(|text| text.starts_with(char::is_uppercase))
            && self.text.ends_with(|c: char| c.is_lowercase() || ".:;!?".contains(c))
            && is_long(before)
            && is_long(node)
    }

    /// Decides a pending break by the first text of the link, so that the link's range starts behind it.
    fn apply_break_before_link(&mut self, place: Place) {
        if self.line_break
            && let Some(text) = self
                .outline
                .kept(place)
                .find_map(|inside| self.outline.text(inside).filter(|t| !t.trim().is_empty()))
        {
            self.decide_break(text);
        }
    }

    fn close_before(&mut self, place: Place) {
        while let Some(open) = self
            .open
            .last()
            .copied()
            .filter(|open| self.outline.items[*open].end() <= place)
        {
            self.open.pop();
            self.leave(open);
        }
    }

    fn leave(&mut self, place: Place) {
        let name = self.outline.name(place);
        if name == "a" {
            return self.end_link();
        }
        self.flush();
        match name {
            "ul" | "menu" | "dir" | "ol" => {
                self.lists.pop();
            }
            "li" => self.item = None,
            "pre" => self.pre -= 1,
            "table" => self.tables.leave_table(),
            "td" | "th" => self.tables.leave_cell(),
            _ => {}
        }
        if matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") || self.role_heading(place).is_some() {
            self.heading = None;
        }
    }

    fn number(&self, place: Place, attribute: &str) -> Option<u32> {
        self.outline.element(place)?.attr(attribute)?.trim().parse().ok()
    }

    fn next_number(&mut self, place: Place) -> Option<u32> {
        let value = self.number(place, "value");
        let next = self.lists.last_mut()?.as_mut()?;
        let number = value.unwrap_or(*next);
        *next = number.saturating_add(1);
        Some(number)
    }

    fn cut_line(&mut self) {
        if self.pre > 0 {
            self.text.push('\n');
        } else if self.line_break {
            self.flush();
        } else {
            self.line_break = !self.text.is_empty();
        }
    }

    fn add(&mut self, text: &str) {
        if self.pre > 0 && self.tables.cell().is_none() {
            self.text.push_str(text);
            return;
        }
        if self.line_break && !text.trim().is_empty() {
            self.decide_break(text);
        }
        if is_number(&self.text) && text.starts_with(char::is_alphabetic) {
            // Style sheets set the number of a section apart.
            self.text.push(' ');
        }
        clean::push(&mut self.text, text);
    }

    /// A `<br>` inside a sentence is only layout: the next line goes on in lower case.
    fn decide_break(&mut self, next: &str) {
        self.line_break = false;
        let goes_on = next.trim_start().starts_with(char::is_lowercase);
        let ended = self.text.trim_end().ends_with(['.', ':', ';', '!', '?']);
        if goes_on && !ended {
            clean::push(&mut self.text, " ");
        } else {
            self.flush();
        }
    }

    fn end_link(&mut self) {
        if let Some((start, target)) = self.link.take() {
            self.add_link(start, target);
        }
    }

    fn add_link(&mut self, start: usize, target: String) {
        let Some(words) = self.text.get(start..) else { return };
        let start = start + (words.len() - words.trim_start().len());
        let end = start + words.trim().len();
        if start < end
            && let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end))
        {
            self.links.push(Link { start, end, target });
        }
    }

    /// Ends the block being read.
    fn flush(&mut self) {
        self.line_break = false;
        if let Some((start, target)) = self.link.take() {
            self.add_link(start, target.clone());
            self.link = Some((0, target));
        }
        let kind = self.kind();
        let mut text = self.text.trim_end();
        if kind == BlockKind::Preformatted {
            // Markdown has no links in them.
            self.links.clear();
            text = text.trim_matches(['\n', '\r']);
        }
        if !text.trim().is_empty() {
            self.item = None;
            // No larger than they are: what was read into has room for more.
            let (text, links) = (text.to_owned(), self.links.drain(..).collect());
            self.blocks.push(Block { kind, text, links });
        }
        self.text.clear();
        self.links.clear();
    }

    fn kind(&self) -> BlockKind {
        if let Some((row, column)) = self.tables.cell() {
            return BlockKind::Cell { row, column };
        }
        match (self.heading, self.item) {
            _ if self.pre > 0 => BlockKind::Preformatted,
            (Some(level), _) => BlockKind::Heading(level),
            (None, Some(number)) => BlockKind::Item {
                depth: u8::try_from(self.lists.len().max(1)).unwrap_or(u8::MAX),
                number,
            },
            (None, None) => BlockKind::Paragraph,
        }
    }
}

/// "1.", "2.3", "(4)": the number of a section, in an element of its own.
fn is_number(text: &str) -> bool {
    (2..=8).contains(&text.len())
        && text.contains(['.', ')'])
        && text.starts_with(|c: char| c.is_ascii_digit() || c == '(' || c == '§')
        && text.chars().all(|c| c.is_ascii_digit() || "().§".contains(c))
}

/// Of the first nodes in another.
fn first_texts(node: NodeRef<'_>) -> impl Iterator<Item = &str> {
    node.descendants().take(50).filter_map(NodeRef::text)
}
