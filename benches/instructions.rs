//! One stage of the core, so many times; `benches/instructions.sh` counts the instructions of each under valgrind.

#![allow(clippy::expect_used, clippy::panic, reason = "a bench fails as tests do")]

mod policy;

use std::hint::black_box;

use clausewatch::analysis::detect::detect;
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let stage = arguments.next().unwrap_or_default();
    let times: usize = arguments.next().and_then(|times| times.parse().ok()).unwrap_or(1);
    let text = match arguments.next() {
        Some(file) => std::fs::read_to_string(file).expect("a text"),
        None => policy::markdown(100_000),
    };
    let document = Document::from_markdown(&text);
    match stage.as_str() {
        "detect" => {
            for _ in 0..times {
                black_box(detect(black_box(&document), Lexicon::builtin(), None));
            }
        }
        "clauses" => {
            for _ in 0..times {
                black_box(clausewatch::analysis::segment::clauses(&document, &[]));
            }
        }
        other => panic!("there is no stage `{other}`"),
    }
}
