//! Which part of a page was taken, and what was left out and why.

use std::fmt;

use super::outline::{Outline, Place, Reason, attr};

/// Which part of a page became the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Path of the element taken, like `body > main > div.content`; or how a page that is no HTML was read.
    pub taken: String,
    /// Why that part.
    pub why: &'static str,
    /// The parts left out, in the order of the page; parts without words are not listed.
    pub left_out: Vec<LeftOut>,
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

impl Explanation {
    pub(super) fn of(outline: &Outline<'_>, core: Place, why: &'static str) -> Self {
        let mut left_out = Vec::new();
        let mut place = 0;
        while let Some(item) = outline.items.get(place) {
            match item.dropped {
                Some(reason) => {
                    left_out.extend(LeftOut::of(outline, place, reason));
                    place = item.end;
                }
                None => place += 1,
            }
        }
        Self {
            taken: path(outline, core),
            why,
            left_out,
        }
    }
}

impl LeftOut {
    fn of(outline: &Outline<'_>, place: Place, reason: Reason) -> Option<Self> {
        if reason == Reason::NoText || outline.element(place).is_none_or(|element| element.name() == "head") {
            return None;
        }
        let end = outline.items[place].end;
        let script = |inside: Place| {
            matches!(
                outline.name(outline.items[inside].parent),
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
    let id = attr(element, "id").map(|id| format!("#{id}")).unwrap_or_default();
    let class = element
        .classes()
        .next()
        .map(|class| format!(".{class}"))
        .unwrap_or_default();
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
        Ok(())
    }
}
