//! `import`: what others recorded.

mod changedetection;
mod declarations;
mod git;
mod listed;
mod names;
mod ota;
mod take_over;
mod urlwatch;

use std::collections::BTreeSet;
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
    /// Take over what Open Terms Archive's curators declared, as a list to include in the watchlist.
    Declarations(declarations::Declarations),
    /// Take over the jobs of urlwatch or webchanges, as a list to include in the watchlist.
    Urlwatch(urlwatch::UrlWatch),
    /// Take over the watches of changedetection.io, as a list to include in the watchlist.
    Changedetection(changedetection::ChangeDetection),
}

impl Import {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        match self.what {
            What::Ota(command) => command.run(context),
            What::Declarations(command) => command.run(context),
            What::Urlwatch(command) => command.run(context),
            What::Changedetection(command) => command.run(context),
        }
    }
}

/// Lists and logs that others wrote, for a fuzzer: they must not end a reader, and what is written of them is read again.
#[doc(hidden)]
pub fn read_foreign_lists(text: &str) {
    let declared =
        serde_json::from_str(text).map_or_else(|_| Vec::new(), |value| declarations::service("Shop", &value));
    let jobs = urlwatch::jobs(text).map_or_else(|_| Vec::new(), |(jobs, _)| jobs);
    for listed in [declared, jobs, changedetection::listed(text)] {
        listed::list(&listed, &mut BTreeSet::new());
    }
    for revision in git::parse(text) {
        names(&revision.path);
    }
}
