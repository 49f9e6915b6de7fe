//! `timeline`: what a service claimed, promised and offered, from when to when.

use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::json;

use super::Format;
use super::context::Context;
use super::documents::{Known, documents};
use crate::analysis::compare::LedgerEntry;
use crate::analysis::detect::Stance;
use crate::render::{clean_line, json as as_json, wrapped};
use crate::store::{Store, VersionLine};

#[derive(Debug, Args)]
pub(super) struct Timeline {
    /// Services or ids; all without.
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A clause, and the time that it stood.
#[derive(Debug, Clone)]
pub(super) struct Stood {
    pub entry: LedgerEntry,
    pub since: DateTime<Utc>,
    /// The first version's clauses may be older than the record.
    pub is_from_start: bool,
    /// When a version came without it, where it is gone.
    pub until: Option<DateTime<Utc>>,
}

/// The clauses of a document that say something about training, with their days, oldest first.
pub(super) fn stood(store: &Store, watch: &str) -> Result<Vec<Stood>, String> {
    let versions = store.log(watch).map_err(|error| error.to_string())?;
    let entries = store.ledger(watch).map_err(|error| error.to_string())?.entries;
    let at =
        |number: u32| -> Option<&VersionLine> { number.checked_sub(1).and_then(|index| versions.get(index as usize)) };
    let mut stood: Vec<Stood> = entries
        .into_iter()
        .filter(|entry| entry.finding.stance != Stance::Mention)
        .filter_map(|entry| {
            Some(Stood {
                since: at(entry.first_version)?.recorded,
                is_from_start: entry.first_version == 1,
                until: at(entry.last_version + 1).map(|line| line.recorded),
                entry,
            })
        })
        .collect();
    stood.sort_by_key(|stood| (stood.since, stood.entry.finding.stance));
    Ok(stood)
}

impl Timeline {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let store = context.store()?;
        let mut events: Vec<(DateTime<Utc>, String, Known, Stood)> = Vec::new();
        for document in documents(context, &store, &self.services)? {
            for stood in stood(&store, &document.id)? {
                let what = stood.entry.finding.stance.name();
                let begins = if stood.is_from_start {
                    format!("{what} stands (first record)")
                } else {
                    format!("{what} added")
                };
                events.push((stood.since, begins, document.clone(), stood.clone()));
                if let Some(until) = stood.until {
                    events.push((until, format!("{what} gone"), document.clone(), stood));
                }
            }
        }
        events.sort_by(|one, other| (one.0, &one.2.id).cmp(&(other.0, &other.2.id)));
        match self.format {
            Format::Json => {
                let event = |(at, what, document, stood): &(DateTime<Utc>, String, Known, Stood)| {
                    json!({ "at": at, "what": what, "watch": document.id, "service": document.service, "title": document.title,
                            "since": stood.since, "until": stood.until, "clause": as_json::finding(&stood.entry.finding) })
                };
                let events: Vec<_> = events.iter().map(event).collect();
                context.print_json(&json!({ "version": 1, "events": events }));
            }
            Format::Text if events.is_empty() => context.print("Nothing about AI training was read so far.\n"),
            Format::Text => context.show(&text(&events, context.width)),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Past the day and a gap.
const INDENT: &str = "            ";

fn text(events: &[(DateTime<Utc>, String, Known, Stood)], width: usize) -> String {
    let mut text = String::new();
    let mut day = String::new();
    for (at, what, document, stood) in events {
        let this = at.format("%Y-%m-%d").to_string();
        let shown = if this == day {
            " ".repeat(this.len())
        } else {
            this.clone()
        };
        let head = format!("{what}  ({}, {})", document.service, document.title);
        text.push_str(&format!("{shown}{}\n", &wrapped(&head, INDENT, width)[shown.len()..]));
        text.push_str(&wrapped(&clean_line(&stood.entry.finding.text), INDENT, width));
        text.push('\n');
        day = this;
    }
    text
}
