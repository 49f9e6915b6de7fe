//! The parts of a page that the watchlist asks for.

use std::ops::Range;

use scraper::Selector;

use super::outline::{Outline, Place, Reason};
use super::selectable::Selectable;
use crate::watchlist::{Edge, Reading};

/// Drops what `remove` names.
pub(super) fn remove(outline: &mut Outline<'_>, selectors: &[String]) {
    if selectors.is_empty() {
        return;
    }
    let page = Selectable::of(outline, 0);
    for selector in selectors {
        for place in matches(&page, selector) {
            outline.drop(place, Reason::Asked);
        }
    }
}

/// Drops what neither `select` nor a range asks for.
///
/// # Errors
/// The first selector that matches nothing.
pub(super) fn select(outline: &mut Outline<'_>, reading: &Reading) -> Result<(), String> {
    let page = Selectable::of(outline, 0);
    let mut wanted: Vec<Range<Place>> = Vec::new();
    for selector in &reading.select {
        let places = matches(&page, selector);
        if places.is_empty() {
            return Err(selector.clone());
        }
        wanted.extend(places.into_iter().map(|place| place..outline.items[place].end()));
    }
    for range in &reading.ranges {
        let from = edges(outline, &page, &range.from)?;
        let to = edges(outline, &page, &range.to)?;
        let mut last_end = 0;
        for start in from {
            // A range that began inside the last one is a part of it.
            let end = to.iter().copied().find(|end| *end > start && start >= last_end);
            if let Some(end) = end {
                wanted.push(start..end);
                last_end = end;
            }
        }
        if last_end == 0 {
            return Err(named(&range.to).to_owned());
        }
    }
    leave_only(outline, wanted);
    Ok(())
}

fn named(edge: &Edge) -> &str {
    match edge {
        Edge::Before(selector) | Edge::After(selector) => selector,
    }
}

/// The places where an edge may lie, in order.
fn edges(outline: &Outline<'_>, page: &Selectable, edge: &Edge) -> Result<Vec<Place>, String> {
    let places = matches(page, named(edge));
    if places.is_empty() {
        return Err(named(edge).to_owned());
    }
    let at = |place: Place| match edge {
        Edge::Before(_) => place,
        Edge::After(_) => outline.items[place].end(),
    };
    Ok(places.into_iter().map(at).collect())
}

fn matches(page: &Selectable, selector: &str) -> Vec<Place> {
    // The watchlist refuses a selector that cannot be read; on the command line it matches nothing.
    Selector::parse(selector).map_or_else(|_| Vec::new(), |selector| page.matches(&selector))
}

/// Drops every node outside the stretches; what a stretch begins or ends in stays open around it.
fn leave_only(outline: &mut Outline<'_>, mut wanted: Vec<Range<Place>>) {
    wanted.sort_unstable_by_key(|range| range.start);
    let mut ranges = wanted.into_iter().peekable();
    let mut reached = 0;
    let mut place = 0;
    while place < outline.items.len() {
        while let Some(range) = ranges.next_if(|range| range.start <= place) {
            reached = reached.max(range.end);
        }
        let end = outline.items[place].end();
        let begins_inside = ranges.peek().is_some_and(|range| range.start < end);
        if place < reached || begins_inside {
            place += 1;
        } else {
            outline.drop(place, Reason::Asked);
            place = end;
        }
    }
}
