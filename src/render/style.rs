//! Colours and line widths of terminals.

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation;

/// What writes coloured text, or plain text that says the same with signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ink {
    pub colour: bool,
}

impl Ink {
    pub(super) fn bold(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    pub(super) fn faint(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    pub(super) fn warning(self, text: &str) -> String {
        self.paint(Style::new().bold().fg_color(Some(AnsiColor::Red.into())), text)
    }

    pub(super) fn good(self, text: &str) -> String {
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

/// Breaks lines at spaces so that none is wider than `width`, and indents them. Escapes take no room.
pub fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let (mut line, mut used) = (indent.to_owned(), indent.chars().count());
        let mut is_empty = true;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let room = visible(word);
            if !is_empty && used + 1 + room > width {
                lines.push(std::mem::replace(&mut line, indent.to_owned()));
                used = indent.chars().count();
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += room;
            is_empty = false;
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

fn visible(word: &str) -> usize {
    let (mut width, mut rest) = (0, word);
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        width += before.graphemes(true).count();
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    width + rest.graphemes(true).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_they_look() {
        let red = Ink { colour: true }.removed("four");
        assert_eq!(
            wrapped(&format!("one two {red} five"), "  ", 14),
            format!("  one two {red}\n  five")
        );
        assert_eq!(wrapped("a\n\nb", "> ", 20), "> a\n>\n> b");
    }
}
