//! What `--help` prints is the reference of the commands in the book.

use crate::book::is_as_made;
use crate::user::User;

const HEAD: &str = "\
# All commands

What `--help` prints; a test makes this page anew. Every command also takes the options of [the last section](#everywhere), and exits
with 0 where nothing is new, 1 where clauses are, 2 where there is trouble.
";

/// A command's help, and the part of it that is the same for all.
fn help(user: &User, command: &str) -> (String, String) {
    let ran = user.run(format!("{command} --help").trim_start());
    assert_eq!(ran.code, 0, "{command}: {ran:?}");
    let (own, rest) = ran
        .text
        .split_once("\nEverywhere:\n")
        .unwrap_or_else(|| panic!("{}", ran.text));
    let end = rest
        .find("\n\n")
        .filter(|end| !rest[end + 2..].starts_with(' '))
        .unwrap_or(rest.len());
    (format!("{own}{}", rest[end..].trim_end()), rest[..end].to_owned())
}

/// The names that a help text lists between its usage and its options.
pub fn subcommands(help: &str) -> Vec<String> {
    let listed = help
        .lines()
        .take_while(|line| !["Options:", "Everywhere:"].contains(line));
    let names = listed.filter(|line| line.starts_with("  ") && line[2..].starts_with(char::is_alphabetic));
    names
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_is_in_the_book_as_help_prints_it() {
    let user = User::new("");
    let (whole, everywhere) = help(&user, "");
    let mut page = HEAD.to_owned();
    let mut left = subcommands(&whole);
    left.reverse();
    while let Some(command) = left.pop() {
        let (own, _) = help(&user, &command);
        page.push_str(&format!(
            "\n## clausewatch {command}\n\n```text\n{}\n```\n",
            own.trim_end()
        ));
        left.extend(subcommands(&own).iter().rev().map(|name| format!("{command} {name}")));
    }
    page.push_str(&format!("\n## Everywhere\n\n```text\n{}\n```\n", everywhere.trim_end()));
    let lines: String = page.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    is_as_made("docs/commands.md", &lines);
}
