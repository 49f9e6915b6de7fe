//! A crontab line, and the next moment it means in a zone with gaps and overlaps.
#![no_main]

use std::io;
use std::path::Path;

use clausewatch::schedule::next_due;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u32, &str)| {
    let (seconds, line) = input;
    let quoted = line.replace(['\\', '"', '\n', '\r'], " ");
    let text = format!("[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\nschedule = \"{quoted}\"\n");
    let read = |_: &Path| -> io::Result<String> { Ok(text.clone()) };
    let list = clausewatch::watchlist::parse(Path::new("watchlist.toml"), &read, chrono_tz::Europe::Berlin);
    let after = chrono::DateTime::from_timestamp(seconds.into(), 0).unwrap();
    for watch in list.iter().flat_map(|list| &list.watches) {
        let due = next_due(watch, after);
        assert!(due.is_none_or(|due| due > after), "{line}: {due:?} is not after {after}");
    }
});
