//! From a document to its clauses: sentences with their heading path and lead-in.

mod lead_in;
mod sentences;

use std::collections::VecDeque;
use std::rc::Rc;

pub(crate) use self::lead_in::is_enumerated;
use self::lead_in::{LEAD_IN_LIMIT, head, is_continuation, opens_a_list, section_number, shortened};
use self::sentences::{pieces, sentence_ranges};
use crate::analysis::document::{Block, BlockKind, Document, Link};

/// A sentence-sized piece of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clause {
    pub text: String,
    /// The headings above it, outermost first; shared by all clauses below them.
    pub heading: Rc<[String]>,
    /// For a list item or table cell: the words that give it actor and verb ("You may not:").
    pub lead_in: Option<String>,
    /// Index of the block in the document.
    pub block: usize,
    /// Links in `text`; ranges are of `text`.
    pub links: Vec<Link>,
    /// It is a heading itself.
    pub is_heading: bool,
    /// It stands in a table.
    pub is_cell: bool,
}

/// The clauses of a document, in reading order. `abbreviations` (lower case) end no sentence.
pub fn clauses<'d>(document: &'d Document, abbreviations: &'d [String]) -> impl Iterator<Item = Clause> + 'd {
    let mut walk = Walk {
        abbreviations,
        found: VecDeque::new(),
        headings: Vec::new(),
        heading: Rc::default(),
        leads: Vec::new(),
        leading_section: String::new(),
        row: Row::default(),
    };
    let mut blocks = document.blocks.iter().enumerate();
    std::iter::from_fn(move || {
        while walk.found.is_empty() {
            let (index, block) = blocks.next()?;
            let next = document.blocks.get(index + 1);
            let is_before_item = next.is_some_and(|next| matches!(next.kind, BlockKind::Item { .. }));
            walk.block(index, block, is_before_item);
        }
        walk.found.pop_front()
    })
}

struct Walk<'a> {
    abbreviations: &'a [String],
    /// Of the last block.
    found: VecDeque<Clause>,
    /// Level and text of the headings above.
    headings: Vec<(u8, String)>,
    /// The same without their levels.
    heading: Rc<[String]>,
    /// Depth and text of the lead-ins in force; 0 is a paragraph's.
    leads: Vec<(u8, String)>,
    /// Number of the section whose text leads in, if it has one.
    leading_section: String,
    row: Row,
}

/// The table row being read.
#[derive(Default)]
struct Row {
    number: u32,
    /// Texts of the first row, which head the columns.
    head: Vec<(u32, String)>,
    first_cell: String,
}

