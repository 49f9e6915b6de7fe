//! A real systemd runs the shipped units as the book installs them: in its sandbox for a machine, with alerts by
//! mail; in a person's session, with alerts on the desktop.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::machine::{Machine, is_possible, watch};
use crate::mail::{certify, python};
use crate::part::{self, Part};

const CLAIM: &str = "<p>We use your photos to train our AI models.</p>";

fn local(watches: &str) -> String {
    format!("[defaults]\nchannels = []\n{watches}")
}

/// `clausewatch service` by its own hands, from the first visit to a hung daemon and back to nothing.
#[test]
fn the_program_installs_itself_and_systemd_starts_it_again_when_it_hangs() {
    if !is_possible() {
        return;
    }
    let Some(python) = python() else { return };
    let machine = Machine::boot(&python);
    let web = machine.serve();
    machine.write("srv/project/watchlist.toml", &local(&watch("privacy")));
    machine.run("install -m 755 target/release/clausewatch /usr/local/bin/clausewatch");
    let install = "env HOME=/root /usr/local/bin/clausewatch service install";
    let planned = machine.run(&format!("{install} --dry-run"));
    assert!(
        planned.contains("ExecStart=/usr/local/bin/clausewatch daemon\n"),
        "{planned}"
    );
    assert!(!machine.path("etc/systemd/system/clausewatch.service").exists());
    machine.write(
        "etc/systemd/system/clausewatch.service.d/quick.conf",
        "[Service]\nWatchdogSec=2\nRestartSec=0\n",
    );
    machine.run(install);
    web.visits(2);
    let journal =
        "journalctl --unit=clausewatch --output=cat CLAUSEWATCH_WATCH=shop/privacy CLAUSEWATCH_EVENT=unchanged";
    part::until("the fields of the journal", || {
        machine.run(journal).contains("unchanged")
    });

    machine.run("systemctl kill --signal=STOP clausewatch");
    part::until("the watchdog has bitten", || {
        property(&machine, "systemctl", "NRestarts") == "1"
            && property(&machine, "systemctl", "ActiveState") == "active"
    });
    web.visits(2);

    machine.run("env HOME=/root /usr/local/bin/clausewatch service uninstall");
    assert_eq!(property(&machine, "systemctl", "ActiveState"), "inactive");
    assert!(!machine.path("etc/systemd/system/clausewatch.service").exists());
    assert!(
        machine.path("var/lib/clausewatch/clausewatch.sqlite").exists(),
        "what was seen stays"
    );
}

#[test]
fn the_package_is_installed_runs_and_keeps_the_list_that_was_changed() {
    if !is_possible() || !part::program("dpkg-deb") {
        return;
    }
    let Some(python) = python() else { return };
    let machine = Machine::boot(&python);
    let folder = tempfile::tempdir().unwrap();
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = crate::user::run(
        std::process::Command::new(project.join("packaging/deb"))
            .arg(env!("CARGO_BIN_EXE_clausewatch"))
            .arg(folder.path())
            .env("DEB_COMPRESSION", "none"),
    );
    assert_eq!(built.code, 0, "{built:?}");
    let package = std::fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::copy(package, machine.path("srv/clausewatch.deb")).unwrap();
    let web = machine.serve();
    machine.run("dpkg --install --force-depends /srv/clausewatch.deb");
    assert_eq!(
        property(&machine, "systemctl", "ActiveState"),
        "inactive",
        "it asks first"
    );
    machine.write("etc/clausewatch/watchlist.toml", &local(&watch("privacy")));
    machine.run("systemctl enable --now clausewatch");
    web.visits(2);
    let process = property(&machine, "systemctl", "MainPID");
    machine.run("dpkg --install --force-depends /srv/clausewatch.deb");
    web.visits(2);
    assert_ne!(
        property(&machine, "systemctl", "MainPID"),
        process,
        "what ran runs on anew"
    );
    let list = std::fs::read_to_string(machine.path("etc/clausewatch/watchlist.toml")).unwrap();
    assert!(list.contains("shop/privacy"), "a list of one's own is kept");
    assert!(
        machine
            .run("dpkg --listfiles clausewatch")
            .contains("/usr/share/man/man1/clausewatch.1.gz")
    );
    machine.run("dpkg --remove clausewatch");
    assert!(!machine.path("usr/bin/clausewatch").exists());
    assert!(machine.path("etc/clausewatch/watchlist.toml").exists());
    machine.run("dpkg --purge clausewatch");
    assert!(!machine.path("etc/clausewatch/watchlist.toml").exists());
    assert!(
        machine.path("var/lib/clausewatch/clausewatch.sqlite").exists(),
        "what was seen stays"
    );
}

fn property(machine: &Machine, systemctl: &str, name: &str) -> String {
    machine.run(&format!("{systemctl} show clausewatch --value --property={name}"))
}

