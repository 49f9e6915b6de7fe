//! Each folder of `tests/cases` is a page and the document that must come of it.
//!
//! `page.*` is the page, `expected.md` the document, `watch.toml` (if there) the keys `select`, `remove` and `ranges`
//! of a watch. To add a case write the page, run with CLAUSEWATCH_BLESS=1, and read what was written.

use std::fs;
use std::path::Path;

use clausewatch::analysis::document::Document;
use clausewatch::analysis::extract::extract;
use clausewatch::analysis::page::Page;
use clausewatch::watchlist::{self, Reading};
use url::Url;

const ADDRESS: &str = "https://shop.example/legal/";

fn reading(case: &Path) -> Reading {
    let Ok(keys) = fs::read_to_string(case.join("watch.toml")) else {
        return Reading::default();
    };
    let text = format!("[[watch]]\nid = \"shop/terms\"\nurl = \"{ADDRESS}\"\n{keys}");
    let read = |_: &Path| Ok(text.clone());
    let watchlist = watchlist::parse(Path::new("watch.toml"), &read, jiff::tz::TimeZone::UTC).unwrap();
    watchlist.watches[0].reading.clone()
}

fn document(case: &Path) -> Document {
    let entries = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path());
    let file = entries
        .into_iter()
        .find(|path| path.file_stem().is_some_and(|stem| stem == "page"));
    let file = file.unwrap_or_else(|| panic!("{} has no page", case.display()));
    let name = file.file_name().unwrap().to_str().unwrap();
    let address = Url::parse(ADDRESS).unwrap().join(name).unwrap();
    extract(&Page::from_file(address, fs::read(&file).unwrap()), &reading(case)).unwrap()
}

#[test]
fn every_page_gives_its_document() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut differing = Vec::new();
    for entry in fs::read_dir(cases).unwrap() {
        let case = entry.unwrap().path();
        let document = document(&case);
        let text = document.to_markdown();
        assert_eq!(
            Document::from_markdown(&text),
            document,
            "{} does not come back from Markdown",
            case.display()
        );
        let expected = case.join("expected.md");
        if std::env::var_os("CLAUSEWATCH_BLESS").is_some() {
            fs::write(&expected, &text).unwrap();
        }
        let wanted = fs::read_to_string(&expected).unwrap_or_default();
        if text != wanted {
            let diff = similar::TextDiff::from_lines(&wanted, &text);
            differing.push(format!("{}\n{}", case.display(), diff.unified_diff()));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
