//! The text of an archive to a document, and through its stored form again.
#![no_main]

use clausewatch::analysis::document::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let stored = Document::from_markdown(text).to_markdown();
    let read = Document::from_markdown(&stored).to_markdown();
    assert_eq!(read, stored, "what was stored is read as it was written");
});
