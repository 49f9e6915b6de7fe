//! Text that a page carries for its scripts, for pages whose own elements hold none.

use serde_json::Value;

use super::json::{self, Strings};
use super::outline::{Outline, attr};

/// A page's own elements hold fewer characters than this when scripts are to make its text.
const EMPTY: usize = 600;
/// Data with fewer characters is no document.
const LEAST: usize = 300;
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
    let mut stream = String::new();
    let mut candidates = Vec::new();
    for place in 0..outline.items.len() {
        let Some(element) = outline.element(place) else {
            continue;
        };
        let text = || -> String {
            let inside = place..outline.items[place].end;
            inside.filter_map(|inside| outline.text(inside)).collect()
        };
        match element.name() {
            "noscript" => candidates.push(text()),
            "script" => {
                let text = text();
                stream.extend(streamed(&text));
                candidates.extend(of_script(attr(element, "type").unwrap_or_default(), &text));
            }
            _ => {}
        }
    }
    candidates.push(rows(&stream));
    let (most, best) = candidates
        .into_iter()
        .map(|html| (letters(&html), html))
        .max_by_key(|(letters, _)| *letters)?;
    (most > LEAST.max(shown_letters * TIMES)).then_some(best)
}

fn of_script(kind: &str, text: &str) -> Option<String> {
    match kind {
        "application/ld+json" => article(&serde_json::from_str(text).ok()?),
        "application/json" => Some(json::to_html(&serde_json::from_str(text).ok()?, Strings::MarkedUp)),
        "" | "text/javascript" => state(text),
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
fn streamed(script: &str) -> Option<String> {
    let pushed = script.trim().strip_prefix("self.__next_f.push(")?;
    let value: Value = serde_json::Deserializer::from_str(pushed).into_iter().next()?.ok()?;
    Some(value.get(1)?.as_str()?.to_owned())
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
                    html.push_str(&json::to_html(&value, Strings::MarkedUp));
                }
                rest
            }
        };
    }
    html
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
