//! Markdown's blocks: what a line starts, continues or ends.

use std::borrow::Cow;

use super::inline::{self, Inline};
use super::{Block, BlockKind, Document, updated};

/// Reads a document from whole lines. Without a head of ours the "last updated" line is looked for in the text.
pub(super) fn document<'t>(parts: impl Iterator<Item = Cow<'t, str>>) -> Document {
    let mut blocks = Vec::new();
    let head = each_block(parts, |block| blocks.push(block));
    Document {
        updated: head.updated(&blocks),
        title: head.fields.title,
        lang: head.fields.lang,
        blocks,
    }
}

/// Whether a text, with its first heading for a title where it has none, is this document. Holds a block at a time.
pub(super) fn gives<'t>(parts: impl Iterator<Item = Cow<'t, str>>, document: &Document) -> bool {
    let mut expected = document.blocks.iter();
    let mut is_same = true;
    let head = each_block(parts, |block| is_same &= expected.next() == Some(&block));
    let title = head.fields.title.as_deref().or_else(|| document.first_heading());
    is_same
        && expected.next().is_none()
        && title == document.title.as_deref()
        && head.fields.lang == document.lang
        && head.updated(&document.blocks) == document.updated
}

/// What stands before the blocks of a text.
struct Head {
    /// Without blocks.
    fields: Document,
    is_ours: bool,
}

impl Head {
    fn updated(&self, blocks: &[Block]) -> Option<String> {
        match self.is_ours {
            true => self.fields.updated.clone(),
            false => updated::line(blocks),
        }
    }
}

fn each_block<'t>(parts: impl Iterator<Item = Cow<'t, str>>, mut take: impl FnMut(Block)) -> Head {
    // Byte order marks are nobody's text, wherever joined files left them.
    let mut parts = parts.map(|part| match part.contains('\u{feff}') {
        true => Cow::Owned(part.replace('\u{feff}', "")),
        false => part,
    });
    let text = parts.next().unwrap_or_default();
    let mut fields = Document::default();
    let body = head(&text, &mut fields);
    let mut reader = Reader::default();
    let mut read = |part: &str| {
        for line in part.lines() {
            reader.line(line);
            reader.blocks.drain(..).for_each(&mut take);
        }
    };
    read(body);
    parts.for_each(|part| read(&part));
    reader.flush();
    reader.blocks.into_iter().for_each(take);
    Head {
        fields,
        is_ours: body.len() != text.len(),
    }
}

/// Takes the `---` head, if there is one made of our keys, and gives the rest.
fn head<'t>(text: &'t str, document: &mut Document) -> &'t str {
    let Some((fields, rest)) = text.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n")) else {
        return text;
    };
    let mut found = Document::default();
    for field in fields.lines() {
        match field.split_once(": ") {
            Some(("title", value)) => found.title = Some(value.to_owned()),
            Some(("lang", value)) => found.lang = Some(value.to_owned()),
            Some(("updated", value)) => found.updated = Some(value.to_owned()),
            _ => return text,
        }
    }
    *document = found;
    rest
}

#[derive(Default)]
struct Reader {
    /// Those that the last line ended.
    blocks: Vec<Block>,
    /// The lines of the block being read, joined.
    buffer: String,
    kind: Option<BlockKind>,
    /// Indents and depths of the open lists.
    lists: Vec<(usize, u8)>,
    fence: Option<String>,
    table: Option<Table>,
}

