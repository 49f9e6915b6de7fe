//! How long the core takes to judge a policy of 100 kB: `cargo bench --bench detect`.

mod policy;

use clausewatch::analysis::compare::{Ledger, compare};
use clausewatch::analysis::detect::detect;
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;

const SIZE: usize = 100_000;

fn policy() -> Document {
    Document::from_markdown(&policy::markdown(SIZE))
}

fn main() {
    // Compiling the phrases is a matter of the first document.
    detect(&policy(), Lexicon::builtin(), Some("en"));
    divan::main();
}

#[divan::bench]
fn detect_100_kb(bencher: divan::Bencher<'_, '_>) {
    let document = policy();
    bencher.bench(|| detect(divan::black_box(&document), Lexicon::builtin(), Some("en")));
}

#[divan::bench]
fn detect_100_kb_of_unknown_language(bencher: divan::Bencher<'_, '_>) {
    let document = policy();
    bencher.bench(|| detect(divan::black_box(&document), Lexicon::builtin(), None));
}

#[divan::bench]
fn compare_100_kb(bencher: divan::Bencher<'_, '_>) {
    let detection = detect(&policy(), Lexicon::builtin(), Some("en"));
    let mut reworded = detection.clone();
    for finding in &mut reworded.findings {
        finding.text = finding.text.replace("publish", "write");
    }
    bencher.bench(|| {
        compare(
            divan::black_box(&detection),
            &reworded,
            &Ledger::default(),
            Lexicon::builtin(),
        )
    });
}
