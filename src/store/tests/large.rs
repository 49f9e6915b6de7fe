//! What is too large to stand on anything: packed before it is written, read without being unpacked whole.

use super::*;
use crate::store::content::Content;

/// Paragraphs of 5 MB in all, and something else said behind them.
fn long(end: &str) -> String {
    let paragraph = |number: u32| format!("Paragraph {number} says what we do with your name and address.\n\n");
    format!("# Privacy\n\n{}{end}\n", (0..80_000).map(paragraph).collect::<String>())
}

fn packed(bytes: &[u8]) -> Content {
    let content = Content::of(bytes.to_vec());
    assert!(matches!(content, Content::Packed(_)));
    content
}

#[test]
fn a_large_version_is_read_back_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let texts = [
        long("We sell shoes."),
        long("We use your photos to train our AI models."),
    ];
    record(&mut store, 0, &texts[0]).unwrap();
    record(&mut store, 1, &texts[1]).unwrap();
    for (number, text) in (1..).zip(&texts) {
        let document = Document::from_markdown(text).titled();
        let version = store.version("shop/privacy", Some(number)).unwrap().unwrap();
        assert!(version.document.titled() == document);
        let (unread, detection) = store.unread("shop/privacy", number).unwrap().unwrap();
        assert!(unread.document().unwrap().titled() == document);
        assert_eq!(detection, version.detection);
        assert!(store.snapshot("shop/privacy", number).unwrap()[0].body == text.as_bytes());
    }
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn a_large_document_that_its_markdown_does_not_give_is_read_back_all_the_same() {
    let mut document = Document::from_markdown(&long("The end."));
    document.blocks[1].text = "two  spaces".to_owned();
    let text = StoredText::of(&document).unwrap();
    let recorded = RecordedText {
        content: text.reading.unwrap(),
        is_reading: true,
        path: PathBuf::new(),
    };
    assert!(recorded.document().unwrap() == document);
}

#[test]
fn damage_in_a_large_text_is_told() {
    let text = StoredText::of(&Document::from_markdown(&long("The end."))).unwrap();
    let Content::Packed(mut markdown) = text.markdown else {
        panic!("it is large");
    };
    markdown.bytes.truncate(markdown.bytes.len() / 2);
    let recorded = RecordedText {
        content: Content::Packed(markdown),
        is_reading: false,
        path: PathBuf::from("state.db"),
    };
    let told = recorded.document().unwrap_err().to_string();
    assert!(told.contains("state.db") && told.contains("decompress"), "{told}");
}

#[test]
fn what_was_let_go_is_brought_back() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    let contents = store.contents();
    let text = long("The end.");
    let put = || contents.put_content(&packed(text.as_bytes()), &[], None).unwrap().0;
    let id = put();
    contents.let_go(&[id].into()).unwrap();
    assert!(contents.get(id).is_err());
    assert_eq!(put(), id);
    assert!(*contents.get(id).unwrap() == text.as_bytes());
}

#[test]
fn other_bytes_of_a_large_page_are_the_latest() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    record(&mut store, 0, &long("We sell shoes.")).unwrap();
    let mut page = store.snapshot("shop/privacy", 1).unwrap().remove(0);
    page.body.extend(b"<!-- today -->");
    let kept = Kept::Unchanged {
        pages: &[NewPage::of(page.clone())],
        memory: &[],
        ledger: None,
        reread: None,
    };
    store
        .record(&Record {
            based_on: 1,
            ..Record::quiet("shop/privacy", time(9), kept)
        })
        .unwrap();
    assert!(store.latest_pages("shop/privacy").unwrap()[0].body == page.body);
}

#[test]
fn a_wall_is_known_by_the_source_of_a_large_page() {
    let body = format!("<script src=captcha>{}", " ".repeat(5_000_000));
    let page = Page::from_file(Url::parse("https://shop.example/").unwrap(), body.into_bytes());
    let new = NewPage::of(page);
    assert!(new.origin().source.starts_with(b"<script src=captcha>"));
}
