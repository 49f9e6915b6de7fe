//! Text that a page carries for its scripts, for pages whose own elements hold none.

use serde_json::Value;

use super::json::{self, Strings};
use super::outline::{Outline, attr};

/// A page's own elements hold fewer characters than this when scripts are to make its text.
const EMPTY: usize = 600;
/// Data that holds so many times the text of the elements is what the page is made of.
const TIMES: usize = 3;

/// HTML of the text in `<noscript>`, JSON-LD and the state of scripts, when it is more than what the page shows.
pub(super) fn html(outline: &Outline<'_>) -> Option<String> {
    let shown = outline.kept(0).filter_map(|place| outline.text(place));
    let mut shown_letters = 0;
    for text in shown {
        shown_letters += text.chars().filter(|c| c.is_alphabetic()).count();
        if shown_letters > EMPTY {
            return None;
        }
    }
    let candidates = (0..outline.items.len()).filter_map(|place| {
        let element = outline.element(place)?;
        let text = || -> String {
            let inside = place..outline.items[place].end;
            inside.filter_map(|inside| outline.text(inside)).collect()
        };
        match element.name() {
            "noscript" => Some(text()),
            "script" => of_script(attr(element, "type").unwrap_or_default(), &text()),
            _ => None,
        }
    });
    let (most, best) = candidates
        .map(|html| (letters(&html), html))
        .max_by_key(|(letters, _)| *letters)?;
    (most > EMPTY.max(shown_letters * TIMES)).then_some(best)
}

fn of_script(kind: &str, text: &str) -> Option<String> {
    match kind {
        "application/ld+json" => article(&serde_json::from_str(text).ok()?),
        "application/json" => Some(json::to_html(&serde_json::from_str(text).ok()?, Strings::MarkedUp)),
        "" | "text/javascript" => state(text).or_else(|| flight(text)),
        _ => None,
    }
}

/// `window.__STATE__ = {…}`.
fn state(script: &str) -> Option<String> {
    let (name, value) = script.split_once('=')?;
    if name.len() > 80 || !name.trim_start().starts_with("window") {
        return None;
    }
    let value: Value = serde_json::Deserializer::from_str(value).into_iter().next()?.ok()?;
    Some(json::to_html(&value, Strings::MarkedUp))
}

/// A piece of the stream that React's server components write: `self.__next_f.push([1,"…"])`.
fn flight(script: &str) -> Option<String> {
    let pushed = script.trim().strip_prefix("self.__next_f.push(")?;
    let value: Value = serde_json::Deserializer::from_str(pushed).into_iter().next()?.ok()?;
    let stream = value.get(1)?.as_str()?;
    // A row of text begins with its number and length; often the row's head came with the piece before.
    let text = stream
        .split_once(',')
        .filter(|(head, _)| head.len() < 12 && head.contains(":T"));
    let text = text.map_or(stream, |(_, text)| text);
    text.starts_with('<').then(|| text.to_owned())
}

/// The article's text in JSON-LD; other fields are about the maker of the page.
fn article(value: &Value) -> Option<String> {
    let of_one = |value: &Value| {
        let text = value["articleBody"].as_str().or_else(|| value["text"].as_str())?;
        Some(json::to_html(&Value::String(text.to_owned()), Strings::All))
    };
    let graph = value["@graph"].as_array().or_else(|| value.as_array());
    of_one(value).or_else(|| graph?.iter().find_map(of_one))
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
