//! `import declarations`: what Open Terms Archive's curators declared.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value};

use super::listed::{Listed, Target, read};
use crate::cli::context::Context;
use crate::watchlist::{Edge, Range};

#[derive(Debug, Args)]
pub(super) struct Declarations {
    /// A folder of declarations, `SERVICE.json` each.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    target: Target,
}

impl Declarations {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let mut listed = Vec::new();
        for file in files(&self.folder)? {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            match serde_json::from_str(&read(&file)?) {
                Ok(declared) => listed.extend(service(&stem, &declared)),
                Err(error) => context.report(&format!("left out: {} is no JSON: {error}", file.display())),
            }
        }
        if listed.is_empty() {
            return Err(format!(
                "{} holds no declarations: files named SERVICE.json with a service's `terms`; \
                 take the folder `declarations` of a repository whose name ends in `-declarations`",
                self.folder.display()
            ));
        }
        self.target.write(context, &listed)
    }
}

/// The declarations in force; what was declared earlier lies in `.history.json`.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("cannot read {}: {error}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut files = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    files.retain(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".json") && !name.ends_with(".history.json")
    });
    files.sort();
    Ok(files)
}

pub(super) fn service(file: &str, declared: &Value) -> Vec<Listed> {
    let name = declared["name"].as_str().unwrap_or(file);
    // `documents` was the older name.
    let terms = declared.get("terms").or_else(|| declared.get("documents"));
    let terms = terms.and_then(Value::as_object).into_iter().flatten();
    terms
        .filter_map(|(title, declared)| Some(document(name, title, declared.as_object()?)))
        .collect()
}

fn document(service: &str, title: &str, declared: &Map<String, Value>) -> Listed {
    let mut listed = Listed {
        service: service.to_owned(),
        title: title.to_owned(),
        ..Listed::default()
    };
    let Some(parts) = declared.get("combine").and_then(Value::as_array) else {
        page(&mut listed, declared);
        return listed;
    };
    let mut shared = declared.clone();
    shared.remove("combine");
    page(&mut listed, &shared);
    // A part says what is its own; the rest is said once for all.
    for part in parts.iter().filter_map(Value::as_object) {
        let mut whole = shared.clone();
        whole.extend(part.clone());
        let mut own = Listed::default();
        page(&mut own, &whole);
        if own.reading != listed.reading {
            listed
                .own
                .extend(own.pages.iter().map(|url| (url.clone(), own.reading.clone())));
        }
        listed.in_browser |= own.in_browser;
        listed.pages.extend(own.pages);
        let news: Vec<String> = own
            .lost
            .into_iter()
            .filter(|what| !listed.lost.contains(what))
            .collect();
        listed.lost.extend(news);
    }
    listed
}

fn page(listed: &mut Listed, declared: &Map<String, Value>) {
    for (key, value) in declared {
        match key.as_str() {
            "fetch" => listed.pages.extend(value.as_str().map(str::to_owned)),
            "executeClientScripts" => listed.in_browser = value.as_bool().unwrap_or_default(),
            "select" => {
                for one in each(value) {
                    match (one.as_str(), range(one)) {
                        (Some(selector), _) => listed.reading.select.push(selector.to_owned()),
                        (None, Some(range)) => listed.reading.ranges.push(range),
                        (None, None) => listed.lost.push(format!("select {one}")),
                    }
                }
            }
            "remove" => {
                for one in each(value) {
                    match one.as_str() {
                        Some(selector) => listed.reading.remove.push(selector.to_owned()),
                        None => listed.lost.push(format!("to remove a range, {one}")),
                    }
                }
            }
            "filter" => {
                let filters = each(value)
                    .into_iter()
                    .map(|filter| format!("the filter {filter}, which is JavaScript"));
                listed.lost.extend(filters);
            }
            other => listed.lost.push(format!("`{other}`")),
        }
    }
}

fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(several) => several.iter().collect(),
        one => vec![one],
    }
}

fn range(declared: &Value) -> Option<Range> {
    let edge = |before: &str, after: &str| {
        let said = |key: &str| declared.get(key)?.as_str().map(str::to_owned);
        said(before).map(Edge::Before).or_else(|| said(after).map(Edge::After))
    };
    Some(Range {
        from: edge("startBefore", "startAfter")?,
        to: edge("endBefore", "endAfter")?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::watchlist::Reading;

    #[test]
    fn selectors_ranges_and_scripts_are_carried_over_and_filters_named() {
        let declared = json!({ "name": "Ferry", "terms": { "Privacy Policy": {
            "fetch": "https://ferry.example/privacy", "executeClientScripts": true,
            "select": ["main", { "startAfter": "h1", "endBefore": ".foot" }],
            "remove": [".ad", { "startBefore": "#a", "endAfter": "#b" }], "filter": ["tidyLinks"],
        } } });
        let listed = service("ferry", &declared).remove(0);
        assert_eq!(
            (listed.service.as_str(), listed.title.as_str()),
            ("Ferry", "Privacy Policy")
        );
        assert_eq!(listed.pages, ["https://ferry.example/privacy"]);
        assert!(listed.in_browser);
        assert_eq!(
            (listed.reading.select, listed.reading.remove),
            (vec!["main".into()], vec![".ad".into()])
        );
        let (from, to) = (Edge::After("h1".into()), Edge::Before(".foot".into()));
        assert_eq!(listed.reading.ranges, [Range { from, to }]);
        assert_eq!(listed.lost.len(), 2, "{:?}", listed.lost);
        assert!(listed.lost.iter().any(|what| what.contains("tidyLinks")));
    }

    #[test]
    fn pages_are_joined_with_what_is_said_for_all() {
        let declared = json!({ "name": "Ferry", "documents": { "Terms": { "select": "article", "combine": [
            { "fetch": "https://ferry.example/1" },
            { "fetch": "https://ferry.example/2" },
            { "fetch": "https://ferry.example/3", "select": { "startAfter": "h1", "endBefore": ".foot" }, "remove": ".ad" },
        ] } } });
        let listed = service("ferry", &declared).remove(0);
        assert_eq!(listed.pages.len(), 3);
        assert_eq!(listed.reading.select, ["article"]);
        let range = Range {
            from: Edge::After("h1".into()),
            to: Edge::Before(".foot".into()),
        };
        let own = Reading {
            remove: vec![".ad".into()],
            ranges: vec![range],
            ..Reading::default()
        };
        assert_eq!(listed.own, [("https://ferry.example/3".to_owned(), own)]);
        assert_eq!(listed.lost, Vec::<String>::new());
    }
}
