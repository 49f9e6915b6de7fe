//! Bytes to text: the first line is the Content-Type, the rest the body.
#![no_main]

use clausewatch::analysis::page::{Page, decode};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let kind = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let address = Url::parse("https://shop.example/").unwrap();
    let mut page = Page::from_file(address, parts.next().unwrap_or_default().to_vec());
    page.headers.push(("content-type".into(), kind));
    let _ = decode(&page);
});
