//! The part of a page that holds its text, and what beside it belongs to the text.

use super::boilerplate;
use super::mass::{Masses, is_inline};
use super::outline::{Outline, Place, Reason, Tally};
use super::tree::Element;
use crate::analysis::document::updated;

/// A child with this share of the prose is gone into; what stays beside it is looked at again by `leave_out_rest`.
const MOST: f32 = 0.75;
/// The same for an element that says it is the main one.
const DECLARED: f32 = 0.6;

/// The same for one with the page's title; prose beside it stays.
const TITLED: f32 = 0.4;

/// The narrowest element that holds most of the page's prose.
pub(super) fn find(outline: &Outline<'_>, masses: &Masses) -> Place {
    let mut root = 0;
    loop {
        let whole = masses.of_subtree(root).max(1) as f32;
        let share = |place: &Place| masses.of_subtree(*place) as f32 / whole;
        let heaviest = outline
            .children(root)
            .filter(|child| outline.items[*child].dropped.is_none() && outline.element(*child).is_some())
            .max_by(|a, b| share(a).total_cmp(&share(b)));
        match heaviest {
            Some(child) if share(&child) >= threshold(outline, child) && may_hold_core(outline, child) => root = child,
            _ => return root,
        }
    }
}

fn threshold(outline: &Outline<'_>, place: Place) -> f32 {
    match outline.name(place) {
        "html" | "body" => 0.0,
        "article" => DECLARED,
        _ if holds_title(outline, place) => TITLED,
        _ if is_main(outline, place) => DECLARED,
        _ => MOST,
    }
}

fn holds_title(outline: &Outline<'_>, place: Place) -> bool {
    let titles = outline.count(place, Tally::Title);
    titles > 0 && titles == outline.count(0, Tally::Title)
}

fn is_main(outline: &Outline<'_>, place: Place) -> bool {
    outline
        .element(place)
        .is_some_and(|element| element.name() == "main" || element.attr("role") == Some("main"))
}

/// Anything but an element of the text itself. A table around another one, or around the title, lays the page out.
fn may_hold_core(outline: &Outline<'_>, place: Place) -> bool {
    let is_table = |inside: Place| outline.name(inside) == "table";
    match outline.name(place) {
        "p" | "ul" | "ol" | "dl" | "li" | "blockquote" | "pre" | "span" | "a" => false,
        "table" => holds_title(outline, place) || outline.kept(place).skip(1).any(is_table),
        _ => true,
    }
}

/// Leaves out what stands beside the core and is no text: at each level above the core, a part without prose of its
/// own. Prose stays, wherever it stands: a policy's introduction is often a box of its own.
pub(super) fn leave_out_rest(outline: &mut Outline<'_>, masses: &Masses, core: Place) {
    let title = title_before(outline, masses, core);
    let mut child = core;
    let mut above_main = false;
    while child > 0 {
        above_main |= is_main(outline, child);
        let parent = outline.items[child].parent();
        let inside_main = !above_main && outline.ancestors(child).any(|above| is_main(outline, above));
        let siblings: Vec<Place> = outline
            .children(parent)
            .filter(|place| outline.items[*place].dropped.is_none())
            // White space between words.
            .filter(|place| outline.element(*place).is_some() || masses.text(*place).0 > 0)
            .collect();
        let is_afterword = |place: Place| place > child && child != core && is_afterword(outline, masses, place, core);
        let mut stays: Vec<bool> = siblings
            .iter()
            .map(|place| {
                let is_text = holds_prose(outline, masses, *place, *place > child) && !is_afterword(*place);
                *place == child || (!above_main && is_text)
            })
            .collect();
        let kept_before = |stays: &[bool], index: usize| stays[..index].iter().any(|stays| *stays);
        let kept_after = |stays: &[bool], index: usize| stays[index + 1..].iter().take(2).any(|stays| *stays);
        for index in 0..siblings.len() {
            let place = siblings[index];
            let (text, linked) = masses.text(place);
            let is_short = text <= SHORT && linked * 2 <= text;
            let is_heading = outline.count(place, Tally::Heading) > 0 && kept_after(&stays, index);
            let is_between = siblings.len() <= MOST_SIBLINGS && kept_before(&stays, index) && kept_after(&stays, index);
            let is_in_main = inside_main && outline.name(place) != "aside" && !boilerplate::is_hidden(outline, place);
            let is_beside = is_heading || is_between || is_in_main;
            stays[index] |= is_short && text > 0 && !above_main && is_beside;
            stays[index] |= place < child && is_short && says_updated(outline, place);
            stays[index] |= place > child && is_short && !above_main && tells_contact(outline, place);
        }
        for (place, stays) in siblings.into_iter().zip(stays) {
            match title {
                _ if stays => {}
                Some(title) if place <= title && title < outline.items[place].end() => {
                    leave_only(outline, place, title);
                }
                _ => outline.drop(place, Reason::Outside),
            }
        }
        child = parent;
    }
}

