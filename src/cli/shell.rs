//! `completions`, `man` and `schema`: what shells, packagers and editors need.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, Args, Command, CommandFactory};
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;

use super::Arguments;
use super::context::Context;
use crate::settings::Paths;
use crate::watchlist::{self, Watch};

#[derive(Debug, Args)]
#[command(after_help = "\
Put it into the shell's start-up file:
  bash   source <(clausewatch completions bash)
  zsh    source <(clausewatch completions zsh)
  fish   clausewatch completions fish | source")]
pub(super) struct Completions {
    /// bash, zsh, fish, elvish or powershell.
    shell: String,
}

#[derive(Debug, Args)]
#[command(after_help = "To read it: clausewatch man | man -l -")]
pub(super) struct Man {
    /// Folder for the pages, one a command; else the main page is printed.
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

impl Completions {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let shells = Shells::builtins();
        let Some(shell) = shells.completer(&self.shell) else {
            let known: Vec<&str> = shells.names().collect();
            return Err(format!(
                "`{}` is no shell known here; {} are",
                self.shell,
                known.join(", ")
            ));
        };
        let mut script = Vec::new();
        shell
            .write_registration("COMPLETE", "clausewatch", "clausewatch", "clausewatch", &mut script)
            .map_err(|error| format!("cannot write the completions: {error}"))?;
        context.print(&String::from_utf8_lossy(&script));
        Ok(ExitCode::SUCCESS)
    }
}

impl Man {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let program = Arguments::command();
        let Some(directory) = self.directory else {
            let mut page = Vec::new();
            clap_mangen::Man::new(program)
                .render(&mut page)
                .map_err(|error| format!("cannot write the page: {error}"))?;
            context.print(&String::from_utf8_lossy(&page));
            return Ok(ExitCode::SUCCESS);
        };
        let failed = |error: std::io::Error| format!("{}: {error}", directory.display());
        std::fs::create_dir_all(&directory).map_err(failed)?;
        clap_mangen::generate_to(program, &directory).map_err(failed)?;
        context.report(&format!("the manual pages are in {}", directory.display()));
        Ok(ExitCode::SUCCESS)
    }
}

/// `schema`: the JSON Schema of the watchlist.
pub(super) fn schema(context: &Context) -> ExitCode {
    context.print(include_str!("../../docs/watchlist.schema.json"));
    ExitCode::SUCCESS
}

/// The commands as a shell completes them: where a watch is wanted, those of the watchlist are offered.
pub(super) fn completing() -> Command {
    offering_watches(Arguments::command())
}

fn offering_watches(command: Command) -> Command {
    let wants_watch = |argument: &Arg| {
        let names = argument.get_value_names().unwrap_or_default();
        names.iter().any(|name| name.starts_with("WATCH"))
    };
    command
        .mut_args(|argument| {
            if wants_watch(&argument) {
                argument.add(ArgValueCandidates::new(watches))
            } else {
                argument
            }
        })
        .mut_subcommands(offering_watches)
}

/// None where the watchlist cannot be read: a shell that completes wants no errors.
fn watches() -> Vec<CompletionCandidate> {
    let paths = Paths::resolve(None, None);
    let Ok(watchlist) = watchlist::load(&paths.watchlist) else {
        return Vec::new();
    };
    let candidate = |watch: &Watch| {
        CompletionCandidate::new(&watch.id).help(Some(format!("{}: {}", watch.service, watch.title).into()))
    };
    watchlist.watches.iter().map(candidate).collect()
}
