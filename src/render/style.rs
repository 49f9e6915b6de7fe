//! Colours and line widths of terminals.

use anstyle::{AnsiColor, Style};
use textwrap::Options;
use textwrap::core::display_width;
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

/// Breaks lines so that none is wider than `width`, and indents them. Escapes take no room; an address stays whole.
pub fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let options = Options::new(width)
        .initial_indent(indent)
        .subsequent_indent(indent)
        .break_words(false);
    let lines: Vec<String> = text
        .split('\n')
        .flat_map(|paragraph| match paragraph.trim() {
            "" => vec![indent.into()],
            _ => textwrap::wrap(paragraph, &options),
        })
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
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
        let red = Ink {
            colour: true,
            links: false,
        }
        .removed("four");
        assert_eq!(
            wrapped(&format!("one two {red} five"), "  ", 14),
            format!("  one two {red}\n  five")
        );
        assert_eq!(wrapped("a\n\nb", "> ", 20), "> a\n>\n> b");
        assert_eq!(wrapped("機械学習に使います", "", 10), "機械学習に\n使います");
    }
}
