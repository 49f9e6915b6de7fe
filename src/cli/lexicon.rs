//! `lexicon`: work on the phrases.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::Format;
use super::context::{Context, lexicon};
use crate::analysis::lexicon::Failure;

#[derive(Debug, Args)]
pub(super) struct Lexicon {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Run the examples of every language, those of the watchlist's own lexicon files included.
    Check {
        /// For people, or for programs.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
}

impl Lexicon {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let Action::Check { format } = self.action;
        // The shipped lexicon can be checked without a watchlist.
        let lexicon = match context.begun_watchlist(None)? {
            Some(watchlist) => lexicon(&watchlist)?,
            None => crate::analysis::lexicon::Lexicon::builtin()
                .extended(&[])
                .map_err(|error| error.to_string())?,
        };
        let (count, failures) = lexicon.check().map_err(|error| error.to_string())?;
        let languages: Vec<&str> = lexicon.languages().collect();
        let code = ExitCode::from(if failures.is_empty() { 0 } else { 2 });
        if format == Format::Json {
            let failures: Vec<Value> = failures.iter().map(to_json).collect();
            context
                .print_json(&json!({ "version": 1, "examples": count, "languages": languages, "failures": failures }));
            return Ok(code);
        }
        for failure in &failures {
            context.print(&format!(
                "{}: expected {}, found {:?}\n    {}\n",
                failure.lang, failure.expected, failure.found, failure.text
            ));
        }
        context.print(&format!(
            "{count} examples in {} languages ({}), {} fail\n",
            languages.len(),
            languages.join(" "),
            failures.len()
        ));
        Ok(code)
    }
}

fn to_json(failure: &Failure) -> Value {
    json!({ "lang": failure.lang, "text": failure.text, "expected": failure.expected,
        "found": failure.found })
}
