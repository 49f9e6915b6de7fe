//! The text of a PDF.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{plain, volatile};
use crate::analysis::document::Block;

/// Why a PDF gave no text.
pub(super) enum PdfError {
    Scanned,
    Broken(String),
}

/// Fewer letters a page are a stamp on a picture.
const LETTERS_A_PAGE: usize = 20;

/// The paragraphs of a PDF, its pages joined.
pub(super) fn read(body: &[u8]) -> Result<Vec<Block>, PdfError> {
    // The reader panics on some files that break the standard.
    let pages = catch_unwind(AssertUnwindSafe(|| pdf_extract::extract_text_from_mem_by_pages(body)))
        .map_err(|_| PdfError::Broken("its structure breaks the standard".into()))?
        .map_err(|error| PdfError::Broken(error.to_string()))?;
    let letters = pages
        .iter()
        .flat_map(|page| page.chars())
        .filter(|c| c.is_alphabetic())
        .count();
    if letters < LETTERS_A_PAGE * pages.len().max(1) {
        return Err(PdfError::Scanned);
    }
    Ok(plain::read(&without_frames(&pages)))
}

/// Lines at the top and at the bottom of a page that may be its frame.
const FRAME: usize = 2;

/// The pages without the lines that stand at the edge of most of them, page numbers aside.
fn without_frames(pages: &[String]) -> String {
    let lines = |page: &'_ String| -> Vec<String> {
        let lines = page.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let is_edge = |index: usize, count: usize| index < FRAME || index + FRAME >= count;
    let mut seen: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let lines = lines(page);
        let edges = lines
            .iter()
            .enumerate()
            .filter(|(index, _)| is_edge(*index, lines.len()));
        let shapes: HashSet<String> = edges.map(|(_, line)| volatile::shape(line)).collect();
        shapes
            .into_iter()
            .for_each(|shape| *seen.entry(shape).or_default() += 1);
    }
    let is_frame = |line: &str| {
        let shape = volatile::shape(line);
        shape == "#" || (pages.len() > 1 && seen.get(&shape).is_some_and(|times| *times * 2 > pages.len()))
    };
    let mut text = String::new();
    for page in pages {
        let count = page.lines().filter(|line| !line.trim().is_empty()).count();
        let mut index = 0;
        for line in page.lines() {
            let is_empty = line.trim().is_empty();
            if is_empty || !is_edge(index, count) || !is_frame(line.trim()) {
                text.push_str(line);
                text.push('\n');
            }
            index += usize::from(!is_empty);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_at_the_edge_of_each_page_is_its_frame() {
        let page = |number: u32, text: &str| format!("Ferry Company\n\n{text}\n\nPage {number} of 3\n");
        let pages = [
            page(1, "We carry you across."),
            page(2, "The river is\nwide, 3\nmiles."),
            page(3, "You pay."),
        ];
        let text = without_frames(&pages);
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(
            lines,
            ["We carry you across.", "The river is", "wide, 3", "miles.", "You pay."]
        );
    }

    #[test]
    fn a_file_that_breaks_off_is_an_error() {
        assert!(matches!(read(b"%PDF-1.4\n1 0 obj\n<<"), Err(PdfError::Broken(_))));
    }
}
