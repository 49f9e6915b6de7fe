//! A PDF to its document.
#![no_main]

use clausewatch::analysis::extract::extract;
use clausewatch::analysis::page::Page;
use clausewatch::watchlist::Reading;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|body: &[u8]| {
    let address = Url::parse("https://shop.example/privacy.pdf").unwrap();
    let mut page = Page::from_file(address, body.to_vec());
    page.headers.push(("content-type".into(), "application/pdf".into()));
    let _ = extract(&page, &Reading::default());
});
