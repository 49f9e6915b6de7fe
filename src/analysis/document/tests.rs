use std::borrow::Cow;
use std::iter::once;

use proptest::prelude::*;

use super::*;

fn item(depth: u8, text: &str) -> Block {
    Block::new(BlockKind::Item { depth, number: None }, text)
}

fn cell(row: u32, column: u32, text: &str) -> Block {
    Block::new(BlockKind::Cell { row, column }, text)
}

fn blocks(markdown: &str) -> Vec<Block> {
    Document::from_markdown(markdown).blocks
}

#[test]
fn setext_and_atx_headings() {
    let read = blocks("Privacy **policy**\n===\n\nScope\n-----\n\n### 1\\. Data ###\n");
    let expected = [(1, "Privacy policy"), (2, "Scope"), (3, "1. Data")];
    assert_eq!(
        read,
        expected.map(|(level, text)| Block::new(BlockKind::Heading(level), text))
    );
}

#[test]
fn nested_lists_whatever_their_indent() {
    for indent in ["  ", "    "] {
        let read = blocks(&format!("*   one\n{indent}*   two\n{indent}{indent}* three\n*   four"));
        assert_eq!(
            read,
            [item(1, "one"), item(2, "two"), item(3, "three"), item(1, "four")]
        );
    }
}

#[test]
fn a_table_cell_with_line_breaks_is_several_blocks() {
    let read = blocks("|     |     |\n| --- | --- |\n| Data | We use<br><br>* train |\n| x \\| y |  |\n");
    let expected = [
        cell(0, 0, "Data"),
        cell(0, 1, "We use"),
        cell(0, 1, "* train"),
        cell(1, 0, "x | y"),
    ];
    assert_eq!(read, expected);
}

#[test]
fn markup_vanishes_and_words_stay() {
    let read =
        blocks("We **may** _use_ [your **data**](https://a.example/x_(y)) `now`, see \\[1\\] and _ga, a*b **bold **");
    assert_eq!(read[0].text, "We may use your data now, see [1] and _ga, a*b bold");
    let link = &read[0].links[0];
    assert_eq!(&read[0].text[link.start as usize..link.end as usize], "your data");
    assert_eq!(link.target, "https://a.example/x_(y)");
}

#[test]
fn a_year_that_wraps_to_a_line_start_is_no_list() {
    assert_eq!(
        blocks("It began in\n2024. Then it grew.")[0].text,
        "It began in 2024. Then it grew."
    );
}

#[test]
fn an_image_is_no_text_and_a_br_outside_tables_cuts() {
    let texts: Vec<_> = blocks("![logo](a.png)one<br/>two <your name>")
        .into_iter()
        .map(|block| block.text)
        .collect();
    assert_eq!(texts, ["one", "two <your name>"]);
}

#[test]
fn a_link_around_several_blocks_leaves_no_brackets() {
    let read = blocks("[![](a.png)\n\nOur guide\n\nPrivacy Centre](https://a.example/guide)");
    assert_eq!(
        read.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(),
        ["Our guide", "Privacy Centre"]
    );
    assert_eq!(read[1].links[0].target, "https://a.example/guide");
}

#[test]
fn the_same_text_in_another_dress_is_the_same() {
    let old = Document::from_markdown("# T\n\nLast updated: 1 May 2025\n\nWe don't [sell](https://a.example/?s=1) it.");
    let new =
        Document::from_markdown("**T**\n\nLast updated: 9 May 2025\n\n* We don’t [sell](https://a.example/?s=2)\n it.");
    assert!(old.same_text(&new));
    assert!(!old.same_text(&Document::from_markdown("# T\n\nWe do sell it.")));
}

#[test]
fn text_has_the_numbers_of_ordered_lists() {
    assert_eq!(Document::from_markdown("1. one\n2. two").to_text(), "1. one\n2. two\n");
    let marked = Document::from_markdown("\u{feff}\n\u{feff}We \u{feff}keep it.");
    assert_eq!(Document::from_markdown(&marked.to_markdown()), marked);
}

