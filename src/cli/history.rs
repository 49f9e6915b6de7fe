//! `log`, `show`: what was kept.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Format;
use super::context::{Context, count, moment, relative, unknown};
use crate::analysis::document::Document;
use crate::clock;
use crate::render::{Column, Table, clean, json as as_json};
use crate::round::NETWORK;
use crate::store::{Held, Store, Version, VersionLine};

#[derive(Debug, Args)]
pub(super) struct Log {
    /// Id or service.
    #[arg(value_name = "WATCH")]
    watch: String,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// A watch, with `@N` its version N; else the newest.
    #[arg(value_name = "WATCH[@N]")]
    watch: String,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "markdown")]
    format: TextFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TextFormat {
    Text,
    Markdown,
    Json,
}

/// What is still there, as JSON names it.
fn held(held: Held) -> &'static str {
    match held {
        Held::All => "all",
        Held::Text => "text",
        Held::Hashes => "hashes",
    }
}

pub(super) fn number(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix('@').unwrap_or(text);
    digits
        .parse()
        .map_err(|_| format!("`{text}` is no version; write `@3`"))
}

impl Log {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let store = context.store()?;
        let watch = kept(&store, &self.watch)?;
        let lines = store.log(&watch).map_err(|error| error.to_string())?;
        if lines.is_empty() {
            return Err(never_read(&watch));
        }
        match self.format {
            Format::Json => {
                let line = |line: &VersionLine| {
                    json!({ "number": line.number, "recorded": line.recorded, "characters": line.characters,
                            "findings": line.findings, "text_sha256": line.text_sha256, "chain_sha256": line.link,
                            "archive_commit": line.commit, "held": held(line.held) })
                };
                let versions: Vec<_> = lines.iter().map(line).collect();
                context.print_json(&json!({ "version": 1, "watch": watch, "versions": versions }));
            }
            Format::Text => {
                context.show(&table(&lines).render(context.ink, context.wide()));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The newest first.
fn table(lines: &[VersionLine]) -> Table {
    let now = clock::now();
    let mut table = Table::new(&[
        Column::new("version"),
        Column::new("recorded"),
        Column::new("when").number().goes(1),
        Column::new("characters").number(),
        Column::new("grown by").number().goes(2),
        Column::new("sha256 of text").goes(0),
        Column::new("on AI training"),
    ]);
    for (index, line) in lines.iter().enumerate().rev() {
        let before = index.checked_sub(1).and_then(|before| lines.get(before));
        let grown = before.map(|before| i64::from(line.characters) - i64::from(before.characters));
        table.row([
            format!("@{}", line.number),
            moment(line.recorded),
            relative(line.recorded, now),
            line.characters.to_string(),
            grown.map(|grown| format!("{grown:+}")).unwrap_or_default(),
            line.text_sha256.get(..12).unwrap_or_default().to_owned(),
            count(line.findings.try_into().unwrap_or(usize::MAX), "finding"),
        ]);
        match line.held {
            Held::All => {}
            Held::Text => table.note("its pages were let go"),
            Held::Hashes => table.note("its text was let go"),
        }
    }
    table
}

impl Show {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let (watch, wanted) = match self.watch.split_once('@') {
            Some((watch, digits)) => (watch, Some(number(digits)?)),
            None => (self.watch.as_str(), None),
        };
        let store = context.store()?;
        let watch = kept(&store, watch)?;
        let text = match self.format {
            TextFormat::Text => document(&store, &watch, wanted)?.to_text(),
            TextFormat::Markdown => document(&store, &watch, wanted)?.to_markdown(),
            TextFormat::Json => {
                let version = version(&store, &watch, wanted)?;
                context.print_json(&json!({
                    "version": 1, "watch": watch, "number": version.number, "recorded": version.recorded,
                    "text_sha256": version.text_sha256, "document": version.document,
                    "detection": as_json::detection(&version.detection),
                }));
                return Ok(ExitCode::SUCCESS);
            }
        };
        context.show(&context.prose(&format!("{}\n", clean(&text))));
        Ok(ExitCode::SUCCESS)
    }
}

/// The watch that a name means: an id, or a service of which one document is kept.
pub(super) fn kept(store: &Store, name: &str) -> Result<String, String> {
    let states = store.states().map_err(|error| error.to_string())?;
    let ids = states.iter().map(|state| state.watch.as_str());
    // What the machine's network is like is remembered like a watch, and is none.
    let ids: Vec<&str> = ids.filter(|id| *id != NETWORK).collect();
    if ids.contains(&name) {
        return Ok(name.to_owned());
    }
    let service = format!("{name}/");
    let of_service: Vec<&str> = ids.iter().copied().filter(|id| id.starts_with(&service)).collect();
    match of_service.as_slice() {
        [] if ids.is_empty() => Err(format!(
            "nothing is kept of `{name}` yet; `clausewatch check` keeps the first version of each document"
        )),
        [] => Err(format!("nothing is kept of `{name}`: {}", unknown(name, &ids))),
        [one] => Ok((*one).to_owned()),
        several => Err(format!(
            "`{name}` means several watches; name one of {}",
            several.join(", ")
        )),
    }
}

pub(super) fn version(store: &Store, watch: &str, number: Option<u32>) -> Result<Version, String> {
    let found = store.version(watch, number).map_err(|error| error.to_string())?;
    found.ok_or_else(|| no_version(watch, number))
}

fn document(store: &Store, watch: &str, number: Option<u32>) -> Result<Document, String> {
    let found = store.document(watch, number).map_err(|error| error.to_string())?;
    found.ok_or_else(|| no_version(watch, number))
}

fn no_version(watch: &str, number: Option<u32>) -> String {
    match number {
        Some(number) => format!("{watch} has no version @{number}; `clausewatch log {watch}` lists them"),
        None => never_read(watch),
    }
}

fn never_read(watch: &str) -> String {
    format!("{watch} was never read so far; `clausewatch status {watch}` says why")
}
