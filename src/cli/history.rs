//! `log`, `show`: what was kept.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Format;
use super::context::{Context, moment, unknown};
use crate::render::{clean, json as as_json};
use crate::store::{Store, Version};

#[derive(Debug, Args)]
pub(super) struct Log {
    #[arg(value_name = "WATCH")]
    watch: String,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// A watch, with `@N` its version N; else the newest.
    #[arg(value_name = "WATCH[@N]")]
    watch: String,
    #[arg(long, value_enum, default_value = "markdown")]
    format: TextFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TextFormat {
    Text,
    Markdown,
    Json,
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
        let lines = store.log(&self.watch).map_err(|error| error.to_string())?;
        if lines.is_empty() {
            return Err(nothing_kept(&store, &self.watch)?);
        }
        match self.format {
            Format::Json => {
                let line = |line: &crate::store::VersionLine| {
                    json!({ "number": line.number, "recorded": line.recorded, "characters": line.characters,
                            "findings": line.findings, "text_sha256": line.text_sha256, "chain_sha256": line.link,
                            "archive_commit": line.commit })
                };
                let versions: Vec<_> = lines.iter().map(line).collect();
                context.print_json(&json!({ "version": 1, "watch": self.watch, "versions": versions }));
            }
            Format::Text => {
                let mut text = String::new();
                for line in lines.iter().rev() {
                    text.push_str(&format!(
                        "@{:<4} {}  {:>7} characters  {:>3} findings  {}\n",
                        line.number,
                        moment(line.recorded),
                        line.characters,
                        line.findings,
                        line.text_sha256.get(..12).unwrap_or_default(),
                    ));
                }
                context.show(&text);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Show {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let (watch, wanted) = match self.watch.split_once('@') {
            Some((watch, digits)) => (watch, Some(number(digits)?)),
            None => (self.watch.as_str(), None),
        };
        let version = version(&context.store()?, watch, wanted)?;
        match self.format {
            TextFormat::Text => context.show(&format!("{}\n", clean(&version.document.to_text()))),
            TextFormat::Markdown => context.show(&format!("{}\n", clean(&version.document.to_markdown()))),
            TextFormat::Json => context.print_json(&json!({
                "version": 1, "watch": watch, "number": version.number, "recorded": version.recorded,
                "text_sha256": version.text_sha256, "document": version.document,
                "detection": as_json::detection(&version.detection),
            })),
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn version(store: &Store, watch: &str, number: Option<u32>) -> Result<Version, String> {
    match store.version(watch, number).map_err(|error| error.to_string())? {
        Some(version) => Ok(version),
        None => Err(match number {
            Some(number) if !store.log(watch).map_err(|error| error.to_string())?.is_empty() => {
                format!("{watch} has no version @{number}; `clausewatch log {watch}` lists them")
            }
            _ => nothing_kept(store, watch)?,
        }),
    }
}

fn nothing_kept(store: &Store, watch: &str) -> Result<String, String> {
    let states = store.states().map_err(|error| error.to_string())?;
    if states.iter().any(|state| state.watch == watch) {
        return Ok(format!(
            "{watch} was never read so far; `clausewatch status {watch}` says why"
        ));
    }
    let ids: Vec<&str> = states.iter().map(|state| state.watch.as_str()).collect();
    Ok(format!("nothing is kept of `{watch}`: {}", unknown(watch, &ids)))
}
