//! A real systemd runs the shipped units as the README installs them: in its sandbox for a machine, with alerts by
//! mail; in a person's session, with alerts on the desktop.

use std::os::unix::fs::{MetadataExt, PermissionsExt};

use crate::machine::{Machine, is_possible, watch};
use crate::mail::{certify, python};
use crate::part::{self, Part};

const CLAIM: &str = "<p>We use your photos to train our AI models.</p>";

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
    machine.follow_readme("env", "/etc/systemd/system/");

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
    machine.follow_readme(&ada, "systemctl --user enable");
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
