//! `import urlwatch`: the jobs of urlwatch and webchanges.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::listed::{Listed, Target, read, service_of, title_of};
use crate::cli::context::{Context, count};

#[derive(Debug, Args)]
pub(super) struct UrlWatch {
    /// The list of jobs, `urls.yaml` or `jobs.yaml`.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    target: Target,
}

impl UrlWatch {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let file = self.file.display();
        let (listed, others) = jobs(&read(&self.file)?).map_err(|error| format!("{file} is no YAML: {error}"))?;
        if others > 0 {
            let jobs = count(others, "job");
            context.report(&format!("left out: {jobs} without a page to watch (commands)"));
        }
        if listed.is_empty() {
            return Err(format!("{file} holds no jobs with a `url`"));
        }
        self.target.write(context, &listed)
    }
}

/// What is of no account for which text is watched.
const PLAIN: [&str; 8] = [
    "url",
    "navigate",
    "name",
    "filter",
    "use_browser",
    "kind",
    "note",
    "user_visible_url",
];
/// Filters that only make text of a page, as is done here anyway.
const READING: [&str; 5] = ["html2text", "strip", "beautify", "format-json", "striplines"];

/// The jobs that watch a page, and how many others there are.
pub(super) fn jobs(text: &str) -> Result<(Vec<Listed>, usize), serde_saphyr::Error> {
    let jobs = serde_saphyr::from_multiple::<Value>(text)?;
    let listed: Vec<Listed> = jobs.iter().filter_map(job).collect();
    let others = jobs.iter().filter(|job| job.is_object()).count() - listed.len();
    Ok((listed, others))
}

fn job(said: &Value) -> Option<Listed> {
    let of = |key: &str| said.get(key).and_then(Value::as_str);
    let address = of("url").or_else(|| of("navigate"))?;
    let mut listed = Listed {
        service: service_of(address),
        title: of("name").map_or_else(|| title_of(address), str::to_owned),
        pages: vec![address.to_owned()],
        in_browser: of("navigate").is_some() || said.get("use_browser").and_then(Value::as_bool).unwrap_or_default(),
        ..Listed::default()
    };
    match said.get("filter") {
        Some(Value::Array(filters)) => filters.iter().for_each(|one| match one {
            Value::Object(named) => named.iter().for_each(|(name, value)| filter(&mut listed, name, value)),
            one => filter(&mut listed, one.as_str().unwrap_or_default(), &Value::Null),
        }),
        // The older way: `css:#main,html2text`.
        Some(Value::String(filters)) => filters.split(',').for_each(|one| {
            let (name, value) = one.split_once(':').unwrap_or((one, ""));
            filter(&mut listed, name.trim(), &Value::String(value.to_owned()));
        }),
        _ => {}
    }
    let keys = said.as_object().into_iter().flatten().map(|(key, _)| key);
    let unknown = keys.filter(|key| !PLAIN.contains(&key.as_str()));
    listed.lost.extend(unknown.map(|key| format!("`{key}`")));
    Some(listed)
}

fn filter(listed: &mut Listed, name: &str, said: &Value) {
    let text = said
        .as_str()
        .or_else(|| said.get("selector")?.as_str())
        .unwrap_or_default();
    match name {
        "css" => {
            listed.reading.select.push(text.to_owned());
            listed
                .reading
                .remove
                .extend(said.get("exclude").and_then(Value::as_str).map(str::to_owned));
        }
        "element-by-id" => listed.reading.select.push(format!("[id=\"{text}\"]")),
        "element-by-class" => listed.reading.select.push(format!("[class~=\"{text}\"]")),
        "element-by-tag" => listed.reading.select.push(text.to_owned()),
        reading if READING.contains(&reading) => {}
        "" => {}
        other if text.is_empty() => listed.lost.push(format!("the filter `{other}`")),
        other => listed.lost.push(format!("the filter `{other}: {text}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_bring_names_and_selectors_and_other_filters_are_named() {
        let text = "name: Ferry terms\nurl: https://ferry.example/terms\nfilter:\n  - css:\n      selector: main\n      exclude: .ad\n  \
            - html2text\n  - grep: AI\n---\nurl: https://b.example/privacy\nfilter: element-by-id:text,strip\n---\nnavigate: https://c.example/\n\
            headers:\n  A: b\n---\ncommand: date\n";
        let jobs: Vec<Value> = serde_saphyr::from_multiple(text).unwrap();
        let listed: Vec<Listed> = jobs.iter().filter_map(job).collect();
        assert_eq!(listed.len(), 3);
        assert_eq!(listed[0].title, "Ferry terms");
        assert_eq!(
            (listed[0].reading.select.as_slice(), listed[0].reading.remove.as_slice()),
            (&["main".to_owned()][..], &[".ad".to_owned()][..])
        );
        assert_eq!(listed[0].lost, ["the filter `grep: AI`"]);
        assert_eq!(
            (listed[1].reading.select.as_slice(), listed[1].lost.len()),
            (&["[id=\"text\"]".to_owned()][..], 0)
        );
        assert!(listed[2].in_browser);
        assert_eq!(listed[2].lost, ["`headers`"]);
    }
}
