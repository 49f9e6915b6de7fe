//! One stage of the core, so many times over; `benches/instructions.sh` counts what each takes under valgrind.

#![allow(clippy::panic, clippy::expect_used, reason = "a bench fails as tests do")]

mod policy;

use std::hint::black_box;

use clausewatch::analysis::compare::{Ledger, compare};
use clausewatch::analysis::detect::{Detection, detect};
use clausewatch::analysis::diff::diff;
use clausewatch::analysis::document::Document;
use clausewatch::analysis::extract::extract;
use clausewatch::analysis::lexicon::Lexicon;
use clausewatch::analysis::page::Page;
use clausewatch::analysis::segment::clauses;
use clausewatch::watchlist::Reading;
use url::Url;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let stage = arguments.next().unwrap_or_default();
    let times: usize = arguments.next().and_then(|times| times.parse().ok()).unwrap_or(1);
    match stage.as_str() {
        "extract" => {
            let page = page(policy::page(200));
            return (0..times).for_each(|_| drop(black_box(extract(&page, &Reading::default()))));
        }
        "html5ever" => {
            let html = policy::page(200);
            return (0..times).for_each(|_| drop(black_box(scraper::Html::parse_document(&html))));
        }
        "hostile" => return hostile(times),
        _ => {}
    }
    let text = policy::markdown(100_000);
    let document = Document::from_markdown(&text);
    let lexicon = Lexicon::builtin();
    let again = |run: &dyn Fn()| (0..times).for_each(|_| run());
    match stage.as_str() {
        "read" => again(&|| drop(black_box(Document::from_markdown(&text)))),
        "segment" => again(&|| {
            black_box(clauses(&document, &[]).count());
        }),
        "detect" => again(&|| drop(black_box(detect(&document, lexicon, None)))),
        "compare" => {
            let (before, after) = (detect(&document, lexicon, None), reworded(&document, lexicon));
            again(&|| drop(black_box(compare(&before, &after, &Ledger::default(), lexicon))));
        }
        "diff" => {
            let after = Document::from_markdown(&text.replace("after a month", "after two months"));
            again(&|| drop(black_box(diff(&document, &after))));
        }
        other => panic!("there is no stage `{other}`"),
    }
}

fn reworded(document: &Document, lexicon: &Lexicon) -> Detection {
    let mut detection = detect(document, lexicon, None);
    for finding in &mut detection.findings {
        finding.text = finding.text.replace("publish", "write");
    }
    detection
}

fn page(html: String) -> Page {
    Page::from_file(Url::parse("https://shop.example/").expect("a URL"), html.into_bytes())
}

/// Pages that are made to cost much, so many thousand pieces long.
fn hostile(thousands: usize) {
    for piece in include_str!("hostile.txt").lines() {
        let page = page(piece.repeat(1000 * thousands));
        drop(black_box(extract(&page, &Reading::default())));
    }
}
