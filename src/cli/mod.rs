//! The command line: parse, call, print. The only place that prints.

mod add;
mod alerts;
mod check;
mod clauses;
mod context;
mod daemon;
mod demo;
mod diff;
mod documents;
mod export;
mod files;
mod help;
mod history;
mod import;
mod init;
mod lexicon;
mod log;
mod object;
mod outbox;
mod program;
mod progress;
mod report;
mod service;
mod shell;
mod status;
mod timeline;
mod upkeep;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::CompleteEnv;

use self::context::Context;
#[doc(hidden)]
pub use self::import::read_foreign_lists;
use self::program::program;

/// Watches privacy policies and terms, and tells you when a service gives itself the right to train AI with your data.
#[derive(Debug, Parser)]
#[command(
    version,
    about,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 nothing new, 1 new clauses, 2 trouble."
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
struct Global {
    /// The watchlist, else CLAUSEWATCH_WATCHLIST, else ~/.config/clausewatch/watchlist.toml, else ./watchlist.toml.
    #[arg(long, global = true, value_name = "FILE")]
    watchlist: Option<PathBuf>,
    /// The state directory, else CLAUSEWATCH_STATE, else ~/.local/state/clausewatch.
    #[arg(long, global = true, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Print nothing but what was asked for.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say what is being done; twice: in detail.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Whether to colour; `auto` does at a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// How a command writes what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Replay eBay's change of Easter 2025 on this machine; nothing to set up.
    Demo,
    /// Ask what to watch and how to tell you, try it, and write the watchlist.
    Init(init::Init),
    /// Visit the watched documents now, and print what is new.
    Check(check::Check),
    /// Visit the watched documents by their schedules until stopped; for systemd.
    Daemon,
    /// Let systemd run the daemon, for you or for the machine.
    Service(service::Service),
    /// Look at a page and put it on the watchlist.
    Add(add::Add),
    /// Print how each watch stands, and what its document says of AI training.
    ///
    /// Health, the last and the next visit, and what waits for an answer; what wants you comes first.
    Status(status::Status),
    /// Print the versions of a document.
    Log(history::Log),
    /// Print a version of a document.
    Show(history::Show),
    /// Print what changed, word by word.
    ///
    /// Between two versions, two files, or what is kept and the live page; by heading, with AI training in the margin.
    Diff(diff::DiffTexts),
    /// List the alerts, show one, or acknowledge it.
    Alerts(alerts::Alerts),
    /// Print what each service says of AI training, since when, with quotes.
    Clauses(clauses::Clauses),
    /// Print what a service claimed, promised and took back, and when.
    Timeline(timeline::Timeline),
    /// Print how to object: link, steps, deadline, and a ready letter.
    Object(object::Object),
    /// Send a test alert over every channel, or the one named.
    TestAlert(outbox::TestAlert),
    /// List the alerts not delivered yet; send them now, or give one up.
    Outbox(outbox::Outbox),
    /// Take over what other tools recorded or watched.
    Import(import::Import),
    /// Write what services say of AI training as a site.
    ///
    /// It opens from disk and needs no script: a page a service, every diff, and an Atom feed.
    Report(report::Report),
    /// Write versions as evidence.
    ///
    /// A folder with all that proves it, a web archive, Markdown, JSON; or a watch's clauses as CSV.
    Export(export::Export),
    /// Check that everything is as it was recorded.
    Verify(upkeep::Verify),
    /// Copy the state to a file, while the daemon works.
    Backup(upkeep::Backup),
    /// Give the state's unused room back to the disk.
    Vacuum,
    /// Work on the phrases that clausewatch reads by.
    Lexicon(lexicon::Lexicon),
    /// Print the document of a page: its text, as clausewatch reads it.
    Extract(files::Extract),
    /// Print what a document says of AI training.
    Detect(files::Detect),
    /// Compare two documents and print what changed about AI training.
    Compare(files::Compare),
    /// Print the script that completes commands and watches in a shell.
    Completions(shell::Completions),
    /// Print the manual page, or write the pages of all commands.
    Man(shell::Man),
    /// Print the JSON Schema of the watchlist, for editors.
    Schema,
    /// Explain a command, or a word such as "ledger".
    Help(help::Help),
}

/// Runs the program.
pub fn main() -> ExitCode {
    CompleteEnv::with_factory(shell::completing).complete();
    let arguments = Arguments::from_arg_matches(&program().get_matches()).unwrap_or_else(|error| error.exit());
    let keeps_log = matches!(arguments.command, Command::Daemon);
    let context = Context::new(arguments.global, keeps_log);
    let result = match arguments.command {
        Command::Demo => demo::run(&context),
        Command::Init(command) => command.run(&context),
        Command::Check(command) => command.run(&context),
        Command::Daemon => daemon::run(&context),
        Command::Service(command) => command.run(&context),
        Command::Add(command) => command.run(&context),
        Command::Status(command) => command.run(&context),
        Command::Log(command) => command.run(&context),
        Command::Show(command) => command.run(&context),
        Command::Diff(command) => command.run(&context),
        Command::Alerts(command) => command.run(&context),
        Command::Clauses(command) => command.run(&context),
        Command::Object(command) => command.run(&context),
        Command::TestAlert(command) => command.run(&context),
        Command::Outbox(command) => command.run(&context),
        Command::Timeline(command) => command.run(&context),
        Command::Report(command) => command.run(&context),
        Command::Export(command) => command.run(&context),
        Command::Backup(command) => command.run(&context),
        Command::Vacuum => upkeep::vacuum(&context),
        Command::Import(command) => command.run(&context),
        Command::Verify(command) => command.run(&context),
        Command::Lexicon(command) => command.run(&context),
        Command::Extract(command) => command.run(&context),
        Command::Detect(command) => command.run(&context),
        Command::Compare(command) => command.run(&context),
        Command::Completions(command) => command.run(&context),
        Command::Man(command) => command.run(&context),
        Command::Schema => Ok(shell::schema(&context)),
        Command::Help(command) => command.run(&context),
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            context.complain(&message);
            ExitCode::from(2)
        }
    }
}
