//! How long the core takes to judge a policy of 100 kB, and to compare two of 300 kB: `cargo bench --bench detect`;
//! and a folder of texts: `CLAUSEWATCH_BENCH_TEXTS=FOLDER cargo bench --bench detect folder`.

mod policy;

use std::path::{Path, PathBuf};

use clausewatch::analysis::compare::{Ledger, compare};
use clausewatch::analysis::detect::detect;
use clausewatch::analysis::diff::diff;
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;

const SIZE: usize = 100_000;
/// A folder of texts to read, where one was named as the bench was built.
const TEXTS: Option<&str> = option_env!("CLAUSEWATCH_BENCH_TEXTS");

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

/// The documents of a folder (`*.md`, at any depth), one after another, in one process.
#[divan::bench(sample_count = 1, sample_size = 1, ignore = TEXTS.is_none())]
fn detect_a_folder_of_texts(bencher: divan::Bencher<'_, '_>) {
    let documents = texts(Path::new(TEXTS.unwrap_or_default()));
    let count = divan::counter::ItemsCount::new(documents.len());
    bencher.counter(count).bench_local(|| {
        let found = documents
            .iter()
            .map(|document| detect(document, Lexicon::builtin(), None).findings.len());
        found.sum::<usize>()
    });
}

fn texts(folder: &Path) -> Vec<Document> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let of = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => texts(&path),
        Some(extension) if extension == "md" => {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            vec![Document::from_markdown(&text)]
        }
        _ => Vec::new(),
    };
    paths.flat_map(of).collect()
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

/// To the word, where one was changed in every section.
#[divan::bench]
fn diff_300_kb(bencher: divan::Bencher<'_, '_>) {
    let before = policy::markdown(3 * SIZE);
    let after = Document::from_markdown(&before.replace("after a month", "after two months"));
    let before = Document::from_markdown(&before);
    bencher.bench(|| diff(divan::black_box(&before), &after));
}
