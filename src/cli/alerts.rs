//! `alerts`: list, show, acknowledge, put off, call false.

use std::process::ExitCode;

use chrono::{DateTime, Days, Local, NaiveDate, NaiveTime, Utc};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use toml_edit::{ArrayOfTables, DocumentMut, Item};
use url::Url;

use super::Format;
use super::context::{Context, moment, relative};
use crate::analysis::compare::Severity;
use crate::clock;
use crate::render::{self, Column, Table, Words, json as as_json};
use crate::store::{FalseAlarm, Store, StoredAlert};

#[derive(Debug, Args)]
pub(super) struct Alerts {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only of this watch.
    #[arg(long, value_name = "WATCH", global = true)]
    watch: Option<String>,
    /// Those acknowledged and put off too, and those that nobody was told of.
    #[arg(long, global = true)]
    all: bool,
    /// Those of histories that were taken over with `import`, instead.
    #[arg(long, global = true)]
    historical: bool,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text", global = true)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them, the newest first (the default).
    List,
    /// Print one in full, with the reasons.
    Show {
        /// Its number in the list.
        alert: i64,
    },
    /// You saw it: it is listed no more, and you are reminded of it no more.
    Ack {
        /// Its number in the list.
        alert: i64,
    },
    /// Put it off: it is listed again, and told again, on that day.
    Snooze {
        /// Its number in the list.
        alert: i64,
        /// A day (2025-05-26), or a time from now (3d).
        until: String,
    },
    /// It is wrong: it is listed no more, and its clauses are not told again.
    FalseAlarm {
        /// Its number in the list.
        alert: i64,
    },
    /// Print the clauses you called false, as examples for a lexicon, to report them.
    Examples,
}

