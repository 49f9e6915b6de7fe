//! `import changedetection`: the list of changedetection.io, as its backup or as exported text.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value};

use super::listed::{Listed, Target, read, service_of, title_of};
use crate::cli::context::Context;

#[derive(Debug, Args)]
pub(super) struct ChangeDetection {
    /// `url-watches.json` or a watch's `watch.json` of a backup, or an exported list of addresses.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    target: Target,
}

impl ChangeDetection {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let listed = listed(&read(&self.file)?);
        if listed.is_empty() {
            return Err(format!(
                "{} holds no watches of changedetection.io",
                self.file.display()
            ));
        }
        self.target.write(context, &listed)
    }
}

pub(super) fn listed(text: &str) -> Vec<Listed> {
    match serde_json::from_str::<Value>(text) {
        Ok(all) => {
            let one = all.get("url").is_some().then_some(&all);
            let several = all.get("watching").and_then(Value::as_object);
            let watches = one.into_iter().chain(several.into_iter().flat_map(Map::values));
            watches.filter_map(Value::as_object).filter_map(watch).collect()
        }
        // Exported text: an address a line, its tags behind it.
        Err(_) => {
            let addresses = text.lines().filter_map(|line| line.split_whitespace().next());
            let addresses = addresses.filter(|word| word.starts_with("http"));
            addresses.map(|address| of_address(address, None)).collect()
        }
    }
}

fn of_address(address: &str, title: Option<&str>) -> Listed {
    Listed {
        service: service_of(address),
        title: title.map_or_else(|| title_of(address), str::to_owned),
        pages: vec![address.to_owned()],
        ..Listed::default()
    }
}

/// What changes which text is watched, and has no counterpart here.
const UNKNOWN: [&str; 9] = [
    "body",
    "browser_steps",
    "extract_text",
    "headers",
    "ignore_text",
    "text_should_not_be_present",
    "trigger_text",
    "webdriver_js_execute_code",
    "conditions",
];

fn watch(said: &Map<String, Value>) -> Option<Listed> {
    let texts = |key: &str| -> Vec<String> {
        let several = said.get(key).and_then(Value::as_array);
        let texts = several.into_iter().flatten().filter_map(Value::as_str);
        texts
            .filter(|text| !text.trim().is_empty())
            .map(str::to_owned)
            .collect()
    };
    let title = said
        .get("title")
        .and_then(Value::as_str)
        .filter(|title| !title.is_empty());
    let mut listed = of_address(said.get("url")?.as_str()?, title);
    let is_css = |selector: &String| {
        !["/", "xpath", "json:", "jq:", "jqraw:"]
            .iter()
            .any(|other| selector.starts_with(other))
    };
    for (key, taken) in [
        ("include_filters", &mut listed.reading.select),
        ("subtractive_selectors", &mut listed.reading.remove),
    ] {
        let (css, others): (Vec<String>, Vec<String>) = texts(key).into_iter().partition(is_css);
        *taken = css
            .into_iter()
            .map(|selector| selector.trim_start_matches("css:").to_owned())
            .collect();
        listed.lost.extend(
            others
                .into_iter()
                .map(|other| format!("`{other}`, which is no CSS selector")),
        );
    }
    let backend = said.get("fetch_backend").and_then(Value::as_str).unwrap_or_default();
    listed.in_browser = backend.contains("webdriver") || backend.contains("browser");
    let is_said = |value: &Value| match value {
        Value::Array(several) => !several.is_empty(),
        Value::Object(several) => !several.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => false,
    };
    let unknown = UNKNOWN.into_iter().filter(|key| said.get(*key).is_some_and(is_said));
    listed.lost.extend(unknown.map(|key| format!("`{key}`")));
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_brings_selectors_and_names_what_is_no_css() {
        let text = r##"{ "watching": { "u1": { "url": "https://www.ferry.example/legal/terms", "title": null,
            "include_filters": ["#terms", "//div[@id='x']"], "subtractive_selectors": [".ad"],
            "fetch_backend": "html_webdriver", "trigger_text": ["AI"], "ignore_text": [] } }, "settings": {} }"##;
        let listed = listed(text);
        assert_eq!(listed.len(), 1);
        let one = &listed[0];
        assert_eq!((one.service.as_str(), one.title.as_str()), ("ferry.example", "terms"));
        assert_eq!(
            (one.reading.select.as_slice(), one.reading.remove.as_slice()),
            (&["#terms".to_owned()][..], &[".ad".to_owned()][..])
        );
        assert!(one.in_browser);
        assert_eq!(one.lost.len(), 2, "{:?}", one.lost);
        assert!(one.lost[0].contains("//div") && one.lost[1].contains("trigger_text"));
    }

    #[test]
    fn exported_text_is_a_list_of_addresses() {
        let listed = listed("https://a.example/privacy policies\n\n# a remark\nhttps://b.example/\n");
        let pages: Vec<_> = listed
            .iter()
            .map(|one| (one.pages[0].as_str(), one.title.as_str()))
            .collect();
        assert_eq!(
            pages,
            [("https://a.example/privacy", "privacy"), ("https://b.example/", "page")]
        );
    }
}
