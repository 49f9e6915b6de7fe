//! A document of several pages: one that fails blocks nothing, and what it said is neither gone nor new.

use clausewatch::analysis::alert::AlertKind;
use clausewatch::analysis::compare::Event;
use clausewatch::round::{Outcome, Visit};
use clausewatch::store::Health;

use crate::site::{Answer, Patrol, Site};
use crate::user::{Ran, User, run};

const WATCH: &str = "[channel.command]\ncommand = [\"true\"]\n[[watch]]\nid = \"shop/privacy\"\npages = [\"{site}/one\", \"{site}/two\"]\n\
    fetch = \"http\"\nselect = [\"main\"]\nchannels = [\"command\"]\n";
const PROMISE: &str = "<p>We do not use your personal data to train AI models.</p>";
const CLAIM: &str = "<p>We use your photos to train our AI models.</p>";
const WALL: &str = "<title>Just a moment...</title><main><p>Checking your browser before you proceed.</p></main>";

fn orders() -> Answer {
    Answer::policy("<p>The first page is about orders, parcels and invoices.</p>")
}

fn machines(more: &str) -> Answer {
    let text = "<p>The second page tells what machines and their makers learn from pictures that visitors upload.</p>";
    Answer::html(&format!(
        "<title>Machines</title><main><h1>Machines</h1>{}{more}</main>",
        text.repeat(5)
    ))
}

fn watched(two: Answer) -> (Site, Patrol) {
    let site = Site::start();
    site.put("/one", orders());
    site.put("/two", two);
    let patrol = Patrol::new(&site, WATCH);
    (site, patrol)
}

fn events(visit: &Visit) -> Vec<Event> {
    let of_alert = |kind: &AlertKind| match kind {
        AlertKind::Clauses { changes } => changes.iter().map(|change| change.event).collect(),
        _ => Vec::new(),
    };
    visit.alerts.iter().flat_map(|alert| of_alert(&alert.kind)).collect()
}

fn text(patrol: &Patrol) -> String {
    let version = patrol.watchman.store.version("shop/privacy", None).unwrap().unwrap();
    version.document.to_text()
}

#[test]
fn what_a_page_said_that_fails_is_not_removed_and_the_others_go_on() {
    for (failing, named) in [
        (Answer::status(403, "no"), "403"),
        (Answer::html(WALL), "a wall against robots"),
        (
            Answer::html("<div><p>The makers of this page renamed their elements.</p></div>"),
            "the selector `main`",
        ),
        (
            Answer::html("<main><h1>Machines</h1><p>A few words are left of it all, and none of the rest.</p></main>"),
            "shorter",
        ),
    ] {
        let (site, mut patrol) = watched(machines(PROMISE));
        patrol.visit();
        site.put("/two", failing);
        let visit = patrol.visit();
        assert_eq!(
            (&visit.outcome, visit.alerts.len()),
            (&Outcome::Unchanged, 0),
            "{named}"
        );
        let state = patrol.watchman.store.state("shop/privacy").unwrap().unwrap();
        let trouble = state.trouble.unwrap();
        assert!(
            trouble.contains(named) && trouble.contains("/two: ") || trouble.contains("/two;"),
            "{trouble}"
        );
        assert!(trouble.contains("its last reading stands in for it"), "{trouble}");
        assert_eq!(state.health, Health::Troubled, "{named}");
        site.put("/one", Answer::policy(CLAIM));
        let visit = patrol.visit();
        assert_eq!(events(&visit), [Event::ClaimAdded], "{named}");
        assert!(text(&patrol).contains("We do not use your personal data"), "{named}");
    }
}

#[test]
fn a_wall_in_place_of_a_page_leaves_no_trace_when_it_is_gone() {
    let (site, mut patrol) = watched(machines(PROMISE).with("etag", "\"two\""));
    patrol.visit();
    site.put("/two", Answer::html(WALL).with("etag", "\"wall\""));
    for _ in 0..5 {
        assert_eq!(events(&patrol.visit()), []);
    }
    assert!(
        site.requests("/two")
            .iter()
            .all(|request| !request.contains("\"wall\""))
    );
    site.put("/two", machines(PROMISE));
    let visit = patrol.visit();
    assert_eq!((visit.outcome, visit.trouble), (Outcome::Unchanged, None));
    assert!(matches!(visit.alerts[0].kind, AlertKind::Recovered));
    assert_eq!(patrol.watchman.store.log("shop/privacy").unwrap().len(), 1);
}

#[test]
fn a_page_that_really_shrank_is_accepted_at_the_third_sight() {
    let (site, mut patrol) = watched(machines(PROMISE));
    patrol.visit();
    site.put(
        "/two",
        Answer::html("<main><h1>Machines</h1><p>We say nothing about machines any more, for good.</p></main>"),
    );
    let outcomes: Vec<Outcome> = (0..3).map(|_| patrol.visit().outcome).collect();
    assert_eq!(outcomes, [Outcome::Unchanged, Outcome::Unchanged, Outcome::Changed]);
    let told: Vec<Event> = (0..5).flat_map(|_| events(&patrol.visit())).collect();
    assert_eq!(told, [Event::AssuranceRemoved]);
}

#[test]
fn a_page_that_is_read_for_the_first_time_later_is_no_news_and_then_watched() {
    let (site, mut patrol) = watched(Answer::status(404, "not yet"));
    let visit = patrol.visit();
    assert!(matches!(visit.outcome, Outcome::Baseline(_)), "{visit:?}");
    assert!(visit.trouble.unwrap().contains("the other pages are read without it"));
    assert!(matches!(patrol.visit().outcome, Outcome::Unchanged));
    site.put("/two", machines(CLAIM));
    let visit = patrol.visit();
    assert_eq!((events(&visit), visit.trouble), (vec![], None));
    assert!(text(&patrol).contains("We use your photos"));
    assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
    site.put(
        "/two",
        machines(&format!(
            "{CLAIM}<p>We use your voice recordings to train speech models.</p>"
        )),
    );
    assert_eq!(events(&patrol.visit()), [Event::ClaimWidened]);
}

