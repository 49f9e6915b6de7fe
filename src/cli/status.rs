//! `status`: a line a watch.

use std::collections::HashMap;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::Format;
use super::context::{Context, choose, count, moment, relative};
use super::object::open_alerts;
use crate::clock;
use crate::daemon::{next_visit, resting};
use crate::render::{self, Column, Ink, Table, Words, clean_line};
use crate::round::STALE_AFTER;
use crate::store::{Due, Health, Lock, Stances, StandIn, StoredAlert, WatchState};
use crate::watchlist::Watch;

#[derive(Debug, Args)]
pub(super) struct Status {
    /// Ids or services; all without.
    #[arg(value_name = "WATCH")]
    watches: Vec<String>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

struct Line<'a> {
    watch: &'a Watch,
    state: Option<WatchState>,
    next: Option<DateTime<Utc>>,
    /// An alert that asks for an answer.
    open: Option<StoredAlert>,
    /// Pages of several that are as an earlier visit read them.
    stand_ins: Vec<StandIn>,
}

impl Status {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let watchlist = context.watchlist()?;
        let store = context.store()?;
        let watches = choose(&watchlist, &self.watches)?;
        let states = store.states().map_err(|error| error.to_string())?;
        let open = open_alerts(&store, &watchlist, &states)?;
        let hosts = store.hosts().map_err(|error| error.to_string())?;
        let resting = resting(&hosts, watchlist.host_budget, clock::now());
        let mut states: HashMap<String, WatchState> =
            states.into_iter().map(|state| (state.watch.clone(), state)).collect();
        let mut open: HashMap<String, StoredAlert> = open
            .into_iter()
            .map(|stored| (stored.alert.watch.clone(), stored))
            .collect();
        let stand_ins = store.stand_ins().map_err(|error| error.to_string())?;
        let stand_ins = |watch: &Watch| {
            stand_ins
                .iter()
                .filter(|page| page.watch == watch.id)
                .cloned()
                .collect()
        };
        let now = clock::now();
        let mut lines: Vec<Line<'_>> = watches
            .into_iter()
            .map(|watch| {
                let state = states.remove(&watch.id);
                Line {
                    watch,
                    next: next_visit(watch, state.as_ref(), &resting, now),
                    state,
                    stand_ins: stand_ins(watch),
                    open: open.remove(&watch.id),
                }
            })
            .collect();
        match self.format {
            Format::Json => {
                context.print_json(&json!({ "version": 1, "daemon": daemon_of(context), "watches": lines.iter().map(to_json).collect::<Vec<_>>() }));
            }
            Format::Text => {
                let undelivered = store.undelivered().map_err(|error| error.to_string())?;
                context.print(&report(
                    context,
                    Words::of(&watchlist.language),
                    &mut lines,
                    &undelivered,
                    self.watches.len() == 1,
                ));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Line<'_> {
    fn says(&self) -> Option<&Stances> {
        self.state.as_ref().and_then(|state| state.says.as_ref())
    }
}

/// What a document says of AI training, in a few words.
fn says(stances: &Stances) -> String {
    if !stances.understood {
        let lang = stances.lang.as_deref().unwrap_or("unknown language");
        return format!("read, but not understood ({lang})");
    }
    let named = [
        (stances.claims, "claim"),
        (stances.assurances, "assurance"),
        (stances.choices, "choice"),
        (stances.restrictions, "restriction"),
    ];
    let named = named.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = named.map(|(number, name)| count(*number as usize, name)).collect();
    if parts.is_empty() {
        "nothing on AI training".into()
    } else {
        parts.join(", ")
    }
}

fn is_stale(line: &Line<'_>) -> bool {
    let is_ok = line.state.as_ref().is_some_and(|state| state.health == Health::Ok);
    is_ok && line.next.is_some_and(|next| clock::now() - next > STALE_AFTER)
}

fn health(line: &Line<'_>) -> &'static str {
    let state = line.state.as_ref();
    match state.map(|state| state.health) {
        _ if is_stale(line) => "STALE",
        Some(Health::Troubled) if state.is_some_and(|state| state.suspect.is_some()) => "suspect",
        None | Some(Health::New) => "new",
        Some(Health::Ok) => "ok",
        Some(Health::Troubled) => "trouble",
        Some(Health::Blind) => "BLIND",
        Some(Health::Gone) => "GONE",
        Some(Health::Stale) => "STALE",
    }
}

/// What wants a person comes first.
fn urgency(line: &Line<'_>) -> u8 {
    match health(line) {
        _ if line.open.is_some() => 0,
        "BLIND" | "GONE" | "STALE" => 1,
        "suspect" | "trouble" => 2,
        _ => 3,
    }
}

/// The health, as loud as it is.
fn painted(line: &Line<'_>, ink: Ink) -> String {
    let health = health(line);
    match health {
        "ok" => ink.good(health),
        "new" => ink.faint(health),
        _ => ink.warning(health),
    }
}

fn report(context: &Context, words: &Words, lines: &mut [Line<'_>], undelivered: &[Due], detailed: bool) -> String {
    lines.sort_by_key(urgency);
    let now = clock::now();
    let ago = |time: Option<DateTime<Utc>>| time.map_or_else(|| "never".to_owned(), |time| relative(time, now));
    let mut table = Table::new(&[
        Column::new("health"),
        Column::new("watch"),
        Column::new("checked").number().goes(1),
        Column::new("changed").number().goes(2),
        Column::new("next").number().goes(0),
        Column::new("says today"),
    ]);
    for line in &*lines {
        let state = line.state.as_ref();
        let says = line.says().map_or_else(|| "not read yet".to_owned(), says);
        table.row([
            painted(line, context.ink),
            context.ink.link(&line.watch.id, line.watch.pages.first()),
            ago(state.and_then(|state| state.last_visit)),
            ago(state.and_then(|state| state.last_change)),
            // A visit that is due is made with the next round.
            ago(line.next.map(|next| next.max(now))),
            says,
        ]);
        if let Some(trouble) = state.and_then(|state| state.trouble.as_ref()) {
            let since = state
                .and_then(|state| state.last_read)
                .map_or_else(|| "never".into(), moment);
            table.note(clean_line(trouble));
            table.note(format!("last read: {since}"));
        }
        for page in &line.stand_ins {
            table.note(format!(
                "{} is as it was read on {}",
                clean_line(&page.url),
                moment(page.read)
            ));
        }
        if state.is_some_and(|state| state.unconfirmed.is_some()) {
            table.note("changed at the last visit; told when another visit finds it too");
        }
        if is_stale(line) {
            table.note("overdue for more than a week: is `clausewatch daemon` running?");
        }
        if let Some(moved) = state.and_then(|state| state.moved.as_ref()) {
            table.note(format!("moved for good: put {} into `url`", clean_line(moved)));
        }
        if let Some(stored) = &line.open {
            for line in asks(stored, words, context.ink) {
                table.note(line);
            }
        }
        if detailed {
            for detail in details(line) {
                table.note(detail);
            }
        }
    }
    let mut text = table.render(context.ink, context.wide());
    if lines.iter().all(|line| line.state.is_none()) {
        text.push_str("\nNothing is read yet: `clausewatch check` keeps the first version of each.\n");
    }
    let waiting = undelivered.iter().filter(|due| !due.digest).count();
    let dead = undelivered.iter().filter(|due| due.dead.is_some()).count();
    if waiting > 0 {
        let dead = if dead > 0 {
            format!(", {dead} of them dead letters")
        } else {
            String::new()
        };
        text.push_str(&format!(
            "\nNot delivered yet: {}{dead}; see `clausewatch outbox`\n",
            count(waiting, "alert")
        ));
    }
    text
}

/// What waits for an answer of the user, until when, and how it is given.
fn asks(stored: &StoredAlert, words: &Words, ink: Ink) -> [String; 2] {
    let (id, alert) = (stored.id, &stored.alert);
    [
        format!(
            "{} {}",
            ink.warning(&format!("alert {id}:")),
            render::summary(alert, words)
        ),
        format!("`clausewatch object {}`, or `clausewatch alerts ack {id}`", alert.watch),
    ]
}

fn details(line: &Line<'_>) -> Vec<String> {
    let mut details: Vec<String> = line.watch.pages.iter().map(ToString::to_string).collect();
    let Some(state) = &line.state else { return details };
    let at = |what: &str, time: Option<DateTime<Utc>>| time.map(|time| format!("{what} {}", moment(time)));
    details.extend(at("checked", state.last_visit));
    details.extend(at("changed", state.last_change));
    details.extend(at("next   ", line.next));
    let failures = usize::try_from(state.failures).unwrap_or(usize::MAX);
    details.push(format!(
        "{}, {} in a row",
        count(state.versions.try_into().unwrap_or(usize::MAX), "version"),
        count(failures, "failure")
    ));
    details.extend(at("you objected on", state.objected));
    details
}

/// Whether a daemon watches with this state.
fn daemon_of(context: &Context) -> Value {
    let process = Lock::holder(&context.paths.state);
    json!({ "running": process.is_some(), "process": process.and_then(|process| process.parse::<u32>().ok()) })
}

fn to_json(line: &Line<'_>) -> Value {
    let state = line.state.as_ref();
    json!({
        "watch": line.watch.id, "service": line.watch.service, "title": line.watch.title, "health": health(line).to_lowercase(),
        "trouble": state.and_then(|state| state.trouble.as_ref()), "failures": state.map_or(0, |state| state.failures),
        "last_visit": state.and_then(|state| state.last_visit), "last_read": state.and_then(|state| state.last_read),
        "last_change": state.and_then(|state| state.last_change), "next_visit": line.next,
        "versions": state.map_or(0, |state| state.versions), "objected": state.and_then(|state| state.objected),
        "understood": line.says().map(|stances| stances.understood),
        "lang": line.says().and_then(|stances| stances.lang.as_ref()),
        "open_alert": line.open.as_ref().map(|stored| stored.id),
        "deadline": line.open.as_ref().and_then(|stored| stored.alert.deadline()),
        "effective": line.open.as_ref().and_then(|stored| stored.alert.effective()),
        "says": line.says().map(says),
        "stand_ins": line.stand_ins.iter().map(|page| json!({ "url": page.url, "read": page.read })).collect::<Vec<_>>(),
    })
}