impl Walk<'_> {
    fn block(&mut self, index: usize, block: &Block, is_before_item: bool) {
        let lead_in = match block.kind {
            BlockKind::Heading(level) => {
                self.headings.retain(|(above, _)| *above < level);
                self.heading = self.path();
                self.leads.clear();
                self.sentences(index, block, None);
                self.headings.push((level, head(&block.text, LEAD_IN_LIMIT).to_owned()));
                self.heading = self.path();
                return;
            }
            BlockKind::Paragraph | BlockKind::Preformatted => {
                if self.begins_another_section(&block.text) {
                    self.leads.clear();
                }
                // A sentence cut over two blocks goes on in lower case.
                let continued = self
                    .leads
                    .last()
                    .filter(|(depth, _)| *depth == 0)
                    .map(|(_, text)| text.clone());
                self.leads
                    .retain(|(depth, _)| *depth == 0 && is_enumerated(&block.text));
                continued
                    .filter(|text| is_enumerated(&block.text) || is_continuation(&block.text) || text.ends_with(':'))
            }
            BlockKind::Item { depth, .. } => {
                self.leads.retain(|(above, _)| *above < depth);
                let joined: Vec<&str> = self.leads.iter().map(|(_, text)| text.as_str()).collect();
                Some(joined.join(" ")).filter(|text| !text.is_empty())
            }
            BlockKind::Cell { row, column } => self.cell_lead_in(row, column, &block.text),
        };
        let last = self.sentences(index, block, lead_in);
        match block.kind {
            // "We use it for these purposes." before a list: Japanese and Korean seldom write a colon.
            BlockKind::Paragraph if (is_before_item || opens_a_list(&block.text)) && self.may_lead(&block.text) => {
                section_number(&block.text).clone_into(&mut self.leading_section);
                self.leads = vec![(0, shortened(last.trim()))];
            }
            BlockKind::Item { depth, .. } if opens_a_list(&block.text) || block.text.len() < 120 => {
                self.leads.push((depth, shortened(last.trim())));
            }
            _ => {}
        }
    }

    fn path(&self) -> Rc<[String]> {
        self.headings.iter().map(|(_, text)| text.clone()).collect()
    }

    /// "3.5" is not led in by "3.4 You agree:", but "3.4.1" is.
    fn begins_another_section(&self, text: &str) -> bool {
        let (leading, own) = (&self.leading_section, section_number(text));
        let is_within = own
            .strip_prefix(leading.as_str())
            .is_some_and(|rest| rest.starts_with('.'));
        !leading.is_empty() && !own.is_empty() && !is_within
    }

    /// An item leads in nothing, which would hide what leads in itself; a section that no lead-in reaches may.
    fn may_lead(&self, text: &str) -> bool {
        let number = section_number(text);
        let is_unled = self.leads.is_empty() && !number.is_empty();
        // "5.3 You must not:" stands outside of the list that "This licence is:" opened.
        let leaves_a_list = self.leading_section.is_empty() && number.contains('.');
        !is_enumerated(text) || (is_unled || leaves_a_list) && text.trim_end().ends_with([':', '：'])
    }

    /// A cell is read with its column's head and with the first cell of its row.
    fn cell_lead_in(&mut self, row: u32, column: u32, text: &str) -> Option<String> {
        if row == 0 {
            if column == 0 {
                self.row = Row::default();
            }
            self.row.head.push((column, text.to_owned()));
            return None;
        }
        if row != self.row.number {
            self.row.number = row;
            self.row.first_cell.clear();
        }
        if column == 0 {
            self.row.first_cell.push_str(text);
            self.row.first_cell.push(' ');
        }
        let of_column = self.row.head.partition_point(|(of, _)| *of < column);
        let head = self.row.head[of_column..]
            .iter()
            .take_while(|(of, _)| *of == column)
            .map(|(_, text)| text.as_str());
        let first = (column > 0).then_some(self.row.first_cell.trim());
        let parts: Vec<&str> = head.chain(first).filter(|part| !part.is_empty()).collect();
        Some(shortened(&parts.join(": "))).filter(|text| !text.is_empty())
    }

    /// Takes the clauses of a block, and gives its last sentence.
    fn sentences<'b>(&mut self, index: usize, block: &'b Block, lead_in: Option<String>) -> &'b str {
        let lead_in = lead_in.map(|text| shortened(&text));
        let mut last = block.text.as_str();
        for (start, end) in sentence_ranges(&block.text, self.abbreviations) {
            last = &block.text[start..end];
            for piece in pieces(last) {
                let (from, to) = (start + piece.start, start + piece.end);
                let lead = match (
                    &lead_in,
                    piece.lead.map(|(a, b)| block.text[start + a..start + b].trim()),
                ) {
                    (Some(outer), Some(inner)) => Some([outer, " ", inner].concat()),
                    (outer, inner) => inner.map(str::to_owned).or_else(|| outer.clone()),
                };
                if let Some(clause) = clause(block, from, to, &self.heading, lead, index) {
                    self.found.push_back(clause);
                }
            }
        }
        last
    }
}

fn clause(
    block: &Block,
    from: usize,
    to: usize,
    heading: &Rc<[String]>,
    lead_in: Option<String>,
    index: usize,
) -> Option<Clause> {
    let raw = &block.text[from..to];
    let text = raw.trim();
    let from = from + (raw.len() - raw.trim_start().len());
    // A block may hold as many links as sentences.
    let first = block.links.partition_point(|link| (link.end as usize) <= from);
    let own = block.links[first..]
        .iter()
        .take_while(|link| (link.start as usize) < from + text.len());
    let links = own.filter_map(|link| {
        let (start, end) = (
            (link.start as usize).max(from),
            (link.end as usize).min(from + text.len()),
        );
        let offset = |at: usize| u32::try_from(at - from).unwrap_or(u32::MAX);
        (start < end).then(|| Link {
            start: offset(start),
            end: offset(end),
            target: link.target.clone(),
        })
    });
    let links = links.collect();
    text.chars().any(char::is_alphanumeric).then(|| Clause {
        text: text.to_owned(),
        heading: Rc::clone(heading),
        lead_in,
        block: index,
        links,
        is_heading: matches!(block.kind, BlockKind::Heading(_)),
        is_cell: matches!(block.kind, BlockKind::Cell { .. }),
    })
}

#[cfg(test)]
mod tests;
