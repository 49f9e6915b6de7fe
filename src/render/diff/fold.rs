//! Leaves out what did not change, but for some words around what did.

use crate::analysis::diff::{Change, Diff, Span};

/// Unchanged text longer than this is folded.
const LONG: usize = 320;
/// Bytes of it that stay on each side, to the next space.
const KEPT: usize = 120;
const FOLD: &str = " […] ";

/// The diff with long unchanged runs cut to their ends. For people: programs get the whole.
pub fn folded(mut diff: Diff) -> Diff {
    for line in diff.hunks.iter_mut().flat_map(|hunk| &mut hunk.lines) {
        match &mut line.change {
            Change::Same(text) | Change::Moved(text) => fold(text, true, true),
            Change::Reworded(spans) => {
                let last = spans.len().saturating_sub(1);
                for (index, span) in spans.iter_mut().enumerate() {
                    if let Span::Same(text) = span {
                        fold(text, index > 0, index < last);
                    }
                }
            }
            Change::Added(_) | Change::Removed(_) => {}
        }
    }
    diff
}

/// Cuts a long text to the words at its start, at its end, or at both.
fn fold(text: &mut String, keeps_start: bool, keeps_end: bool) {
    if text.len() <= LONG {
        return;
    }
    let start = if keeps_start { head(text) } else { "" };
    let end = if keeps_end { tail(text) } else { "" };
    let fold = if keeps_start { FOLD } else { FOLD.trim_start() };
    *text = format!("{start}{fold}{end}");
}

fn head(text: &str) -> &str {
    let limit = text.ceil_char_boundary(KEPT);
    let cut = text[..limit].rfind(' ').unwrap_or(limit);
    &text[..cut]
}

fn tail(text: &str) -> &str {
    let from = text.ceil_char_boundary(text.len() - KEPT);
    let cut = text[from..].find(' ').map_or(from, |space| from + space + 1);
    &text[cut..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, start: bool, end: bool) -> String {
        let mut text = text.to_owned();
        fold(&mut text, start, end);
        text
    }

    #[test]
    fn the_words_next_to_a_change_stay() {
        let long = format!("first {}last", "word ".repeat(100));
        assert!(of(&long, true, true).starts_with("first word"));
        assert!(of(&long, true, true).ends_with("word last"));
        assert!(of(&long, true, true).contains(" […] ") && of(&long, true, true).len() < LONG);
        assert!(of(&long, false, true).starts_with("[…] word"));
        assert!(of(&long, true, false).ends_with("word […] "));
        assert_eq!(of("a short text", true, true), "a short text");
    }

    #[test]
    fn a_text_without_spaces_is_cut_between_its_signs() {
        let folded = of(&"学".repeat(300), true, true);
        assert!(folded.len() < LONG && folded.contains("学 […] 学"));
    }
}
