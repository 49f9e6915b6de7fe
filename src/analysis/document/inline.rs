//! Markdown inside a block: links, emphasis, escapes, code, entities. Linear in the length of the text.

use memchr::{memchr2, memchr3};

use super::Link;
use super::marks::{Places, emphasis, ticks};

/// A stretch of text between line breaks, with its links.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Inline {
    pub(super) text: String,
    pub(super) links: Vec<Link>,
}

/// Reads the text of a block; `<br>` cuts it.
pub(super) fn read(source: &str) -> Vec<Inline> {
    if !is_marked(source) {
        let mut plain = Inline::default();
        fold(&mut plain.text, source);
        plain.text.truncate(plain.text.trim_end().len());
        return vec![plain];
    }
    let mut reader = Reader {
        source,
        brackets: Brackets::find(source),
        emphasis: emphasis(source),
        ticks: ticks(source),
        done: Vec::new(),
        now: Inline::default(),
        opened: Vec::new(),
    };
    reader.run();
    reader.cut();
    reader.done
}

struct Reader<'s> {
    source: &'s str,
    brackets: Brackets<'s>,
    /// Places and lengths of the runs that are markup.
    emphasis: Places<usize>,
    /// Places of code spans: start of the opening run to (its length, start of the closing run).
    ticks: Places<(usize, usize)>,
    done: Vec<Inline>,
    now: Inline,
    opened: Vec<(u32, &'s str)>,
}

impl Reader<'_> {
    fn run(&mut self) {
        let source = self.source;
        let mut at = 0;
        while let Some(rest) = source.get(at..) {
            let plain = rest
                .bytes()
                .position(|byte| SPECIAL[usize::from(byte)])
                .unwrap_or(rest.len());
            fold(&mut self.now.text, &rest[..plain]);
            at += plain;
            let Some(character) = rest[plain..].chars().next() else {
                break;
            };
            at += self.step(character, at).max(1);
        }
    }

    /// Reads what stands at `at`; gives the bytes taken.
    fn step(&mut self, character: char, at: usize) -> usize {
        let rest = &self.source[at..];
        match character {
            '\\' => {
                let next = rest[1..].chars().next().filter(char::is_ascii_punctuation);
                self.push(next.unwrap_or('\\'));
                1 + usize::from(next.is_some())
            }
            '`' => self.code(at),
            '*' | '_' => self.marks(rest, at),
            '!' | '[' if self.brackets.images.contains_key(&at) => self.brackets.images[&at] - at,
            '[' if self.brackets.dangling == Some(at) => 1,
            '[' if self.brackets.opens.contains_key(&at) => {
                self.opened.push((self.length(), self.brackets.opens[&at]));
                1
            }
            ']' if self.brackets.closes.contains_key(&at) => {
                self.close();
                self.brackets.closes[&at] - at
            }
            ']' if self.brackets.loose.contains_key(&at) => {
                let (target, end) = self.brackets.loose[&at];
                self.add_link(self.now.links.last().map_or(0, |link| link.end), target);
                end - at
            }
            '<' => self.tag(rest),
            '&' => self.entity(rest),
            other => {
                self.push(other);
                other.len_utf8()
            }
        }
    }

    fn length(&self) -> u32 {
        u32::try_from(self.now.text.len()).unwrap_or(u32::MAX)
    }

    /// Adds a character; white space folds.
    fn push(&mut self, character: char) {
        fold(&mut self.now.text, character.encode_utf8(&mut [0; 4]));
    }

    fn close(&mut self) {
        let Some((start, target)) = self.opened.pop() else {
            return;
        };
        self.add_link(start, target);
    }

    fn add_link(&mut self, start: u32, target: &str) {
        let words = &self.now.text[(start as usize).min(self.now.text.len())..];
        let (lead, words) = (words.len() - words.trim_start().len(), words.trim());
        if !words.is_empty() && self.now.links.last().is_none_or(|last| last.end <= start) {
            let start = start + lead as u32;
            let end = start + words.len() as u32;
            let target = target.to_owned();
            self.now.links.push(Link { start, end, target });
        }
    }

    fn cut(&mut self) {
        for index in 0..self.opened.len() {
            let (start, target) = self.opened[index];
            self.add_link(start, target);
            self.opened[index].0 = 0;
        }
        let mut done = std::mem::take(&mut self.now);
        done.text.truncate(done.text.trim_end().len());
        self.done.push(done);
    }

    fn code(&mut self, at: usize) -> usize {
        if let Some(&(run, end)) = self.ticks.get(&at) {
            for character in self.source[at + run..end].chars() {
                self.push(character);
            }
            return end + run - at;
        }
        self.push('`');
        1
    }

    fn marks(&mut self, rest: &str, at: usize) -> usize {
        let mark = rest.as_bytes()[0];
        let run = rest.bytes().take_while(|byte| *byte == mark).count();
        let markup = self.emphasis.get(&at).copied().unwrap_or(0);
        for _ in markup..run {
            self.push(char::from(mark));
        }
        run
    }

    /// `<br>` cuts, other HTML tags vanish, anything else is text.
    fn tag(&mut self, rest: &str) -> usize {
        let inner = rest[1..]
            .bytes()
            .take(1000)
            .position(|byte| matches!(byte, b'>' | b'<'));
        let inner = inner.and_then(|end| rest.get(1..=end).filter(|_| rest.as_bytes()[end + 1] == b'>'));
        let Some(inner) = inner else {
            self.push('<');
            return 1;
        };
        let name = inner
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap_or_default();
        if name.eq_ignore_ascii_case("br") {
            self.cut();
        } else if inner.starts_with("http://") || inner.starts_with("https://") || inner.starts_with("mailto:") {
            inner.chars().for_each(|character| self.push(character));
        } else if !TAGS.iter().any(|tag| name.eq_ignore_ascii_case(tag)) {
            self.push('<');
            return 1;
        }
        inner.len() + 2
    }

    fn entity(&mut self, rest: &str) -> usize {
        let known = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
        self.push(known.map_or('&', |(_, character)| *character));
        known.map_or(1, |(name, _)| name.len())
    }
}

