//! A watchlist, which others may have written.
#![no_main]

use std::io;
use std::path::Path;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let read = |path: &Path| -> io::Result<String> {
        if path == Path::new("watchlist.toml") {
            Ok(text.to_owned())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    };
    if let Err(faults) = clausewatch::watchlist::parse(Path::new("watchlist.toml"), &read, chrono_tz::UTC) {
        let _ = faults.render(false);
    }
});
