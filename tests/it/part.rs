//! Real parts of a user's machine: programs that a test needs, and that end with it.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// No part is this slow, however busy the machine: what takes longer hangs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// True when the part is there. Where all parts must be (`CLAUSEWATCH_REAL`), a missing one is a failure.
pub fn is_there(name: &str, found: bool) -> bool {
    assert!(
        found || std::env::var_os("CLAUSEWATCH_REAL").is_none(),
        "{name} is missing"
    );
    if !found {
        // Not by println!, which the harness hides where a test passes.
        let _ = writeln!(std::io::stderr(), "skipped: {name} is missing");
    }
    found
}

/// Whether a program is installed.
pub fn program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|directory| directory.join(name).is_file());
    is_there(name, found)
}

/// A file beside the tests.
pub fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/parts")
        .join(name)
}

/// Asks again until it is so, for what nothing announces.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "still waiting: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program that runs until the test ends.
pub struct Part {
    name: String,
    child: Child,
    lines: Receiver<String>,
}

impl Part {
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let _ = sender.send(line.trim().to_owned());
            }
        });
        Self { name, child, lines }
    }

    /// The next line that it prints.
    pub fn line(&self) -> String {
        self.lines
            .recv_timeout(PATIENCE)
            .unwrap_or_else(|error| panic!("{} says nothing: {error}", self.name))
    }

    pub fn signal(&self, name: &str) {
        assert!(kill(name, &self.child.id().to_string()), "SIG{name} to {}", self.name);
    }

    /// Waits for its end, and gives the exit code.
    pub fn end(mut self) -> Option<i32> {
        let status = self.ended();
        status.unwrap_or_else(|| panic!("{} does not end", self.name)).code()
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        None
    }
}

impl Drop for Part {
    /// Asks it to clean up behind itself before it is killed.
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            kill("TERM", &self.child.id().to_string());
            if self.ended().is_none() {
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
        }
    }
}

fn kill(signal: &str, process: &str) -> bool {
    Command::new("kill")
        .args([&format!("-{signal}"), process])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
