//! A PDF to its document.
#![no_main]

use clausewatch::analysis::extract::extract;
use clausewatch::analysis::page::Page;
use clausewatch::watchlist::Reading;
use libfuzzer_sys::fuzz_target;
use url::Url;

// Panics of the PDF reader are caught by `extract`; the fuzzer's own hook would end the process before that.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |body: &[u8]| {
    let address = Url::parse("https://shop.example/privacy.pdf").unwrap();
    let mut page = Page::from_file(address, body.to_vec());
    page.headers.push(("content-type".into(), "application/pdf".into()));
    let _ = extract(&page, &Reading::default());
});
