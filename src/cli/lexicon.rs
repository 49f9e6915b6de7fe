//! `lexicon`: work on the phrases.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::context::{Context, lexicon};

#[derive(Debug, Args)]
pub(super) struct Lexicon {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Run the examples of every language, those of the watchlist's own lexicon files included.
    Check,
}

impl Lexicon {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let Action::Check = self.action;
        // The shipped lexicon can be checked without a watchlist.
        let lexicon = match context.begun_watchlist(None)? {
            Some(watchlist) => lexicon(&watchlist)?,
            None => crate::analysis::lexicon::Lexicon::builtin()
                .extended(&[])
                .map_err(|error| error.to_string())?,
        };
        let (count, failures) = lexicon.check().map_err(|error| error.to_string())?;
        for failure in &failures {
            context.print(&format!(
                "{}: expected {}, found {:?}\n    {}\n",
                failure.lang, failure.expected, failure.found, failure.text
            ));
        }
        let languages: Vec<&str> = lexicon.languages().collect();
        context.print(&format!(
            "{count} examples in {} languages ({}), {} fail\n",
            languages.len(),
            languages.join(" "),
            failures.len()
        ));
        Ok(if failures.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(2)
        })
    }
}
