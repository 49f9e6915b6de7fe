//! `outbox` and `test-alert`: what is not delivered yet, and whether a channel works.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::Format;
use super::context::{Context, moment, runtime};
use crate::clock;
use crate::render::test_message;
use crate::round::{channels, flush};
use crate::store::Due;

#[derive(Debug, Args)]
pub(super) struct TestAlert {
    /// The channel; all of them without.
    channel: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Outbox {
    #[command(subcommand)]
    action: Option<Action>,
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
    Drop { message: i64 },
}

impl TestAlert {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let watchlist = context.watchlist()?;
        let ready = channels(&watchlist);
        let wanted: Vec<_> = ready
            .iter()
            .filter(|(name, _)| self.channel.as_ref().is_none_or(|channel| channel == name))
            .collect();
        if wanted.is_empty() {
            let names: Vec<&str> = ready.iter().map(|(name, _)| name.as_str()).collect();
            let there = if names.is_empty() {
                "the watchlist has no channels".into()
            } else {
                format!("there are {}", names.join(", "))
            };
            return Err(format!("no such channel; {there}"));
        }
        let runtime = runtime()?;
        let mut failures = Vec::new();
        for (name, channel) in wanted {
            let message = test_message(
                format!("test-{}@clausewatch.invalid", clock::now().timestamp_millis()),
                &watchlist.language,
            );
            match runtime.block_on(channel.send(&message)) {
                Ok(()) => context.report(&format!("{name}: sent")),
                Err(error) => failures.push(format!("{name}: {error}")),
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
                let waiting = store.undelivered().map_err(failed)?;
                match self.format {
                    Format::Json => context.print_json(
                        &json!({ "version": 1, "messages": waiting.iter().map(to_json).collect::<Vec<_>>() }),
                    ),
                    Format::Text if waiting.is_empty() => context.print("Everything is delivered.\n"),
                    Format::Text => context.print(&waiting.iter().map(line).collect::<String>()),
                }
            }
            Some(Action::Retry) => {
                store.hurry(clock::now()).map_err(failed)?;
                drop(store);
                let mut watchman = context.watchman(&context.watchlist()?)?;
                let (delivered, left) = runtime()?.block_on(flush(&mut watchman, clock::now)).map_err(failed)?;
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

fn line(due: &Due) -> String {
    let trouble = due.trouble.as_deref().unwrap_or("not tried yet");
    format!(
        "{:>4}  {} by {}: {}\n      tried {} times, next {}: {}\n",
        due.id,
        due.watch,
        due.channel,
        due.message.subject,
        due.attempts,
        moment(due.next_attempt),
        crate::render::clean_line(trouble),
    )
}

fn to_json(due: &Due) -> serde_json::Value {
    json!({
        "id": due.id, "watch": due.watch, "channel": due.channel, "subject": due.message.subject, "attempts": due.attempts,
        "next_attempt": due.next_attempt, "trouble": due.trouble,
    })
}
