//! The daemon, as a service manager runs it.

use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::process::Command;

use crate::part::{self, PATIENCE, Part};
use crate::site::{Answer, Site};
use crate::user::{User, privacy, run};

struct Manager {
    socket: UnixDatagram,
    heard: Vec<String>,
}

impl Manager {
    /// With the daemon that it started.
    fn start(user: &User, environment: &[(&str, &str)]) -> (Self, Part) {
        let path = user.path("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let manager = Self {
            socket,
            heard: Vec::new(),
        };
        let environment = environment.iter().copied();
        let daemon = Part::start(user.clausewatch("daemon").env("NOTIFY_SOCKET", path).envs(environment));
        (manager, daemon)
    }

    /// Waits until the daemon says so.
    fn hear(&mut self, word: &str) -> String {
        loop {
            if let Some(at) = self.heard.iter().position(|line| line.contains(word)) {
                return self.heard.remove(at);
            }
            let mut bytes = [0; 4096];
            let length = self
                .socket
                .recv(&mut bytes)
                .unwrap_or_else(|error| panic!("no {word}: {error}"));
            let text = String::from_utf8(bytes[..length].to_vec()).unwrap();
            self.heard.extend(text.lines().map(str::to_owned));
        }
    }
}

#[test]
fn it_says_when_it_is_ready_reloads_and_ends_cleanly() {
    let site = Site::start();
    site.put("/one", Answer::policy(""));
    site.put("/two", Answer::policy(""));
    let watch = |name: &str| {
        format!(
            "[[watch]]\nid = \"shop/{name}\"\nurl = \"{}\"\nschedule = \"@daily\"\nchannels = []\n",
            site.url(&format!("/{name}"))
        )
    };
    let user = User::new(&watch("one"));
    let (mut manager, daemon) = Manager::start(&user, &[("WATCHDOG_USEC", "3000000")]);
    manager.hear("READY=1");
    manager.hear("WATCHDOG=1");
    let status = manager.hear("STATUS=watching 1 documents, next visit");
    assert!(!status.contains("cannot be read"), "{status}");
    assert_eq!(site.requests("/one").len(), 1);

    user.write("watchlist.toml", "[[watch]]\nid = 3\n");
    daemon.signal("HUP");
    manager.hear("RELOADING=1");
    manager.hear("READY=1");
    manager.hear("STATUS=watching 1 documents");

    user.write("watchlist.toml", &(watch("one") + &watch("two")));
    daemon.signal("HUP");
    manager.hear("STATUS=watching 2 documents, next visit");
    assert_eq!(
        (site.requests("/one").len(), site.requests("/two").len()),
        (1, 1),
        "only the new one was due"
    );

    daemon.signal("TERM");
    manager.hear("STOPPING=1");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn that_it_did_not_run_for_days_is_told_once() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!(
        "[defaults]\nschedule = \"@daily\"\nchannels = []\n{}",
        privacy(&site)
    ));
    let at = |day: &str, line: &str| {
        let mut command = user.clausewatch(line);
        command.env("CLAUSEWATCH_NOW", format!("2025-04-{day}T12:00:00Z"));
        command
    };
    assert_eq!(run(&mut at("01", "check")).code, 0);
    for (visits, day) in [(2, "15"), (3, "16")] {
        let daemon = Part::start(&mut at(day, "daemon"));
        part::until("the visit", || site.requests("/privacy").len() == visits);
        daemon.signal("TERM");
        assert_eq!(daemon.end(), Some(0));
    }
    let told = user.run("alerts").text;
    assert_eq!(told.matches("For 13 days no page").count(), 1, "{told}");
}

