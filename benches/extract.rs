//! How fast a page becomes a document, beside html5ever alone on the same bytes.

#![allow(clippy::expect_used, reason = "a bench fails as tests do")]

mod policy;

use clausewatch::analysis::extract::extract;
use clausewatch::analysis::page::Page;
use clausewatch::watchlist::Reading;
use divan::Bencher;
use divan::counter::BytesCount;
use url::Url;

fn main() {
    divan::main();
}

#[divan::bench(args = [20, 200, 2000])]
fn document(bencher: Bencher<'_, '_>, sections: usize) {
    let html = policy::page(sections);
    let page = Page::from_file(Url::parse("https://shop.example/").expect("a URL"), html.into_bytes());
    bencher
        .counter(BytesCount::new(page.body.len()))
        .bench(|| extract(&page, &Reading::default()));
}

#[divan::bench(args = [20, 200, 2000])]
fn html5ever_alone(bencher: Bencher<'_, '_>, sections: usize) {
    let html = policy::page(sections);
    bencher
        .counter(BytesCount::new(html.len()))
        .bench(|| scraper::Html::parse_document(&html));
}
