//! How long the core takes to judge a policy of 100 kB: `cargo bench --bench detect`.

mod policy;

use std::path::PathBuf;

use clausewatch::analysis::compare::{Ledger, compare};
use clausewatch::analysis::detect::detect;
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;

const SIZE: usize = 100_000;
const TEXTS: &str = "CLAUSEWATCH_BENCH_TEXTS";

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

/// The documents of a folder (`*.md`, at any depth) named by `CLAUSEWATCH_BENCH_TEXTS`, one after another.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn detect_a_folder_of_texts(bencher: divan::Bencher<'_, '_>) {
    let Some(folder) = std::env::var_os(TEXTS) else {
        eprintln!("skipped: {TEXTS} names no folder");
        return;
    };
    let mut documents = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                documents.push(Document::from_markdown(&std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    bencher
        .counter(divan::counter::ItemsCount::new(documents.len()))
        .bench_local(|| {
            let found = documents
                .iter()
                .map(|document| detect(document, Lexicon::builtin(), None).findings.len());
            found.sum::<usize>()
        });
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