#[test]
fn it_ends_at_once_while_a_server_keeps_it_waiting() {
    let site = Site::start();
    site.put("/privacy", Answer::Silence);
    let user = User::new(&format!("{}channels = []\nrobots = false\n", privacy(&site)));
    let daemon = Part::start(&mut user.clausewatch("daemon"));
    site.wait_for("/privacy");
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn what_it_was_sending_when_it_was_stopped_is_not_lost() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let list = format!(
        "[channel.email]\nhost = \"localhost\"\nport = {}\ntls = \"none\"\nfrom = \"watch@example.org\"\nto = [\"me@example.org\"]\n\
         [defaults]\nchannels = [\"email\"]\nschedule = \"* * * * * *\"\njitter = \"0s\"\nconfirm = \"0s\"\n{}",
        server.local_addr().unwrap().port(),
        privacy(&site)
    );
    let user = User::new(&list);
    assert_eq!(user.run("check").code, 0);
    site.put(
        "/privacy",
        Answer::policy("<p>We use your photos to train our AI models.</p>"),
    );
    let daemon = Part::start(&mut user.clausewatch("daemon"));
    // It answers nothing.
    let _connection = server.accept().unwrap();
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
    for (line, list) in [("alerts", "alerts"), ("outbox", "messages")] {
        let said: serde_json::Value = serde_json::from_str(&user.run(&format!("{line} --format json")).text).unwrap();
        assert_eq!(said[list].as_array().unwrap().len(), 1, "{said}");
    }
    assert_eq!(user.run("verify").text, "The state is whole.\n");
}

#[test]
fn a_copy_made_while_it_works_is_whole() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!(
        "[defaults]\nchannels = []\nschedule = \"* * * * * *\"\njitter = \"0s\"\nconfirm = \"0s\"\n{}",
        privacy(&site)
    ));
    let daemon = Part::start(&mut user.clausewatch("daemon"));
    for number in 1..4 {
        site.put(
            "/privacy",
            Answer::policy(&"<p>One more clause about parcels.</p>".repeat(number)),
        );
        let visits = site.requests("/privacy").len();
        part::until("another visit", || site.requests("/privacy").len() > visits);
        let copy = format!("copy{number}/clausewatch.sqlite");
        std::fs::create_dir(user.path(&format!("copy{number}"))).unwrap();
        let ran = user.run(&format!("backup {copy}"));
        assert_eq!(ran.code, 0, "{ran:?}");
        let whole = user.run(&format!("verify --state copy{number}"));
        assert_eq!(whole.text, "The state is whole.\n", "{whole:?}");
    }
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
}

/// A daemon at noon that has read its one page, and will again at midnight.
fn at_rest() -> (Site, User, Manager, Part) {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!(
        "[defaults]\nschedule = \"@daily\"\nchannels = []\n{}",
        privacy(&site)
    ));
    let (mut manager, daemon) = Manager::start(&user, &[("CLAUSEWATCH_NOW", "2025-04-21T12:00:00Z")]);
    manager.hear("READY=1");
    manager.hear("STATUS=watching 1 documents, next visit");
    (site, user, manager, daemon)
}

