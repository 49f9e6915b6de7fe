//! Colours and line widths of terminals.

use anstyle::{AnsiColor, Style};
use textwrap::core::Word;
use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter};
use url::Url;

/// What writes coloured text, or plain text that says the same with signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    pub colour: bool,
    /// The terminal opens links (OSC 8).
    pub links: bool,
}

impl Ink {
    pub const PLAIN: Self = Self {
        colour: false,
        links: false,
    };

    /// The text, which opens an address. A serialised address holds no control character.
    pub fn link(self, text: &str, url: Option<&Url>) -> String {
        match url.filter(|url| self.links && matches!(url.scheme(), "http" | "https")) {
            Some(url) => format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            None => text.to_owned(),
        }
    }

    pub fn bold(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    pub fn faint(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    pub fn warning(self, text: &str) -> String {
        self.paint(Style::new().bold().fg_color(Some(AnsiColor::Red.into())), text)
    }

    pub fn good(self, text: &str) -> String {
        self.paint(Style::new().bold().fg_color(Some(AnsiColor::Green.into())), text)
    }

    pub(super) fn added(self, text: &str) -> String {
        if self.colour {
            self.paint(Style::new().fg_color(Some(AnsiColor::Green.into())).underline(), text)
        } else {
            format!("{{+{text}+}}")
        }
    }

    pub(super) fn removed(self, text: &str) -> String {
        if self.colour {
            self.paint(Style::new().fg_color(Some(AnsiColor::Red.into())).strikethrough(), text)
        } else {
            format!("[-{text}-]")
        }
    }

    fn paint(self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// Breaks lines so that none is wider than `width`, and indents them; a style ends at the end of a line and goes on
/// behind the next indent. Escapes take no room; an address stays whole.
pub fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let options = Options::new(width.saturating_sub(display_width(indent)).max(1))
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::Custom(words));
    let mut open = String::new();
    let lines: Vec<String> = text
        .split('\n')
        .flat_map(|paragraph| match paragraph.trim() {
            "" => vec!["".into()],
            _ => textwrap::wrap(paragraph, &options),
        })
        .map(|line| {
            let begun = open.clone();
            carry(&line, &mut open);
            let end = if open.is_empty() { "" } else { RESET };
            format!("{indent}{begun}{}{end}", line.trim_end()).trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

/// What is parted by spaces, so that addresses, paths and days stay whole; scripts without spaces by UAX #14.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let spaced = WordSeparator::AsciiSpace.find_words(line);
    Box::new(spaced.flat_map(|word| {
        if !word.word.contains(|sign| sign >= '\u{2e80}') {
            return vec![word];
        }
        let mut parts: Vec<Word<'_>> = WordSeparator::UnicodeBreakProperties.find_words(word.word).collect();
        if let Some(last) = parts.last_mut() {
            last.whitespace = word.whitespace;
        }
        parts
    }))
}

/// The text with its too long lines broken, each with its own indent.
pub fn fitted(text: &str, width: usize) -> String {
    let fit = |line: &str| {
        let body = line.trim_start_matches(' ');
        if display_width(line) <= width {
            line.to_owned()
        } else {
            wrapped(body, &line[..line.len() - body.len()], width)
        }
    };
    text.split('\n').map(fit).collect::<Vec<_>>().join("\n")
}

const RESET: &str = "\u{1b}[0m";

/// The styles that are still open at the end of a line.
fn carry(line: &str, open: &mut String) {
    for escape in line.match_indices("\u{1b}[").map(|(at, _)| &line[at..]) {
        let Some(end) = escape.find('m') else { continue };
        match &escape[..=end] {
            RESET => open.clear(),
            style => open.push_str(style),
        }
    }
}

/// The text with spaces up to `width`. Escapes take no room.
pub(super) fn padded(text: &str, width: usize) -> String {
    let room = width.saturating_sub(display_width(text));
    format!("{text}{}", " ".repeat(room))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_they_look() {
        let ink = Ink {
            colour: true,
            links: false,
        };
        let red = ink.removed("four");
        assert_eq!(
            wrapped(&format!("one two {red} five"), "  ", 14),
            format!("  one two {red}\n  five")
        );
        assert_eq!(wrapped("a\n\nb", "> ", 20), "> a\n>\n> b");
        let red = ink.removed("four five");
        let (start, end) = red.split_once("four five").unwrap();
        assert_eq!(
            wrapped(&red, "| ", 6),
            format!("| {start}four{RESET}\n| {start}five{end}")
        );
        assert_eq!(
            wrapped("open https://shop.example/settings/ai until 2026-11-25", "", 16),
            "open\nhttps://shop.example/settings/ai\nuntil 2026-11-25"
        );
        assert_eq!(wrapped("機械学習に使います", "", 10), "機械学習に\n使います");
    }
}
