//! A document of several pages: one that fails blocks nothing, and what it said is neither gone nor new.

use clausewatch::analysis::alert::AlertKind;
use clausewatch::analysis::compare::Event;
use clausewatch::round::{Outcome, Visit};
use clausewatch::store::Health;

use crate::site::{Answer, Patrol, Site};

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
