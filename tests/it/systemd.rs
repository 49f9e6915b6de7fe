//! A real systemd boots, runs the shipped unit in its sandbox, and mails what a page on loopback says.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::mail::{certify, python};
use crate::part::{self, Part};
use crate::site::policy;
use crate::user::{Ran, run};

/// A booted systemd, on files of this machine and those of the test.
struct Machine {
    leader: String,
    _systemd: Part,
    _directory: TempDir,
}

impl Machine {
    fn boot(directory: TempDir, python: &str) -> Self {
        // It may lie where nspawn mounts something of its own, such as /tmp; /usr is there anyhow.
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
            _systemd: systemd,
            _directory: directory,
        }
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new("nsenter");
        command
            .args(["--target", &self.leader])
            .args([
                "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd",
            ])
            .args(["env", "-i", "PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin"])
            .args(line.split(' '));
        command
    }

    fn run(&self, line: &str) -> Ran {
        run(&mut self.command(line))
    }

    /// As the administrator; must do.
    fn systemctl(&self, words: &str) -> String {
        let ran = self.run(&format!("systemctl {words}"));
        let journal = || self.run("journalctl --no-pager --unit=clausewatch").text;
        assert_eq!(ran.code, 0, "systemctl {words}: {ran:?}\n{}", journal());
        ran.text
    }

    fn property(&self, name: &str) -> String {
        let text = self.systemctl(&format!("show clausewatch --value --property={name}"));
        text.trim().to_owned()
    }

    fn path(&self, inside: &str) -> PathBuf {
        Path::new("/proc").join(&self.leader).join("root").join(inside)
    }

    fn write(&self, inside: &str, text: &str) {
        write(&self.path(inside), text);
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// What an administrator has put on the machine before its first start.
fn files(directory: &Path) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = directory.join("files");
    let unit = std::fs::read_to_string(project.join("systemd/clausewatch.service")).unwrap();
    write(&files.join("etc/systemd/system/clausewatch.service"), &unit);
    let credential = unit.lines().find_map(|line| line.strip_prefix("#LoadCredential="));
    write(
        &files.join("etc/systemd/system/clausewatch.service.d/password.conf"),
        &format!("[Service]\nLoadCredential={}\n", credential.unwrap()),
    );
    write(&files.join("etc/clausewatch/smtp-password"), "s3cret\n");
    write(&files.join("srv/privacy"), &policy(""));
    let program = files.join("usr/local/bin/clausewatch");
    std::fs::create_dir_all(program.parent().unwrap()).unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_clausewatch"), program).unwrap();
    let mail = files.join("srv/mail");
    std::fs::create_dir_all(&mail).unwrap();
    std::fs::copy(part::file("smtpd.py"), mail.join("smtpd.py")).unwrap();
    certify(&mail);
}

fn watch(name: &str) -> String {
    format!(
        "[[watch]]\nid = \"shop/{name}\"\nurl = \"http://127.0.0.1:8080/privacy\"\nfetch = \"http\"\n\
         schedule = \"* * * * * *\"\njitter = \"0s\"\n"
    )
}

/// Waits until the page was visited so many times more.
fn visits(web: &Part, number: usize) {
    let mut left = number;
    while left > 0 {
        left -= usize::from(web.line().contains("\"GET /privacy "));
    }
}

#[test]
fn the_shipped_unit_watches_mails_survives_and_stops() {
    let needed = ["systemd-nspawn", "unshare", "nsenter", "setpriv", "openssl"];
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    if !part::is_there("root, who may boot a systemd,", is_root) || !needed.iter().all(|name| part::program(name)) {
        return;
    }
    let Some(python) = python() else { return };
    let directory = tempfile::tempdir().unwrap();
    files(directory.path());
    let machine = Machine::boot(directory, &python);
    let mail = Part::start(&mut machine.command(&format!("{python} -W ignore /srv/mail/smtpd.py /srv/mail")));
    let port = mail.line().split(' ').next_back().unwrap().to_owned();
    let mut server = machine.command("sh -c");
    let web = Part::start(server.arg(format!(
        "{python} -u -m http.server 8080 --bind 127.0.0.1 --directory /srv 2>&1"
    )));
    // It announces itself.
    web.line();
    let list = format!(
        "[channel.email]\nhost = \"localhost\"\nport = {port}\ntls = \"none\"\nfrom = \"watch@example.org\"\n\
         to = [\"me@example.org\"]\nuser = \"watch\"\npassword = {{ credential = \"smtp-password\" }}\n\
         [defaults]\nchannels = [\"email\"]\n{}",
        watch("privacy")
    );
    machine.write("etc/clausewatch/watchlist.toml", &list);

    machine.systemctl("start clausewatch");
    assert_eq!(machine.property("ActiveState"), "active");
    visits(&web, 2);
    let status = machine.property("StatusText");
    assert!(status.starts_with("watching 1 documents, next visit"), "{status}");
    let state = std::fs::metadata(machine.path("var/lib/private/clausewatch")).unwrap();
    assert_eq!(state.permissions().mode() & 0o777, 0o700);
    assert_ne!(state.uid(), 0);

    machine.write(
        "srv/privacy",
        &policy("<p>We use your photos to train our AI models.</p>"),
    );
    assert_eq!(mail.line(), "mail plain True");
    let first = std::fs::read_to_string(machine.path("srv/mail/1.eml")).unwrap();
    assert!(first.contains("We use your photos to train our AI models."), "{first}");

    machine.systemctl("kill --signal=KILL clausewatch");
    part::until("it is started again", || {
        machine.property("NRestarts") == "1" && machine.property("ActiveState") == "active"
    });
    visits(&web, 2);
    assert!(
        !machine.path("srv/mail/2.eml").exists(),
        "what was told is not told again"
    );

    machine.write("etc/clausewatch/watchlist.toml", &(list + &watch("again")));
    machine.systemctl("reload clausewatch");
    part::until("the new list is watched", || {
        machine.property("StatusText").starts_with("watching 2 documents")
    });

    machine.systemctl("stop clausewatch");
    assert_eq!(machine.property("ActiveState"), "inactive");
    assert_eq!(machine.property("Result"), "success");
}
