//! A document as Markdown and as plain text.

use std::borrow::Cow;
use std::convert::Infallible;
use std::io::{self, Write};

use super::{Block, BlockKind, Document};

pub(super) fn text(document: &Document) -> impl Iterator<Item = Cow<'_, str>> {
    document.blocks.iter().flat_map(|block| {
        let number = number(block).map(Cow::Owned);
        number.into_iter().chain([block.text.as_str().into(), "\n".into()])
    })
}

pub(super) fn length(document: &Document) -> usize {
    let of = |block: &Block| number(block).map_or(0, |number| number.len()) + block.text.chars().count() + 1;
    document.blocks.iter().map(of).sum()
}

/// What stands before an item of an ordered list.
fn number(block: &Block) -> Option<String> {
    match block.kind {
        BlockKind::Item { number, .. } => number.map(|number| format!("{number}. ")),
        _ => None,
    }
}

/// Bytes of marks and line ends that a block has, as a rule.
const MARKS: usize = 8;

pub(super) fn markdown(document: &Document) -> String {
    // Doubled as it grows, the text of a long document would lie there three times.
    let size = |block: &Block| block.text.len() + MARKS;
    let mut out = String::with_capacity(document.blocks.iter().map(size).sum());
    let Ok(()) = each_part(document, &mut out, |_| Ok::<_, Infallible>(()));
    out
}

/// A block or table at a time.
pub(super) fn write_markdown(document: &Document, to: &mut impl Write) -> io::Result<()> {
    each_part(document, &mut String::new(), |part| {
        to.write_all(part.as_bytes())?;
        part.clear();
        Ok(())
    })
}

/// Writes the Markdown behind what `out` holds; `take` may take that away each time it sees it.
fn each_part<E>(
    document: &Document,
    out: &mut String,
    mut take: impl FnMut(&mut String) -> Result<(), E>,
) -> Result<(), E> {
    out.push_str(&head(document));
    let mut is_begun = !out.is_empty();
    let mut blocks = document.blocks.iter().peekable();
    let mut last: Option<BlockKind> = None;
    while let Some(block) = blocks.next() {
        let tight = matches!(
            (last, block.kind),
            (Some(BlockKind::Item { .. }), BlockKind::Item { .. })
        );
        if is_begun && !tight {
            out.push('\n');
        }
        is_begun = true;
        if let BlockKind::Cell { .. } = block.kind {
            let mut cells = vec![block];
            while let Some(next) = blocks.next_if(|next| follows(cells.last().copied(), next)) {
                cells.push(next);
            }
            table(out, &cells);
        } else {
            one(out, block);
        }
        last = Some(block.kind);
        take(out)?;
    }
    take(out)
}

fn head(document: &Document) -> String {
    let fields = [
        ("title", &document.title),
        ("lang", &document.lang),
        ("updated", &document.updated),
    ];
    let mut out = String::new();
    for (key, value) in fields {
        if let Some(value) = value {
            out.push_str(&format!("{key}: {value}\n"));
        }
    }
    if out.is_empty() {
        out
    } else {
        format!("---\n{out}---\n")
    }
}

fn one(out: &mut String, block: &Block) {
    match block.kind {
        BlockKind::Heading(level) => {
            out.push_str(&"#".repeat(usize::from(level.clamp(1, 6))));
            out.push(' ');
            inline(out, block, Start::Plain, false);
        }
        BlockKind::Item { depth, number } => {
            out.push_str(&"    ".repeat(usize::from(depth.saturating_sub(1))));
            match number {
                Some(number) => out.push_str(&format!("{number}. ")),
                None => out.push_str("* "),
            }
            inline(out, block, start(&block.text), false);
        }
        BlockKind::Preformatted => {
            let fence = fence(&block.text);
            out.push_str(&format!("{fence}\n{}\n{fence}", block.text));
        }
        BlockKind::Paragraph | BlockKind::Cell { .. } => {
            inline(out, block, start(&block.text), false);
        }
    }
    out.push('\n');
}

