//! Rows under headings, as wide as the terminal and no wider.

use textwrap::core::display_width;

use super::style::{Ink, padded, wrapped};

const GAP: &str = "  ";
/// The last column wraps below its own head where it has so much room, else below the whole row.
const LEAST_ROOM: usize = 26;
/// For so much, others go.
const GOOD_ROOM: usize = 40;
const INDENT: &str = "    ";

/// A column; the last one of a table takes what room is left, and wraps.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    head: &'static str,
    is_number: bool,
    /// Where the room is scarce, the lowest goes first.
    goes: Option<u8>,
}

impl Column {
    pub const fn new(head: &'static str) -> Self {
        Self {
            head,
            is_number: false,
            goes: None,
        }
    }

    /// Aligned at its right.
    pub const fn number(self) -> Self {
        Self {
            is_number: true,
            ..self
        }
    }

    /// It may be left out on a narrow terminal; the lowest first.
    pub const fn goes(self, order: u8) -> Self {
        Self {
            goes: Some(order),
            ..self
        }
    }
}

/// A table in the making.
#[derive(Debug, Clone)]
pub struct Table {
    columns: Vec<Column>,
    /// Of the widest cell of each column, so far.
    widths: Vec<usize>,
    rows: Vec<Row>,
    is_cut: bool,
}

#[derive(Debug, Clone)]
struct Row {
    cells: Vec<String>,
    /// Lines below it.
    notes: Vec<String>,
}

impl Table {
    pub fn new(columns: &[Column]) -> Self {
        Self {
            columns: columns.to_vec(),
            widths: columns.iter().map(|column| column.head.len()).collect(),
            rows: Vec::new(),
            is_cut: false,
        }
    }

    /// The last column is cut at the edge instead of wrapped.
    #[must_use]
    pub fn cut(self) -> Self {
        Self { is_cut: true, ..self }
    }

    /// A row; cells may be painted.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        for (width, cell) in self.widths.iter_mut().zip(&cells) {
            *width = display_width(cell).max(*width);
        }
        self.rows.push(Row {
            cells,
            notes: Vec::new(),
        });
    }

    /// A line below the last row.
    pub fn note(&mut self, text: impl Into<String>) {
        if let Some(row) = self.rows.last_mut() {
            row.notes.push(text.into());
        }
    }

    pub fn render(&self, ink: Ink, width: usize) -> String {
        let shown = self.shown(width);
        let Some((last, fixed)) = shown.split_last() else {
            return String::new();
        };
        let before = self.taken(fixed);
        let is_beside = before + self.room(*last, LEAST_ROOM) <= width;
        let mut text = String::new();
        if !self.rows.is_empty() {
            let heads: Vec<String> = self.columns.iter().map(|column| ink.bold(column.head)).collect();
            text.push_str(&format!(
                "{}\n",
                self.fixed(fixed, &heads, is_beside.then_some(*last)).trim_end()
            ));
        }
        for row in &self.rows {
            let start = self.fixed(fixed, &row.cells, None);
            let tail = row.cells.get(*last).map_or("", String::as_str);
            let room = width.saturating_sub(if is_beside { before } else { INDENT.len() });
            let tail = if self.is_cut { cut(tail, room) } else { tail.to_owned() };
            if is_beside {
                let body = wrapped(&tail, &" ".repeat(before), width);
                text.push_str(&format!(
                    "{}\n",
                    format!("{start}{}", body.get(before..).unwrap_or_default()).trim_end()
                ));
            } else {
                text.push_str(&format!("{}\n", start.trim_end()));
                if !tail.is_empty() {
                    text.push_str(&format!("{}\n", wrapped(&tail, INDENT, width)));
                }
            }
            for note in &row.notes {
                text.push_str(&format!("{}\n", wrapped(note, INDENT, width)));
            }
        }
        text
    }

    /// The cells of these columns, each as wide as its column, and a gap behind each.
    fn fixed(&self, columns: &[usize], cells: &[String], last: Option<usize>) -> String {
        let mut line = String::new();
        for column in columns {
            let cell = cells.get(*column).map_or("", String::as_str);
            let width = self.width(*column);
            if self.columns[*column].is_number {
                line.push_str(&" ".repeat(width.saturating_sub(display_width(cell))));
                line.push_str(cell);
            } else {
                line.push_str(&padded(cell, width));
            }
            line.push_str(GAP);
        }
        line + last.and_then(|last| cells.get(last)).map_or("", String::as_str)
    }

    /// The columns that fit beside the last one, else above it.
    fn shown(&self, width: usize) -> Vec<usize> {
        let columns: Vec<usize> = (0..self.columns.len()).collect();
        let Some(last) = columns.last() else { return columns };
        let beside = self.fitting(&columns, width.saturating_sub(self.room(*last, GOOD_ROOM)));
        if self.taken(&beside[..beside.len() - 1]) + self.room(*last, LEAST_ROOM) <= width {
            beside
        } else {
            self.fitting(&columns, width)
        }
    }

    /// Without those that have to go, so that the columns before the last one take no more than `room`.
    fn fitting(&self, columns: &[usize], room: usize) -> Vec<usize> {
        let mut shown = columns.to_vec();
        while let Some((_, fixed)) = shown.split_last() {
            let goes = fixed.iter().filter(|column| self.columns[**column].goes.is_some());
            let first = goes.min_by_key(|column| self.columns[**column].goes).copied();
            match first {
                Some(first) if self.taken(fixed) > room => shown.retain(|column| *column != first),
                _ => break,
            }
        }
        shown
    }

    fn taken(&self, columns: &[usize]) -> usize {
        columns.iter().map(|column| self.width(*column) + GAP.len()).sum()
    }

    fn room(&self, last: usize, wanted: usize) -> usize {
        self.width(last).min(wanted)
    }

    fn width(&self, column: usize) -> usize {
        self.widths[column]
    }
}

