//! `service`: hands the daemon to systemd.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::{Args, Subcommand};
use rustix::process::geteuid;

use super::context::Context;
use crate::settings::{self, Paths};

const SYSTEM_UNIT: &str = include_str!("../../systemd/clausewatch.service");
const USER_UNIT: &str = include_str!("../../systemd/user/clausewatch.service");

#[derive(Debug, Args)]
pub(super) struct Service {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write the unit, enable and start it; again after an update of clausewatch.
    Install {
        /// For you alone, with alerts on your desktop; else for the machine, which only root can do.
        #[arg(long)]
        user: bool,
        /// Only print what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Stop and disable the service and remove its unit; what was seen stays.
    Uninstall {
        /// The service that is yours alone.
        #[arg(long)]
        user: bool,
        /// Only print what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Whose service it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Machine,
    User,
}

/// A step, so that a dry run prints what a run does.
enum Step {
    Write(PathBuf, String),
    Remove(PathBuf),
    Run(Vec<&'static str>),
}

impl Service {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let (is_install, user, dry_run) = match self.action {
            Action::Install { user, dry_run } => (true, user, dry_run),
            Action::Uninstall { user, dry_run } => (false, user, dry_run),
        };
        let owner = if user { Owner::User } else { Owner::Machine };
        if !dry_run {
            may_be_done(owner)?;
        }
        let steps = if is_install {
            install(context, owner)?
        } else {
            uninstall(owner)
        };
        for step in &steps {
            if dry_run {
                context.print(&step.shown());
            } else {
                step.take()?;
            }
        }
        if !dry_run {
            context.report(&owner.farewell(is_install));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Whether the manager of the user's services answers.
pub(super) fn serves_the_user() -> bool {
    run(&Owner::User.systemctl(&["show-environment"])).is_ok()
}

/// Writes the user's unit, enables and starts it, and says how it is looked at.
pub(super) fn install_for_the_user(context: &Context) -> Result<(), String> {
    for step in install(context, Owner::User)? {
        step.take()?;
    }
    context.report(&Owner::User.farewell(true));
    Ok(())
}

fn may_be_done(owner: Owner) -> Result<(), String> {
    if !Path::new("/run/systemd/system").is_dir() {
        return Err(
            "this machine is not run by systemd; run `clausewatch daemon` under what runs services here, or `clausewatch check` from cron"
                .into(),
        );
    }
    if owner == Owner::Machine && !geteuid().is_root() {
        return Err("a service of the machine is root's to install; run this as root, or take `--user`".into());
    }
    Ok(())
}

fn install(context: &Context, owner: Owner) -> Result<Vec<Step>, String> {
    let program = std::env::current_exe().map_err(|error| format!("cannot tell where this program lies: {error}"))?;
    let program = program
        .to_str()
        .ok_or("this program lies where no unit can name it: its path is no UTF-8")?;
    if owner == Owner::Machine && ["/home/", "/root/"].iter().any(|home| program.starts_with(home)) {
        return Err(format!(
            "the service may not look into homes, and this program is {program}; copy it first: `install -m 755 {program} /usr/local/bin/`, and run that one"
        ));
    }
    let mut steps = Vec::new();
    let here = &context.paths.watchlist;
    let there = owner.watchlist();
    if !there.exists() {
        let list = fs::read_to_string(here).map_err(|error| {
            format!(
                "there is no watchlist: {}: {error}; `clausewatch init` writes one",
                here.display()
            )
        })?;
        steps.push(Step::Write(there, list));
    }
    // What the service would refuse is better refused now.
    context.watchlist()?;
    steps.push(Step::Write(owner.unit_path(), unit(owner, program)));
    steps.push(Step::Run(owner.systemctl(&["daemon-reload"])));
    steps.push(Step::Run(owner.systemctl(&["enable", NAME])));
    // It may be running already, as it was before an update.
    steps.push(Step::Run(owner.systemctl(&["restart", NAME])));
    Ok(steps)
}

fn uninstall(owner: Owner) -> Vec<Step> {
    vec![
        Step::Run(owner.systemctl(&["disable", "--now", NAME])),
        Step::Remove(owner.unit_path()),
        Step::Run(owner.systemctl(&["daemon-reload"])),
    ]
}

const NAME: &str = "clausewatch.service";

/// The shipped unit without its word on how to install it, for a program that lies elsewhere.
fn unit(owner: Owner, program: &str) -> String {
    let shipped = match owner {
        Owner::Machine => SYSTEM_UNIT,
        Owner::User => USER_UNIT,
    };
    let body = shipped.find("[Unit]").map_or(shipped, |start| &shipped[start..]);
    let start = format!("ExecStart={} daemon", quoted(program));
    let lines = body.lines().map(|line| {
        if line.starts_with("ExecStart=") {
            start.as_str()
        } else {
            line
        }
    });
    let lines: Vec<&str> = lines.collect();
    format!(
        "# Written by `clausewatch service install`, which writes it anew; changes of yours belong into `systemctl edit`.\n{}\n",
        lines.join("\n")
    )
}

/// As systemd.syntax wants a path with spaces, specifiers or variables in it.
fn quoted(path: &str) -> String {
    let escaped = path.replace('%', "%%").replace('$', "$$");
    if escaped.contains([' ', '\t', '"', '\'', '\\']) {
        format!("\"{}\"", escaped.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        escaped
    }
}

impl Owner {
    fn unit_path(self) -> PathBuf {
        match self {
            Self::Machine => Path::new("/etc/systemd/system").join(NAME),
            Self::User => settings::user_units().join(NAME),
        }
    }

    /// Where the service reads it.
    fn watchlist(self) -> PathBuf {
        match self {
            Self::Machine => "/etc/clausewatch/watchlist.toml".into(),
            Self::User => Paths::of_the_user().watchlist,
        }
    }

    fn systemctl(self, words: &[&'static str]) -> Vec<&'static str> {
        let user = (self == Self::User).then_some("--user");
        ["systemctl"]
            .into_iter()
            .chain(user)
            .chain(words.iter().copied())
            .collect()
    }

    fn farewell(self, is_install: bool) -> String {
        let user = if self == Self::User { "--user " } else { "" };
        if !is_install {
            let state = match self {
                Self::Machine => "/var/lib/clausewatch".into(),
                Self::User => Paths::of_the_user().state.display().to_string(),
            };
            return format!("The service is gone. What it saw stays in {state}.");
        }
        let mut text = format!(
            "The service runs, and starts with {}. To look at it:\n\
             \x20 systemctl {user}status clausewatch       how it is, and when the next visit is\n\
             \x20 journalctl {user}--unit=clausewatch      what it did, a line a visit\n\
             \x20 systemctl {user}reload clausewatch       after a change of {}",
            if self == Self::User {
                "your session"
            } else {
                "the machine"
            },
            self.watchlist().display()
        );
        if self == Self::User {
            text.push_str("\nIt ends when you log out; `loginctl enable-linger` lets it run on.");
        }
        text
    }
}

impl Step {
    fn take(&self) -> Result<(), String> {
        match self {
            Self::Write(path, text) => {
                let write = || {
                    let folder = path.parent().unwrap_or(Path::new("/"));
                    fs::create_dir_all(folder)?;
                    fs::write(path, text)?;
                    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
                };
                write().map_err(|error| format!("cannot write {}: {error}", path.display()))
            }
            Self::Remove(path) => match fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(format!("cannot remove {}: {error}", path.display()))
                }
                _ => Ok(()),
            },
            Self::Run(words) => run(words),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Write(path, text) => format!("# {}:\n{}\n", path.display(), text.trim_end()),
            Self::Remove(path) => format!("rm {}\n", path.display()),
            Self::Run(words) => format!("{}\n", words.join(" ")),
        }
    }
}

fn run(words: &[&str]) -> Result<(), String> {
    let line = words.join(" ");
    let (program, arguments) = words.split_first().ok_or("nothing to run")?;
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("cannot run `{line}`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "`{line}` fails: {}; `{} status {NAME}` may say more",
        said.trim(),
        words[..words.len().min(if words.contains(&"--user") { 2 } else { 1 })].join(" ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_the_shipped_one_for_this_program() {
        for (owner, section) in [
            (Owner::Machine, "DynamicUser=yes"),
            (Owner::User, "WantedBy=default.target"),
        ] {
            let text = unit(owner, "/opt/my tools/100%/clausewatch");
            assert!(
                text.contains("\nExecStart=\"/opt/my tools/100%%/clausewatch\" daemon\n"),
                "{text}"
            );
            assert!(text.contains(section) && !text.contains("/usr/local/bin"), "{text}");
        }
    }
}
