//! A real notification daemon on a real session bus shows the alert.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::part::{self, PATIENCE, Part};
use crate::site::{Answer, Site};
use crate::user::{self, Ran, User, privacy};

/// An X server, a session bus and dunst.
pub struct Desktop {
    pub address: String,
    display: String,
    // Ended in this order.
    dunst: Option<Part>,
    _bus: Part,
    _screen: Part,
}

impl Desktop {
    pub fn start() -> Option<Self> {
        let needed = ["Xvfb", "dbus-daemon", "dunst", "dunstctl", "gdbus"];
        if !needed.iter().all(|name| part::program(name)) {
            return None;
        }
        let screen = Part::start(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-nolisten", "tcp"])
                .args(["-screen", "0", "900x500x24"]),
        );
        let display = format!(":{}", screen.line());
        let bus = Part::start(
            Command::new("dbus-daemon")
                .arg("--config-file")
                .arg(part::file("bus.conf"))
                .args(["--nofork", "--print-address=1"]),
        );
        let address = bus.line();
        let mut desktop = Self {
            address,
            display,
            dunst: None,
            _bus: bus,
            _screen: screen,
        };
        desktop.show();
        Some(desktop)
    }

    /// Starts the notification daemon.
    fn show(&mut self) {
        let dunst = Part::start(
            Command::new("dunst")
                .arg("-conf")
                .arg(part::file("dunstrc"))
                .env("DISPLAY", &self.display)
                .env("DBUS_SESSION_BUS_ADDRESS", &self.address),
        );
        let owned = Command::new("gdbus")
            .args(["wait", "--session", "--timeout", &PATIENCE.as_secs().to_string()])
            .arg("org.freedesktop.Notifications")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .status();
        assert!(owned.unwrap().success(), "dunst does not come to the bus");
        self.dunst = Some(dunst);
    }

    /// Ends it.
    fn hide(&mut self) {
        self.dunst = None;
    }

    pub fn ask(&self, words: &str) -> String {
        let ran = user::run(
            Command::new("dunstctl")
                .args(words.split(' '))
                .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
                .env("DISPLAY", &self.display),
        );
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.text
    }

    fn run(&self, user: &User, line: &str) -> Ran {
        user::run(user.clausewatch(line).env("DBUS_SESSION_BUS_ADDRESS", &self.address))
    }
}

#[test]
fn a_new_clause_stands_on_the_screen_once() {
    let Some(desktop) = Desktop::start() else { return };
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!(
        "[channel.desktop]\n[defaults]\nchannels = [\"desktop\"]\n{}objection = {{ url = \"https://shop.example/ai\" }}\n",
        privacy(&site)
    ));
    assert_eq!(desktop.run(&user, "check -q").code, 0);
    let claim = "<h2>AI</h2><p>We use your <b>photos</b> &amp; notes to train our AI models.</p>";
    site.put("/privacy", Answer::policy(claim));
    let ran = desktop.run(&user, "check -q");
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(desktop.run(&user, "check -q").code, 0, "the same page again");
    assert_eq!(desktop.ask("count displayed").trim(), "1");
    desktop.ask("close-all");
    let history = desktop.ask("history");
    for part in [
        "critical: Shop now claims the right to train",
        "train our AI models",
        "photos &amp; notes",
    ] {
        assert!(history.contains(part), "{part} is missing in\n{history}");
    }
}

#[test]
fn a_click_opens_the_page() {
    let Some(desktop) = Desktop::start() else { return };
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!(
        "[defaults]\nchannels = [\"desktop\"]\nschedule = \"* * * * * *\"\njitter = \"0s\"\n{}",
        privacy(&site)
    ));
    user.write("xdg-open", "#!/bin/sh\necho \"$1\" >opening && mv opening opened\n");
    std::fs::set_permissions(user.path("xdg-open"), Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let _daemon = Part::start(
        user.clausewatch("daemon")
            .env("DBUS_SESSION_BUS_ADDRESS", &desktop.address)
            .env("PATH", format!("{}:{path}", user.path("").display())),
    );
    part::until("the first reading", || user.run("log shop/privacy").code == 0);
    site.put(
        "/privacy",
        Answer::policy("<p>We use your photos to train our AI models.</p>"),
    );
    part::until("the alert", || desktop.ask("count displayed").trim() == "1");
    desktop.ask("action 0");
    part::until("a click opens something", || user.path("opened").exists());
    let opened = std::fs::read_to_string(user.path("opened")).unwrap();
    assert_eq!(opened.trim(), site.url("/privacy"));
}

#[test]
fn an_alert_that_found_no_desktop_stands_on_the_next_one() {
    let Some(desktop) = Desktop::start() else { return };
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!("[channel.desktop]\n{}", privacy(&site)));
    assert_eq!(user.run("check -q").code, 0);
    site.put(
        "/privacy",
        Answer::policy("<p>We use your photos to train our AI models.</p>"),
    );
    let alone = || {
        let mut command = user.clausewatch("check -q");
        user::run(command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"))
    };
    assert_eq!(alone().code, 1);
    assert!(user.run("outbox").text.contains("needs a desktop session"));
    assert_eq!(desktop.run(&user, "outbox retry").code, 0);
    assert_eq!(desktop.ask("count displayed").trim(), "1");
    assert_eq!(user.run("outbox").text, "Everything is delivered.\n");
}

#[test]
fn a_notification_daemon_that_is_restarted_shows_what_came_meanwhile_and_several_alerts_as_one() {
    let Some(mut desktop) = Desktop::start() else { return };
    let site = Site::start();
    let list: Vec<String> = ["shop/privacy", "shop/terms"]
        .map(|id| privacy(&site).replace("shop/privacy", id))
        .to_vec();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!("[channel.desktop]\n{}", list.concat()));
    assert_eq!(desktop.run(&user, "check -q").code, 0);
    desktop.hide();
    let claim = "<p>We use your photos to train our AI models.</p>";
    site.put("/privacy", Answer::policy(claim));
    assert_eq!(desktop.run(&user, "check -q").code, 1);
    let waiting = user.run("outbox").text;
    assert!(waiting.contains("2 alerts of clausewatch: Shop"), "{waiting}");
    desktop.show();
    assert_eq!(desktop.run(&user, "outbox retry").code, 0);
    assert_eq!(desktop.ask("count displayed").trim(), "1");
    assert_eq!(user.run("outbox").text, "Everything is delivered.\n");
}

#[test]
fn without_a_session_bus_the_alert_waits_and_says_why() {
    let user = User::new(&format!("[channel.desktop]\n{}", privacy(&Site::start())));
    let ran = user::run(
        user.clausewatch("test-alert")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"),
    );
    assert_eq!(ran.code, 2);
    assert!(ran.errors.contains("needs a desktop session"), "{ran:?}");
}

#[test]
fn a_session_bus_that_says_nothing_does_not_hold_it() {
    let user = User::new(&privacy(&Site::start()));
    let _bus = UnixListener::bind(user.path("bus")).unwrap();
    let address = format!("unix:path={}", user.path("bus").display());
    let ran = user::run(user.clausewatch("test-alert").env("DBUS_SESSION_BUS_ADDRESS", address));
    assert_eq!(ran.code, 2);
    assert!(ran.errors.contains("did not answer within 10 s"), "{ran:?}");
}
