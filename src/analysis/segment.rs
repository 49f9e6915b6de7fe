//! From a document to its clauses: sentences with their heading path and lead-in.

use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::dates::is_day_before_month;
use crate::analysis::document::{Block, BlockKind, Document, Link};

/// A sentence-sized piece of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clause {
    pub text: String,
    /// The headings above it, outermost first.
    pub heading: Vec<String>,
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

/// Of a lead-in longer than this the middle is left out.
const LEAD_IN_LIMIT: usize = 400;
/// A sentence longer than this is cut at its enumerators, or at semicolons.
const SENTENCE_LIMIT: usize = 320;
/// A piece longer than this is cut wherever a word ends: a page may be one line of 10 MB.
const HARD_LIMIT: usize = 4_000;

/// The clauses of a document, in reading order. `abbreviations` (lower case) end no sentence.
pub fn clauses(document: &Document, abbreviations: &[String]) -> Vec<Clause> {
    let mut walk = Walk {
        abbreviations,
        found: Vec::new(),
        headings: Vec::new(),
        leads: Vec::new(),
        row: Row::default(),
    };
    for (index, block) in document.blocks.iter().enumerate() {
        let next = document.blocks.get(index + 1);
        let is_before_item = next.is_some_and(|next| matches!(next.kind, BlockKind::Item { .. }));
        walk.block(index, block, is_before_item);
    }
    walk.found
}

struct Walk<'a> {
    abbreviations: &'a [String],
    found: Vec<Clause>,
    /// Level and text of the headings above.
    headings: Vec<(u8, String)>,
    /// Depth and text of the lead-ins in force; 0 is a paragraph's.
    leads: Vec<(u8, String)>,
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
                self.leads.clear();
                self.sentences(index, block, None);
                self.headings.push((level, head(&block.text, LEAD_IN_LIMIT).to_owned()));
                return;
            }
            BlockKind::Paragraph | BlockKind::Preformatted => {
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
        self.sentences(index, block, lead_in);
        match block.kind {
            // "We use it for these purposes." before a list: Japanese and Korean seldom write a colon.
            BlockKind::Paragraph if (is_before_item || opens_a_list(&block.text)) && !is_enumerated(&block.text) => {
                self.leads = vec![(0, last_sentence(&block.text, self.abbreviations))];
            }
            BlockKind::Item { depth, .. } if opens_a_list(&block.text) || block.text.len() < 120 => {
                self.leads.push((depth, last_sentence(&block.text, self.abbreviations)));
            }
            _ => {}
        }
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

    fn sentences(&mut self, index: usize, block: &Block, lead_in: Option<String>) {
        let heading: Vec<String> = self.headings.iter().map(|(_, text)| text.clone()).collect();
        let lead_in = lead_in.map(|text| shortened(&text));
        for (start, end) in sentence_ranges(&block.text, self.abbreviations) {
            for piece in pieces(&block.text[start..end]) {
                let (from, to) = (start + piece.start, start + piece.end);
                let lead = match (
                    &lead_in,
                    piece.lead.map(|(a, b)| block.text[start + a..start + b].trim()),
                ) {
                    (Some(outer), Some(inner)) => Some(format!("{outer} {inner}")),
                    (outer, inner) => inner.map(str::to_owned).or_else(|| outer.clone()),
                };
                if let Some(clause) = clause(block, from, to, &heading, lead, index) {
                    self.found.push(clause);
                }
            }
        }
    }
}

fn clause(
    block: &Block,
    from: usize,
    to: usize,
    heading: &[String],
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
        heading: heading.to_vec(),
        lead_in,
        block: index,
        links,
        is_heading: matches!(block.kind, BlockKind::Heading(_)),
        is_cell: matches!(block.kind, BlockKind::Cell { .. }),
    })
}

fn opens_a_list(text: &str) -> bool {
    text.trim_end().ends_with([':', '：', '…']) || !text.trim_end().ends_with(['.', '!', '?', '。', ';', ')'])
}

fn is_continuation(text: &str) -> bool {
    text.chars()
        .find(|character| character.is_alphabetic())
        .is_some_and(char::is_lowercase)
}

/// "(a) ...", "iv. ...", "3) ...", "• ...": an item written as a paragraph.
fn is_enumerated(text: &str) -> bool {
    let text = text.trim_start();
    let label: String = text
        .trim_start_matches(['(', '['])
        .chars()
        .take_while(|c| c.is_alphanumeric())
        .collect();
    let rest = text
        .trim_start_matches(['(', '['])
        .get(label.len()..)
        .unwrap_or_default();
    let number = text.split_whitespace().next().unwrap_or_default();
    let is_dotted = number.contains('.') && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_dotted
        || text.starts_with(['•', '-', '–', '·', '*', '▪', '◦'])
        || (!label.is_empty() && label.len() <= 4 && rest.starts_with([')', '.', ']']) && is_label(&label))
}

fn is_label(label: &str) -> bool {
    let is_roman = label.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'I' | 'V' | 'X'));
    is_roman || label.chars().count() == 1 || label.chars().all(|c| c.is_ascii_digit())
}

