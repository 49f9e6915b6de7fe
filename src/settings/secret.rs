//! Reads a secret from where the watchlist says it lies.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use super::{SettingsError, variable};
use crate::watchlist::SecretSource;

/// Long enough for a person to unlock a password store.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);

/// Reads a secret: the first line of a file, of a systemd credential, or of what a command prints.
///
/// Blocks while a command runs. The secret is never part of an error.
pub fn secret(source: &SecretSource) -> Result<String, SettingsError> {
    match source {
        SecretSource::File(path) => from_file(&below_home(path)),
        SecretSource::Credential(name) => {
            let Some(directory) = variable("CREDENTIALS_DIRECTORY") else {
                return Err(SettingsError {
                    what: format!("there is no systemd credential `{name}`"),
                    hint: format!(
                        "put `LoadCredential={name}:FILE` into the unit, or take `password = {{ file = … }}` outside systemd"
                    ),
                });
            };
            from_file(&Path::new(&directory).join(name))
        }
        SecretSource::Command(argv) => from_command(argv, COMMAND_LIMIT),
    }
}

/// A path with `~` meant as the home directory.
pub fn below_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), variable("HOME")) {
        (Ok(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => path.to_owned(),
    }
}

fn from_file(path: &Path) -> Result<String, SettingsError> {
    let failed = |error: std::io::Error| SettingsError {
        what: format!("cannot read the secret in {}: {error}", path.display()),
        hint: "write it there, readable by the user who runs clausewatch only (chmod 600)".into(),
    };
    let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o007 != 0 {
        tracing::warn!("others may read the secret in {0}; run `chmod 600 {0}`", path.display());
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    first_line(text.lines().next().unwrap_or_default(), &path.display().to_string())
}

fn from_command(argv: &[String], limit: Duration) -> Result<String, SettingsError> {
    let line = argv.join(" ");
    let failed = |what: String| SettingsError {
        what: format!("the secret's command `{line}` {what}"),
        hint: "run it by hand as the user who runs clausewatch; it must print the secret as its first line".into(),
    };
    let Some((program, arguments)) = argv.split_first() else {
        return Err(failed("is empty".into()));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(format!("does not start: {error}")))?;
    let Some(output) = child.stdout.take() else {
        return Err(failed("has no output".into()));
    };
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        // The rest is read too: a command that writes into a closed pipe dies of it.
        let mut reader = BufReader::new(output);
        let result = reader.read_line(&mut text).map(|_| text);
        let _ = std::io::copy(&mut reader, &mut std::io::sink());
        let _ = sender.send(result);
    });
    let Ok(result) = receiver.recv_timeout(limit) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(failed(format!("said nothing within {} seconds", limit.as_secs())));
    };
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        return Err(failed(format!("failed ({status})")));
    }
    let text = result.map_err(|error| failed(format!("printed no text: {error}")))?;
    first_line(&text, &format!("the output of `{line}`"))
}

fn first_line(line: &str, origin: &str) -> Result<String, SettingsError> {
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(SettingsError {
            what: format!("the first line of {origin} is empty"),
            hint: "put the secret there".into(),
        });
    }
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_gives_its_first_line_with_inner_blanks() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("password");
        std::fs::write(&path, " two words \r\nuser: ada\n").unwrap();
        assert_eq!(secret(&SecretSource::File(path.clone())).unwrap(), " two words ");
        std::fs::write(&path, "\n").unwrap();
        assert!(secret(&SecretSource::File(path)).unwrap_err().what.contains("empty"));
        let absent = SecretSource::File(directory.path().join("absent"));
        assert!(secret(&absent).unwrap_err().to_string().contains("chmod 600"));
    }

    #[test]
    fn a_command_gives_its_first_line() {
        let found = from_command(&argv(&["printf", "hunter2\\nuser: ada\\n"]), COMMAND_LIMIT);
        assert_eq!(found.unwrap(), "hunter2");
    }

    #[test]
    fn a_failing_or_silent_command_is_an_error_without_the_secret() {
        let error = from_command(&argv(&["sh", "-c", "echo hunter2; exit 3"]), COMMAND_LIMIT).unwrap_err();
        assert!(error.what.contains("exit status: 3"), "{error}");
        assert!(from_command(&argv(&["no-such-program-here"]), COMMAND_LIMIT).is_err());
        let error = from_command(&argv(&["tail", "-f", "/dev/null"]), Duration::ZERO).unwrap_err();
        assert!(error.what.contains("said nothing"), "{error}");
    }
}
