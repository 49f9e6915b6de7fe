//! A page to its document: whatever a server sends as HTML ends in a document or an error, and in time.
#![no_main]

use clausewatch::analysis::extract::extract;
use clausewatch::analysis::page::Page;
use clausewatch::watchlist::Reading;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|body: &[u8]| {
    let address = Url::parse("https://shop.example/privacy").unwrap();
    let mut page = Page::from_file(address, body.to_vec());
    page.headers.push(("content-type".into(), "text/html".into()));
    let _ = extract(&page, &Reading::default());
});
