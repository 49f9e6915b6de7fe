//! Lists of other programs and the log of an archive's git repository.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| clausewatch::cli::read_foreign_lists(text));
