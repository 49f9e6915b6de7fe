//! Text that a page carries for its scripts, for pages whose own elements hold none.

mod prose;

use super::json::Json;
use super::outline::{Outline, Place};
use super::rich_text::{Strings, to_html};
use super::selectable::Selectable;
use super::tree::Element;

/// A page's own elements hold fewer characters than this when scripts are to make its text.
const EMPTY: usize = 600;
/// Data with fewer characters is no document.
const LEAST: usize = 300;
/// Data that holds so many times the text of the elements is what the page is made of.
const TIMES: usize = 3;

/// HTML of the text in `<noscript>`, `<template>`, a frame's `srcdoc`, JSON-LD and the state of scripts, when it is more
/// than what the page shows.
pub(super) fn html(outline: &Outline<'_>) -> Option<String> {
    let mut shown_letters = 0;
    let mut place = 0;
    while let Some(item) = outline.items.get(place) {
        if item.dropped.is_some() || is_frame(outline, place) {
            place = item.end();
            continue;
        }
        let text = outline.text(place).unwrap_or_default();
        shown_letters += text.chars().filter(|c| c.is_alphabetic()).count();
        if shown_letters > EMPTY {
            return None;
        }
        place += 1;
    }
    let mut found = Found::default();
    let mut place = 0;
    while let Some(item) = outline.items.get(place) {
        found.take(outline, place);
        let is_template = outline.name(place) == "template";
        place = if is_template { item.end() } else { place + 1 };
    }
    let Found {
        mut candidates,
        states,
        stream,
    } = found;
    candidates.push(rows(&stream));
    candidates.extend(states.iter().map(|state| to_html(state, Strings::MarkedUp)));
    let least = LEAST.max(shown_letters * TIMES);
    // What is marked up is meant to be shown as it is.
    longest(candidates, least).or_else(|| longest(states.iter().filter_map(prose::html).collect(), least))
}

/// What stands around a text, whether the text is there yet or not.
fn is_frame(outline: &Outline<'_>, place: Place) -> bool {
    let is_dialog = |element: &Element| element.attr("role") == Some("dialog");
    matches!(outline.name(place), "nav" | "footer" | "aside" | "dialog")
        || outline.element(place).is_some_and(is_dialog)
}

/// What of a page may be its text.
#[derive(Default)]
struct Found {
    /// HTML.
    candidates: Vec<String>,
    states: Vec<Json>,
    /// Of React's server components.
    stream: String,
}

impl Found {
    fn take(&mut self, outline: &Outline<'_>, place: Place) {
        let Some(element) = outline.element(place) else {
            return;
        };
        let text = || -> String {
            let inside = place..outline.items[place].end();
            inside.filter_map(|inside| outline.text(inside)).collect()
        };
        match element.name() {
            "noscript" => self.candidates.push(text()),
            "template" => self.candidates.extend(Selectable::of(outline, place).inner_html()),
            "iframe" => self.candidates.extend(element.attr("srcdoc").map(str::to_owned)),
            "script" => self.script(element.attr("type").unwrap_or_default(), text()),
            _ => {
                // `<div data-page="{…}">`
                let values = element.attrs().map(|(_, value)| value);
                let data = values.filter(|value| value.len() > LEAST && value.starts_with(['{', '[']));
                self.states
                    .extend(data.filter_map(|value| serde_json::from_str(value).ok()));
            }
        }
    }

    fn script(&mut self, kind: &str, text: String) {
        match kind {
            "application/ld+json" => {
                let data = serde_json::from_str(&text).ok();
                self.candidates.extend(data.and_then(|data| article(&data)));
            }
            "application/json" => self.states.extend(serde_json::from_str(&text)),
            "text/html" | "text/template" | "text/x-template" | "text/x-handlebars-template" => {
                self.candidates.push(text);
            }
            "" | "text/javascript" => {
                self.stream.extend(streamed(&text));
                self.states.extend(state(&text));
            }
            _ => {}
        }
    }
}

fn longest(candidates: Vec<String>, least: usize) -> Option<String> {
    let measured = candidates.into_iter().map(|html| (letters(&html), html));
    let (letters, html) = measured.max_by_key(|(letters, _)| *letters)?;
    (letters > least).then_some(html)
}

/// `window.__STATE__ = {…}`.
fn state(script: &str) -> Option<Json> {
    let (name, value) = script.split_once('=')?;
    if name.len() > 80 || !name.trim_start().starts_with("window") {
        return None;
    }
    first(value)
}

/// The JSON that a text begins with.
fn first(text: &str) -> Option<Json> {
    serde_json::Deserializer::from_str(text).into_iter().next()?.ok()
}

/// A piece of the stream that React's server components write: `self.__next_f.push([1,"…"])`.
fn streamed(script: &str) -> Option<String> {
    let pushed = first(script.trim().strip_prefix("self.__next_f.push(")?)?;
    Some(pushed.list()?.get(1)?.text()?.to_owned())
}

/// The HTML in the rows of such a stream: `3:T1f,` before so many bytes of text, `4:{…}` up to the end of the line.
fn rows(stream: &str) -> String {
    let mut html = String::new();
    let mut rest = stream;
    while let Some((_, row)) = rest.split_once(':') {
        let text = row.strip_prefix('T').and_then(|row| {
            let (length, text) = row.split_once(',')?;
            text.split_at_checked(usize::from_str_radix(length, 16).ok()?)
        });
        rest = match text {
            Some((text, rest)) => {
                if text.starts_with('<') {
                    html.push_str(text);
                }
                rest
            }
            None => {
                let (line, rest) = row.split_once('\n').unwrap_or((row, ""));
                if let Ok(value) = serde_json::from_str(line) {
                    html.push_str(&to_html(&value, Strings::MarkedUp));
                }
                rest
            }
        };
    }
    html
}

/// The article's text in JSON-LD; other fields are about the maker of the page.
fn article(data: &Json) -> Option<String> {
    let of_one = |value: &Json| {
        let text = ["articleBody", "text"]
            .into_iter()
            .find_map(|name| value.get(name)?.text())?;
        Some(to_html(&Json::Text(text.to_owned()), Strings::All))
    };
    let graph = data.get("@graph").and_then(Json::list).or_else(|| data.list());
    of_one(data).or_else(|| graph?.iter().find_map(of_one))
}

fn letters(html: &str) -> usize {
    let mut inside = false;
    html.chars()
        .filter(|character| {
            match character {
                '<' => inside = true,
                '>' => inside = false,
                _ => {}
            }
            !inside && character.is_alphabetic()
        })
        .count()
}
