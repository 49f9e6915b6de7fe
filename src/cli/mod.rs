//! The command line: parse, call, print. The only place that prints.

mod files;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Watches privacy policies and terms, and tells you when a service gives itself the right to train AI with your data.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the document of a page: its text, as clausewatch reads it.
    Extract(files::Extract),
    /// Print what a document says of AI training.
    Detect(files::Detect),
    /// Compare two documents and print what changed about AI training.
    Compare(files::Compare),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Extract(command) => command.run(),
        Command::Detect(command) => command.run(),
        Command::Compare(command) => command.run(),
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}
