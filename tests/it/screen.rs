//! What a terminal shows: no line wider than it, colours where they are wanted, and no panic where nobody reads.

use std::process::Stdio;

use textwrap::core::display_width;

use crate::part::program;
use crate::site::{Answer, Site};
use crate::terminal::{terminal, terminal_with};
use crate::user::{User, privacy, run};

fn user(site: &Site) -> User {
    let user = User::new(&format!(
        "[channel.feed]\npath = \"/proc/nowhere/feed.atom\"\n{}[watch.objection]\nurl = \"https://shop.example/ai\"\n\
         steps = [\"Open the settings of your account, and then those of its privacy.\"]\nletter = \"en\"\n",
        privacy(site)
    ));
    site.put("/privacy", Answer::policy(""));
    user.run("check");
    site.put(
        "/privacy",
        Answer::policy(
            "<p>We use your photos, your posts and all that you write to others to train our AI models.</p>",
        ),
    );
    assert_eq!(user.run("check").code, 1);
    user
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    if !program("script") {
        return;
    }
    let site = Site::start();
    let user = user(&site);
    for columns in [40, 120] {
        for line in [
            "--help",
            "status",
            "log shop",
            "show shop",
            "diff shop",
            "diff -y shop",
            "diff --stat shop",
            "alerts",
            "alerts show 1",
            "clauses",
            "timeline shop",
            "object shop",
            "outbox",
            "test-alert",
        ] {
            let (_, text) = terminal(&user, line, columns).unwrap().end();
            // An address is not cut: it would open no more.
            let too_wide = |line: &&str| display_width(line) > columns && line.trim().contains(' ');
            let wide: Vec<&str> = text.lines().filter(too_wide).collect();
            assert!(wide.is_empty(), "{line} at {columns}: {wide:#?}");
        }
    }
}

/// As long as the address of a site on loopback, so that lines break where they would.
fn named(site: &Site, text: &str) -> String {
    let address = site.url("");
    let named = format!(
        "http://{:w<width$}",
        "w",
        width = address.len() - "http://".len() - ".example".len()
    );
    text.replace(&address, &format!("{named}.example"))
}

#[test]
fn the_main_screens_are_as_a_person_found_them_good() {
    if !program("script") {
        return;
    }
    let site = Site::start();
    let user = User::new(&format!(
        "[defaults]\nchannels = []\ntime_zone = \"UTC\"\njitter = \"0s\"\n{}[watch.objection]\nurl = \"https://shop.example/ai\"\n\
         login = true\nsteps = [\"Open the settings of your account, and then those of its privacy.\"]\nletter = \"en\"\n",
        privacy(&site)
    ));
    let pages = [
        "<p>We do not use your photos to train AI models.</p><p>We keep your orders.</p>",
        "<p>We may use your photos to train our AI models and those of our partners.</p>\
         <p>We keep your orders for ten years. You can object to the training of AI until 26 May 2025.</p>",
    ];
    for (page, day) in pages.iter().zip(["2025-04-17", "2025-04-21"]) {
        site.put("/privacy", Answer::policy(page));
        run(user
            .clausewatch("check")
            .env("CLAUSEWATCH_NOW", format!("{day}T12:00:00Z")));
    }
    let mut screens = String::new();
    for line in [
        "--help",
        "status",
        "log shop",
        "clauses",
        "alerts",
        "diff shop",
        "diff -y shop",
        "diff --stat shop",
        "object shop",
        "object",
        "timeline shop",
        "outbox",
    ] {
        for columns in [60, 80, 120] {
            let now = [("CLAUSEWATCH_NOW", "2025-04-22T12:00:00Z"), ("NO_COLOR", "1")];
            let (_, text) = terminal_with(&user, line, columns, &now).unwrap().end();
            let text = named(&site, text.trim_end());
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            screens.push_str(&format!(
                "==== {line}, {columns} columns ====\n{}\n\n",
                lines.join("\n")
            ));
        }
    }
    insta::assert_snapshot!("screens", screens);
}

#[test]
fn colours_go_where_they_are_wanted() {
    let site = Site::start();
    let user = user(&site);
    assert!(!user.run("status").text.contains('\u{1b}'));
    assert!(user.run("status --color always").text.contains('\u{1b}'));
    for (wish, has_colours) in [
        (("LANG", "C"), true),
        (("NO_COLOR", "1"), false),
        (("TERM", "dumb"), false),
    ] {
        let Some(mut terminal) = terminal_with(&user, "status", 80, &[wish]) else {
            return;
        };
        assert_eq!(terminal.wait(), 0);
        assert_eq!(
            terminal.shown.contains("\u{1b}["),
            has_colours,
            "{wish:?}: {}",
            terminal.shown
        );
    }
}

#[test]
fn nobody_has_to_read_to_the_end() {
    let user = User::new("");
    for line in ["--help", "help", "help ledger", "man", "completions bash", "schema"] {
        let mut child = user
            .clausewatch(line)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && errors.is_empty(), "{line}: {output:?}");
    }
}
