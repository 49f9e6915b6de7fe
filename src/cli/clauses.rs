//! `clauses`: the ledger, for people.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Format;
use super::context::{Context, choose, moment_or};
use crate::analysis::detect::Stance;
use crate::render::{self, Words, json as as_json};
use crate::store::{Store, VersionLine};

#[derive(Debug, Args)]
pub(super) struct Clauses {
    /// Ids or services; all without.
    #[arg(value_name = "WATCH")]
    watches: Vec<String>,
    /// Those that are gone from the documents, too.
    #[arg(long)]
    gone: bool,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Clauses {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let watchlist = context.watchlist()?;
        let store = context.store()?;
        let words = Words::of(&watchlist.language);
        let mut text = String::new();
        let mut found = Vec::new();
        for watch in choose(&watchlist, &self.watches)? {
            let (versions, entries) = self.entries(&store, &watch.id)?;
            let newest = versions.last().map_or(0, |version| version.number);
            if newest == 0 {
                continue;
            }
            let since = |number: u32| {
                versions
                    .iter()
                    .find(|line| line.number == number)
                    .map(|line| line.recorded)
            };
            text.push_str(&format!("{} · {} ({})\n", watch.service, watch.title, watch.id));
            if entries.is_empty() {
                text.push_str("  nothing about AI training\n");
            }
            for entry in &entries {
                let gone = entry.last_version < newest;
                let state = if gone { "gone, last seen" } else { "since" };
                let version = if gone { entry.last_version } else { entry.first_version };
                text.push_str(&format!("\n{state} {} (@{version})\n", moment_or(since(version), "")));
                text.push_str(&render::findings(
                    std::slice::from_ref(&entry.finding),
                    words,
                    context.ink,
                    context.width,
                ));
                found.push(json!({
                    "watch": watch.id, "gone": gone, "first_version": entry.first_version, "last_version": entry.last_version,
                    "since": since(entry.first_version), "clause": as_json::finding(&entry.finding),
                }));
            }
            text.push('\n');
        }
        match self.format {
            Format::Json => context.print_json(&json!({ "version": 1, "clauses": found })),
            Format::Text if text.is_empty() => return Err("nothing was read yet; run `clausewatch check` first".into()),
            Format::Text => context.show(&text),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn entries(
        &self,
        store: &Store,
        watch: &str,
    ) -> Result<(Vec<VersionLine>, Vec<crate::analysis::compare::LedgerEntry>), String> {
        let versions = store.log(watch).map_err(|error| error.to_string())?;
        let newest = versions.last().map_or(0, |version| version.number);
        let mut entries = store.ledger(watch).map_err(|error| error.to_string())?.entries;
        entries.retain(|entry| entry.finding.stance != Stance::Mention && (self.gone || entry.last_version == newest));
        entries.sort_by_key(|entry| (entry.last_version < newest, entry.finding.stance, entry.first_version));
        Ok((versions, entries))
    }
}