impl Alerts {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let mut store = context.store()?;
        let failed = |error: crate::store::StoreError| error.to_string();
        let now = clock::now();
        match &self.action {
            None | Some(Action::List) => self.list(context, &store, now)?,
            Some(Action::Show { alert }) => {
                let found = find(&store, *alert)?;
                match self.format {
                    Format::Json => context.print_json(&to_json(&store, &found)?),
                    Format::Text => context.show(&full(context, &found)?),
                }
            }
            Some(Action::Ack { alert }) => {
                find(&store, *alert)?;
                store.acknowledge(*alert, now).map_err(failed)?;
                context.report(&format!("alert {alert} is acknowledged"));
            }
            Some(Action::Snooze { alert, until }) => {
                find(&store, *alert)?;
                let until = moment_of(until, now)?;
                store.snooze(*alert, until).map_err(failed)?;
                context.report(&format!("alert {alert} is put off until {}", moment(until)));
            }
            Some(Action::FalseAlarm { alert }) => {
                let found = find(&store, *alert)?;
                let clauses = false_clauses(&store, &found, now)?;
                store.call_false(*alert, &clauses, now).map_err(failed)?;
                context.report(&format!(
                    "alert {alert} is marked as a false alarm, and its clauses are not told again; please report this, so that it does not happen to others:\n\n{}",
                    examples(&clauses)
                ));
            }
            Some(Action::Examples) => {
                let alarms = store.false_alarms(self.watch.as_deref()).map_err(failed)?;
                context.print(&examples(&alarms));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self, context: &Context, store: &Store, now: DateTime<Utc>) -> Result<(), String> {
        let stored = store.alerts(self.watch.as_deref()).map_err(|error| error.to_string())?;
        let is_shown = |alert: &&StoredAlert| {
            let asleep = alert.snoozed.is_some_and(|until| until > now);
            let is_open = alert.told && alert.acknowledged.is_none() && !asleep;
            alert.historical == self.historical && (self.all || self.historical || is_open)
        };
        let mut shown: Vec<&StoredAlert> = stored.iter().filter(is_shown).collect();
        match self.format {
            Format::Json => {
                let alerts: Vec<Value> = shown
                    .iter()
                    .map(|alert| to_json(store, alert))
                    .collect::<Result<_, _>>()?;
                context.print_json(&json!({ "version": 1, "alerts": alerts }));
            }
            Format::Text if shown.is_empty() => context.print(nothing(store, self.historical)?),
            Format::Text => {
                let words = words(context)?;
                context.show(&table(&mut shown, context, words, now).render(context.ink, context.wide()));
                let open = shown.iter().find(|stored| stored.acknowledged.is_none() && stored.told);
                if let Some(stored) = open.filter(|_| !context.quiet) {
                    let id = stored.id;
                    context.report(&format!(
                        "`clausewatch alerts show {id}` prints one in full; `alerts ack {id}` ends its reminders"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The reader's language; English where the watchlist cannot be read.
fn words(context: &Context) -> Result<&'static Words, String> {
    Ok(Words::of(
        context
            .watchlist()
            .map_or("en".to_owned(), |list| list.language)
            .as_str(),
    ))
}

fn find(store: &Store, id: i64) -> Result<StoredAlert, String> {
    let mut stored = store.alerts(None).map_err(|error| error.to_string())?;
    stored.retain(|stored| stored.id == id);
    stored
        .pop()
        .ok_or_else(|| format!("there is no alert {id}; `clausewatch alerts --all` lists them"))
}

/// `2025-05-26` is its morning; `3d` is in three days.
fn moment_of(until: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    let remedy = || format!("`{until}` is no time to come; write a day (2025-05-26) or so many days (3d)");
    let today = now.with_timezone(&Local).date_naive();
    let day = match until.strip_suffix('d').and_then(|days| days.parse().ok()) {
        Some(days) => today.checked_add_days(Days::new(days)).ok_or_else(remedy)?,
        None => until.parse::<NaiveDate>().map_err(|_| remedy())?,
    };
    let morning = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
    let moment = day
        .and_time(morning)
        .and_local_timezone(Local)
        .earliest()
        .map(|morning| morning.to_utc());
    moment.filter(|moment| *moment > now).ok_or_else(remedy)
}

fn false_clauses(store: &Store, stored: &StoredAlert, at: DateTime<Utc>) -> Result<Vec<FalseAlarm>, String> {
    let watch = &stored.alert.watch;
    let version = store.version(watch, None).map_err(|error| error.to_string())?;
    let lang = version.and_then(|version| version.detection.lang);
    let alarm = |change: &crate::analysis::compare::ClauseChange| FalseAlarm {
        watch: watch.clone(),
        clause: change.finding.text.clone(),
        lang: lang.clone(),
        at,
    };
    Ok(stored.alert.changes().iter().map(alarm).collect())
}

/// As the lexicons write examples: what nothing should be found in.
fn examples(alarms: &[FalseAlarm]) -> String {
    let mut tables = ArrayOfTables::new();
    for alarm in alarms {
        let mut table = toml_edit::Table::new();
        table.insert("text", toml_edit::value(render::clean(&alarm.clause)));
        table.insert("stance", toml_edit::value("none"));
        let lang = alarm.lang.as_deref().unwrap_or("unknown");
        table
            .decor_mut()
            .set_prefix(format!("# {}, language {lang}\n", alarm.watch));
        tables.push(table);
    }
    let mut document = DocumentMut::new();
    document.insert("example", Item::ArrayOfTables(tables));
    document.to_string()
}

/// What asks for an answer first, the loud before the quiet, then the newest.
fn table(alerts: &mut [&StoredAlert], context: &Context, words: &Words, now: DateTime<Utc>) -> Table {
    let ink = context.ink;
    let is_answered = |stored: &StoredAlert| stored.acknowledged.is_some() || stored.false_alarm || !stored.told;
    alerts.sort_by_key(|stored| {
        let is_quiet = stored.alert.severity != Severity::Alert;
        (is_answered(stored), is_quiet, std::cmp::Reverse(stored.at))
    });
    let mut table = Table::new(&[
        Column::new("id").number(),
        Column::new("when").number().goes(1),
        Column::new("at").goes(0),
        Column::new("severity").goes(2),
        Column::new("watch"),
        Column::new("what happened"),
    ]);
    for stored in alerts {
        let severity = format!("{:?}", stored.alert.severity).to_lowercase();
        let is_loud = stored.alert.severity == Severity::Alert && !is_answered(stored);
        table.row([
            stored.id.to_string(),
            relative(stored.at, now),
            moment(stored.at),
            if is_loud {
                ink.warning(&severity)
            } else {
                ink.faint(&severity)
            },
            ink.link(&stored.alert.watch, Url::parse(&stored.alert.url).ok().as_ref()),
            render::sentence(&stored.alert, words),
        ]);
        match (stored.false_alarm, stored.acknowledged, stored.snoozed, stored.told) {
            (true, ..) => table.note("called a false alarm"),
            (_, Some(at), ..) => table.note(format!("acknowledged {}", moment(at))),
            (_, _, Some(until), _) if until > now => table.note(format!("put off until {}", moment(until))),
            (.., false) => table.note("not told: `notify` asks for louder ones only"),
            _ => {}
        }
    }
    table
}

/// What to do where there is nothing to see.
fn nothing(store: &Store, is_historical: bool) -> Result<&'static str, String> {
    let states = store.states().map_err(|error| error.to_string())?;
    Ok(match (is_historical, states.is_empty()) {
        (true, _) => "No alerts of histories. `clausewatch import ota REPO` takes one over.\n",
        (_, true) => "No alerts: nothing is read yet. `clausewatch check` keeps the first version of each document.\n",
        _ => "No alerts. `--all` lists those acknowledged and put off, and those that `notify` keeps silent.\n",
    })
}

fn full(context: &Context, stored: &StoredAlert) -> Result<String, String> {
    let words = words(context)?;
    let mut text = format!("Alert {} of {}\n\n", stored.id, moment(stored.at));
    text.push_str(&render::terminal(&stored.alert, words, context.ink, context.width));
    for change in stored.alert.changes() {
        text.push_str(&format!("\n{}\n", render::clean_line(&change.why.join("; "))));
        for reason in &change.finding.why {
            text.push_str(&format!(
                "    {}: {}\n",
                reason.concept,
                render::clean_line(&reason.words)
            ));
        }
    }
    Ok(text)
}

fn to_json(store: &Store, stored: &StoredAlert) -> Result<Value, String> {
    let mut value = json!({
        "id": stored.id, "at": stored.at, "told": stored.told, "acknowledged": stored.acknowledged,
        "snoozed": stored.snoozed, "false_alarm": stored.false_alarm, "alert": as_json::alert(&stored.alert),
    });
    if stored.historical {
        let alert = &stored.alert;
        let provenance = store.provenance(&alert.watch, alert.to_version.unwrap_or_default());
        let (path, commit) = provenance.map_err(|error| error.to_string())?.unwrap_or_default();
        value["historical"] = json!({ "archive_path": path, "archive_commit": commit });
    }
    Ok(value)
}
