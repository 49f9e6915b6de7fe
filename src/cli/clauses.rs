//! `clauses`: the ledger, for people and registers.

use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use serde_json::json;

use super::context::{Context, moment};
use super::documents::{Known, documents};
use super::timeline::{Stood, stood};
use crate::analysis::detect::Stance;
use crate::render::{self, Column, Table, Words, clean_line, json as as_json};

#[derive(Debug, Args)]
pub(super) struct Clauses {
    /// Ids or services; all without.
    #[arg(value_name = "WATCH")]
    watches: Vec<String>,
    /// Those that are gone from the documents, too.
    #[arg(long)]
    gone: bool,
    /// Only those that came, or went, on this day or later.
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<DateTime<Utc>>,
    /// Only these; repeatable.
    #[arg(long, value_enum, value_name = "STANCE")]
    stance: Vec<StanceName>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: ClausesFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StanceName {
    Claim,
    Assurance,
    Choice,
    Restriction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ClausesFormat {
    /// Quotes with what made them findings.
    Text,
    /// A line a clause.
    Table,
    Json,
    Csv,
}

fn day(text: &str) -> Result<DateTime<Utc>, String> {
    let day = text.parse::<NaiveDate>().ok();
    let midnight = day.and_then(|day| day.and_hms_opt(0, 0, 0));
    midnight
        .map(|midnight| midnight.and_utc())
        .ok_or_else(|| format!("`{text}` is no day; write `2025-04-21`"))
}

impl Clauses {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let store = context.store()?;
        let mut found: Vec<(Known, Vec<Stood>)> = Vec::new();
        for document in documents(context, &store, &self.watches)? {
            if store.state(&document.id).map_err(|error| error.to_string())?.is_some() {
                let mut clauses = stood(&store, &document.id)?;
                clauses.retain(|stood| self.is_wanted(stood));
                clauses.sort_by_key(|stood| (stood.until.is_some(), stood.entry.finding.stance, stood.since));
                found.push((document, clauses));
            }
        }
        if found.is_empty() && matches!(self.format, ClausesFormat::Text | ClausesFormat::Table) {
            return Err("nothing was read yet; run `clausewatch check` first".into());
        }
        match self.format {
            ClausesFormat::Json => context.print_json(&as_value(&found)),
            ClausesFormat::Csv => context.print(&register(&found)),
            ClausesFormat::Table => context.show(&table(&found, context)),
            ClausesFormat::Text => context.show(&self.text(&found, context)),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn is_wanted(&self, stood: &Stood) -> bool {
        let stance = match stood.entry.finding.stance {
            Stance::Claim => StanceName::Claim,
            Stance::Assurance => StanceName::Assurance,
            Stance::Choice => StanceName::Choice,
            Stance::Restriction => StanceName::Restriction,
            Stance::Mention => return false,
        };
        let changed = stood.until.unwrap_or(stood.since);
        (self.stance.is_empty() || self.stance.contains(&stance))
            && (self.gone || stood.until.is_none())
            && self.since.is_none_or(|since| stood.since >= since || changed >= since)
    }

    fn text(&self, found: &[(Known, Vec<Stood>)], context: &Context) -> String {
        let words = Words::of("en");
        let narrowed = self.since.is_some() || !self.stance.is_empty();
        let mut text = String::new();
        for (document, clauses) in found.iter().filter(|(_, clauses)| !narrowed || !clauses.is_empty()) {
            text.push_str(&format!(
                "{} · {} ({})\n",
                document.service, document.title, document.id
            ));
            if clauses.is_empty() {
                text.push_str("  nothing about AI training\n");
            }
            for stood in clauses {
                let (state, at, version) = match stood.until {
                    Some(until) => ("gone since", until, stood.entry.last_version + 1),
                    None if stood.is_from_start => ("since before", stood.since, stood.entry.first_version),
                    None => ("since", stood.since, stood.entry.first_version),
                };
                text.push_str(&format!("\n{state} {} (@{version})\n", moment(at)));
                let finding = std::slice::from_ref(&stood.entry.finding);
                text.push_str(&render::findings(finding, words, context.ink, context.width));
            }
            text.push('\n');
        }
        text
    }
}

fn as_value(found: &[(Known, Vec<Stood>)]) -> serde_json::Value {
    let clause = |document: &Known, stood: &Stood| {
        json!({
            "watch": document.id, "service": document.service, "title": document.title, "gone": stood.until.is_some(),
            "first_version": stood.entry.first_version, "last_version": stood.entry.last_version,
            "since": stood.since, "until": stood.until, "since_before_first_record": stood.is_from_start,
            "clause": as_json::finding(&stood.entry.finding),
        })
    };
    let clauses = found
        .iter()
        .flat_map(|(document, clauses)| clauses.iter().map(move |stood| clause(document, stood)));
    json!({ "version": 1, "clauses": clauses.collect::<Vec<_>>() })
}

/// The clauses as rows for a register of processing activities.
pub(super) fn register(found: &[(Known, Vec<Stood>)]) -> String {
    let head = [
        "service",
        "document",
        "watch",
        "stance",
        "since",
        "until",
        "first_version",
        "last_version",
        "section",
        "clause",
        "dates",
        "links",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (document, clauses) in found {
        for stood in clauses {
            let finding = &stood.entry.finding;
            let day = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
            let links: Vec<&str> = finding.links.iter().map(|link| link.target.as_str()).collect();
            rows.push(vec![
                document.service.clone(),
                document.title.clone(),
                document.id.clone(),
                finding.stance.name().to_owned(),
                day(stood.since),
                stood.until.map(day).unwrap_or_default(),
                stood.entry.first_version.to_string(),
                stood.entry.last_version.to_string(),
                finding.heading.join(" › "),
                clean_line(&finding.text),
                finding.dates.join("; "),
                links.join(" "),
            ]);
        }
    }
    render::csv(&rows)
}

/// A line a clause, the clauses cut.
fn table(found: &[(Known, Vec<Stood>)], context: &Context) -> String {
    let mut table = Table::new(&[
        Column::new("stance"),
        Column::new("since"),
        Column::new("until").goes(0),
        Column::new("watch"),
        Column::new("clause"),
    ]);
    let width = context.wide();
    for (document, clauses) in found {
        for stood in clauses {
            let day = |at: DateTime<Utc>| at.format("%Y-%m-%d").to_string();
            let finding = &stood.entry.finding;
            table.row([
                finding.stance.name().to_owned(),
                day(stood.since),
                stood.until.map(day).unwrap_or_default(),
                document.id.clone(),
                clean_line(&finding.text),
            ]);
        }
    }
    table.cut().render(context.ink, width)
}
