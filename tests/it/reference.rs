//! The schema and the reference of the watchlist hold what the program reads: no key more, none less.

use std::collections::BTreeSet;
use std::path::Path;

use clausewatch::watchlist;
use jiff::tz::TimeZone;
use serde_json::Value;

const SCHEMA: &str = include_str!("../../docs/watchlist.schema.json");
const REFERENCE: &str = include_str!("../../docs/watchlist.md");
const MARK: &str = "<!-- The rest is made from watchlist.schema.json; a test compares both. -->\n";

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// The keys that a table may have, which the program names when it meets one it has never heard of.
fn read_by_the_program(text: &str) -> BTreeSet<String> {
    let read = |_: &Path| Ok(text.to_owned());
    let faults = watchlist::parse(Path::new("watchlist.toml"), &read, TimeZone::UTC).unwrap_err();
    let said = faults.render(false);
    let after_key = said
        .split("unknown key `qqqqqqqq`")
        .nth(1)
        .unwrap_or_else(|| panic!("{said}"));
    let keys = after_key
        .split("take one of ")
        .nth(1)
        .unwrap_or_else(|| panic!("{said}"));
    let keys = keys.lines().next().unwrap().split(", ");
    keys.map(|key| key.trim_matches('`').to_owned()).collect()
}

fn in_the_schema(pointer: &str) -> BTreeSet<String> {
    let schema = schema();
    let properties = schema.pointer(pointer).and_then(Value::as_object);
    let properties = properties.unwrap_or_else(|| panic!("{pointer} is not in the schema"));
    properties.keys().cloned().collect()
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let tables = [
        ("/properties", "qqqqqqqq = 1\n"),
        ("/properties/signature/properties", "[signature]\nqqqqqqqq = 1\n"),
        ("/properties/defaults/properties", "[defaults]\nqqqqqqqq = 1\n"),
        ("/definitions/objection/properties", "[objection.x]\nqqqqqqqq = 1\n"),
        ("/definitions/watch/properties", "[[watch]]\nqqqqqqqq = 1\n"),
        (
            "/definitions/page/properties",
            "[[watch]]\npages = [{ qqqqqqqq = 1 }]\n",
        ),
        ("/definitions/keep/properties", "[defaults]\nkeep = { qqqqqqqq = 1 }\n"),
        (
            "/definitions/range/properties",
            "[defaults]\nranges = [{ qqqqqqqq = 1 }]\n",
        ),
        (
            "/definitions/edge/properties",
            "[defaults]\nranges = [{ from = { qqqqqqqq = 1 } }]\n",
        ),
        (
            "/definitions/secret/properties",
            "[channel.email]\npassword = { qqqqqqqq = 1 }\n",
        ),
    ];
    for (pointer, text) in tables {
        assert_eq!(in_the_schema(pointer), read_by_the_program(text), "{pointer}");
    }
    let kinds = schema()
        .pointer("/definitions/channel/properties/kind/enum")
        .cloned()
        .unwrap();
    let mut channel = BTreeSet::new();
    for kind in kinds.as_array().unwrap() {
        channel.extend(read_by_the_program(&format!(
            "[channel.x]\nkind = {kind}\nqqqqqqqq = 1\n"
        )));
    }
    assert_eq!(in_the_schema("/definitions/channel/properties"), channel);
}

#[test]
fn the_reference_is_that_of_the_schema() {
    let (_, written) = REFERENCE.split_once(MARK).expect("the mark before the tables");
    let wanted = reference(&schema());
    if written != wanted {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watchlist.md");
        let (head, _) = REFERENCE.split_once(MARK).unwrap();
        std::fs::write(&path, format!("{head}{MARK}{wanted}")).unwrap();
        panic!(
            "docs/watchlist.md is behind its schema; what it should be is in {}",
            path.display()
        );
    }
}

fn reference(schema: &Value) -> String {
    let tables = [
        ("The top of the file", "/properties"),
        ("`[signature]`", "/properties/signature"),
        ("`[channel.NAME]`", "/definitions/channel"),
        ("`[objection.NAME]`", "/definitions/objection"),
        ("`[defaults]`, and every watch", "/properties/defaults"),
        ("`[[watch]]`", "/definitions/watch"),
        ("A page of several", "/definitions/page"),
        ("`keep`", "/definitions/keep"),
        ("A range", "/definitions/range"),
        ("An edge of a range", "/definitions/edge"),
        ("A secret", "/definitions/secret"),
    ];
    let shared = in_the_schema("/properties/defaults/properties");
    let mut text = String::new();
    for (title, pointer) in tables {
        let table = schema.pointer(pointer).unwrap();
        text.push_str(&format!("\n## {title}\n\n"));
        if let Some(description) = table.get("description").and_then(Value::as_str) {
            text.push_str(&format!("{description}\n\n"));
        }
        text.push_str("| key | what it is | values | default |\n|---|---|---|---|\n");
        let properties = table.get("properties").unwrap_or(table).as_object().unwrap();
        for (key, property) in properties {
            if pointer == "/definitions/watch" && shared.contains(key) {
                continue;
            }
            text.push_str(&row(key, property, schema));
        }
    }
    text
}

fn row(key: &str, property: &Value, schema: &Value) -> String {
    let named = property.get("$ref").and_then(Value::as_str);
    let target = named.and_then(|name| schema.pointer(name.trim_start_matches('#')));
    let description = property.get("description").or_else(|| target?.get("description"));
    let default = property.get("default").map(|value| format!("`{value}`"));
    format!(
        "| `{key}` | {} | {} | {} |\n",
        description.and_then(Value::as_str).unwrap_or_default(),
        values(property),
        default.unwrap_or_default()
    )
}

fn values(property: &Value) -> String {
    if let Some(words) = property.get("enum").and_then(Value::as_array) {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    if let Some(only) = property.pointer("/allOf/0") {
        return values(only);
    }
    if let Some(ways) = property.get("oneOf").and_then(Value::as_array) {
        let ways: Vec<String> = ways.iter().map(values).collect();
        return ways.join(" or ");
    }
    match (
        property.get("$ref").and_then(Value::as_str),
        property.get("type").and_then(Value::as_str),
    ) {
        (Some("#/definitions/secret"), _) => "a secret".into(),
        (Some(same), _) if same.contains("/properties/") => schema()
            .pointer(same.trim_start_matches('#'))
            .map(values)
            .unwrap_or_default(),
        (Some(_), _) => "a table".into(),
        (_, Some("array")) => "several".into(),
        (_, Some("object")) => "a table".into(),
        (_, Some("integer")) => "a number".into(),
        (_, Some("boolean")) => "`true`, `false`".into(),
        _ => "text".into(),
    }
}
