//! How fast a page becomes a document, beside html5ever alone on the same bytes.

#![allow(clippy::expect_used, reason = "a bench fails as tests do")]

use clausewatch::analysis::extract::extract;
use clausewatch::analysis::page::Page;
use clausewatch::watchlist::Reading;
use divan::Bencher;
use divan::counter::BytesCount;
use url::Url;

fn main() {
    divan::main();
}

/// A policy of so many sections, with the menus, scripts and markup of a usual page around them.
fn page(sections: usize) -> String {
    let mut html = String::from("<!doctype html><html lang=en><head><title>Privacy</title><style>");
    html.push_str(&".x1 { color: red; margin: 0 auto } ".repeat(200));
    html.push_str("</style></head><body><header><nav><ul>");
    html.push_str(
        &"<li class=\"menu-item menu-item-type\"><a href=\"/a?utm_source=menu\">Products</a></li>".repeat(80),
    );
    html.push_str("</ul></nav></header><main class=\"content page-content\"><h1>Privacy</h1>");
    for number in 0..sections {
        html.push_str(&format!(
            "<section class=\"block text-block\" id=\"s{number}\"><h2>{number}. What we collect</h2><p class=\"x1 x2\">We collect \
             the <strong>data</strong> that you give us when you open an account, and <a href=\"/p#{number}\">what we learn</a> \
             about how you use our services, on your phone &amp; elsewhere.</p><ul><li>your name,</li><li>your address,</li>\
             <li>your photos and messages.</li></ul><table><tr><th>Data</th><th>Kept for</th></tr><tr><td>Name</td><td>Two \
             years</td></tr></table></section>"
        ));
    }
    html.push_str("</main><footer><p>© The Company</p></footer><script>");
    html.push_str(&"window.x=window.x||[];x.push([1,2,3]);".repeat(500));
    html.push_str("</script></body></html>");
    html
}

#[divan::bench(args = [20, 200, 2000])]
fn document(bencher: Bencher<'_, '_>, sections: usize) {
    let html = page(sections);
    let page = Page::from_file(Url::parse("https://shop.example/").expect("a URL"), html.into_bytes());
    bencher
        .counter(BytesCount::new(page.body.len()))
        .bench(|| extract(&page, &Reading::default()));
}

#[divan::bench(args = [20, 200, 2000])]
fn html5ever_alone(bencher: Bencher<'_, '_>, sections: usize) {
    let html = page(sections);
    bencher
        .counter(BytesCount::new(html.len()))
        .bench(|| scraper::Html::parse_document(&html));
}