fn last_sentence(text: &str, abbreviations: &[String]) -> String {
    let last = sentence_ranges(text, abbreviations)
        .pop()
        .map_or(text, |(start, end)| &text[start..end]);
    shortened(last.trim())
}

/// Actor and verb stand at the start of a long lead-in, its object at the end.
fn shortened(text: &str) -> String {
    if text.len() <= LEAD_IN_LIMIT {
        return text.to_owned();
    }
    format!("{} … {}", head(text, LEAD_IN_LIMIT / 2), tail(text, LEAD_IN_LIMIT / 2))
}

/// The first `limit` bytes or less, to the end of a word.
fn head(text: &str, limit: usize) -> &str {
    let cut = (0..=limit.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    if cut == text.len() {
        return text;
    }
    let space = text[..cut].rfind(' ').filter(|space| *space > 0);
    &text[..space.unwrap_or(cut)]
}

/// The last `limit` bytes or less, from the start of a word.
fn tail(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let cut = (text.len() - limit..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len());
    let cut = text[cut..].find(' ').map_or(cut, |space| cut + space + 1);
    &text[cut..]
}

/// Byte ranges of the sentences (UAX #29), those cut at an abbreviation joined again.
fn sentence_ranges(text: &str, abbreviations: &[String]) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut line_start = 0;
    for line in text.split('\n') {
        let mut open: Option<(usize, usize)> = None;
        for (offset, sentence) in line.split_sentence_bound_indices() {
            let (start, end) = (line_start + offset, line_start + offset + sentence.len());
            let (from, ended) = open.map_or((start, true), |(from, to)| {
                let before = &text[from..to];
                let goes_on = ends_abbreviated(before, abbreviations) || is_day_before_month(before, sentence);
                (from, !goes_on)
            });
            if ended {
                ranges.extend(open);
            }
            open = Some((if ended { start } else { from }, end));
        }
        ranges.extend(open);
        line_start += line.len() + 1;
    }
    ranges
}

fn ends_abbreviated(sentence: &str, abbreviations: &[String]) -> bool {
    let last = sentence
        .trim_end()
        .rsplit([' ', '(', '\u{a0}'])
        .next()
        .unwrap_or_default();
    // A lone letter or number before the dot is an initial or a section ("12. We train").
    let is_short = last.ends_with('.') && last.chars().filter(|c| c.is_alphanumeric()).count() == 1;
    is_short || (last.len() < 16 && abbreviations.contains(&last.to_lowercase()))
}

/// A piece of a sentence, and the range of the words before its enumeration.
struct Piece {
    start: usize,
    end: usize,
    lead: Option<(usize, usize)>,
}

/// Cuts a long sentence at its enumerators, else at semicolons; a short one stays whole.
fn pieces(sentence: &str) -> Vec<Piece> {
    let cut = |piece: Piece| {
        let mut starts = vec![piece.start];
        while let Some(rest) = starts
            .last()
            .map(|start| &sentence[*start..piece.end])
            .filter(|rest| rest.len() > HARD_LIMIT)
        {
            starts.push(piece.end - rest.len() + head(rest, HARD_LIMIT).len());
        }
        let ends: Vec<usize> = starts[1..].iter().copied().chain([piece.end]).collect();
        let whole: Vec<Piece> = starts
            .into_iter()
            .zip(ends)
            .map(|(start, end)| Piece { start, end, ..piece })
            .collect();
        whole
    };
    marked_pieces(sentence).into_iter().flat_map(cut).collect()
}

fn marked_pieces(sentence: &str) -> Vec<Piece> {
    if sentence.len() <= SENTENCE_LIMIT {
        return vec![Piece {
            start: 0,
            end: sentence.len(),
            lead: None,
        }];
    }
    let cuts = enumerators(sentence);
    if cuts.len() >= 2 {
        let lead = Some((0, cuts[0])).filter(|_| !sentence[..cuts[0]].trim().is_empty());
        let head = Piece {
            start: 0,
            end: cuts[0],
            lead: None,
        };
        let ends = cuts[1..].iter().copied().chain([sentence.len()]);
        let items = cuts.iter().zip(ends).map(|(start, end)| Piece {
            start: *start,
            end,
            lead,
        });
        return std::iter::once(head).chain(items).collect();
    }
    let mut found: Vec<Piece> = Vec::new();
    let mut start = 0;
    // Each later piece is read with the words that open the sentence.
    let mut lead = None;
    for (at, mark) in sentence.match_indices(['；', ';', '。']) {
        if at - start > SENTENCE_LIMIT / 4 {
            let end = at + mark.len();
            found.push(Piece { start, end, lead });
            if start == 0 {
                lead = Some((0, opening(&sentence[..end])));
            }
            start = end;
        }
    }
    found.push(Piece {
        start,
        end: sentence.len(),
        lead,
    });
    found
}

