//! What the fuzzer starts from, and what it once found: each file of `fuzz/seeds` through its reader.

use std::fs;
use std::path::Path;

#[path = "../../fuzz/src/lib.rs"]
mod targets;

#[test]
fn every_seed_goes_through_its_reader() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, target) in [
        ("charset", targets::charset as fn(&[u8])),
        ("crontab", targets::crontab),
        ("headers", targets::headers),
        ("html", targets::html),
        ("lexicon", targets::lexicon),
        ("lists", targets::lists),
        ("markdown", targets::markdown),
        ("pdf", targets::pdf),
        ("verdict", targets::verdict),
        ("watchlist", targets::watchlist),
    ] {
        let mut read = 0;
        for entry in fs::read_dir(seeds.join(name)).unwrap() {
            let path = entry.unwrap().path();
            // Said where it fails.
            println!("{}", path.display());
            target(&fs::read(path).unwrap());
            read += 1;
        }
        assert!(read > 0, "{name} has no seeds");
    }
}