#[test]
fn pages_that_the_owner_adds_moves_or_removes_are_no_change_of_the_service() {
    let (site, mut patrol) = watched(machines(PROMISE));
    site.put("/three", machines(CLAIM));
    patrol.visit();
    let page = |path: &str| site.url(path).parse().unwrap();
    for pages in [
        vec![page("/one"), page("/two"), page("/three")],
        vec![page("/three"), page("/one"), page("/two")],
        vec![page("/one"), page("/three")],
        vec![page("/one")],
    ] {
        patrol.watchlist.watches[0].pages = pages;
        let visits: Vec<Visit> = (0..5).map(|_| patrol.visit()).collect();
        assert!(visits.iter().all(|visit| visit.alerts.is_empty()), "{visits:?}");
        assert_eq!(visits[4].outcome, Outcome::Unchanged);
    }
    assert!(
        !text(&patrol).contains("We do not use"),
        "status speaks of the pages that are watched"
    );
    site.put("/one", Answer::policy(CLAIM));
    assert_eq!(patrol.visit().outcome, Outcome::Changed);
    assert!(
        (0..5).all(|_| patrol.visit().alerts.is_empty()),
        "what was removed by its owner stays untold"
    );
}

#[test]
fn where_every_page_fails_the_watch_does() {
    let (site, mut patrol) = watched(machines(PROMISE));
    patrol.visit();
    site.put("/one", Answer::html(WALL));
    site.put("/two", Answer::status(500, "oops"));
    let Outcome::Suspect(what) = patrol.visit().outcome else {
        panic!("not suspect")
    };
    assert!(what.contains("a wall against robots") && what.contains("500"), "{what}");
}

#[test]
fn each_page_is_read_by_its_own_selectors_and_one_that_matches_nothing_is_named() {
    let site = Site::start();
    site.put("/one", orders());
    let two = |part: &str, text: &str| {
        let around = "<p>These words stand around the text, and are of no concern to anybody who reads it.</p>";
        Answer::html(&format!(
            "<title>Two</title>{around}<div id=\"{part}\"><h1>Machines</h1>{}</div>",
            text.repeat(5)
        ))
    };
    site.put("/two", two("part", PROMISE));
    let own = WATCH.replace("\"{site}/two\"", "{ url = \"{site}/two\", select = \"#part\" }");
    let mut patrol = Patrol::new(&site, &own);
    patrol.visit();
    let read = text(&patrol);
    assert!(
        read.contains("orders") && read.contains("We do not use") && !read.contains("around"),
        "{read}"
    );
    site.put("/two", two("other", CLAIM));
    let visit = patrol.visit();
    assert_eq!(visit.outcome, Outcome::Unchanged);
    assert!(visit.trouble.unwrap().contains("the selector `#part`"));
    // Selectors that their owner changes are no change of the service.
    site.put("/two", two("part", PROMISE));
    let main: clausewatch::watchlist::Reading = patrol.watchlist.watches[0].reading.clone();
    patrol.watchlist.watches[0].own_readings[0].1 = clausewatch::watchlist::Reading {
        select: vec!["body".into()],
        ..main
    };
    let visit = patrol.visit();
    assert_eq!((events(&visit), visit.outcome), (vec![], Outcome::Unchanged));
}

#[test]
fn a_page_that_stands_in_keeps_the_day_it_was_read_on() {
    let site = Site::start();
    site.put("/one", orders());
    site.put("/two", machines(PROMISE));
    let user = User::new(&WATCH.replace("{site}", &site.url("")));
    let on = |day: u32, line: &str| -> Ran {
        let now = format!("2025-04-{day}T07:00:00Z");
        run(user.clausewatch(line).env("CLAUSEWATCH_NOW", now))
    };
    on(17, "check -q");
    site.put("/one", Answer::policy(CLAIM));
    site.put("/two", Answer::status(403, "no"));
    assert_eq!(on(20, "check -q").code, 1);
    let status = on(20, "status").text;
    assert!(status.contains("/two is as it was read on 2025-04-17"), "{status}");
    let read = &on(20, "status --format json").json()["watches"][0]["stand_ins"][0]["read"];
    assert_eq!(read, "2025-04-17T07:00:00Z");
    let exported = on(20, "export shop/privacy@2 --format json").json();
    let pages = &exported["versions"][0]["pages"];
    assert_eq!(pages[0]["read"], "2025-04-20T07:00:00Z");
    assert_eq!(pages[1]["read"], "2025-04-17T07:00:00Z");
    let markdown = on(20, "export shop/privacy@2 --format markdown").text;
    assert!(markdown.contains("as it was read on 2025-04-17T07:00:00"), "{markdown}");
    let archive = on(20, "export shop/privacy@2 --format warc").text;
    let responses = archive.split("WARC-Type: response").skip(1);
    let dates: Vec<&str> = responses
        .filter_map(|record| record.split("WARC-Date: ").nth(1)?.lines().next())
        .collect();
    assert_eq!(dates, ["2025-04-20T07:00:00Z", "2025-04-17T07:00:00Z"]);
    assert_eq!(on(20, "verify").code, 0);
    site.put("/two", machines(PROMISE));
    on(21, "check -q");
    let status = on(21, "status").text;
    assert!(!status.contains("as it was read"), "{status}");
}
