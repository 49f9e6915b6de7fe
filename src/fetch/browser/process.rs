//! An installed Chromium as a child process: started with a fresh profile, ended with all its children.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Names under which distributions install it, tried in this order on the PATH.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

const FLAGS: [&str; 13] = [
    "--headless",
    "--remote-debugging-port=0",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--mute-audio",
    "--no-first-run",
    "--no-default-browser-check",
    // The heap of one page's scripts, in MiB.
    "--js-flags=--max-old-space-size=512",
];

/// Chromium says on standard error where its debugger listens.
const ENDPOINT: &str = "DevTools listening on ";

/// A running Chromium; dropped, it is gone with its children and its profile.
#[derive(Debug)]
pub struct Browser {
    child: Child,
    profile: PathBuf,
    /// Address of its debugger's web socket.
    pub endpoint: String,
}

impl Browser {
    /// Starts Chromium with an empty profile below `directory`.
    ///
    /// # Errors
    /// `NotFound` when none is installed; whatever keeps it from starting.
    pub async fn start(directory: &Path) -> io::Result<Self> {
        sweep(directory)?;
        let (child, profile) = spawn(directory)?;
        let mut browser = Self {
            child,
            profile,
            endpoint: String::new(),
        };
        let stderr = browser.child.stderr.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = BufReader::new(stderr).lines();
        while let Some(line) = lines.next_line().await? {
            if let Some(endpoint) = line.strip_prefix(ENDPOINT) {
                endpoint.trim().clone_into(&mut browser.endpoint);
                // Read on, or Chromium blocks once the pipe is full.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(browser);
            }
        }
        Err(io::Error::other("it ended before its debugger listened"))
    }
}

impl Browser {
    /// Bytes that it and its children have of their own, as far as the system tells.
    pub fn memory(&self) -> u64 {
        let Some(group) = self.child.id() else { return 0 };
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter(|process| group_of(&process.path()) == Some(group))
            .filter_map(|process| own_memory(&process.path()))
            .sum()
    }
}

/// The fifth field of its `stat`; the second, its name, may hold anything.
fn group_of(process: &Path) -> Option<u32> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(2)?.parse().ok()
}

fn own_memory(process: &Path) -> Option<u64> {
    let status = std::fs::read_to_string(process.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(group) = self.child.id().and_then(process_group) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

fn spawn(directory: &Path) -> io::Result<(Child, PathBuf)> {
    for name in NAMES {
        let profile = directory.join(format!("chromium-{}-{}", std::process::id(), next_number()));
        std::fs::create_dir_all(&profile)?;
        let mut command = Command::new(name);
        command
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.display()));
        if rustix::process::geteuid().is_root() {
            // Chromium refuses its own sandbox to root.
            command.arg("--no-sandbox");
        }
        command
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        // Its own group, so that one signal ends renderers and helpers too.
        match command.process_group(0).kill_on_drop(true).spawn() {
            Ok(child) => {
                if let Some(id) = child.id() {
                    std::fs::write(profile.join(PID_FILE), id.to_string())?;
                }
                return Ok((child, profile));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => std::fs::remove_dir_all(&profile)?,
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

fn next_number() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

const PID_FILE: &str = "clausewatch.pid";

/// Ends what a killed clausewatch left running: kill -9 of us spares our children.
fn sweep(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)?;
    for entry in std::fs::read_dir(directory)? {
        let profile = entry?.path();
        let name = profile.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(owner) = name.strip_prefix("chromium-").and_then(|rest| rest.split('-').next()) else {
            continue;
        };
        if owner.parse() == Ok(std::process::id()) || Path::new("/proc").join(owner).exists() {
            continue;
        }
        if let Ok(id) = std::fs::read_to_string(profile.join(PID_FILE)) {
            end_if_ours(&id, &profile);
        }
        let _ = std::fs::remove_dir_all(&profile);
    }
    Ok(())
}

/// Ends the group only when its leader still runs with that profile: ids are used again.
fn end_if_ours(id: &str, profile: &Path) {
    let command = std::fs::read(Path::new("/proc").join(id).join("cmdline")).unwrap_or_default();
    let is_ours = String::from_utf8_lossy(&command).contains(&profile.display().to_string());
    if let (true, Some(group)) = (is_ours, id.parse().ok().and_then(process_group)) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

fn process_group(id: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(id).ok()?)
}