/// Where the words end that hold for all that follows: at the colon, else with the piece.
fn opening(piece: &str) -> usize {
    let colon = piece
        .find([':', '：'])
        .map(|at| at + piece[at..].chars().next().map_or(1, char::len_utf8));
    colon.unwrap_or(piece.len())
}

/// Where "(a)", "(ii)", "3)" begin inside a sentence.
fn enumerators(sentence: &str) -> Vec<usize> {
    let closings = sentence.match_indices(')').filter_map(|(close, _)| {
        let before = &sentence[..close];
        let label_start = before.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
        let label = before.get(label_start..)?;
        let opened = before[..label_start].ends_with('(');
        let alone = opened || before[..label_start].ends_with(' ');
        (alone && (1..=4).contains(&label.len()) && is_label(label) && (opened || label.len() < 3))
            .then_some(label_start - usize::from(opened))
    });
    closings.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(markdown: &str) -> Vec<Clause> {
        clauses(&Document::from_markdown(markdown), &["e.g.".to_owned()])
    }

    #[test]
    fn items_carry_the_words_before_their_list() {
        let found = of("You may not:\n\n- resell it;\n- train models on it.\n\nWe use logs.");
        assert_eq!(found[2].text, "train models on it.");
        assert_eq!(found[2].lead_in.as_deref(), Some("You may not:"));
        assert_eq!(found[3].lead_in, None);
    }

    #[test]
    fn a_sentence_right_before_a_list_leads_it_in() {
        let found = of("次の目的で利用します。\n\n- 学習");
        assert_eq!(found[1].lead_in.as_deref(), Some("次の目的で利用します。"));
    }

    #[test]
    fn items_written_as_paragraphs_keep_their_lead_in() {
        let found = of("You must not:\n\n(a) copy it; or\n\n(b) train on it.");
        assert_eq!(found[2].lead_in.as_deref(), Some("You must not:"));
    }

    #[test]
    fn nested_items_carry_both_lead_ins() {
        let found = of("We use data to:\n\n- improve:\n  - our models;\n- bill you.");
        assert_eq!(found[2].lead_in.as_deref(), Some("We use data to: improve:"));
        assert_eq!(found[3].lead_in.as_deref(), Some("We use data to:"));
    }

    #[test]
    fn cells_carry_their_column_and_row() {
        let found = of("| Why | Data |\n| --- | --- |\n| To train models | Your posts |");
        assert_eq!(found[3].text, "Your posts");
        assert_eq!(found[3].lead_in.as_deref(), Some("Data: To train models"));
    }

    #[test]
    fn abbreviations_and_section_numbers_end_no_sentence() {
        let texts: Vec<String> = of("12. We use tools, e.g. Models. We train.")
            .into_iter()
            .map(|c| c.text)
            .collect();
        assert_eq!(texts.last().unwrap(), "We train.");
        assert!(texts.iter().any(|text| text.contains("e.g. Models.")));
    }

    #[test]
    fn a_date_is_not_cut_after_its_day() {
        let texts = |text| -> Vec<String> { of(text).into_iter().map(|clause| clause.text).collect() };
        let german = "Widersprechen Sie bis zum 12. Dezember in den Einstellungen.";
        assert_eq!(texts(german), [german]);
        assert_eq!(texts("Od 21. Dubna 2025 platí nové podmínky.").len(), 1);
        assert_eq!(texts("See Section 12. We train models.").len(), 2);
    }

    #[test]
    fn a_long_enumeration_is_cut_and_keeps_its_head() {
        let filler = "words and more words ".repeat(20);
        let found = of(&format!("We may use data to (a) bill you {filler}, (b) train models."));
        assert_eq!(found.last().unwrap().text, "(b) train models.");
        assert_eq!(found.last().unwrap().lead_in.as_deref(), Some("We may use data to"));
    }

    #[test]
    fn a_piece_of_a_long_sentence_keeps_its_opening() {
        let filler = "words and more words ".repeat(8);
        let found = of(&format!(
            "We may use your posts to: send {filler}; show {filler}; train models."
        ));
        assert_eq!(found.last().unwrap().text, "train models.");
        assert_eq!(
            found.last().unwrap().lead_in.as_deref(),
            Some("We may use your posts to:")
        );
    }

    #[test]
    fn a_long_lead_in_keeps_its_start_and_its_end() {
        let filler = "words and more words ".repeat(40);
        let found = of(&format!(
            "You may not {filler} for the purpose of:\n\n- training models."
        ));
        let lead_in = found.last().unwrap().lead_in.clone().unwrap();
        assert!(lead_in.starts_with("You may not") && lead_in.ends_with("for the purpose of:"));
        assert!(lead_in.len() < 450);
    }

    #[test]
    fn links_follow_their_clause() {
        let found = of("One. You can [opt out](https://x.example/o) here.");
        let link = &found[1].links[0];
        assert_eq!(&found[1].text[link.start as usize..link.end as usize], "opt out");
    }

    #[test]
    fn headings_form_a_path() {
        let found = of("# A\n\n## B\n\nText.\n\n## C\n\nMore.");
        assert_eq!(found.last().unwrap().heading, ["A", "C"]);
    }
}
