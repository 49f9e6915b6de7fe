//! What a server says in headers and in robots.txt.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| clausewatch::fetch::read_foreign_headers(input));
