//! A change counts when a second visit finds it too.

use std::collections::HashMap;

use chrono::TimeDelta;
use clausewatch::daemon::next_visit;
use clausewatch::round::Outcome;
use clausewatch::store::{Health, WatchState};
use serde_json::Value;

use crate::part::{self, Part};
use crate::site::{Answer, Patrol, Site};
use crate::user::{User, privacy, run};

const CLAIM: &str = "<h2>AI</h2><p>We use your photos to train our AI models.</p>";
const WATCH: &str = "[channel.command]\ncommand = [\"true\"]\n[[watch]]\nid = \"shop/privacy\"\nurl = \"{site}/privacy\"\njitter = \"0s\"\n\
    fetch = \"http\"\nnotify = \"any-change\"\nchannels = [\"command\"]\n";

/// After a first reading, with the default of ten minutes.
fn watched() -> (Site, Patrol) {
    let site = Site::start();
    site.put("/privacy", Answer::policy("").with("etag", "\"one\""));
    let mut patrol = Patrol::new(&site, WATCH);
    patrol.watchlist.watches[0].confirm_seconds = 600;
    patrol.visit();
    (site, patrol)
}

fn state(patrol: &Patrol) -> WatchState {
    patrol.watchman.store.state("shop/privacy").unwrap().unwrap()
}

/// Versions, and messages in the outbox.
fn kept(patrol: &Patrol) -> (usize, usize) {
    let store = &patrol.watchman.store;
    (
        store.log("shop/privacy").unwrap().len(),
        store.undelivered().unwrap().len(),
    )
}

#[test]
fn a_change_that_is_there_again_is_told_then() {
    let (site, mut patrol) = watched();
    site.put("/privacy", Answer::policy(CLAIM).with("etag", "\"two\""));
    let visit = patrol.visit();
    assert_eq!((visit.outcome, visit.alerts.len()), (Outcome::Unconfirmed, 0));
    assert_eq!(kept(&patrol), (1, 0));
    let next = next_visit(
        &patrol.watchlist.watches[0],
        Some(&state(&patrol)),
        &HashMap::new(),
        patrol.now,
    );
    assert_eq!(next, Some(patrol.now + TimeDelta::minutes(10)));
    let visit = patrol.visit();
    assert_eq!((visit.outcome, visit.alerts.len()), (Outcome::Changed, 1));
    assert_eq!((kept(&patrol), state(&patrol).unconfirmed), ((2, 1), None));
    assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
}

#[test]
fn a_change_that_is_gone_again_was_none() {
    let (site, mut patrol) = watched();
    for _ in 0..3 {
        site.put("/privacy", Answer::policy(CLAIM));
        assert_eq!(patrol.visit().outcome, Outcome::Unconfirmed, "each time anew");
        site.put("/privacy", Answer::policy("").with("etag", "\"one\""));
        assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
    }
    assert_eq!((kept(&patrol), state(&patrol).unconfirmed), ((1, 0), None));
    assert!(patrol.watchman.store.alerts(None).unwrap().is_empty());
}

#[test]
fn a_page_that_never_stands_still_is_believed_at_the_third_visit() {
    let (site, mut patrol) = watched();
    let outcomes: Vec<Outcome> = ["cameras", "lenses", "tripods"]
        .iter()
        .map(|goods| {
            site.put("/privacy", Answer::policy(&format!("<p>Our shop sells {goods}.</p>")));
            patrol.visit().outcome
        })
        .collect();
    assert_eq!(outcomes, [Outcome::Unconfirmed, Outcome::Unconfirmed, Outcome::Changed]);
    assert_eq!(kept(&patrol), (2, 1));
}

#[test]
fn what_cannot_be_read_neither_confirms_nor_forgets() {
    let (site, mut patrol) = watched();
    site.put("/privacy", Answer::policy(CLAIM));
    patrol.visit();
    for answer in [
        Answer::status(500, "no"),
        Answer::html("<title>Just a moment...</title>"),
    ] {
        site.put("/privacy", answer);
        patrol.visit();
        assert_eq!((state(&patrol).health, kept(&patrol)), (Health::Troubled, (1, 0)));
    }
    site.put("/privacy", Answer::policy(CLAIM));
    assert_eq!(patrol.visit().outcome, Outcome::Changed);
}

#[test]
fn the_daemon_comes_again_in_ten_minutes_and_check_answers_at_once() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let user = User::new(&format!(
        "[defaults]\nchannels = []\njitter = \"0s\"\nschedule = \"0 7,19 * * *\"\n{}",
        privacy(&site)
    ));
    let at = |time: &str, line: &str| {
        let mut command = user.clausewatch(line);
        command.env("CLAUSEWATCH_NOW", format!("2025-04-21T{time}:00Z"));
        command
    };
    let status = || -> Value {
        let text = run(&mut at("19:00", "status --format json")).text;
        serde_json::from_str::<Value>(&text).unwrap()["watches"][0].take()
    };
    let daemon_until = |time: &str, is_so: &dyn Fn(&Value) -> bool| {
        let daemon = Part::start(&mut at(time, "daemon"));
        part::until(time, || is_so(&status()));
        daemon.signal("TERM");
        assert_eq!(daemon.end(), Some(0));
    };
    assert_eq!(run(&mut at("07:00", "check")).code, 0);
    site.put("/privacy", Answer::policy(CLAIM));
    daemon_until("19:00", &|status| status["next_visit"] == "2025-04-21T19:10:00Z");
    assert_eq!(status()["versions"], 1);
    assert!(user.run("status").text.contains("told when another visit finds it too"));
    daemon_until("19:10", &|status| status["versions"] == 2);
    assert!(user.run("alerts").text.contains("Shop now claims the right"));

    site.put(
        "/privacy",
        Answer::policy(&CLAIM.replace("photos", "photos and messages")),
    );
    assert_eq!(run(&mut at("19:20", "check")).code, 1, "nobody may come again");
}
