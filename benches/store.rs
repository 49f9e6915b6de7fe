//! How long the state takes with years of versions and thousands of watches: `cargo bench --bench store`.
#![allow(clippy::unwrap_used, reason = "a bench that cannot begin has nothing to measure")]

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use clausewatch::analysis::compare::Ledger;
use clausewatch::analysis::detect::{Detection, detect};
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;
use clausewatch::store::{Archive, ArchivedVersion, Kept, NewVersion, Record, Store, StoredText, TakenOver};
use tempfile::TempDir;

const PATH: &str = "Shop/Privacy Policy.md";
const WATCH: &str = "shop/privacy-policy";
const VERSIONS: u32 = 400;
/// Of a policy, in paragraphs of 120 bytes.
const LENGTH: u32 = 500;
const WATCHES: u32 = 10_000;

fn main() {
    divan::main();
}

/// Edition `number` of a policy: in each another paragraph is new.
fn policy(length: u32, number: u32) -> String {
    let paragraph = |place: u32| {
        let edition = (0..=number).rev().find(|edition| edition * 37 % length == place);
        let salt = u64::from(place * VERSIONS + edition.unwrap_or_default()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("Under number {salt:x} we keep what you gave us for {place} days, and tell you so when you ask.\n\n")
    };
    let claim = "We use your photos to train our AI models.\n";
    format!("# Privacy\n\n{}{claim}", (0..length).map(paragraph).collect::<String>())
}

fn read(text: &str) -> (Document, Detection) {
    let document = Document::from_markdown(text).titled();
    let detection = detect(&document, Lexicon::builtin(), Some("en"));
    (document, detection)
}

fn day(number: u32) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + i64::from(number))
}

fn edition(number: u32) -> ArchivedVersion {
    let body = policy(LENGTH, number);
    let (document, detection) = read(&body);
    ArchivedVersion {
        commit: format!("{number:040x}"),
        recorded: day(number),
        body: body.into_bytes(),
        characters: document.length(),
        detection,
        rules: 1,
    }
}

fn take_over(store: &mut Store, archive: Archive, based_on: u32, versions: &[ArchivedVersion]) {
    let stretch = TakenOver {
        archive,
        path: PATH,
        watch: WATCH,
        based_on,
        versions,
        alerts: &[],
        ledger: &Ledger::default(),
        commit: &versions.last().unwrap().commit,
    };
    store.take_over(&stretch).unwrap();
}

/// A state with the whole history of one policy.
fn history() -> (TempDir, Store, Archive) {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let archive = store.archive("aa").unwrap();
    let versions: Vec<ArchivedVersion> = (1..=VERSIONS).map(edition).collect();
    take_over(&mut store, archive, 0, &versions);
    (directory, store, archive)
}

/// The slowest of these is what the farthest version from its key frame takes.
#[divan::bench(sample_count = 400, sample_size = 1)]
fn read_any_of_400_versions_of_60_kb(bencher: divan::Bencher<'_, '_>) {
    let (directory, _, _) = history();
    let mut number = 0;
    let opened = || {
        number = (number + 61) % VERSIONS;
        (Store::open(directory.path()).unwrap(), number + 1)
    };
    bencher
        .with_inputs(opened)
        .bench_local_refs(|(store, number)| store.version(WATCH, Some(*number)).unwrap().unwrap());
}

#[divan::bench(sample_count = 60, sample_size = 1)]
fn keep_the_next_version_of_60_kb(bencher: divan::Bencher<'_, '_>) {
    let (_directory, mut store, archive) = history();
    let mut based_on = VERSIONS;
    let mut next = VERSIONS;
    let edition = || {
        next += 1;
        edition(next)
    };
    bencher.with_inputs(edition).bench_local_refs(|version| {
        take_over(&mut store, archive, based_on, std::slice::from_ref(version));
        based_on += 1;
    });
}

#[divan::bench(sample_count = 10)]
fn verify_400_versions_of_60_kb(bencher: divan::Bencher<'_, '_>) {
    let (_directory, store, _) = history();
    bencher.bench_local(|| assert!(store.verify().unwrap().is_empty()));
}

/// What `status` asks of the state.
#[divan::bench(sample_count = 20)]
fn states_of_10_000_watches(bencher: divan::Bencher<'_, '_>) {
    let directory = tempfile::tempdir().unwrap();
    let store = watched(directory.path());
    bencher.bench_local(|| store.states().unwrap().len());
}

fn watched(directory: &Path) -> Store {
    let mut store = Store::open(directory).unwrap();
    let (document, detection) = read(&policy(4, 1));
    let text = StoredText::of(&document).unwrap();
    for number in 0..WATCHES {
        let at = day(number % 100);
        let version = NewVersion {
            pages: &[],
            text: &text,
            detection: &detection,
            rules: 1,
            robots_ignored: false,
            memory: &[],
            ledger: &Ledger::default(),
        };
        let watch = format!("service-{number}/privacy");
        store
            .record(&Record::quiet(&watch, at, Kept::Version(version)))
            .unwrap();
    }
    store
}