/// What may be more than itself.
const SPECIAL: [bool; 256] = table(b"\\`*_![]<&");

/// Whether anything of that is there; a search for three at a time passes over most texts in no time.
fn is_marked(source: &str) -> bool {
    let bytes = source.as_bytes();
    let is_there = |(one, two, three)| memchr3(one, two, three, bytes).is_some();
    [(b'\\', b'`', b'*'), (b'_', b'!', b'['), (b']', b'<', b'&')]
        .into_iter()
        .any(is_there)
}

/// Whether white space may begin with a byte: ASCII's, or a character of which Unicode has some.
const SPACE: [bool; 256] = table(b"\t\n\x0b\x0c\r \xc2\xe1\xe2\xe3");

const fn table(bytes: &[u8]) -> [bool; 256] {
    let (mut table, mut at) = ([false; 256], 0);
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
}

/// Whether there is nothing to fold; of text beyond ASCII it is not told.
fn is_folded(text: &str) -> bool {
    let mut before = 0;
    let is_odd = |byte: u8| {
        let is_odd = byte <= b' ' && (byte != b' ' || before == b' ');
        before = byte;
        is_odd
    };
    text.is_ascii() && !text.bytes().any(is_odd)
}

/// Adds text; white space folds.
fn fold(folded: &mut String, text: &str) {
    if is_folded(text) && !text.starts_with(' ') {
        return folded.push_str(text);
    }
    let bytes = text.as_bytes();
    let is_word = |at: usize| bytes.get(at).is_some_and(|byte| !SPACE[usize::from(*byte)]);
    let (mut added, mut at) = (0, 0);
    while at < text.len() {
        // Nearly all white space is one space between two words: it stays, and so does what stands around it.
        let is_single = || bytes[at] == b' ' && at > added && is_word(at + 1);
        if is_word(at) || is_single() {
            at += 1;
            continue;
        }
        let rest = &text[at..];
        if let Some(first) = rest.chars().next().filter(|first| !first.is_whitespace()) {
            at += first.len_utf8();
            continue;
        }
        folded.push_str(&text[added..at]);
        if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
        at += rest.len() - rest.trim_start().len();
        added = at;
    }
    folded.push_str(&text[added..]);
}

