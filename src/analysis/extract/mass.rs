//! How much prose a subtree holds.

use super::outline::{Outline, Place};

/// A block with this many characters outside links is prose; shorter ones count a quarter.
const PROSE: u32 = 50;

/// Characters of prose, and of links, in each subtree.
pub(super) struct Masses {
    prose: Vec<u32>,
    linked: Vec<u32>,
    words: Vec<u32>,
    paragraphs: Vec<u32>,
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
            let (home, linked) = homes[outline.items[place].parent()];
            if outline.text(place).is_some() {
                let length = outline.items[place].length;
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
            let parent = outline.items[place].parent();
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
        of(&self.prose, place)
    }

    /// Characters of prose in blocks long enough for a sentence.
    pub(super) fn of_paragraphs(&self, place: Place) -> usize {
        of(&self.paragraphs, place)
    }

    /// Characters of all text, and of the text inside links.
    pub(super) fn text(&self, place: Place) -> (usize, usize) {
        (of(&self.words, place), of(&self.linked, place))
    }
}

fn of(masses: &[u32], place: Place) -> usize {
    masses.get(place).map_or(0, |mass| *mass as usize)
}

/// Characters but white space.
pub(super) fn length(text: &str) -> u32 {
    let length = if text.is_ascii() {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
        text.bytes().filter(|byte| !is_space(byte)).count()
    } else {
        text.chars().filter(|character| !character.is_whitespace()).count()
    };
    u32::try_from(length).unwrap_or(u32::MAX)
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
