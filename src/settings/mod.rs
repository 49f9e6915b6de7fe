//! Paths, limits and secrets; the only reader of the environment.

mod secret;

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

pub use crate::watchlist::{Address, ChannelKind, Email, SecretSource, Template, Tls, Webhook};
pub use secret::{below_home, secret};

/// A setting that cannot be used: what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {hint}")]
pub struct SettingsError {
    pub what: String,
    pub hint: String,
}

/// Where things lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    pub watchlist: PathBuf,
    /// Where one that is not there yet is to be written.
    pub new_watchlist: PathBuf,
    /// The state directory, mode 0700.
    pub state: PathBuf,
}

impl Paths {
    /// What the command line says, else the environment, else systemd's directories, else XDG's.
    ///
    /// Where XDG's has no watchlist but the working directory has one, that one is taken.
    pub fn resolve(watchlist: Option<PathBuf>, state: Option<PathBuf>) -> Self {
        Self::resolve_in(watchlist, state, &variable, &Path::is_file)
    }

    /// Where a service of the user's session finds them: by the XDG directories alone.
    pub fn of_the_user() -> Self {
        let of_session = |name: &str| matches!(name, "HOME" | "XDG_CONFIG_HOME" | "XDG_STATE_HOME");
        let variable = |name: &str| of_session(name).then(|| variable(name)).flatten();
        Self::resolve_in(None, None, &variable, &|_| true)
    }

    fn resolve_in(
        watchlist: Option<PathBuf>,
        state: Option<PathBuf>,
        variable: &dyn Fn(&str) -> Option<OsString>,
        is_file: &dyn Fn(&Path) -> bool,
    ) -> Self {
        let home = || variable("HOME").map(PathBuf::from).unwrap_or_default();
        // The XDG specification wants relative paths ignored.
        let xdg = |name: &str, below_home: &str| {
            let told = variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
            told.unwrap_or_else(|| home().join(below_home)).join("clausewatch")
        };
        let told = watchlist
            .or_else(|| variable("CLAUSEWATCH_WATCHLIST").map(PathBuf::from))
            .or_else(|| Some(first(&variable("CONFIGURATION_DIRECTORY")?)?.join("watchlist.toml")));
        let (own, here) = (
            xdg("XDG_CONFIG_HOME", ".config").join("watchlist.toml"),
            PathBuf::from("watchlist.toml"),
        );
        let found = if !is_file(&own) && is_file(&here) {
            here
        } else {
            own.clone()
        };
        let watchlist = told.clone().unwrap_or(found);
        let new_watchlist = told.unwrap_or(own);
        let state = state
            .or_else(|| variable("CLAUSEWATCH_STATE").map(PathBuf::from))
            .or_else(|| first(&variable("STATE_DIRECTORY")?))
            .unwrap_or_else(|| xdg("XDG_STATE_HOME", ".local/state"));
        Self {
            watchlist,
            new_watchlist,
            state,
        }
    }
}

/// systemd joins several directories with colons; the first is ours.
fn first(directories: &OsString) -> Option<PathBuf> {
    std::env::split_paths(directories).find(|path| !path.as_os_str().is_empty())
}

/// Whether the user asked programs not to colour their output (<https://no-color.org>), or the terminal knows no colours.
pub fn no_color() -> bool {
    variable("NO_COLOR").is_some() || variable("TERM").is_some_and(|terminal| terminal == "dumb")
}

/// The pager's command line: `CLAUSEWATCH_PAGER`, else `PAGER`.
pub fn pager() -> Option<String> {
    let told = variable("CLAUSEWATCH_PAGER").or_else(|| variable("PAGER"))?;
    told.into_string().ok()
}

/// Whether standard error leads into the journal of systemd (systemd.exec, `JOURNAL_STREAM`).
pub fn logs_to_journal() -> bool {
    let device_and_inode = || {
        let told = variable("JOURNAL_STREAM")?.into_string().ok()?;
        let (device, inode) = told.split_once(':')?;
        Some((device.parse::<u64>().ok()?, inode.parse::<u64>().ok()?))
    };
    let stream = std::fs::metadata("/proc/self/fd/2").map(|file| (file.dev(), file.ino()));
    stream.is_ok_and(|stream| device_and_inode() == Some(stream))
}

/// The user's own settings of systemd: `XDG_CONFIG_HOME/systemd/user`.
pub fn user_units() -> PathBuf {
    let told = variable("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let home = || variable("HOME").map(PathBuf::from).unwrap_or_default().join(".config");
    told.unwrap_or_else(home).join("systemd/user")
}

/// The language of the machine's messages: `LC_ALL`, `LC_MESSAGES`, else `LANG`, as in `de_DE.UTF-8`.
pub fn locale() -> Option<String> {
    let told = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable)?;
    told.into_string().ok()
}

/// Where files lie that live as long as the user's session.
pub fn runtime_directory() -> PathBuf {
    variable("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from)
}

/// Reads the environment; empty is as good as absent.
#[expect(clippy::disallowed_methods, reason = "the only reader of the environment")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(variables: &[(&str, &str)], files: &[&str]) -> (String, String) {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        };
        let is_file = |path: &Path| files.iter().any(|file| Path::new(file) == path);
        let paths = Paths::resolve_in(None, None, &variable, &is_file);
        (paths.watchlist.display().to_string(), paths.state.display().to_string())
    }

    fn both(watchlist: &str, state: &str) -> (String, String) {
        (watchlist.into(), state.into())
    }

    #[test]
    fn the_nearer_word_wins() {
        let home = ("HOME", "/home/ada");
        let xdg = both(
            "/home/ada/.config/clausewatch/watchlist.toml",
            "/home/ada/.local/state/clausewatch",
        );
        assert_eq!(resolve(&[home], &[]), xdg);
        assert_eq!(
            resolve(&[home, ("XDG_STATE_HOME", "relative")], &[]),
            xdg,
            "relative XDG paths are ignored"
        );
        let systemd = [
            home,
            ("CONFIGURATION_DIRECTORY", "/etc/clausewatch:/etc/more"),
            ("STATE_DIRECTORY", "/var/lib/clausewatch"),
        ];
        assert_eq!(
            resolve(&systemd, &["watchlist.toml"]),
            both("/etc/clausewatch/watchlist.toml", "/var/lib/clausewatch")
        );
        let own = [
            systemd[1],
            systemd[2],
            ("CLAUSEWATCH_WATCHLIST", "w.toml"),
            ("CLAUSEWATCH_STATE", "s"),
        ];
        assert_eq!(resolve(&own, &[]), both("w.toml", "s"));
        let told = Paths::resolve_in(Some("a.toml".into()), Some("b".into()), &|_| Some("x".into()), &|_| {
            true
        });
        assert_eq!(
            told,
            Paths {
                watchlist: "a.toml".into(),
                new_watchlist: "a.toml".into(),
                state: "b".into()
            }
        );
    }

    #[test]
    fn a_watchlist_here_is_taken_where_there_is_none_of_the_users() {
        let variables = [("HOME", "/home/ada")];
        let own = "/home/ada/.config/clausewatch/watchlist.toml";
        assert_eq!(resolve(&variables, &["watchlist.toml"]).0, "watchlist.toml");
        assert_eq!(resolve(&variables, &["watchlist.toml", own]).0, own);
    }
}
