//! `init`: asks what to watch and whom to tell, tries it, and writes the watchlist.

mod list;
mod mail;
mod questions;

use std::fs::OpenOptions;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use tempfile::NamedTempFile;

use self::list::Shipped;
use self::mail::{MailOptions, MailSettings};
use super::context::{Context, count, meant};
use super::service::{install_for_the_user, serves_the_user};
use crate::deliver::notification_service;
use crate::settings;
use crate::watchlist;

#[derive(Debug, Args)]
#[command(after_help = "\
Without a terminal, or with --yes, nothing is asked:
  clausewatch init --yes --services ebay,apple --desktop
  clausewatch init --yes --email me@example.org --smtp smtp.example.org --password-file secret.txt")]
pub(super) struct Init {
    /// The services to watch, of those clausewatch knows; `all` for all of them (the default of --yes).
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    services: Vec<String>,
    /// The languages you read documents in; without it, with --yes: all there are.
    #[arg(long, value_name = "LANG", value_delimiter = ',')]
    languages: Vec<String>,
    /// The language of alerts: en, de or fr; else that of the machine, else English.
    #[arg(long, value_name = "LANG", value_parser = ["en", "de", "fr"])]
    language: Option<String>,
    /// Show alerts on this desktop (the default where a notification service answers).
    #[arg(long, overrides_with = "no_desktop")]
    desktop: bool,
    /// Show nothing on this desktop.
    #[arg(long)]
    no_desktop: bool,
    #[command(flatten)]
    mail: MailOptions,
    /// A web or mail address that the services see with each visit.
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// Ask nothing: take the options, and the defaults for the rest.
    #[arg(short, long)]
    yes: bool,
}

/// What a watchlist is written from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Answers {
    services: Vec<String>,
    /// Of the documents that there are in several.
    languages: Vec<String>,
    /// Of the alerts.
    language: String,
    contact: Option<String>,
    desktop: bool,
    mail: Option<MailSettings>,
}

impl Init {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let path = &context.paths.new_watchlist;
        if path.exists() {
            let path = path.display();
            return Err(format!(
                "{path} is there already, and is never overwritten; edit it, put pages on it by `clausewatch add URL`, or write another: `clausewatch --watchlist FILE init`"
            ));
        }
        let is_answered = self.yes || (stdin().is_terminal() && stderr().is_terminal());
        if !is_answered {
            return Err(
                "nobody is there to answer; take the defaults with `--yes`, and say what else you want by \
                 `--services`, `--languages`, `--desktop`, `--email` and `--smtp` (`clausewatch init --help`)"
                    .into(),
            );
        }
        let directory = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        let shipped = Shipped::read();
        let mut answers = self.given(&shipped)?;
        let password = if self.yes {
            self.mail.tried(directory)?
        } else {
            questions::ask(context, &shipped, &self, &mut answers, directory)?
        };
        if let Some(password) = password {
            answers.mail = Some(password.0);
            keep(password.1, directory)?;
        }
        write_new(path, &shipped.watchlist(&answers))?;
        let written = watchlist::load(path).map_err(|faults| faults.render(false))?;
        context.report(&format!(
            "wrote {}: {} of {}, {}",
            path.display(),
            count(written.watches.len(), "document"),
            count(answers.services.len(), "service"),
            answers.told(),
        ));
        let is_served = !self.yes && is_read_by_a_service(path) && serves_the_user() && installed(context);
        context.report(&format!("\nNext:\n{}", answers.next_steps(is_served)));
        Ok(ExitCode::SUCCESS)
    }

    /// What the options say, and the defaults.
    fn given(&self, shipped: &Shipped) -> Result<Answers, String> {
        let known = shipped.services();
        let mut services = Vec::new();
        for name in self.services.iter().filter(|name| *name != "all") {
            let service = known.iter().find(|service| service.is_meant(name));
            let service = service.ok_or_else(|| {
                let names: Vec<&str> = known.iter().map(|service| service.name.as_str()).collect();
                let hint = meant(name, &names).unwrap_or_default();
                format!(
                    "clausewatch knows no documents of `{name}`; {hint} Others are watched by `clausewatch add URL`"
                )
            })?;
            services.push(service.name.clone());
        }
        if services.is_empty() {
            services = known.into_iter().map(|service| service.name).collect();
        }
        let has_desktop = || notification_service().is_some();
        Ok(Answers {
            services,
            languages: self.languages.clone(),
            language: self.language.clone().unwrap_or_else(language_of_the_machine),
            contact: self.contact.clone(),
            desktop: self.desktop || (!self.no_desktop && has_desktop()),
            mail: None,
        })
    }
}

impl Answers {
    fn next_steps(&self, is_served: bool) -> String {
        let has_channel = self.desktop || self.mail.is_some();
        let steps = [
            (true, "check", "reads them for the first time"),
            (true, "status", "shows what each says of AI training"),
            (has_channel, "test-alert", "tries how alerts reach you"),
            (
                !is_served,
                "service install --user",
                "lets systemd watch on, from now and at every start",
            ),
        ];
        let taken = steps.iter().filter(|(is_meant, ..)| *is_meant);
        let lines: Vec<String> = taken
            .map(|(_, command, what)| format!("  clausewatch {command:<22}   {what}"))
            .collect();
        lines.join("\n")
    }

    fn told(&self) -> String {
        let mail = self.mail.as_ref().map(|mail| format!("by mail to {}", mail.to));
        match (self.desktop, mail) {
            (true, Some(mail)) => format!("alerts on this desktop and {mail}"),
            (true, None) => "alerts on this desktop".into(),
            (false, Some(mail)) => format!("alerts {mail}"),
            (false, None) => "no alerts but those `clausewatch check` and `clausewatch alerts` print".into(),
        }
    }
}

/// A service of the user's session looks for the list nowhere else.
fn is_read_by_a_service(path: &Path) -> bool {
    path == settings::Paths::of_the_user().watchlist
}

/// Asks whether systemd is to run the daemon. The list is written: whatever fails now can be had later.
fn installed(context: &Context) -> bool {
    let wanted = questions::service();
    let done = wanted.and_then(|wanted| wanted.then(|| install_for_the_user(context)).transpose());
    match done {
        Ok(done) => done.is_some(),
        Err(trouble) => {
            context.complain(&trouble);
            false
        }
    }
}

/// That of `LANG` where alerts are written in it.
fn language_of_the_machine() -> String {
    let locale = settings::locale().unwrap_or_default();
    let known = ["de", "fr"].into_iter().find(|language| locale.starts_with(language));
    known.unwrap_or("en").to_owned()
}

/// The password's file beside the watchlist; one that is there stays.
fn keep(password: Option<NamedTempFile>, directory: &Path) -> Result<(), String> {
    let Some(password) = password else { return Ok(()) };
    let path = directory.join(mail::PASSWORD_FILE);
    password.persist_noclobber(&path).map(drop).map_err(|error| {
        format!(
            "{}: {}; move it away, or name it by `--password-file`",
            path.display(),
            error.error
        )
    })
}

fn write_new(path: &PathBuf, text: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} was written meanwhile by another", path.display()),
        _ => format!("cannot write {}: {error}", path.display()),
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}