#[test]
fn where_nobody_is_due_for_long_it_begins_anew_as_the_same_process() {
    let (site, _user, mut manager, daemon) = at_rest();
    // The turn after a call is the first in which nobody is due.
    daemon.signal("HUP");
    manager.hear("RELOADING=1");
    manager.hear("READY=1");
    manager.hear("READY=1");
    manager.hear("STATUS=watching 1 documents, next visit");
    assert_eq!(site.requests("/privacy").len(), 1);
    daemon.signal("HUP");
    manager.hear("RELOADING=1");
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn it_does_not_begin_anew_with_a_list_that_was_not_taken() {
    let (_site, user, mut manager, daemon) = at_rest();
    user.write("watchlist.toml", "[[watch]]\nid = 3\n");
    for _ in 0..20 {
        daemon.signal("HUP");
        manager.hear("RELOADING=1");
        manager.hear("STATUS=watching 1 documents, next visit");
    }
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn its_log_has_a_line_a_visit_and_says_what_a_reload_changed() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!(
        "[defaults]\nschedule = \"@daily\"\nchannels = []\n{}",
        privacy(&site)
    ));
    let mut shell = Command::new("sh");
    let environment = user.clausewatch("daemon");
    shell
        .args(["-c", "exec \"$CLAUSEWATCH\" daemon 2>&1"])
        .env("CLAUSEWATCH", env!("CARGO_BIN_EXE_clausewatch"))
        .envs(environment.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let daemon = Part::start(&mut shell);
    let hear = |word: &str| {
        loop {
            let line = daemon.line();
            if line.contains(word) {
                return line;
            }
        }
    };
    assert!(hear("first reading").contains("shop/privacy"));
    user.write("watchlist.toml", "[[watch]]\nid = 3\n");
    daemon.signal("HUP");
    hear("the old one stays in force");
    hear("watchlist.toml:2: `id` cannot be this number; write a string");
    let moved = privacy(&site).replace("shop/privacy", "shop/terms");
    user.write("watchlist.toml", &format!("[defaults]\nchannels = []\n{moved}"));
    daemon.signal("HUP");
    let news = hear("read the watchlist again");
    assert!(news.contains("new: shop/terms; no more: shop/privacy"), "{news}");
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_second_daemon_is_told_who_holds_the_state() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!("{}channels = []\n", privacy(&site)));
    let (mut manager, daemon) = Manager::start(&user, &[]);
    manager.hear("READY=1");
    let second = user.run("daemon");
    assert_eq!(second.code, 2);
    let status: serde_json::Value = serde_json::from_str(&user.run("status --format json").text).unwrap();
    let holder = format!("process {}", status["daemon"]["process"]);
    assert!(second.errors.contains(&holder), "{holder}: {}", second.errors);
    daemon.signal("KILL");
    daemon.end();
    let status: serde_json::Value = serde_json::from_str(&user.run("status --format json").text).unwrap();
    assert_eq!(status["daemon"]["running"], false, "the lock died with it");
}

#[test]
fn a_reload_in_the_middle_of_a_round_is_served_at_once() {
    let site = Site::start();
    site.put("/privacy", Answer::Silence);
    site.put("/new", Answer::policy(""));
    let list = format!("{}channels = []\nrobots = false\n", privacy(&site));
    let user = User::new(&list);
    let (mut manager, daemon) = Manager::start(&user, &[]);
    site.wait_for("/privacy");
    let new = format!(
        "[[watch]]\nid = \"shop/new\"\nurl = \"{}\"\nchannels = []\nrobots = false\n",
        site.url("/new")
    );
    user.write("watchlist.toml", &new);
    daemon.signal("HUP");
    manager.hear("RELOADING=1");
    manager.hear("STATUS=watching 1 documents, next visit");
    assert_eq!(site.requests("/new").len(), 1);
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn the_figures_for_prometheus_are_written_with_each_turn() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let list = format!("metrics = \"clausewatch.prom\"\n{}channels = []\n", privacy(&site));
    let user = User::new(&list.replace("service = \"Shop\"", "service = 'The \"\\\" Shop'"));
    let (mut manager, daemon) = Manager::start(&user, &[]);
    manager.hear("STATUS=watching 1 documents, next visit");
    let text = std::fs::read_to_string(user.path("clausewatch.prom")).unwrap();
    let health = r#"clausewatch_watch_health{watch="shop/privacy",service="The \"\\\" Shop",health="ok"} 1"#;
    for line in [
        "# TYPE clausewatch_watches gauge",
        "clausewatch_watches 1",
        "clausewatch_outbox_messages 0",
        health,
        r#"clausewatch_watch_versions{watch="shop/privacy"} 1"#,
    ] {
        assert!(text.lines().any(|other| other == line), "{line} in\n{text}");
    }
    daemon.signal("TERM");
    assert_eq!(daemon.end(), Some(0));
}