/// Tags that Markdown carries in text; unknown ones (`<your name>`) are words.
const TAGS: [&str; 24] = [
    "a", "abbr", "b", "button", "center", "cite", "code", "del", "div", "em", "font", "i", "img", "ins", "kbd", "mark",
    "p", "s", "small", "span", "strong", "sub", "sup", "u",
];

const ENTITIES: [(&str, char); 7] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
    ("&#39;", '\''),
    ("&nbsp;", ' '),
];

/// Links and images, by where their brackets stand.
#[derive(Default)]
struct Brackets<'s> {
    /// `[` of a link to its target.
    opens: Places<&'s str>,
    /// `]` of a link to the end of its `(target)`.
    closes: Places<usize>,
    /// `![` of an image to its end.
    images: Places<usize>,
    /// `]` of a link that began in an earlier block, to its target and end: archives write links around whole cards.
    loose: Places<(&'s str, usize)>,
    /// The block's first character, when it is the `[` of such a link.
    dangling: Option<usize>,
}

impl<'s> Brackets<'s> {
    fn find(source: &'s str) -> Self {
        let mut found = Self::default();
        if memchr2(b'[', b']', source.as_bytes()).is_none() {
            return found;
        }
        let mut open = Vec::new();
        let (bytes, mut at) = (source.as_bytes(), 0);
        while let Some(next) = bytes.get(at..).and_then(|rest| memchr3(b'\\', b'[', b']', rest)) {
            at += next;
            match bytes[at] {
                b'\\' => at += 1,
                b'[' => open.push(at),
                _ => {
                    let start = open.pop();
                    if let Some((target, end)) = target(source, at + 1) {
                        let Some(start) = start else {
                            found.loose.insert(at, (target, end));
                            at = end;
                            continue;
                        };
                        if start > 0 && bytes[start - 1] == b'!' && (start < 2 || bytes[start - 2] != b'\\') {
                            found.images.insert(start - 1, end);
                        } else {
                            found.opens.insert(start, target);
                            found.closes.insert(at, end);
                        }
                        at = end - 1;
                    }
                }
            }
            at += 1;
        }
        found.dangling = open.first().copied().filter(|start| *start == 0);
        found
    }
}

/// The `(target "title")` that starts at `at`, and where it ends.
fn target(source: &str, at: usize) -> Option<(&str, usize)> {
    let inner = source.get(at..)?.strip_prefix('(')?;
    let mut depth = 1;
    // No address is longer; without a limit a page of "](" would take quadratic time.
    for (offset, byte) in inner.bytes().enumerate().take(4096) {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let whole = inner[..offset].trim();
            let bare = whole.split_once(" \"").map_or(whole, |(target, _)| target).trim();
            let bare = bare
                .strip_prefix('<')
                .and_then(|bare| bare.strip_suffix('>'))
                .unwrap_or(bare);
            return Some((bare, at + offset + 2));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_special_character_is_found_in_a_text() {
        for byte in 0..128 {
            let text = format!("a{}z", char::from(byte));
            assert_eq!(is_marked(&text), SPECIAL[usize::from(byte)], "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn white_space_folds_whatever_stands_around_it(
            parts in prop::collection::vec(r"([a-zé \n\t\u{a0}\u{2003}]|\PC){0,8}", 0..6),
        ) {
            let mut folded = String::new();
            parts.iter().for_each(|part| fold(&mut folded, part));
            let words: Vec<String> = parts.concat().split_whitespace().map(str::to_owned).collect();
            prop_assert_eq!(folded.trim_end(), words.join(" "));
        }
    }
}
