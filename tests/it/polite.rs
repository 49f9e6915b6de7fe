//! Politeness, as a server sees it.

use std::time::Duration;

use chrono::TimeDelta;
use clausewatch::daemon::{next_visit, resting};
use clausewatch::round::{Outcome, Visit};

use crate::part::Part;
use crate::site::{Answer, Patrol, Site};
use crate::user::User;

fn watch(name: &str, more: &str) -> String {
    format!("[[watch]]\nid = \"shop/{name}\"\nurl = \"{{site}}/{name}\"\nchannels = []\njitter = \"0s\"\n{more}\n")
}

fn outcome<'a>(visits: &'a [Visit], name: &str) -> &'a Outcome {
    let id = format!("shop/{name}");
    &visits.iter().find(|visit| visit.watch == id).unwrap().outcome
}

/// When the first watch is visited next, counted from now.
fn wait(patrol: &Patrol) -> TimeDelta {
    let watch = &patrol.watchlist.watches[0];
    let state = patrol.watchman.store.state(&watch.id).unwrap();
    let hosts = resting(&patrol.watchman.store.hosts().unwrap(), u32::MAX, patrol.now);
    next_visit(watch, state.as_ref(), &hosts, patrol.now).unwrap() - patrol.now
}

#[test]
fn a_host_that_asks_for_a_pause_is_left_alone_by_every_watch_and_every_process() {
    for status in [429, 503] {
        let site = Site::start();
        site.put("/one", Answer::policy(""));
        site.put("/two", Answer::policy(""));
        let list = watch("one", "") + &watch("two", "");
        let mut patrol = Patrol::new(&site, &list);
        patrol.visits();
        site.put("/one", Answer::status(status, "too fast").with("retry-after", "172800"));
        let visits = patrol.visits();
        assert!(matches!(outcome(&visits, "one"), Outcome::Failed(_)), "{visits:?}");
        let Outcome::Postponed(why) = outcome(&visits, "two") else {
            panic!("{visits:?}");
        };
        assert!(why.contains("asked for that"), "{why}");
        assert_eq!(wait(&patrol), TimeDelta::days(2));
        site.put("/one", Answer::policy(""));
        // As a new process would, which knows only what is written down.
        for _ in 0..3 {
            assert!(matches!(outcome(&patrol.visits(), "one"), Outcome::Postponed(_)));
        }
        let seen = |name: &str| site.requests(&format!("/{name}")).len();
        assert_eq!((seen("one"), seen("two")), (2, 1), "{status}");
        assert_eq!(outcome(&patrol.visits(), "one"), &Outcome::Unchanged);
        assert_eq!((seen("one"), seen("two")), (3, 2), "{status}");
    }
}

#[test]
fn one_who_says_too_many_requests_is_not_asked_again_at_once() {
    let site = Site::start();
    site.put("/one", Answer::status(429, "too fast"));
    let mut patrol = Patrol::new(&site, &watch("one", ""));
    patrol.visits();
    assert_eq!(site.requests("/one").len(), 1);
    assert_eq!(wait(&patrol), TimeDelta::minutes(15));
}

#[test]
fn the_other_pages_of_a_document_wait_with_the_first() {
    let site = Site::start();
    let list = "[[watch]]\nid = \"shop/both\"\npages = [\"{site}/one\", \"{site}/two\"]\nchannels = []\n";
    site.put("/one", Answer::policy(""));
    site.put("/two", Answer::policy("<p>The second page.</p>"));
    let mut patrol = Patrol::new(&site, list);
    patrol.visits();
    site.put("/one", Answer::status(429, "too fast").with("retry-after", "7200"));
    let visits = patrol.visits();
    assert!(matches!(outcome(&visits, "both"), Outcome::Failed(_)), "{visits:?}");
    assert_eq!((site.requests("/one").len(), site.requests("/two").len()), (2, 1));
    assert_eq!(wait(&patrol), TimeDelta::hours(2));
}

