#![no_main]

use libfuzzer_sys::fuzz_target;

// Panics of the PDF reader are caught by `extract`; the fuzzer's own hook would end the process before that.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |input: &[u8]| clausewatch_fuzz::pdf(input));
