//! The part of a page that holds its text.

use super::mass::Masses;
use super::outline::{Outline, Place, Reason};

/// A child with this share of the prose is gone into; the rest is lost, so it must be next to nothing.
const NEARLY_ALL: f32 = 0.93;
/// The same for an element that says it is the main one.
const DECLARED: f32 = 0.7;

/// The narrowest element that holds the page's prose.
pub(super) fn find(outline: &Outline<'_>) -> Place {
    let masses = Masses::of(outline);
    let mut root = 0;
    loop {
        let whole = masses.of_subtree(root).max(1) as f32;
        let share = |place: &Place| masses.of_subtree(*place) as f32 / whole;
        let heaviest = outline
            .children(root)
            .filter(|child| outline.items[*child].dropped.is_none() && outline.element(*child).is_some())
            .max_by(|a, b| share(a).total_cmp(&share(b)));
        match heaviest {
            Some(child) if share(&child) >= threshold(outline, child) && !is_text_element(outline.name(child)) => {
                root = child;
            }
            _ => return root,
        }
    }
}

fn threshold(outline: &Outline<'_>, place: Place) -> f32 {
    let role = outline.element(place).and_then(|element| element.attr("role"));
    match outline.name(place) {
        "html" | "body" => 0.0,
        "main" | "article" => DECLARED,
        _ if matches!(role, Some("main" | "article")) => DECLARED,
        _ => NEARLY_ALL,
    }
}

fn is_text_element(name: &str) -> bool {
    matches!(
        name,
        "p" | "ul" | "ol" | "dl" | "table" | "li" | "blockquote" | "pre" | "span" | "a"
    )
}

/// A heading part of a page has no more characters.
const LONGEST_LEAD: usize = 400;

/// The page's own title, with the line that dates it, where they stand before the part with the prose.
pub(super) fn lead(outline: &Outline<'_>, root: Place) -> Option<Place> {
    let is_title = |place: &Place| outline.name(*place) == "h1";
    if outline.kept(root).any(|place| is_title(&place)) {
        return None;
    }
    let title = outline
        .kept(0)
        .take_while(|place| *place < root)
        .filter(is_title)
        .last()?;
    let masses = Masses::of(outline);
    let fits = |place: &Place| {
        let (text, linked) = masses.text(*place);
        outline.items[*place].end <= root && text <= LONGEST_LEAD && linked * 2 <= text
    };
    std::iter::once(title)
        .chain(outline.ancestors(title))
        .take_while(fits)
        .last()
}

/// Drops lists of nothing but links inside the text: tables of contents, related pages.
pub(super) fn drop_link_lists(outline: &mut Outline<'_>, root: Place) {
    let masses = Masses::of(outline);
    let end = outline.items[root].end;
    let mut place = root + 1;
    while place < end {
        let item = &outline.items[place];
        if item.dropped.is_some() {
            place = item.end;
            continue;
        }
        if matches!(outline.name(place), "ul" | "ol" | "div" | "section" | "nav")
            && let Some(reason) = link_list(outline, &masses, place)
        {
            outline.drop(place, reason);
            place = outline.items[place].end;
            continue;
        }
        place += 1;
    }
}

fn link_list(outline: &Outline<'_>, masses: &Masses, place: Place) -> Option<Reason> {
    let (text, linked) = masses.text(place);
    let is_heading = |inside: Place| matches!(outline.name(inside), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    if text == 0 || linked * 10 < text * 9 {
        return None;
    }
    let links: Vec<&str> = outline
        .kept(place)
        .filter(|inside| outline.name(*inside) == "a")
        .filter_map(|inside| outline.element(inside)?.attr("href"))
        .collect();
    let in_page = links.iter().filter(|href| href.starts_with('#')).count();
    (!outline.kept(place).any(is_heading) && links.len() >= 3 && in_page * 10 >= links.len() * 8)
        .then_some(Reason::Contents)
}