#[test]
fn an_answer_that_says_it_keeps_is_not_asked_for_before() {
    let site = Site::start();
    let every_minute = "schedule = \"* * * * *\"";
    site.put("/one", Answer::policy("").with("cache-control", "public, max-age=7200"));
    let mut patrol = Patrol::new(&site, &watch("one", every_minute));
    patrol.visits();
    assert_eq!(wait(&patrol), TimeDelta::hours(2));
    site.put(
        "/one",
        Answer::policy("").with("cache-control", "no-cache, max-age=7200"),
    );
    patrol.visits();
    assert_eq!(wait(&patrol), TimeDelta::minutes(1));
}

#[test]
fn what_a_host_is_asked_in_a_day_has_an_end() {
    let site = Site::start();
    let names = ["a", "b", "c", "d", "e"];
    let list: String = names.map(|name| watch(name, "")).concat();
    for name in names {
        site.put(&format!("/{name}"), Answer::policy(""));
    }
    // robots.txt and three pages.
    let mut patrol = Patrol::new(&site, &format!("host_budget = 4\n{list}"));
    let visited = |visits: &[Visit]| {
        let read = |visit: &&Visit| !matches!(visit.outcome, Outcome::Postponed(_));
        visits.iter().filter(read).count()
    };
    assert_eq!(visited(&patrol.visits()), 3);
    patrol.now -= TimeDelta::hours(11);
    assert_eq!(visited(&patrol.visits()), 0, "the same day");
    assert_eq!(visited(&patrol.visits()), 4, "the next day");
}

#[test]
fn between_two_requests_to_a_host_lies_a_pause() {
    let site = Site::start();
    site.put("/a", Answer::policy(""));
    site.put("/b", Answer::status(500, "oops"));
    site.put("/c", Answer::status(302, "").with("location", "/a"));
    let list: String = ["a", "b", "c"].map(|name| watch(name, "")).concat();
    let mut patrol = Patrol::new(&site, &list);
    let pause = Duration::from_millis(30);
    patrol.pause(pause);
    patrol.visits();
    // robots.txt, a page, three attempts at another; a redirect is part of its page.
    let gaps = site.gaps();
    assert_eq!(gaps.len(), 6);
    assert!(gaps.iter().filter(|gap| **gap < pause).count() <= 1, "{gaps:?}");
}

#[test]
fn a_host_has_one_visitor_at_a_time() {
    let sites = [Site::start(), Site::start()];
    let mut list = String::new();
    for (number, site) in sites.iter().enumerate() {
        for name in ["a", "b", "c", "d"] {
            site.put(&format!("/{name}"), Answer::policy(""));
            list.push_str(&format!(
                "[[watch]]\nid = \"shop{number}/{name}\"\nurl = \"{}\"\nchannels = []\n",
                site.url(&format!("/{name}"))
            ));
        }
    }
    let mut patrol = Patrol::new(&sites[0], &list);
    assert_eq!(patrol.visits().len(), 8);
    for site in &sites {
        assert_eq!(site.most_at_once(), 1);
    }
}

#[test]
fn a_check_beside_the_daemon_waits_for_its_turn_at_the_host() {
    let site = Site::start();
    site.put("/one", Answer::Silence);
    let list = watch("one", "robots = false").replace("{site}", &site.url(""));
    let user = User::new(&list);
    let daemon = Part::start(&mut user.clausewatch("daemon"));
    site.wait_for("/one");
    // The daemon is in the middle of its visit; a check comes, and finds the page mended.
    site.put("/one", Answer::policy(""));
    let check = Part::start(&mut user.clausewatch("check --format json"));
    let status = user.run("status --format json");
    assert!(status.text.contains("\"process\""), "{status:?}");
    assert_eq!(site.requests("/one").len(), 1, "not at once");
    daemon.signal("KILL");
    daemon.end();
    assert_eq!(check.end(), Some(0), "the turn of the dead is nobody's");
    assert_eq!(site.requests("/one").len(), 2);
}
