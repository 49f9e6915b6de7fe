//! `backup`, `vacuum`, `verify`: the state as a whole.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Format;
use super::context::{Context, count};
use crate::clock;
use crate::store::LetGo;

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The copy; one of before is replaced when the new one is complete.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        context.store()?.backup(&self.file).map_err(|error| error.to_string())?;
        context.report(&format!(
            "copied to {}; to go back to it, stop clausewatch and put it in place of {}",
            self.file.display(),
            context.paths.state.join("clausewatch.sqlite").display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn vacuum(context: &Context) -> Result<ExitCode, String> {
    let mut store = context.store()?;
    // Without a watchlist everything is kept.
    let watches = if context.paths.watchlist.exists() {
        context.watchlist()?.watches
    } else {
        Vec::new()
    };
    let mut gone = LetGo::default();
    for watch in &watches {
        let of_watch = store.let_go(&watch.id, watch.keep, clock::now());
        let of_watch = of_watch.map_err(|error| error.to_string())?;
        gone.pages += of_watch.pages;
        gone.texts += of_watch.texts;
    }
    let (before, after) = store.vacuum().map_err(|error| error.to_string())?;
    let kilobytes = |bytes: u64| bytes.div_ceil(1024);
    let mut said = format!("{} kB before, {} kB now", kilobytes(before), kilobytes(after));
    if gone != LetGo::default() {
        said.push_str(&format!("; let go by `keep`: {}", in_words(gone)));
    }
    context.report(&said);
    Ok(ExitCode::SUCCESS)
}

fn in_words(gone: LetGo) -> String {
    format!("{}, {}", count(gone.pages, "page"), count(gone.texts, "text"))
}

impl Verify {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let store = context.store()?;
        let damage = store.verify().map_err(|error| error.to_string())?;
        let gone = match store.gone() {
            // What is damaged is not counted, but named.
            Err(_) if !damage.is_empty() => LetGo::default(),
            gone => gone.map_err(|error| error.to_string())?,
        };
        if self.format == Format::Json {
            context.print_json(&json!({ "version": 1, "whole": damage.is_empty(), "damage": damage,
                "let_go": { "pages": gone.pages, "texts": gone.texts } }));
            return Ok(ExitCode::from(if damage.is_empty() { 0 } else { 2 }));
        }
        if !damage.is_empty() {
            return Err(format!(
                "the state in {} is damaged:\n{}\nthe rest is sound; a copy made by `clausewatch backup` has what is lost",
                context.paths.state.display(),
                damage.join("\n")
            ));
        }
        let mut said = "The state is whole.".to_owned();
        if gone != LetGo::default() {
            said.push_str(&format!(
                " Of {} let go by `keep` the hashes are there.",
                in_words(gone)
            ));
        }
        context.print(&format!("{said}\n"));
        Ok(ExitCode::SUCCESS)
    }
}
