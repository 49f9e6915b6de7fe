//! `import`: what others recorded.

mod git;
mod names;
mod ota;
mod progress;
mod take_over;

use std::process::ExitCode;

use clap::{Args, Subcommand};

pub(super) use self::names::names;
use super::context::Context;

#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Take over the history of a git repository of Open Terms Archive versions: judged as visits would have been, never sent.
    Ota(ota::Ota),
}

impl Import {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        match self.what {
            What::Ota(command) => command.run(context),
        }
    }
}
