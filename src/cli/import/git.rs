//! Reads a git repository with the `git` of the machine.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use chrono::{DateTime, Utc};

/// A git repository, bare or not.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    path: PathBuf,
}

/// A file as a commit left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    pub commit: String,
    pub at: DateTime<Utc>,
    pub subject: String,
    pub path: String,
    /// Name of its bytes in the repository.
    pub blob: String,
}

impl Repository {
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let repository = Self { path: path.to_owned() };
        repository.output(&["rev-parse", "--git-dir"]).map_err(|error| {
            let source = if path.is_file() {
                path.display().to_string()
            } else {
                "https://github.com/OpenTermsArchive/pga-versions".into()
            };
            format!(
                "{} is no git repository that can be read: {error}\nclone one first: `git clone {source} versions`",
                path.display()
            )
        })?;
        Ok(repository)
    }

    /// The first commit: it names the history, wherever it was cloned to.
    pub(super) fn root(&self) -> Result<String, String> {
        let roots = self.output(&["rev-list", "--max-parents=0", "HEAD"]).map_err(|_| {
            format!(
                "{} has no commits: nothing was ever recorded in it",
                self.path.display()
            )
        })?;
        let roots = String::from_utf8_lossy(&roots);
        Ok(roots.split_whitespace().next_back().unwrap_or_default().to_owned())
    }

    /// Every file that a commit added or changed, oldest commit first.
    pub(super) fn revisions(&self) -> Result<Vec<Revision>, String> {
        let format = "--format=%x01%H %at %s";
        let log = self.output(&[
            "log",
            "--reverse",
            "--topo-order",
            "--no-renames",
            "--diff-filter=d",
            "--raw",
            "--no-abbrev",
            "-z",
            format,
            "HEAD",
        ]);
        let log = log.map_err(|error| format!("cannot read the history of {}: {error}", self.path.display()))?;
        Ok(parse(&String::from_utf8_lossy(&log)))
    }

    /// A process that hands out bytes by name.
    pub(super) fn blobs(&self) -> Result<Blobs, String> {
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| not_started(&error))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Blobs {
                child,
                input: Some(input),
                output: BufReader::new(output),
            }),
            _ => Err("git did not start".into()),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        // Paths as they are, and nobody's configuration between us and the bytes.
        command.arg("-C").arg(&self.path).args(["-c", "core.quotePath=false"]);
        command.args(arguments).stdin(Stdio::null());
        command
    }

    fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = self.command(arguments).output().map_err(|error| not_started(&error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

fn not_started(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "git is not installed; install it (its command `git` must be on PATH)".into(),
        _ => format!("git cannot be started: {error}"),
    }
}

/// Reads `git log --raw -z`: `\x01commit time subject`, then `:modes blobs status` and a path for each file.
pub(super) fn parse(log: &str) -> Vec<Revision> {
    let mut revisions = Vec::new();
    for entry in log.split('\u{1}').skip(1) {
        let mut fields = entry.split('\0');
        let head = fields.next().unwrap_or_default().trim_end();
        let mut words = head.splitn(3, ' ');
        let (Some(commit), Some(seconds)) = (words.next(), words.next()) else {
            continue;
        };
        let Some(at) = seconds
            .parse()
            .ok()
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        else {
            continue;
        };
        let subject = words.next().unwrap_or_default();
        while let (Some(change), Some(path)) = (fields.find(|field| field.trim_start().starts_with(':')), fields.next())
        {
            let Some(blob) = change.split_whitespace().nth(3) else {
                continue;
            };
            revisions.push(Revision {
                commit: commit.to_owned(),
                at,
                subject: subject.to_owned(),
                path: path.to_owned(),
                blob: blob.to_owned(),
            });
        }
    }
    revisions
}

/// `git cat-file --batch`.
#[derive(Debug)]
pub(super) struct Blobs {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Blobs {
    pub(super) fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        self.ask(name)
            .map_err(|error| format!("git cannot read {name}: {error}; `git fsck` looks for damage"))
    }

    fn ask(&mut self, name: &str) -> std::io::Result<Vec<u8>> {
        if let Some(input) = &mut self.input {
            writeln!(input, "{name}")?;
            input.flush()?;
        }
        let mut head = String::new();
        self.output.read_line(&mut head)?;
        let size = head
            .split_whitespace()
            .nth(2)
            .and_then(|size| size.parse::<usize>().ok());
        let size = size.ok_or_else(|| std::io::Error::other(head.trim().to_owned()))?;
        let mut bytes = vec![0; size];
        self.output.read_exact(&mut bytes)?;
        let mut end = [0];
        self.output.read_exact(&mut end)?;
        Ok(bytes)
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // Its input closed, git ends by itself.
        self.input = None;
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_read_with_paths_as_they_are() {
        let log = "\u{1}aa 1657551474 Start tracking Shop Terms\0\n:000000 100644 00 b1 A\0Shop/Terms of Use.md\0\
            \u{1}bb 1657551480 Record new changes\0\n:100644 100644 b1 b2 M\0Shop/Terms of Use.md\0:100644 100644 c1 c2 M\0Hör/Ä.md\0\
            \u{1}cc 1657551490 Nothing here\0";
        let read: Vec<_> = parse(log)
            .into_iter()
            .map(|revision| (revision.commit, revision.path, revision.blob))
            .collect();
        let of = |commit: &str, path: &str, blob: &str| (commit.to_owned(), path.to_owned(), blob.to_owned());
        assert_eq!(
            read,
            [
                of("aa", "Shop/Terms of Use.md", "b1"),
                of("bb", "Shop/Terms of Use.md", "b2"),
                of("bb", "Hör/Ä.md", "c2")
            ]
        );
    }
}
