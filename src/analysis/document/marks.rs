//! Emphasis and code spans of Markdown. Linear in the length of the text.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use memchr::memchr3;

/// Something at some bytes of a block.
pub(super) type Places<T> = HashMap<usize, T, RandomState>;

/// Which runs of `*` and `_` are markup, by CommonMark's flanking rules. What stays of a run of two or more `*`
/// is markup too: archives write `**bold **text`, which is nothing in CommonMark and never meant to be read.
pub(super) fn emphasis(source: &str) -> Places<usize> {
    let mut markup = Places::default();
    let mut openers: [Vec<(usize, usize)>; 2] = [Vec::new(), Vec::new()];
    let mut from = 0;
    while let Some(next) = memchr3(b'\\', b'*', b'_', &source.as_bytes()[from..]) {
        let at = from + next;
        let (before, rest) = source.split_at(at);
        if rest.starts_with('\\') {
            let escaped = rest.chars().nth(1);
            from = at + 1 + escaped.map_or(0, char::len_utf8);
            continue;
        }
        let character = char::from(rest.as_bytes()[0]);
        let behind = rest.trim_start_matches(character);
        let run = rest.len() - behind.len();
        from = at + run;
        let (before, after) = (
            before.chars().next_back().unwrap_or(' '),
            behind.chars().next().unwrap_or(' '),
        );
        let (mut opens, mut closes) = flanks(before, after);
        if character == '_' {
            (opens, closes) = (
                opens && (!closes || is_mark(before)),
                closes && (!opens || is_mark(after)),
            );
        } else if run > 1 {
            markup.insert(at, run);
        }
        let stack = &mut openers[usize::from(character == '_')];
        let mut left = run;
        while closes && left > 0 {
            let Some((place, open)) = stack.last_mut() else { break };
            let taken = left.min(*open);
            left -= taken;
            *open -= taken;
            let full = *open == 0;
            if character == '_' || run == 1 {
                *markup.entry(*place).or_default() += taken;
                *markup.entry(at).or_default() += taken;
            }
            if full {
                stack.pop();
            }
        }
        if opens && left > 0 {
            stack.push((at, left));
        }
    }
    markup
}

fn is_mark(character: char) -> bool {
    !character.is_alphanumeric() && !character.is_whitespace()
}

/// Whether a run between these characters can open and close emphasis (CommonMark 0.31, 6.2).
fn flanks(before: char, after: char) -> (bool, bool) {
    let left = !after.is_whitespace() && (!is_mark(after) || before.is_whitespace() || is_mark(before));
    let right = !before.is_whitespace() && (!is_mark(before) || after.is_whitespace() || is_mark(after));
    (left, right)
}

/// Code spans: each run of backticks with the next run of the same length.
pub(super) fn ticks(source: &str) -> Places<(usize, usize)> {
    let mut spans = Places::default();
    if !source.contains('`') {
        return spans;
    }
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut escaped = false;
    for (at, byte) in source.bytes().enumerate() {
        match (byte, runs.last_mut()) {
            (b'`', Some((start, length))) if *start + *length == at => *length += 1,
            (b'`', _) if !escaped => runs.push((at, 1)),
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    let mut next_of: Places<usize> = Places::default();
    let mut next: Vec<Option<usize>> = vec![None; runs.len()];
    for (index, (_, length)) in runs.iter().enumerate().rev() {
        next[index] = next_of.insert(*length, index);
    }
    let mut index = 0;
    while let Some(&(start, length)) = runs.get(index) {
        match next[index] {
            Some(end) => {
                spans.insert(start, (length, runs[end].0));
                index = end + 1;
            }
            None => index += 1,
        }
    }
    spans
}
