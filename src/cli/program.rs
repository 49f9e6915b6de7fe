//! The program as clap knows it, its commands listed by what a person wants.

use std::fmt::Write as _;

use clap::{Command, CommandFactory};

use super::Arguments;
use crate::render::wrapped;

const GROUPS: &[(&str, &[&str])] = &[
    ("Begin", &["demo", "init", "add", "import"]),
    ("Watch", &["check", "daemon", "service", "status"]),
    ("Read what changed", &["clauses", "diff", "log", "show", "timeline"]),
    ("Answer", &["alerts", "object"]),
    ("Be told", &["test-alert", "outbox"]),
    ("Keep and prove", &["export", "report", "verify", "backup", "vacuum"]),
    ("Look inside", &["extract", "detect", "compare", "lexicon"]),
    ("Help", &["help", "completions", "man", "schema"]),
];

/// Where the words about a command begin.
const MARGIN: &str = "               ";
const WIDEST: usize = 100;

pub(super) fn program() -> Command {
    let program = Arguments::command();
    let width = terminal_size::terminal_size().map_or(WIDEST, |(width, _)| usize::from(width.0).clamp(40, WIDEST));
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{}\n\u{1b}[1;4mEverywhere:\u{1b}[0m\n{{options}}{{after-help}}",
        commands(&program, width)
    );
    program.help_template(template)
}

fn commands(program: &Command, width: usize) -> String {
    let mut text = String::new();
    for (title, names) in GROUPS {
        // Clap takes the colours off where there are none.
        let _ = write!(text, "\n\u{1b}[1;4m{title}:\u{1b}[0m\n");
        for command in names.iter().filter_map(|name| program.find_subcommand(name)) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let about = wrapped(&about, MARGIN, width);
            let name = format!("  {:<13}", command.get_name());
            let _ = writeln!(text, "\u{1b}[1m{name}\u{1b}[0m{}", about.trim_start());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let program = Arguments::command();
        let mut commands: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
        grouped.sort_unstable();
        commands.sort_unstable();
        assert_eq!(grouped, commands);
    }

    #[test]
    fn every_argument_is_explained() {
        fn check(command: &Command) {
            for argument in command.get_arguments() {
                let is_explained = argument.get_help().is_some_and(|help| !help.to_string().is_empty());
                assert!(is_explained, "{} {}", command.get_name(), argument.get_id());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Arguments::command());
    }

    #[test]
    fn clap_finds_no_contradiction() {
        Arguments::command().debug_assert();
    }
}
