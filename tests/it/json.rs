//! What `--format json` prints is what the book says, key by key.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::book::is_as_made;
use crate::site::{Answer, Site};
use crate::user::{User, run};

const HEAD: &str = "\
# JSON

What programs read. Every answer has a `version`; within version 1 keys may be added, and none goes or changes its meaning. Below stand the keys
and kinds of values, taken from what the commands print; a test makes this page anew. A value that may be missing is `null`, and is
shown so where the sample has none.
";

/// What kind of value each key has; lists show what their elements have together.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let shapes = map.iter().map(|(key, value)| (key.clone(), shape(value)));
            Value::Object(shapes.collect())
        }
        Value::Array(values) => {
            let together = values.iter().map(shape).reduce(merged);
            Value::Array(together.into_iter().collect())
        }
        Value::String(text) => kind(text).into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "true or false".into(),
        Value::Null => Value::Null,
    }
}

fn kind(text: &str) -> &'static str {
    let is_day = text.len() == 10 && text.parse::<chrono::NaiveDate>().is_ok();
    let is_time = chrono::DateTime::parse_from_rfc3339(text).is_ok();
    match (is_day, is_time) {
        (true, _) => "day",
        (_, true) => "time",
        _ => "text",
    }
}

fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            for (key, value) in other {
                let known = one.remove(&key);
                one.insert(key, known.map_or(value.clone(), |known| merged(known, value)));
            }
            Value::Object(one)
        }
        (Value::Array(one), Value::Array(other)) => {
            Value::Array(one.into_iter().chain(other).reduce(merged).into_iter().collect())
        }
        (Value::Null, other) => other,
        (one, _) => one,
    }
}

/// A user who saw a document change, and was told over a channel that does not answer.
fn user(site: &Site) -> (User, Map<String, Value>) {
    let user = User::new(&format!(
        "[channel.feed]\npath = \"/proc/nowhere/feed.atom\"\n[[watch]]\nid = \"shop/privacy\"\nservice = \"Shop\"\nurl = \"{}\"\n\
         [watch.objection]\nurl = \"https://shop.example/ai\"\nsteps = [\"Say no.\"]\nletter = \"en\"\n",
        site.url("/privacy")
    ));
    let mut printed = Map::new();
    let mut check = |name: &str, day: &str| {
        let mut command = user.clausewatch("check --format json");
        let ran = run(command.env("CLAUSEWATCH_NOW", format!("2025-04-{day}T12:00:00Z")));
        printed.insert(name.to_owned(), serde_json::from_str(&ran.text).unwrap());
    };
    site.put(
        "/privacy",
        Answer::policy("<p>We do not use your photos to train AI models.</p><p>We keep your orders.</p>"),
    );
    check("check: the first", "17");
    site.put(
        "/privacy",
        Answer::policy(
            "<p>We may use your photos to train our AI models.</p><p>We keep your orders.</p>\
             <p>You can <a href=\"https://shop.example/ai\">opt out of AI training</a> until 1 May 2025.</p>",
        ),
    );
    check("check: what is new", "21");
    (user, printed)
}

#[test]
fn every_json_has_the_keys_that_the_book_names() {
    let site = Site::start();
    let (user, mut printed) = user(&site);
    user.write("before.md", "# Use\n\nWe do not use your posts to train AI models.\n");
    user.write("after.md", "# Use\n\nWe use your posts to train our AI models.\n");
    for line in [
        "status",
        "log shop",
        "show shop",
        "diff shop",
        "alerts",
        "clauses",
        "timeline shop",
        "object shop",
        "outbox",
        "extract after.md",
        "detect after.md",
        "compare before.md after.md",
        "verify",
        "lexicon check",
    ] {
        let ran = user.run(&format!("{line} --format json"));
        let value = serde_json::from_str(&ran.text).unwrap_or_else(|error| panic!("{line}: {error}: {ran:?}"));
        printed.insert(line.to_owned(), value);
    }
    user.run("object shop --done");
    let objections = user.run("object --format json").text;
    printed.insert("object".to_owned(), serde_json::from_str(&objections).unwrap());
    let mut page = HEAD.to_owned();
    let sorted: BTreeMap<String, Value> = printed.into_iter().collect();
    for (line, value) in &sorted {
        assert_eq!(value["version"], 1, "{line}");
        page.push_str(&format!("\n## `{line}`\n\n```json\n{:#}\n```\n", shape(value)));
    }
    is_as_made("docs/json.md", &page);
}
