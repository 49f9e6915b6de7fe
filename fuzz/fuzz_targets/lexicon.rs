//! A lexicon, which others may have written.
#![no_main]

use clausewatch::analysis::lexicon::Lexicon;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Lexicon::builtin().extended(&[text]);
});