/// A fence longer than any run of backticks in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// How the text must be escaped so that it starts no other kind of block.
fn start(text: &str) -> Start {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if digits > 0 && matches!(text.as_bytes().get(digits), Some(b'.' | b')')) {
        Start::Number
    } else if text.starts_with(['#', '+', '-', '=', '>', '~', '|']) {
        Start::Mark
    } else {
        Start::Plain
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Start {
    Plain,
    /// Escape the first character.
    Mark,
    /// Escape what follows the digits: a backslash before a digit is a backslash.
    Number,
}

fn inline(out: &mut String, block: &Block, start: Start, in_cell: bool) {
    let text = block.text.as_str();
    let first = match start {
        Start::Plain => None,
        Start::Mark => Some(0),
        Start::Number => text.bytes().position(|byte| !byte.is_ascii_digit()),
    };
    let mut links = block.links.iter().peekable();
    let mut open: Option<&super::Link> = None;
    let mut edge = links.peek().map_or(usize::MAX, |link| link.start as usize);
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let is_edge = at >= edge && text.is_char_boundary(at);
        let is_escaped = is_special(byte) || in_cell && byte == b'|' || first == Some(at);
        if !is_edge && !is_escaped {
            continue;
        }
        out.push_str(&text[written..at]);
        written = at;
        if is_edge {
            if let Some(link) = open.take_if(|link| link.end as usize <= at) {
                close(out, &link.target);
            }
            if let Some(link) = links.next_if(|link| link.start as usize <= at) {
                out.push('[');
                open = Some(link);
            }
            let ends = open.map(|link| link.end).into_iter();
            let edges = ends.chain(links.peek().map(|link| link.start));
            edge = edges.min().map_or(usize::MAX, |edge| edge as usize);
        }
        if is_escaped {
            out.push('\\');
        }
    }
    out.push_str(&text[written..]);
    if let Some(link) = open {
        close(out, &link.target);
    }
}

fn is_special(byte: u8) -> bool {
    matches!(
        byte,
        b'\\' | b'#' | b'`' | b'*' | b'_' | b'[' | b']' | b'<' | b'&' | b'!'
    )
}

fn close(out: &mut String, target: &str) {
    out.push_str("](");
    for character in target.chars() {
        match character {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '|' => out.push_str("%7C"),
            '\\' => out.push_str("%5C"),
            c if c.is_whitespace() => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out.push(')');
}

fn follows(last: Option<&Block>, next: &Block) -> bool {
    match (last.map(|block| block.kind), next.kind) {
        (Some(BlockKind::Cell { row, column }), BlockKind::Cell { row: r, column: c }) => (r, c) >= (row, column),
        _ => false,
    }
}

/// A pipe table. A table whose row 0 is empty gets an empty head, which the reader does not count.
fn table(out: &mut String, cells: &[&Block]) {
    let place = |block: &Block| match block.kind {
        BlockKind::Cell { row, column } => (row, column),
        _ => (0, 0),
    };
    let width = cells.iter().map(|block| place(block).1 + 1).max().unwrap_or(1) as usize;
    let last_row = cells.last().map_or(0, |block| place(block).0);
    let first_row = cells.first().map_or(0, |block| place(block).0);
    let delimiter = format!("|{}\n", " --- |".repeat(width));
    if first_row > 0 {
        out.push_str(&format!("|{}\n{delimiter}", "  |".repeat(width)));
    }
    let mut cells = cells.iter().copied().peekable();
    for row in 0..=last_row {
        out.push('|');
        for column in 0..width {
            out.push(' ');
            let mut first = true;
            while let Some(block) = cells.next_if(|block| place(block) == (row, column as u32)) {
                if !first {
                    out.push_str("<br>");
                }
                inline(out, block, Start::Plain, true);
                first = false;
            }
            out.push_str(" |");
        }
        out.push('\n');
        if row == 0 && first_row == 0 {
            out.push_str(&delimiter);
        }
    }
}