#[derive(Default)]
struct Table {
    row: u32,
    /// Rows read, the uncounted empty head and the delimiter included.
    lines: u32,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if self.in_fence(line) {
            return;
        }
        let body = line.trim_start_matches([' ', '\t']);
        let indent = width(&line[..line.len() - body.len()]);
        let body = body.trim_end();
        let body = if body.starts_with('>') {
            body.trim_start_matches(['>', ' '])
        } else {
            body
        };
        if let Some(cells) = body.strip_prefix('|') {
            return self.row(cells);
        }
        self.table = None;
        if body.is_empty() {
            return self.flush();
        }
        if let Some(level) = self.underline(body) {
            self.kind = Some(BlockKind::Heading(level));
            return self.flush();
        }
        self.start(body, indent);
    }

    fn start(&mut self, body: &str, indent: usize) {
        if is_rule(body) {
            return self.flush();
        }
        if let Some((level, text)) = atx(body) {
            self.flush();
            self.open(BlockKind::Heading(level), text);
            return self.flush();
        }
        if let Some(fence) = fence(body) {
            self.flush();
            self.fence = Some(fence.to_owned());
            self.kind = Some(BlockKind::Preformatted);
            return;
        }
        if let Some((number, text, offset)) = item(body) {
            // A wrapped paragraph may go on with "2024. "; only a list that starts at 1 can cut it.
            let cuts = self.kind != Some(BlockKind::Paragraph) || number.is_none_or(|number| number <= 1);
            if cuts {
                self.flush();
                let depth = self.depth(indent);
                self.kind = Some(BlockKind::Item { depth, number });
                return self.start_in_item(text, indent + offset);
            }
        }
        if self.kind.is_some() {
            self.buffer.push(' ');
            self.buffer.push_str(body);
            return;
        }
        if indent == 0 {
            self.lists.clear();
        }
        self.open(BlockKind::Paragraph, body);
    }

    /// The rest of an item's line may be an item or a heading itself.
    fn start_in_item(&mut self, text: &str, indent: usize) {
        if self.lists.len() < 64 && (item(text).is_some_and(|(_, text, _)| !text.is_empty()) || atx(text).is_some()) {
            self.kind = None;
            self.start(text, indent);
        } else {
            self.buffer.push_str(text);
        }
    }

    fn open(&mut self, kind: BlockKind, text: &str) {
        self.kind = Some(kind);
        self.buffer.push_str(text);
    }

    fn in_fence(&mut self, line: &str) -> bool {
        let Some(fence) = &self.fence else { return false };
        if line.trim() == fence {
            self.fence = None;
            let text = std::mem::take(&mut self.buffer);
            self.kind = None;
            if !text.is_empty() {
                self.blocks.push(Block::new(BlockKind::Preformatted, text));
            }
        } else {
            if !self.buffer.is_empty() {
                self.buffer.push('\n');
            }
            self.buffer.push_str(line);
        }
        true
    }

    /// The level, when `body` is the line under a setext heading.
    fn underline(&self, body: &str) -> Option<u8> {
        let under_text =
            matches!(self.kind, Some(BlockKind::Paragraph | BlockKind::Item { .. })) && !self.buffer.is_empty();
        match body.as_bytes() {
            _ if !under_text => None,
            bytes if bytes.iter().all(|byte| *byte == b'=') => Some(1),
            bytes if bytes.len() > 1 && bytes.iter().all(|byte| *byte == b'-') => Some(2),
            _ => None,
        }
    }

    fn depth(&mut self, indent: usize) -> u8 {
        while self.lists.last().is_some_and(|(open, _)| *open > indent) {
            self.lists.pop();
        }
        let depth = match self.lists.last() {
            Some((open, depth)) if *open == indent => return *depth,
            Some((open, depth)) => usize::from(*depth) + ((indent - open) / 4).max(1),
            None => 1 + indent / 4,
        };
        let depth = u8::try_from(depth).unwrap_or(u8::MAX);
        self.lists.push((indent, depth));
        depth
    }

    fn row(&mut self, cells: &str) {
        self.flush();
        let table = self.table.get_or_insert_default();
        table.lines += 1;
        let cells = split_cells(cells);
        if table.lines == 2 && cells.iter().all(|cell| is_delimiter(cell)) {
            return;
        }
        let empty = cells.iter().all(|cell| cell.is_empty());
        if table.lines == 1 && empty {
            return;
        }
        let row = table.row;
        table.row += 1;
        for (column, cell) in cells.iter().enumerate() {
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            push(&mut self.blocks, BlockKind::Cell { row, column }, cell);
        }
    }

    fn flush(&mut self) {
        if let Some(kind) = self.kind.take() {
            push(&mut self.blocks, kind, &self.buffer);
        }
        self.buffer.clear();
    }
}

/// Adds the block, or several where `<br>` cuts it.
fn push(blocks: &mut Vec<Block>, kind: BlockKind, source: &str) {
    for Inline { text, links } in inline::read(source) {
        if !text.is_empty() {
            blocks.push(Block { kind, text, links });
        }
    }
}

fn width(space: &str) -> usize {
    space.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

fn is_rule(body: &str) -> bool {
    let first = body.bytes().next();
    first.is_some_and(|mark| {
        matches!(mark, b'-' | b'*' | b'_')
            && body.bytes().all(|byte| byte == mark || byte == b' ')
            && body.bytes().filter(|byte| *byte == mark).count() >= 3
    })
}

fn atx(body: &str) -> Option<(u8, &str)> {
    let text = body.trim_start_matches('#');
    let level = u8::try_from(body.len() - text.len())
        .ok()
        .filter(|level| (1..=6).contains(level))?;
    let text = if text.is_empty() {
        text
    } else {
        text.strip_prefix([' ', '\t'])?
    };
    let open = text.trim_end_matches('#');
    let closed = open.is_empty() || (open.len() < text.len() && open.ends_with([' ', '\t']));
    Some((level, if closed { open.trim() } else { text.trim() }))
}

fn fence(body: &str) -> Option<&str> {
    let rest = body.trim_start_matches(body.chars().next().filter(|c| matches!(c, '`' | '~'))?);
    let fence = &body[..body.len() - rest.len()];
    (fence.len() >= 3 && !rest.contains('`')).then_some(fence)
}

/// Number, text and width of the mark of a list item.
fn item(body: &str) -> Option<(Option<u32>, &str, usize)> {
    let digits = body.len() - body.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = match digits {
        0 => body.strip_prefix(['*', '+', '-'])?,
        1..=9 => body.get(digits..)?.strip_prefix(['.', ')'])?,
        _ => return None,
    };
    let text = if rest.is_empty() {
        rest
    } else {
        rest.strip_prefix([' ', '\t'])?.trim_start()
    };
    Some((body[..digits].parse().ok(), text, body.len() - text.len()))
}

fn is_delimiter(cell: &str) -> bool {
    cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':'))
}

/// The cells of a row, behind its first `|`.
fn split_cells(row: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, byte) in row.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'|' => {
                cells.push(row[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let rest = row[start..].trim();
    if !rest.is_empty() {
        cells.push(rest);
    }
    cells
}