/// Characters of a heading, or of the line that dates the text.
const SHORT: usize = 300;
/// Looking behind and ahead for each of more would take quadratic time.
const MOST_SIBLINGS: usize = 500;
/// Characters of prose that make a part beside the core text.
const PROSE: usize = 50;

fn holds_prose(outline: &Outline<'_>, masses: &Masses, place: Place, is_behind: bool) -> bool {
    let (text, linked) = masses.text(place);
    let name = outline.name(place);
    // A part of its own is named like `x-text`; what is in a line is not.
    let is_line = name.is_empty() || (is_inline(name) && !name.contains('-'));
    let prose = if is_line { text } else { masses.of_paragraphs(place) };
    prose >= PROSE
        && linked * 2 <= text
        && !matches!(name, "header" | "footer" | "nav" | "aside")
        && !boilerplate::is_hidden(outline, place)
        && !boilerplate::is_form(outline, masses, place)
        && !boilerplate::is_consent_dialog(outline, masses, place)
        && !(is_behind && boilerplate::is_colophon(outline, masses, place))
}

/// A core with as much prose is a document by itself.
const DOCUMENT: usize = 400;

/// A few words under a document and outside its column, with neither heading nor address: praise, prices, an advert.
fn is_afterword(outline: &Outline<'_>, masses: &Masses, place: Place, core: Place) -> bool {
    let is_address = |text: &str| text.contains(['@', '§']);
    masses.of_paragraphs(core) >= DOCUMENT
        && masses.text(place).0 <= SHORT
        && outline.count(place, Tally::Heading) == 0
        && !outline
            .kept(place)
            .filter_map(|inside| outline.text(inside))
            .any(is_address)
}

fn says_updated(outline: &Outline<'_>, place: Place) -> bool {
    outline
        .kept(place)
        .take(200)
        .filter_map(|inside| outline.text(inside))
        .any(|text| updated::tells(text.trim()))
}

/// A section of an address alone.
fn tells_contact(outline: &Outline<'_>, place: Place) -> bool {
    let texts = || outline.kept(place).filter_map(|inside| outline.text(inside));
    outline.count(place, Tally::Heading) == 1
        && texts().any(|text| text.contains('@'))
        && !texts().any(|text| text.contains('©'))
}

/// The last `<h1>` before a core without one, with what stands around it and is short.
fn title_before(outline: &Outline<'_>, masses: &Masses, core: Place) -> Option<Place> {
    let is_title = |place: &Place| is_title(outline, *place);
    if outline.kept(core).any(|place| is_title(&place)) {
        return None;
    }
    let title = outline
        .kept(0)
        .take_while(|place| *place < core)
        .filter(is_title)
        .last()?;
    let fits = |place: &Place| {
        let (text, linked) = masses.text(*place);
        let is_short = text <= SHORT && linked * 2 <= text && masses.of_paragraphs(*place) == 0;
        outline.items[*place].end() <= core && is_short && !boilerplate::is_frame(outline, *place)
    };
    std::iter::once(title)
        .chain(outline.ancestors(title))
        .take_while(fits)
        .last()
}

/// Characters of prose in an announcement above the title, of the site or of another document.
const ANNOUNCEMENT: usize = 400;

/// Drops what stands before the title and outside the core: the site's own title, announcements. Where it is long, it
/// stays: it may be an introduction.
pub(super) fn leave_out_before_title(outline: &mut Outline<'_>, masses: &Masses, core: Place) {
    let Some(title) = own_title(outline, masses, core) else {
        return;
    };
    let mut before = Vec::new();
    let mut place = 0;
    while place < title.min(core) {
        let item = &outline.items[place];
        if item.dropped.is_some() {
            place = item.end();
        } else if item.end() > title.min(core) || outline.element(place).is_some_and(is_page) {
            place += 1;
        } else {
            if !says_updated(outline, place) {
                before.push(place);
            }
            place = item.end();
        }
    }
    let prose: usize = before.iter().map(|place| masses.of_paragraphs(*place)).sum();
    if prose <= ANNOUNCEMENT {
        for place in before {
            outline.drop(place, Reason::Outside);
        }
    }
}

fn is_page(element: &Element) -> bool {
    matches!(element.name(), "html" | "body")
}