/// As much of an unpainted text as has room, with a sign that there is more.
fn cut(text: &str, room: usize) -> String {
    if display_width(text) <= room {
        return text.to_owned();
    }
    let mut shown = String::new();
    for sign in text.chars() {
        if display_width(&shown) + display_width(sign.encode_utf8(&mut [0; 4])) >= room {
            break;
        }
        shown.push(sign);
    }
    format!("{}…", shown.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[
            Column::new("id").number(),
            Column::new("when").goes(0),
            Column::new("watch"),
            Column::new("what it says"),
        ]);
        let row = [
            "7",
            "3 d ago",
            "shop/privacy",
            "it claims the right to train its models with photos",
        ];
        table.row(row.map(str::to_owned));
        table.note("put off until tomorrow");
        table
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 20..100 {
            let text = table().render(Ink::PLAIN, width);
            assert!(
                text.lines().all(|line| display_width(line) <= width),
                "{width}:\n{text}"
            );
            assert!(text.contains("shop/privacy") && text.contains("tomorrow"), "{text}");
        }
    }

    #[test]
    fn what_is_long_wraps_below_its_head_and_on_a_narrow_terminal_below_its_row() {
        let wide = "\
id  when     watch         what it says
 7  3 d ago  shop/privacy  it claims the right to train its models
                           with photos
    put off until tomorrow
";
        assert_eq!(table().render(Ink::PLAIN, 70), wide);
        let narrow = "id  when     watch\n 7  3 d ago  shop/privacy\n    it claims the right to train\n    its models with photos\n    put off until tomorrow\n";
        assert_eq!(table().render(Ink::PLAIN, 32), narrow);
    }

    #[test]
    fn colours_and_links_take_no_room() {
        let ink = Ink {
            colour: true,
            links: true,
        };
        let mut painted = Table::new(&[Column::new("a"), Column::new("b")]);
        let url = url::Url::parse("https://shop.example/p").ok();
        painted.row([ink.link("one", url.as_ref()), "two".into()]);
        let text = painted.render(ink, 40);
        assert!(
            text.contains("\u{1b}]8;;https://shop.example/p\u{1b}\\one\u{1b}]8;;\u{1b}\\  two"),
            "{text:?}"
        );
    }
}
