//! Two versions of a policy, parted by a NUL: whatever they say is judged, and a version beside itself is no change.
#![no_main]

use clausewatch::analysis::compare::{Ledger, compare};
use clausewatch::analysis::detect::detect;
use clausewatch::analysis::document::Document;
use clausewatch::analysis::lexicon::Lexicon;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (before, after) = text.split_once('\0').unwrap_or(("", text));
    let lexicon = Lexicon::builtin();
    let judge = |text: &str| detect(&Document::from_markdown(text), lexicon, None);
    let (before, after) = (judge(before), judge(after));
    compare(&before, &after, &Ledger::default(), lexicon);
    let again = compare(&after, &after, &Ledger::default(), lexicon);
    assert!(again.is_empty(), "the same text changes nothing: {again:?}");
});
