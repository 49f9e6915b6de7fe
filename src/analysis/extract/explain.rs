//! Which part of a page was taken, and what was left out and why.

use std::fmt;

use url::Url;

use super::boilerplate::is_hidden;
use super::outline::{Outline, Place, Reason};
use crate::analysis::document::Block;

/// Which part of a page became the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Path of the element taken, like `body > main > div.content`; or how a page that is no HTML was read.
    pub taken: String,
    /// Why that part.
    pub why: &'static str,
    /// The parts left out, in the order of the page; parts without words are not listed.
    pub left_out: Vec<LeftOut>,
    /// Addresses of what a page with little text of its own shows in frames, PDFs too: its text may lie there.
    pub frames: Vec<String>,
}

/// A part left out of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub reason: Reason,
    pub element: String,
    pub words: usize,
    /// Its first words.
    pub sample: String,
}

const SAMPLE: usize = 70;

/// Characters of a text beside which a frame holds something else: a map, a film.
const LITTLE: usize = 1_000;
const MOST_FRAMES: usize = 5;

/// What the page shows in frames: web pages and PDFs, those of a pixel left out.
fn frames(outline: &Outline<'_>, address: &Url) -> Vec<String> {
    let shown = (0..outline.items.len()).filter_map(|place| {
        let element = outline.element(place)?;
        let source = match element.name() {
            "iframe" | "frame" | "embed" => element.attr("src"),
            "object" => element.attr("data"),
            _ => None,
        }?;
        let is_pixel = ["width", "height"]
            .into_iter()
            .any(|side| element.attr(side).is_some_and(|size| matches!(size.trim(), "0" | "1")));
        let target = address.join(source.trim()).ok()?;
        let is_page = matches!(target.scheme(), "http" | "https");
        (is_page && !is_pixel && !is_hidden(outline, place)).then(|| target.to_string())
    });
    shown.take(MOST_FRAMES).collect()
}

impl Explanation {
    pub(super) fn of(outline: &Outline<'_>, core: Place, why: &'static str, blocks: &[Block], address: &Url) -> Self {
        let length: usize = blocks.iter().map(|block| block.text.len()).sum();
        let mut left_out = Vec::new();
        let mut place = 0;
        while let Some(item) = outline.items.get(place) {
            match item.dropped {
                Some(reason) => {
                    left_out.extend(LeftOut::of(outline, place, reason));
                    place = item.end();
                }
                None => place += 1,
            }
        }
        Self {
            taken: path(outline, core),
            why,
            left_out,
            frames: if length < LITTLE {
                frames(outline, address)
            } else {
                Vec::new()
            },
        }
    }
}

impl LeftOut {
    fn of(outline: &Outline<'_>, place: Place, reason: Reason) -> Option<Self> {
        if reason == Reason::NoText || outline.element(place).is_none_or(|element| element.name() == "head") {
            return None;
        }
        let end = outline.items[place].end();
        let script = |inside: Place| {
            matches!(
                outline.name(outline.items[inside].parent()),
                "script" | "style" | "noscript"
            )
        };
        let texts = (place..end)
            .filter(|inside| !script(*inside))
            .filter_map(|inside| outline.text(inside));
        let (mut words, mut sample) = (0, String::new());
        for word in texts.flat_map(str::split_whitespace) {
            words += 1;
            if sample.len() < SAMPLE {
                sample.push_str(word);
                sample.push(' ');
            }
        }
        let element = name(outline, place);
        (words > 0).then(|| Self {
            reason,
            element,
            words,
            sample: sample.trim_end().to_owned(),
        })
    }
}

fn path(outline: &Outline<'_>, place: Place) -> String {
    let mut names: Vec<String> = outline.ancestors(place).map(|above| name(outline, above)).collect();
    names.reverse();
    names.push(name(outline, place));
    names.retain(|name| !name.is_empty() && name != "html");
    names.join(" > ")
}

/// The element as a selector would name it: `div#id.class`.
fn name(outline: &Outline<'_>, place: Place) -> String {
    let Some(element) = outline.element(place) else {
        return String::new();
    };
    let id = element.attr("id").map(|id| format!("#{id}")).unwrap_or_default();
    let classes = element.attr("class").unwrap_or_default().split_ascii_whitespace();
    let class = classes.take(1).map(|class| format!(".{class}")).collect::<String>();
    format!("{}{id}{class}", element.name())
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NoText => "no text",
            Self::Hidden => "hidden",
            Self::Navigation => "navigation",
            Self::Frame => "header, footer or sidebar",
            Self::CookieBanner => "cookie banner",
            Self::Extras => "extras (sharing, feedback, related pages)",
            Self::Comments => "readers' comments",
            Self::Contents => "table of contents",
            Self::Control => "button",
            Self::Asked => "removed by the watchlist",
            Self::Outside => "outside the text",
        })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "taken: {} ({})", self.taken, self.why)?;
        for part in &self.left_out {
            writeln!(
                out,
                "left out: {}, {} words, {}: {}",
                part.element, part.words, part.reason, part.sample
            )?;
        }
        for frame in &self.frames {
            writeln!(
                out,
                "shown in a frame, not read: {frame} (if the text lies there, watch that address)"
            )?;
        }
        Ok(())
    }
}
