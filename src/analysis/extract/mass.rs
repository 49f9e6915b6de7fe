//! How much prose a subtree holds.

use super::outline::{Outline, Place};

/// A block with this many characters outside links is prose; shorter ones count a quarter.
const PROSE: usize = 50;

/// Characters of prose, and of links, in each subtree.
pub(super) struct Masses {
    prose: Vec<usize>,
    linked: Vec<usize>,
    words: Vec<usize>,
    paragraphs: Vec<usize>,
}

impl Masses {
    pub(super) fn of(outline: &Outline<'_>) -> Self {
        let count = outline.items.len();
        let mut masses = Self {
            prose: vec![0; count],
            linked: vec![0; count],
            words: vec![0; count],
            paragraphs: vec![0; count],
        };
        // Of each node: the block it stands in, and whether a link is around it.
        let mut homes = vec![(0, false); count];
        let mut plain = vec![0; count];
        for place in outline.kept(0) {
            let (home, linked) = homes[outline.items[place].parent];
            if let Some(text) = outline.text(place) {
                let length = length(text);
                masses.words[place] = length;
                if linked {
                    masses.linked[place] = length;
                } else {
                    plain[home] += length;
                }
                continue;
            }
            let name = outline.name(place);
            homes[place] = match name {
                "a" | "button" => (home, true),
                _ if outline.items[place].is_inline => (home, linked),
                _ => (place, linked),
            };
        }
        for place in (0..count).rev() {
            let own = plain[place];
            masses.prose[place] += if own >= PROSE { own } else { own / 4 };
            masses.paragraphs[place] += if own >= PROSE { own } else { 0 };
            let parent = outline.items[place].parent;
            if parent != place {
                masses.prose[parent] += masses.prose[place];
                masses.linked[parent] += masses.linked[place];
                masses.words[parent] += masses.words[place];
                masses.paragraphs[parent] += masses.paragraphs[place];
            }
        }
        masses
    }

    /// Characters of prose.
    pub(super) fn of_subtree(&self, place: Place) -> usize {
        self.prose.get(place).copied().unwrap_or(0)
    }

    /// Characters of prose in blocks long enough for a sentence.
    pub(super) fn of_paragraphs(&self, place: Place) -> usize {
        self.paragraphs.get(place).copied().unwrap_or(0)
    }

    /// Characters of all text, and of the text inside links.
    pub(super) fn text(&self, place: Place) -> (usize, usize) {
        (
            self.words.get(place).copied().unwrap_or(0),
            self.linked.get(place).copied().unwrap_or(0),
        )
    }
}

/// Characters but white space.
fn length(text: &str) -> usize {
    if text.is_ascii() {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
        return text.bytes().filter(|byte| !is_space(byte)).count();
    }
    text.chars().filter(|character| !character.is_whitespace()).count()
}

/// Elements that stand in a line of text.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "button"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "s"
            | "samp"
            | "slot"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    ) || name.contains('-')
}