/// The only `<h1>` of the core, at its start; of a core without one, the last before it.
fn own_title(outline: &Outline<'_>, masses: &Masses, core: Place) -> Option<Place> {
    let titles = |root: Place| outline.kept(root).filter(|place| is_title(outline, *place));
    let mut inside = titles(core);
    let Some(title) = inside.next() else {
        return titles(0).take_while(|place| *place < core).last();
    };
    let before: usize = outline
        .kept(core)
        .take_while(|place| *place < title)
        .filter(|place| outline.text(*place).is_some())
        .map(|place| masses.text(place).0)
        .sum();
    (inside.next().is_none() && before <= SHORT).then_some(title)
}

fn is_title(outline: &Outline<'_>, place: Place) -> bool {
    outline.name(place) == "h1" && outline.count(place, Tally::Title) > 0
}

/// Drops everything in a subtree but `wanted` and what is around it.
fn leave_only(outline: &mut Outline<'_>, root: Place, wanted: Place) {
    let end = outline.items[root].end();
    let mut place = root;
    while place < end {
        let item_end = outline.items[place].end();
        if place == wanted {
            place = item_end;
        } else if place < wanted && wanted < item_end {
            place += 1;
        } else {
            outline.drop(place, Reason::Outside);
            place = item_end;
        }
    }
}

/// Drops the menu and the colophon that end a core which no element of the page sets apart from them.
pub(super) fn leave_out_end(outline: &mut Outline<'_>, masses: &Masses, core: Place) {
    if std::iter::once(core)
        .chain(outline.ancestors(core))
        .any(|place| is_main(outline, place))
    {
        return;
    }
    let is_shown = |place: &Place| outline.items[*place].dropped.is_none() && masses.text(*place).0 > 0;
    let children: Vec<Place> = outline.children(core).filter(is_shown).collect();
    for place in children.into_iter().rev() {
        let (text, linked) = masses.text(place);
        let is_menu = outline.count(place, Tally::Link) >= 2 && linked * 2 >= text;
        let is_short = text <= SHORT && masses.of_paragraphs(place) == 0 && outline.count(place, Tally::Heading) == 0;
        let is_furniture = is_short && (is_menu || boilerplate::is_colophon(outline, masses, place));
        if !is_furniture || says_updated(outline, place) {
            return;
        }
        outline.drop(place, Reason::Outside);
    }
}

/// Drops lists and runs of nothing but links inside the text: tables of contents.
pub(super) fn drop_link_lists(outline: &mut Outline<'_>) {
    let masses = Masses::of(outline);
    let mut place = 0;
    while place < outline.items.len() {
        let is_list = matches!(outline.name(place), "ul" | "ol" | "div" | "section" | "nav" | "p");
        if outline.items[place].dropped.is_some() {
            place = outline.items[place].end();
        } else if is_list && lists_links(outline, &masses, place) {
            outline.drop(place, Reason::Contents);
            place = outline.items[place].end();
        } else {
            for link in runs_of_links(outline, &masses, place) {
                outline.drop(link, Reason::Contents);
            }
            place += 1;
        }
    }
}

/// Links of a shortest run.
const RUN: usize = 3;
/// Characters of a heading in it; shorter are the numbers of footnotes.
const TITLE: usize = 5;

/// The children that are a link to a place on the page and nothing else, where they follow one another.
fn runs_of_links(outline: &Outline<'_>, masses: &Masses, parent: Place) -> Vec<Place> {
    let is_shown = |place: &Place| outline.items[*place].dropped.is_none() && masses.text(*place).0 > 0;
    let children: Vec<Place> = outline.children(parent).filter(is_shown).collect();
    let is_link = |place: Place| {
        let (text, linked) = masses.text(place);
        let counts = [Tally::Link, Tally::LinkInPage, Tally::Heading].map(|tally| outline.count(place, tally));
        text >= TITLE && text == linked && counts == [1, 1, 0]
    };
    let runs = children.chunk_by(|one, other| is_link(*one) == is_link(*other));
    runs.filter(|run| run.len() >= RUN && is_link(run[0]))
        .flatten()
        .copied()
        .collect()
}

fn lists_links(outline: &Outline<'_>, masses: &Masses, place: Place) -> bool {
    let (text, linked) = masses.text(place);
    if text == 0 || linked * 10 < text * 9 {
        return false;
    }
    let (links, in_page) = (
        outline.count(place, Tally::Link),
        outline.count(place, Tally::LinkInPage),
    );
    links >= 3 && in_page * 10 >= links * 8 && outline.count(place, Tally::Heading) == 0
}
