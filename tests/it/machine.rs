//! A booted systemd on this machine's own files, with the project unpacked at `/srv/project`.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::book;
use crate::part::{self, Part};
use crate::site::policy;
use crate::user::{Ran, run};

pub struct Machine {
    leader: String,
    python: String,
    _systemd: Part,
    _directory: TempDir,
}

/// Whether one can be booted here.
pub fn is_possible() -> bool {
    let needed = ["systemd-nspawn", "unshare", "nsenter", "setpriv"];
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    part::is_there("root, who may boot a systemd,", is_root) && needed.iter().all(|name| part::program(name))
}

impl Machine {
    /// `python` may lie where the machine does not see it by itself, such as `/tmp`.
    pub fn boot(python: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        unpack(&directory.path().join("files/srv/project"));
        let prefixes = run(Command::new(python).args(["-c", "import sys; print(sys.prefix, sys.base_prefix)"])).text;
        let shown = prefixes
            .split_whitespace()
            .filter(|prefix| *prefix != "/usr")
            .map(|prefix| format!("--bind-ro={prefix}"));
        let systemd = Part::start(
            Command::new("unshare")
                .args(["--mount", "--propagation", "private"])
                .arg(part::file("boot.sh"))
                .arg(directory.path())
                .arg("basic.target")
                .args(shown),
        );
        Self {
            leader: systemd.line(),
            python: python.to_owned(),
            _systemd: systemd,
            _directory: directory,
        }
    }

    /// As root.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--target", &self.leader])
            .args(["--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root"])
            .arg(format!("--wd={}", self.path("srv/project").display()))
            .args(["env", "-i", "PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin"])
            .args(line.split(' '));
        command
    }

    /// Must do; gives what it printed.
    pub fn run(&self, line: &str) -> String {
        self.checked(line, &run(&mut self.command(line)))
    }

    fn checked(&self, what: &str, ran: &Ran) -> String {
        let journal = || run(&mut self.command("journalctl --no-pager --lines=40")).text;
        assert_eq!(ran.code, 0, "{what}: {ran:?}\n{}", journal());
        ran.text.trim().to_owned()
    }

    /// Runs the block of docs/service.md that holds `mark`, by a prefix such as `runuser -u ada --`.
    pub fn follow_the_book(&self, prefix: &str, mark: &str) {
        let chapter = book::chapter("docs/service.md");
        let blocks = chapter.blocks("sh");
        let block = blocks.iter().find(|block| block.contains(mark)).unwrap();
        let mut shell = self.command(&format!("{prefix} sh -ec"));
        self.checked(block, &run(shell.arg(block)));
    }

    /// A file inside.
    pub fn path(&self, inside: &str) -> PathBuf {
        Path::new("/proc").join(&self.leader).join("root").join(inside)
    }

    pub fn write(&self, inside: &str, text: &str) {
        let path = self.path(inside);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A program of Python inside, whose errors stand among its lines.
    pub fn python(&self, arguments: &str) -> Part {
        let mut shell = self.command("sh -c");
        Part::start(shell.arg(format!("exec {} -u -W ignore {arguments} 2>&1", self.python)))
    }

    /// A web server with the page that `watch` watches.
    pub fn serve(&self) -> Web {
        self.publish("");
        let web = self.python("-m http.server 8080 --bind 127.0.0.1 --directory /srv/web");
        // It announces itself.
        web.line();
        Web(web)
    }

    pub fn publish(&self, more: &str) {
        self.write("srv/web/privacy", &policy(more));
    }
}

pub struct Web(Part);

impl Web {
    /// Waits until the page was visited so many times more.
    pub fn visits(&self, number: usize) {
        let mut left = number;
        while left > 0 {
            left -= usize::from(self.0.line().contains("\"GET /privacy "));
        }
    }
}

/// Watches what `Machine::serve` serves, every second.
pub fn watch(name: &str) -> String {
    format!(
        "[[watch]]\nid = \"shop/{name}\"\nservice = \"Shop\"\nurl = \"http://127.0.0.1:8080/privacy\"\nfetch = \"http\"\n\
         schedule = \"* * * * * *\"\njitter = \"0s\"\nconfirm = \"0s\"\n"
    )
}

/// The project as it is after `cargo build --release`, with the program under test.
fn unpack(target: &Path) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (from, to) in [
        (
            project.join("systemd/clausewatch.service"),
            "systemd/clausewatch.service",
        ),
        (
            project.join("systemd/user/clausewatch.service"),
            "systemd/user/clausewatch.service",
        ),
        (
            PathBuf::from(env!("CARGO_BIN_EXE_clausewatch")),
            "target/release/clausewatch",
        ),
        (part::file("smtpd.py"), "smtpd.py"),
        (part::file("dunstrc"), "dunstrc"),
    ] {
        let to = target.join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(from, to).unwrap();
    }
}
