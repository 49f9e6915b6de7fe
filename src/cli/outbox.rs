//! `outbox` and `test-alert`: what is not delivered yet, and whether a channel works.

use std::process::ExitCode;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use serde_json::json;

use super::Format;
use super::context::{Context, count, moment, relative, runtime};
use crate::clock;
use crate::deliver::send;
use crate::render::{Column, Form, Ink, Message, Table, clean_line, message, sample};
use crate::round::flush;
use crate::store::Due;
use crate::watchlist::Channel;

#[derive(Debug, Args)]
pub(super) struct TestAlert {
    /// The channel; all of them without.
    channel: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Outbox {
    #[command(subcommand)]
    action: Option<Action>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List what waits, and why (the default).
    List,
    /// Send all of it now.
    Retry,
    /// Give one up for good.
    Drop {
        /// Its number in the list.
        message: i64,
    },
}

impl TestAlert {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let watchlist = context.watchlist()?;
        let ready = &watchlist.channels;
        let is_wanted = |channel: &&Channel| self.channel.as_ref().is_none_or(|name| *name == channel.name);
        let wanted: Vec<&Channel> = ready.iter().filter(is_wanted).collect();
        if wanted.is_empty() {
            let names: Vec<&str> = ready.iter().map(|channel| channel.name.as_str()).collect();
            let there = if names.is_empty() {
                "the watchlist has no channels".into()
            } else {
                format!("there are {}", names.join(", "))
            };
            return Err(format!("no such channel; {there}"));
        }
        let runtime = runtime()?;
        let (now, alert) = (clock::now(), sample(&watchlist.language));
        let id = format!("test-{}@clausewatch.invalid", now.timestamp_millis());
        let mut failures = Vec::new();
        for channel in wanted {
            let message = message(&alert, id.clone(), &watchlist.language, Form::of(&channel.kind), now);
            for recipient in channel.recipients() {
                let to = recipient.as_ref().map(|to| format!(" to {to}")).unwrap_or_default();
                let message = Message {
                    recipient,
                    ..message.clone()
                };
                match runtime.block_on(send(&channel.kind, &message)) {
                    Ok(()) => context.report(&format!("{}: sent{to}", channel.name)),
                    Err(error) => failures.push(format!("{}{to}: {error}", channel.name)),
                }
            }
        }
        if failures.is_empty() {
            Ok(ExitCode::SUCCESS)
        } else {
            Err(failures.join("\n"))
        }
    }
}

impl Outbox {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let mut store = context.store()?;
        let failed = |error: crate::store::StoreError| error.to_string();
        match self.action {
            None | Some(Action::List) => {
                let mut waiting = store.undelivered().map_err(failed)?;
                match self.format {
                    Format::Json => context.print_json(
                        &json!({ "version": 1, "messages": waiting.iter().map(to_json).collect::<Vec<_>>() }),
                    ),
                    Format::Text if waiting.is_empty() => {
                        context.print("Everything is delivered.\n");
                    }
                    Format::Text => {
                        context.print(&table(&mut waiting, context.ink).render(context.ink, context.wide()));
                    }
                }
            }
            Some(Action::Retry) => {
                store.hurry(clock::now()).map_err(failed)?;
                drop(store);
                let mut watchman = context.watchman(&context.watchlist()?)?;
                let (delivered, left) = runtime()?
                    .block_on(flush(&mut watchman, clock::now, TimeDelta::MAX))
                    .map_err(failed)?;
                context.report(&format!("{delivered} delivered, {left} left"));
                return Ok(if left > 0 { ExitCode::from(2) } else { ExitCode::SUCCESS });
            }
            Some(Action::Drop { message }) => {
                if !store.drop_message(message, clock::now()).map_err(failed)? {
                    return Err(format!(
                        "there is no message {message} waiting; `clausewatch outbox` lists them"
                    ));
                }
                context.report(&format!("message {message} is given up"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What nobody will take without help comes first, then what is tried next.
fn table(waiting: &mut [Due], ink: Ink) -> Table {
    waiting.sort_by_key(|due| (due.dead.is_none(), due.next_attempt));
    let now = clock::now();
    let mut table = Table::new(&[
        Column::new("id").number(),
        Column::new("channel"),
        Column::new("next try").number(),
        Column::new("tried").number().goes(0),
        Column::new("watch").goes(1),
        Column::new("message"),
    ]);
    for due in waiting {
        let to = due.message.recipient.as_ref().map(|to| format!(" to {to}"));
        table.row([
            due.id.to_string(),
            due.channel.clone(),
            relative(due.next_attempt.max(now), now),
            due.attempts.to_string(),
            due.watch.clone(),
            format!("{}{}", clean_line(&due.message.subject), to.unwrap_or_default()),
        ]);
        let next = moment(due.next_attempt);
        match (&due.trouble, due.dead) {
            _ if due.digest => table.note(format!("waits for the digest of {next}")),
            (None, _) => {}
            (Some(trouble), None) => table.note(clean_line(trouble)),
            (Some(trouble), Some(since)) => {
                table.note(format!(
                    "{} since {}, tried {}, next {next}: {}",
                    ink.warning("DEAD LETTER"),
                    moment(since),
                    count(due.attempts as usize, "time"),
                    clean_line(trouble),
                ));
                table.note(format!(
                    "mend it, then `clausewatch outbox retry`; or give it up: `clausewatch outbox drop {}`",
                    due.id
                ));
            }
        }
    }
    table
}

fn to_json(due: &Due) -> serde_json::Value {
    json!({
        "id": due.id, "watch": due.watch, "channel": due.channel, "recipient": due.message.recipient,
        "subject": due.message.subject, "attempts": due.attempts, "next_attempt": due.next_attempt,
        "trouble": due.trouble, "digest": due.digest, "dead": due.dead,
    })
}
