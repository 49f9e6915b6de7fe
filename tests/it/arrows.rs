//! Who may import whom: the map in `src/lib.rs`, enforced.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ARROWS: &[(&str, &[&str])] = &[
    ("watchlist", &[]),
    ("clock", &[]),
    ("settings", &["watchlist"]),
    ("schedule", &["watchlist"]),
    ("analysis", &["watchlist"]),
    ("render", &["watchlist", "analysis"]),
    ("fetch", &["watchlist", "analysis"]),
    ("store", &["watchlist", "analysis", "render"]),
    ("deliver", &["render", "settings"]),
    (
        "round",
        &["watchlist", "analysis", "render", "fetch", "store", "deliver"],
    ),
    (
        "daemon",
        &["watchlist", "round", "store", "schedule", "clock", "deliver"],
    ),
    (
        "cli",
        &[
            "watchlist",
            "clock",
            "settings",
            "schedule",
            "analysis",
            "render",
            "fetch",
            "store",
            "deliver",
            "round",
            "daemon",
        ],
    ),
];

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The rooms a source names behind `crate::`, the braces of `use crate::{…}` included.
fn named(source: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|sign| sign.is_alphanumeric() || *sign == '_')
            .collect()
    };
    let mut rooms = BTreeSet::new();
    for (at, key) in source.match_indices("crate::") {
        let rest = &source[at + key.len()..];
        match rest.strip_prefix('{') {
            Some(list) => rooms.extend(list.split('}').next().unwrap().split(',').map(|part| word(part.trim()))),
            None => {
                rooms.insert(word(rest));
            }
        }
    }
    rooms
}

#[test]
fn rooms_import_only_those_below_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = root.join("src");
    let rooms: BTreeSet<&str> = ARROWS.iter().map(|(room, _)| *room).collect();
    let mut seen = BTreeSet::new();
    for path in sources(&root) {
        let inside = path.strip_prefix(&root).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let room = first.trim_end_matches(".rs");
        if matches!(room, "lib" | "core" | "main") {
            continue;
        }
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("{room} is no room"));
        seen.insert(room.to_owned());
        // Tests of a room may build what they need from other rooms.
        let text = std::fs::read_to_string(&path).unwrap();
        let is_test = inside
            .components()
            .any(|part| part.as_os_str().to_str().is_some_and(|name| name.starts_with("tests")));
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for other in named(if is_test { "" } else { code }) {
            let may = other == room || allowed.contains(&other.as_str()) || !rooms.contains(other.as_str());
            assert!(may, "{} imports {other}: {room} may not", inside.display());
        }
    }
    assert_eq!(seen.len(), ARROWS.len(), "every room of the map is there");
}

#[test]
fn an_import_is_seen_in_every_form() {
    let source = "use crate::{store::Store, fetch};\nlet x: crate::render::Message = y;";
    assert_eq!(
        named(source).into_iter().collect::<Vec<_>>(),
        ["fetch", "render", "store"]
    );
}
