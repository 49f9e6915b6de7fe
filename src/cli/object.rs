//! `object`: how to object, and a ready letter.

use std::process::ExitCode;

use chrono::Local;
use clap::Args;
use serde_json::json;

use super::Format;
use super::context::{Context, choose_one, moment};
use crate::clock;
use crate::render::{Letter, letter, wrapped};
use crate::watchlist::{Objection, Watch};

#[derive(Debug, Args)]
pub(super) struct Object {
    #[arg(value_name = "WATCH")]
    watch: String,
    /// Only the letter.
    #[arg(long)]
    letter: bool,
    /// You objected: note it.
    #[arg(long)]
    done: bool,
    /// You did not object after all.
    #[arg(long, conflicts_with = "done")]
    undo: bool,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Object {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let watchlist = context.watchlist()?;
        let watch = choose_one(&watchlist, &self.watch)?;
        let now = clock::now();
        if self.done || self.undo {
            let mut store = context.store()?;
            store
                .note_objection(&watch.id, self.done.then_some(now))
                .map_err(|error| error.to_string())?;
            context.report(if self.done {
                "noted that you objected"
            } else {
                "noted that you did not object"
            });
            return Ok(ExitCode::SUCCESS);
        }
        let Some(objection) = &watch.objection else {
            let what = format!("the watchlist does not say how to object at {}", watch.service);
            return Err(format!(
                "{what}; add `objection = {{ url = \"…\" }}` to the watch `{}`",
                watch.id
            ));
        };
        let date = now.with_timezone(&Local).format("%Y-%m-%d").to_string();
        let letter = letter(
            &watch.service,
            objection,
            &watchlist.signature,
            &watchlist.language,
            &date,
        );
        let objected = context
            .store()?
            .state(&watch.id)
            .map_err(|error| error.to_string())?
            .and_then(|state| state.objected);
        match self.format {
            Format::Json => context.print_json(&json!({
                "version": 1, "watch": watch.id, "service": watch.service, "objection": objection, "objected": objected,
                "letter": { "subject": letter.subject, "body": letter.body },
            })),
            Format::Text if self.letter => context.print(&format!("{}\n\n{}", letter.subject, letter.body)),
            Format::Text => {
                context.print(&steps(watch, objection, context.width));
                if let Some(objected) = objected {
                    context.print(&format!("\nYou objected on {}.\n", moment(objected)));
                }
                context.print(&ready(&letter));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Link, deadline and steps.
pub(super) fn steps(watch: &Watch, objection: &Objection, width: usize) -> String {
    let mut text = format!("How to object at {} ({})\n", watch.service, watch.id);
    if let Some(url) = &objection.url {
        let login = if objection.login { " (after logging in)" } else { "" };
        text.push_str(&format!("\n  {url}{login}\n"));
    }
    if let Some(deadline) = &objection.deadline {
        text.push_str(&format!("  until {deadline}\n"));
    }
    for (number, step) in (1..).zip(&objection.steps) {
        text.push_str(&format!("  {number}. {}\n", wrapped(step, "     ", width).trim_start()));
    }
    if let Some(address) = &objection.address {
        text.push_str(&format!("  in writing to {address}\n"));
    }
    text
}

fn ready(letter: &Letter) -> String {
    format!(
        "\nA letter, ready to send\n\n{}\n\n{}\nWhen you have objected: `clausewatch object … --done`.\n",
        letter.subject, letter.body
    )
}
