//! `help`: a command, or a word that clausewatch uses.

use std::process::ExitCode;

use clap::Args;

use super::context::{Context, meant};
use super::program::program;
use crate::render::wrapped;

/// What each word means, everywhere in clausewatch.
const GLOSSARY: &[(&str, &str)] = &[
    (
        "watch",
        "One document of one service that is watched. Its id, `service/document`, stays the same for ever: `ebay/privacy-de`.",
    ),
    (
        "watchlist",
        "The file that lists the watches, when they are visited, and who is told: watchlist.toml.",
    ),
    (
        "page",
        "One response as received: its address after redirects, status, headers and bytes.",
    ),
    ("snapshot", "A page that was kept, with its time. It is never changed."),
    (
        "document",
        "The readable text of a page, in order: title, headings, paragraphs, list items, table cells, with their links.",
    ),
    (
        "version",
        "A document that was kept, with the snapshot it was read from. `clausewatch log WATCH` lists them; `WATCH@3` is the third.",
    ),
    (
        "clause",
        "A sentence-sized piece of a document with the headings above it and, for a list item, the words before its list.",
    ),
    (
        "finding",
        "A clause that speaks of AI training, with its stance, its confidence, and the phrases that made it one.",
    ),
    (
        "stance",
        "What a finding says: claim, assurance, choice, restriction or mention.",
    ),
    (
        "claim",
        "The service, or its affiliates, partners or others, uses or may use people's data or content to train or develop AI.",
    ),
    (
        "assurance",
        "The service promises not to train AI with people's data, or only with their consent.",
    ),
    (
        "choice",
        "A way to opt out, opt in or object: a right, a setting, a form, a deadline.",
    ),
    (
        "restriction",
        "The service forbids people or outsiders to train AI on its content or output. It never alerts.",
    ),
    (
        "mention",
        "AI features, automated decisions, disclaimers. It never alerts.",
    ),
    (
        "diff",
        "What changed between two documents. `clausewatch diff WATCH` shows the last change.",
    ),
    (
        "event",
        "What changed about a finding: claim_added, claim_widened, claim_removed, assurance_added, assurance_removed, choice_added, choice_removed or choice_changed.",
    ),
    (
        "severity",
        "How loud an event is. alert: new or wider claims, promises gone or weakened, choices that changed. notice: promises added, claims removed, and what left and came back.",
    ),
    (
        "ledger",
        "Every finding ever seen in a watch's history, with its first and last version. New means never seen in it.",
    ),
    (
        "alert",
        "What a person must hear of one visit. `clausewatch alerts` lists them.",
    ),
    (
        "outbox",
        "The messages not delivered yet. They are sent again, less and less often, until they arrive or are dropped.",
    ),
    ("visit", "One check of one watch."),
    ("round", "One pass over the watches that are due."),
    (
        "suspect",
        "A page that is not the document: a bot wall, a login, an error page, a collapsed text. It never becomes a version.",
    ),
    (
        "blind",
        "A watch whose document could not be read several times in a row. That is told once, and so is its recovery.",
    ),
    (
        "objection",
        "How to object at a service: link, steps, letter, deadline. `clausewatch object WATCH` prints it.",
    ),
];

#[derive(Debug, Args)]
pub(super) struct Help {
    /// A command (`check`), or a word (`ledger`); without one: the commands and the words.
    #[arg(value_name = "COMMAND|WORD")]
    topic: Option<String>,
}

impl Help {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let mut program = program();
        program.build();
        let Some(topic) = self.topic.map(|topic| topic.to_lowercase()) else {
            let words: Vec<&str> = GLOSSARY.iter().map(|(word, _)| *word).collect();
            let words = wrapped(&words.join(", "), "  ", context.width);
            context.print(&format!(
                "{}\nWords (`clausewatch help WORD`):\n{words}\n",
                program.render_long_help()
            ));
            return Ok(ExitCode::SUCCESS);
        };
        let meaning = GLOSSARY.iter().find(|(word, _)| *word == topic);
        if meaning.is_none() && program.find_subcommand(&topic).is_none() {
            let commands = program.get_subcommands().map(clap::Command::get_name);
            let known: Vec<&str> = commands.chain(GLOSSARY.iter().map(|(word, _)| *word)).collect();
            let hint = meant(&topic, &known).unwrap_or_default();
            return Err(format!(
                "`{topic}` is neither a command nor a word of clausewatch; {hint}"
            ));
        }
        if let Some((word, meaning)) = meaning {
            context.print(&format!("{word}\n{}\n", wrapped(meaning, "  ", context.width)));
        }
        if let Some(command) = program.find_subcommand_mut(&topic) {
            let gap = if meaning.is_some() { "\n" } else { "" };
            context.print(&format!("{gap}{}", command.render_long_help()));
        }
        Ok(ExitCode::SUCCESS)
    }
}