/// Kills it, and waits until systemd has it running again.
fn kill(machine: &Machine, systemctl: &str) {
    machine.run(&format!("{systemctl} kill --signal=KILL clausewatch"));
    part::until("it is started again", || {
        property(machine, systemctl, "NRestarts") == "1" && property(machine, systemctl, "ActiveState") == "active"
    });
}

#[test]
fn the_system_unit_watches_mails_survives_a_kill_reloads_and_stops() {
    if !is_possible() || !part::program("openssl") {
        return;
    }
    let Some(python) = python() else { return };
    let machine = Machine::boot(&python);
    let web = machine.serve();
    machine.run("mkdir /srv/mail");
    certify(&machine.path("srv/mail"));
    let mail = machine.python("smtpd.py /srv/mail");
    let port = mail.line().split(' ').next_back().unwrap().to_owned();
    let list = format!(
        "[channel.email]\nhost = \"localhost\"\nport = {port}\ntls = \"none\"\nfrom = \"watch@example.org\"\n\
         to = [\"me@example.org\"]\nuser = \"watch\"\npassword = {{ credential = \"smtp-password\" }}\n\
         [defaults]\nchannels = [\"email\"]\n{}",
        watch("privacy")
    );
    machine.write("srv/project/watchlist.toml", &list);
    machine.write("etc/clausewatch/smtp-password", "s3cret\n");
    machine.run("sed -i s/^#LoadCredential=/LoadCredential=/ systemd/clausewatch.service");
    machine.follow_the_book("env", "/etc/systemd/system/");

    assert_eq!(property(&machine, "systemctl", "ActiveState"), "active");
    web.visits(2);
    // Between two visits; during one it says so.
    part::until("it says what it does", || {
        property(&machine, "systemctl", "StatusText").starts_with("watching 1 documents, next visit")
    });
    let state = std::fs::metadata(machine.path("var/lib/private/clausewatch")).unwrap();
    assert_eq!(state.permissions().mode() & 0o777, 0o700);
    assert_ne!(state.uid(), 0);

    machine.publish(CLAIM);
    assert_eq!(mail.line(), "mail plain True");
    let first = std::fs::read_to_string(machine.path("srv/mail/1.eml")).unwrap();
    assert!(first.contains("We use your photos to train our AI models."), "{first}");

    kill(&machine, "systemctl");
    web.visits(2);
    assert!(
        !machine.path("srv/mail/2.eml").exists(),
        "what was told is not told again"
    );

    machine.write("etc/clausewatch/watchlist.toml", &(list + &watch("again")));
    machine.run("systemctl reload clausewatch");
    part::until("the new list is watched", || {
        property(&machine, "systemctl", "StatusText").starts_with("watching 2 documents")
    });

    machine.run("systemctl stop clausewatch");
    assert_eq!(property(&machine, "systemctl", "ActiveState"), "inactive");
    assert_eq!(property(&machine, "systemctl", "Result"), "success");
}

#[test]
fn the_user_unit_shows_alerts_on_the_users_desktop() {
    let needed = ["Xvfb", "dunst", "dunstctl", "gdbus"];
    if !is_possible() || !needed.iter().all(|name| part::program(name)) {
        return;
    }
    let Some(python) = python() else { return };
    let machine = Machine::boot(&python);
    machine.run("useradd --create-home ada");
    let number = machine.run("id -u ada");
    machine.run(&format!("systemctl start systemd-logind user@{number}"));
    let ada = format!(
        "runuser -u ada -- env HOME=/home/ada XDG_RUNTIME_DIR=/run/user/{number} \
         DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/{number}/bus"
    );
    let screen = Part::start(&mut machine.command("Xvfb -displayfd 1 -screen 0 900x500x24 -nolisten tcp"));
    let display = screen.line();
    let _dunst = Part::start(&mut machine.command(&format!("{ada} DISPLAY=:{display} dunst -conf dunstrc")));
    machine.run(&format!(
        "{ada} gdbus wait --session --timeout 60 org.freedesktop.Notifications"
    ));

    let web = machine.serve();
    machine.write(
        "srv/project/watchlist.toml",
        &format!("[defaults]\nchannels = [\"desktop\"]\n{}", watch("privacy")),
    );
    machine.run(&format!(
        "{ada} install -D target/release/clausewatch /home/ada/.local/bin/clausewatch"
    ));
    machine.follow_the_book(&ada, "systemctl --user enable");
    let systemctl = format!("{ada} systemctl --user");
    web.visits(2);
    machine.publish(CLAIM);
    let displayed = || machine.run(&format!("{ada} dunstctl count displayed"));
    part::until("the notification is shown", || displayed() == "1");

    kill(&machine, &systemctl);
    web.visits(2);
    assert_eq!(displayed(), "1", "what was told is not told again");
    let status = machine.run(&format!("{ada} /home/ada/.local/bin/clausewatch status"));
    assert!(
        status.contains("shop/privacy") && status.contains("1 claim"),
        "{status}"
    );
    machine.run(&format!("{systemctl} stop clausewatch"));
    assert_eq!(property(&machine, &systemctl, "Result"), "success");
}
