//! Rows and columns of tables that hold data; tables that only lay a page out are seen through.

use std::collections::HashSet;

use super::outline::{Outline, Place};

/// HTML's own bound on `colspan`.
const WIDEST: u32 = 1000;

/// Where in which table the reader stands.
#[derive(Default)]
pub(super) struct Tables {
    /// Tables of data, found beforehand.
    data: HashSet<Place>,
    open: Vec<Option<Position>>,
}

#[derive(Default)]
struct Position {
    /// Rows begun; the current row is the last.
    rows: u32,
    column: u32,
    /// Of each column, how many more rows a cell from above reaches into.
    spans: Vec<u32>,
    in_cell: bool,
}

impl Tables {
    /// Finds the tables of data in a subtree.
    pub(super) fn of(outline: &Outline<'_>, root: Place) -> Self {
        let mut open: Vec<Place> = Vec::new();
        let mut data = HashSet::new();
        for place in outline.kept(root) {
            while open.last().is_some_and(|table| outline.items[*table].end() <= place) {
                open.pop();
            }
            match outline.name(place) {
                "table" => {
                    // A table around another one is layout.
                    if let Some(outer) = open.last() {
                        data.remove(outer);
                    }
                    open.push(place);
                }
                "td" | "th" if is_second_cell(outline, place) => {
                    if let Some(table) = open.last().filter(|table| !is_layout(outline, **table)) {
                        data.insert(*table);
                    }
                }
                _ => {}
            }
        }
        Self { data, open: Vec::new() }
    }

    pub(super) fn enter(&mut self, outline: &Outline<'_>, place: Place, name: &str) {
        if name == "table" {
            self.open.push(self.data.contains(&place).then(Position::default));
            return;
        }
        let Some(Some(position)) = self.open.last_mut() else {
            return;
        };
        let span = |attribute| -> u32 {
            let written = outline
                .element(place)
                .and_then(|element| element.attr(attribute)?.trim().parse().ok());
            written.unwrap_or(1).clamp(1, WIDEST)
        };
        if name == "tr" {
            position.next_row();
        } else {
            position.enter_cell(span("colspan"), span("rowspan"));
        }
    }

    pub(super) fn leave_cell(&mut self) {
        if let Some(Some(position)) = self.open.last_mut() {
            position.in_cell = false;
        }
    }

    pub(super) fn leave_table(&mut self) {
        self.open.pop();
    }

    /// Row and column of the innermost open cell.
    pub(super) fn cell(&self) -> Option<(u32, u32)> {
        let position = self.open.last()?.as_ref().filter(|position| position.in_cell)?;
        Some((position.rows.saturating_sub(1), position.column))
    }
}

impl Position {
    fn next_row(&mut self) {
        self.rows += 1;
        self.column = u32::MAX;
        self.in_cell = false;
        for span in &mut self.spans {
            *span = span.saturating_sub(1);
        }
    }

    fn enter_cell(&mut self, columns: u32, rows: u32) {
        let mut column = self.column.wrapping_add(1) as usize;
        while self.spans.get(column).is_some_and(|span| *span > 0) {
            column += 1;
        }
        let end = column + columns as usize;
        if end > WIDEST as usize {
            self.in_cell = true;
            return;
        }
        if self.spans.len() < end {
            self.spans.resize(end, 0);
        }
        self.spans[column..end].fill(rows);
        self.column = column as u32;
        self.in_cell = true;
    }
}

fn is_second_cell(outline: &Outline<'_>, place: Place) -> bool {
    let row = outline.items[place].parent();
    outline.name(row) == "tr"
        && outline
            .children(row)
            .take(50)
            .any(|cell| cell < place && matches!(outline.name(cell), "td" | "th"))
}

fn is_layout(outline: &Outline<'_>, table: Place) -> bool {
    let role = outline.element(table).and_then(|element| element.attr("role"));
    matches!(role, Some("presentation" | "none"))
}
