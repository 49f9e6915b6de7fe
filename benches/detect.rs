//! How long the core takes to judge a policy of 100 kB: `cargo bench --bench detect`.

use clausewatch::analysis::compare::{Ledger, compare};
use clausewatch::analysis::detect::detect;
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;

const SIZE: usize = 100_000;

/// What a policy says between the clauses that matter.
const PARAGRAPHS: &[&str] = &[
    "We keep your name, your address and what you ordered for as long as the law of your country asks us to. Then we \
     delete it, unless a claim of yours is still open, and we tell you so.",
    "When you visit our pages, our servers write down the time, the page, the kind of your device and the address from \
     which it asked. We read these records only when something is broken or when somebody attacks us.",
    "Our partners who send your parcels receive your name and address, and nothing else. They may use them for the \
     delivery alone, and must delete them after a month.",
    "You may ask us for a copy of what we hold about you, have it corrected, or have it erased. Write to our data \
     protection officer; the answer comes within a month and costs nothing.",
    "We use artificial intelligence to sort the questions that reach our help desk, and a person reads every answer.",
    "We may use what you publish in our forum to train and improve our language models. You can object in your settings.",
];

fn policy() -> Document {
    let mut text = String::from("# Privacy policy\n\n");
    for number in 1.. {
        if text.len() >= SIZE {
            break;
        }
        text.push_str(&format!("## {number}. How we treat what you give us\n\n"));
        for paragraph in PARAGRAPHS {
            text.push_str(paragraph);
            text.push_str("\n\n");
        }
        text.push_str(
            "We use your information to:\n\n- send you what you bought;\n- answer you;\n- improve our search.\n\n",
        );
    }
    Document::from_markdown(&text)
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