#[test]
fn hostile_markup_is_read_in_linear_time() {
    for mark in ["[", "](", "*a _b", "`` ` ", "<a", "![", "* 1. ", "|", "> "] {
        assert!(Document::from_markdown(&mark.repeat(50_000)).blocks.len() < 200_000);
    }
}

#[test]
fn a_document_is_given_by_its_own_text_alone() {
    let text = "# Privacy\n\nLast updated: May 1, 2026\n\n1. Your photos\n2. Your posts\n\n| a | b |\n|---|---|\n| c | d<br>e |\n";
    let document = Document::from_markdown(text).titled();
    let gives = |text: &str| document.is_given_by(once(text.into()));
    assert!(gives(text));
    assert!(document.updated.is_some() && gives(&document.to_markdown()));
    for other in [
        text.replace("photos", "posts"),
        text.replace("# Privacy", "## Privacy"),
        text.replace("2026", "2027"),
        format!("{text}\nMore."),
        text[..text.len() / 2].to_owned(),
        format!("---\ntitle: Terms\n---\n{text}"),
    ] {
        assert!(!gives(&other), "{other}");
    }
}

#[test]
fn the_length_is_that_of_the_text() {
    let document = Document::from_markdown("# Ürün\n\n1. one\n10. two\n* three\n\n```\na\nb\n```\n");
    assert_eq!(document.length(), document.to_text().chars().count());
}

fn words() -> impl Strategy<Value = String> {
    let word = r"[a-zäß0-9.,*_`#+=~|<>&!\[\]()\\'-]{1,8}";
    prop::collection::vec(word, 1..6).prop_map(|words| words.join(" "))
}

fn block() -> impl Strategy<Value = Block> {
    let kind = prop_oneof![
        (1..=6u8).prop_map(BlockKind::Heading),
        Just(BlockKind::Paragraph),
        Just(BlockKind::Preformatted),
        (1..5u8, prop::option::of(0..100u32)).prop_map(|(depth, number)| BlockKind::Item { depth, number }),
        (0..3u32, 0..3u32).prop_map(|(row, column)| BlockKind::Cell { row, column }),
    ];
    (kind, prop::collection::vec((words(), any::<bool>()), 1..4)).prop_map(|(kind, parts)| {
        let mut block = Block::new(kind, "");
        for (index, (part, linked)) in parts.into_iter().enumerate() {
            if index > 0 {
                block.text.push(' ');
            }
            let start = block.text.len() as u32;
            block.text.push_str(&part);
            if linked && kind != BlockKind::Preformatted {
                let target = format!("https://a.example/{index}?a=b_c");
                block.links.push(Link {
                    start,
                    end: block.text.len() as u32,
                    target,
                });
            }
        }
        block
    })
}

proptest! {
    #[test]
    fn markdown_reads_back_to_the_same_document(
        title in prop::option::of("[A-Za-z:]{1,9}"),
        blocks in prop::collection::vec(block(), 0..12),
    ) {
        let document = Document { title, lang: None, updated: None, blocks };
        let text = document.to_markdown();
        prop_assert_eq!(&Document::from_markdown(&text), &document);
        let mut written = Vec::new();
        document.write_markdown(&mut written).unwrap();
        prop_assert_eq!(written, text.as_bytes());
        let head = text.find("\n---\n").filter(|_| document.title.is_some()).map_or(0, |at| at + 5);
        let lines = once(&text[..head]).chain(text[head..].split_inclusive('\n'));
        prop_assert!(document.clone().titled().is_given_by(lines.map(Cow::Borrowed)));
    }

    #[test]
    fn any_text_is_read(text in r"(\PC|[ \n\t*_`#|<>\[\]()\\!-]){0,200}") {
        let document = Document::from_markdown(&text).titled();
        prop_assert!(document.is_given_by(once(text.as_str().into())));
        prop_assert_eq!(document.length(), document.to_text().chars().count());
    }
}
