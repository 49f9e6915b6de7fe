//! The journey of a page over real HTTP, from the first visit to the alert.

use std::io::Write;
use std::time::Duration;

use clausewatch::analysis::alert::AlertKind;
use clausewatch::analysis::compare::Event;
use clausewatch::analysis::detect::Stance;
use clausewatch::round::{BLIND_AFTER, Outcome, Visit};
use clausewatch::store::Health;

use crate::site::{Answer, Patrol, Site};

const WATCH: &str = "
[defaults]
channels = [\"desktop\", \"email\"]
[channel.desktop]
[channel.email]
host = \"localhost\"
port = 25
tls = \"none\"
from = \"clausewatch@example.org\"
to = [\"me@example.org\"]
[[watch]]
id = \"shop/privacy\"
service = \"Shop\"
title = \"Datenschutz\"
url = \"{site}/privacy\"
fetch = \"http\"
[watch.objection]
url = \"https://shop.example/ki\"
";

const CLAIM: &str =
    "<h2>Künstliche Intelligenz</h2><p>Wir verwenden Ihre personenbezogenen Daten, um KI-Modelle zu trainieren.</p>";

fn notice(more: &str) -> String {
    let paragraphs: String = (1..12)
        .map(|number| {
            format!("<p>Absatz {number}: Wir verarbeiten Ihre Bestellungen und löschen sie nach {number} Jahren, wie das Gesetz es verlangt.</p>")
        })
        .collect();
    format!(
        "<!doctype html><html lang=de><title>Datenschutz</title><body><main><h1>Datenschutz</h1>{paragraphs}{more}</main></body></html>"
    )
}

fn site(answer: Answer) -> (Site, Patrol) {
    let site = Site::start();
    site.put("/privacy", answer);
    let patrol = Patrol::new(&site, WATCH);
    (site, patrol)
}

fn trouble(visit: &Visit) -> &str {
    match &visit.outcome {
        Outcome::Failed(what) | Outcome::Suspect(what) => what,
        other => panic!("{other:?}"),
    }
}

fn versions(patrol: &Patrol) -> usize {
    patrol.watchman.store.log("shop/privacy").unwrap().len()
}

#[test]
fn the_first_visit_is_a_baseline_and_the_same_bytes_are_no_news() {
    let (_site, mut patrol) = site(Answer::html(&notice(CLAIM)));
    let Outcome::Baseline(detection) = patrol.visit().outcome else {
        panic!("no baseline")
    };
    assert!(detection.findings.iter().any(|finding| finding.stance == Stance::Claim));
    assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
    assert_eq!(
        (versions(&patrol), patrol.watchman.store.undelivered().unwrap().len()),
        (1, 0)
    );
}

#[test]
fn a_page_that_did_not_change_is_not_sent_again() {
    let (site, mut patrol) = site(Answer::html(&notice("")).with("etag", "\"one\""));
    patrol.visit();
    assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
    assert!(site.requests("/privacy")[1].contains("if-none-match: \"one\""));
}

#[test]
fn what_is_kept_of_a_page_that_did_not_change_is_not_unpacked() {
    let html = notice(CLAIM);
    for answer in [Answer::html(&html), Answer::html(&html).with("etag", "\"one\"")] {
        let (site, mut patrol) = site(answer);
        patrol.visit();
        patrol.damage("UPDATE contents SET packed = x'00' WHERE id IN (SELECT body FROM snapshots)");
        assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
        site.put("/privacy", Answer::html(&notice("<p>Sie hören von uns.</p>")));
        assert!(patrol.try_visits().is_err(), "the damage went unnoticed");
    }
}

#[test]
fn markup_alone_makes_no_version() {
    let (site, mut patrol) = site(Answer::html(&notice(CLAIM)));
    patrol.visit();
    let dressed = notice(CLAIM)
        .replace("<p>", "<p class=\"new\" data-nonce=\"f3\">")
        .replace(
            "</main>",
            "</main><script>track('x')</script><footer><a href=/jobs>Jobs</a></footer>",
        );
    site.put("/privacy", Answer::html(&dressed));
    assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
    assert_eq!(versions(&patrol), 1);
}

#[test]
fn a_new_clause_is_told_once_on_both_channels() {
    let (site, mut patrol) = site(Answer::html(&notice("")));
    patrol.visit();
    site.put("/privacy", Answer::html(&notice(CLAIM)));
    let visit = patrol.visit();
    let AlertKind::Clauses { changes } = &visit.alerts[0].kind else {
        panic!("{visit:?}")
    };
    assert_eq!((changes.len(), changes[0].event), (1, Event::ClaimAdded));
    assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
    let waiting = patrol.watchman.store.undelivered().unwrap();
    let channels: Vec<&str> = waiting.iter().map(|due| due.channel.as_str()).collect();
    assert_eq!(channels, ["desktop", "email"]);
    assert!(
        waiting[1]
            .message
            .html
            .as_ref()
            .unwrap()
            .contains("um KI-Modelle zu trainieren"),
        "{}",
        waiting[1].message.text
    );
    assert!(waiting[1].message.text.contains("https://shop.example/ki"));
    assert_eq!(versions(&patrol), 2);
}

#[test]
fn a_page_that_is_gone_is_told_once_and_its_return_too() {
    let (site, mut patrol) = site(Answer::html(&notice("")));
    patrol.visit();
    site.put("/privacy", Answer::status(404, "gone"));
    let told: Vec<usize> = (0..BLIND_AFTER + 2).map(|_| patrol.visit().alerts.len()).collect();
    assert_eq!(told, [0, 0, 0, 1, 0, 0]);
    let state = patrol.watchman.store.state("shop/privacy").unwrap().unwrap();
    assert_eq!(state.health, Health::Gone);
    assert!(state.trouble.unwrap().contains("404"));
    site.put("/privacy", Answer::html(&notice(CLAIM)));
    let back = patrol.visit();
    assert!(matches!(back.alerts[0].kind, AlertKind::Recovered), "{back:?}");
    assert!(
        matches!(back.alerts[1].kind, AlertKind::Clauses { .. }),
        "what changed meanwhile is told: {back:?}"
    );
}

#[test]
fn a_server_in_trouble_is_asked_again_and_then_later() {
    let (site, mut patrol) = site(Answer::status(500, "oops"));
    assert!(trouble(&patrol.visit()).contains("500 Internal Server Error"));
    assert_eq!(site.requests("/privacy").len(), 3);
    let state = patrol.watchman.store.state("shop/privacy").unwrap().unwrap();
    assert_eq!(
        (state.failures, (state.not_before.unwrap() - patrol.now).num_minutes()),
        (1, 15)
    );
    site.put("/privacy", Answer::html(&notice("")));
    assert!(matches!(patrol.visit().outcome, Outcome::Baseline(_)));
    assert_eq!(
        patrol.watchman.store.state("shop/privacy").unwrap().unwrap().failures,
        0
    );
}

#[test]
fn a_pause_that_the_server_asks_for_is_kept() {
    let (_site, mut patrol) = site(Answer::status(429, "slow down").with("retry-after", "7200"));
    assert!(trouble(&patrol.visit()).contains("429"));
    let state = patrol.watchman.store.state("shop/privacy").unwrap().unwrap();
    assert_eq!((state.not_before.unwrap() - patrol.now).num_minutes(), 120);
}

#[test]
fn redirects_are_followed_but_not_for_ever() {
    let (site, mut patrol) = site(Answer::status(301, "").with("location", "/new?lang=de"));
    site.put("/new?lang=de", Answer::html(&notice("")));
    assert!(matches!(patrol.visit().outcome, Outcome::Baseline(_)));
    site.put(
        "/privacy",
        Answer::html("<meta http-equiv=refresh content=\"0; url=/new?lang=de\">"),
    );
    assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
    site.put("/privacy", Answer::status(302, "").with("location", "/privacy"));
    assert!(trouble(&patrol.visit()).contains("redirected more than 10 times"));
    site.put(
        "/privacy",
        Answer::status(302, "").with("location", "file:///etc/passwd"),
    );
    assert!(trouble(&patrol.visit()).contains("no web address"));
}

/// 64 MB of blanks.
fn packed(mut packer: impl Write) {
    for _ in 0..64 {
        packer.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    packer.flush().unwrap();
}

#[test]
fn a_small_answer_that_unpacks_to_gigabytes_is_refused() {
    let (mut gzip, mut zstd) = (Vec::new(), Vec::new());
    packed(flate2::write::GzEncoder::new(&mut gzip, flate2::Compression::best()));
    packed(zstd::Encoder::new(&mut zstd, 1).unwrap().auto_finish());
    for (coding, bomb) in [("gzip", gzip), ("zstd", zstd)] {
        assert!(bomb.len() < 128 * 1024, "{coding}: {}", bomb.len());
        let (_site, mut patrol) = site(
            Answer::bytes(200, bomb)
                .with("content-encoding", coding)
                .with("content-type", "text/html"),
        );
        assert!(trouble(&patrol.visit()).contains("larger than 2 MB"), "{coding}");
    }
}

#[test]
fn a_charset_that_is_declared_wrong_or_not_at_all_is_found_out() {
    let latin: Vec<u8> = notice("")
        .chars()
        .map(|sign| u8::try_from(u32::from(sign)).unwrap())
        .collect();
    let (site, mut patrol) = site(Answer::bytes(200, latin).with("content-type", "text/html"));
    assert!(matches!(patrol.visit().outcome, Outcome::Baseline(_)));
    site.put("/privacy", Answer::html(&notice("")));
    assert_eq!(
        patrol.visit().outcome,
        Outcome::Unchanged,
        "the same text in other bytes"
    );
}

#[test]
fn silence_and_half_answers_end_in_time() {
    let (site, mut patrol) = site(Answer::Silence);
    patrol.hurry(Duration::from_millis(700));
    assert!(trouble(&patrol.visit()).contains("no whole answer within 0.7 s"));
    site.put("/privacy", Answer::Broken);
    assert!(matches!(patrol.visit().outcome, Outcome::Failed(_)));
    assert_eq!(versions(&patrol), 0);
}

#[test]
fn walls_and_error_pages_never_become_versions() {
    let (site, mut patrol) = site(Answer::html(&notice(CLAIM)));
    patrol.visit();
    for wall in [
        "<title>Just a moment...</title><p>Checking your browser before you proceed.</p>",
        "<h1>Seite nicht gefunden</h1><p>Diese Seite gibt es leider nicht mehr, schade.</p>",
        "<main><h1>Datenschutz</h1></main>",
    ] {
        site.put("/privacy", Answer::html(wall));
        assert!(matches!(patrol.visit().outcome, Outcome::Suspect(_)), "{wall}");
    }
    site.put("/privacy", Answer::html(&notice(CLAIM)));
    assert_eq!(patrol.visit().outcome, Outcome::Unchanged);
    assert_eq!(versions(&patrol), 1);
}

#[test]
fn a_text_that_really_shrank_is_accepted_at_the_third_sight() {
    let (site, mut patrol) = site(Answer::html(&notice(CLAIM)));
    patrol.visit();
    let short = "<main><h1>Datenschutz</h1><p>Wir verarbeiten Ihre Bestellungen und löschen sie nach einem Jahr, wie das Gesetz es verlangt.</p></main>";
    site.put("/privacy", Answer::html(short));
    assert!(matches!(patrol.visit().outcome, Outcome::Suspect(_)));
    assert!(matches!(patrol.visit().outcome, Outcome::Suspect(_)));
    assert_eq!(patrol.visit().outcome, Outcome::Changed);
    assert_eq!(versions(&patrol), 2);
}

#[test]
fn robots_txt_is_obeyed_unless_the_watch_says_otherwise() {
    let (site, mut patrol) = site(Answer::html(&notice("")));
    site.put(
        "/robots.txt",
        Answer::status(200, "User-agent: *\nDisallow: /privacy\n"),
    );
    assert!(trouble(&patrol.visit()).contains("robots.txt forbids"));
    assert!(site.requests("/privacy").is_empty());
    let mut free = Patrol::new(
        &site,
        &WATCH.replace("fetch = \"http\"", "fetch = \"http\"\nrobots = false"),
    );
    assert!(matches!(free.visit().outcome, Outcome::Baseline(_)));
    let recorded = |patrol: &Patrol| patrol.watchman.store.version("shop/privacy", None).unwrap().unwrap();
    assert!(recorded(&free).robots_ignored, "the evidence says so");
    site.put("/robots.txt", Answer::status(200, ""));
    let mut obeying = Patrol::new(&site, WATCH);
    obeying.visit();
    assert!(!recorded(&obeying).robots_ignored);
    assert!(site.requests("/privacy")[0].contains("user-agent: clausewatch/"));
    assert!(site.requests("/privacy")[0].contains("+me@example.org"));
}

#[test]
fn a_machine_without_network_says_so_once_and_blames_no_service() {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let watch = |id: &str| format!("[[watch]]\nid = \"{id}\"\nurl = \"{{site}}/privacy\"\nfetch = \"http\"\n");
    let list = format!(
        "[channel.command]\ncommand = [\"true\"]\n{}{}",
        watch("a/one"),
        watch("b/two")
    );
    let mut patrol = Patrol::new(&site, &list);
    patrol.visits();
    let there = patrol.watchlist.watches.clone();
    for watch in &mut patrol.watchlist.watches {
        watch.pages = vec!["http://127.0.0.1:1/privacy".parse().unwrap()];
    }
    let mut told = Vec::new();
    for round in 1..12 {
        let alerts = patrol.visits().into_iter().flat_map(|visit| visit.alerts);
        told.extend(alerts.map(|alert| (round, alert.kind)));
    }
    assert_eq!(told, [(6, AlertKind::Network { days: 3 })], "at the third day");
    assert_eq!(patrol.watchman.store.undelivered().unwrap().len(), 1);
    let blamed = patrol.watchman.store.state("a/one").unwrap().unwrap();
    assert_eq!(blamed.failures, 0);
    patrol.watchlist.watches = there;
    let back: Vec<AlertKind> = patrol
        .visits()
        .into_iter()
        .flat_map(|visit| visit.alerts)
        .map(|alert| alert.kind)
        .collect();
    assert_eq!(back, [AlertKind::Recovered]);
}

#[test]
fn a_page_that_moved_for_good_is_read_there_and_told_once() {
    let site = Site::start();
    site.put("/new/privacy", Answer::policy(""));
    site.put("/privacy", Answer::policy(""));
    let mut patrol = Patrol::new(&site, WATCH);
    patrol.visit();
    for (status, told) in [(302, 0), (301, 1), (301, 0), (308, 0)] {
        site.put("/privacy", Answer::status(status, "").with("location", "/new/privacy"));
        let visit = patrol.visit();
        assert_eq!(
            (visit.outcome, visit.alerts.len()),
            (Outcome::Unchanged, told),
            "{status}"
        );
        if told > 0 {
            let to = site.url("/new/privacy");
            assert_eq!(visit.alerts[0].kind, AlertKind::Moved { to });
        }
    }
    let noted = |patrol: &Patrol| patrol.watchman.store.state("shop/privacy").unwrap().unwrap().moved;
    assert_eq!(noted(&patrol), Some(site.url("/new/privacy")));
    site.put("/privacy", Answer::status(500, ""));
    patrol.visit();
    assert!(noted(&patrol).is_some(), "a page that fails lies where it lay");
    // And back, and there again: each is told once, however often the server changes its mind.
    let there = Answer::status(301, "").with("location", "/new/privacy");
    let kinds: Vec<AlertKind> = [Answer::policy(""), Answer::policy(""), there, Answer::policy("")]
        .into_iter()
        .flat_map(|answer| {
            site.put("/privacy", answer);
            patrol.visit().alerts
        })
        .map(|alert| alert.kind)
        .collect();
    assert_eq!(kinds, [AlertKind::MovedBack]);
    assert_eq!(noted(&patrol), None);
}

#[test]
fn who_takes_the_new_address_hears_no_more_of_the_move() {
    let site = Site::start();
    site.put("/new/privacy", Answer::policy(""));
    site.put("/privacy", Answer::status(301, "").with("location", "/new/privacy"));
    let mut patrol = Patrol::new(&site, WATCH);
    assert_eq!(patrol.visit().alerts.len(), 1);
    patrol.watchlist.watches[0].pages = vec![site.url("/new/privacy").parse().unwrap()];
    assert!(patrol.visit().alerts.is_empty());
    let state = patrol.watchman.store.state("shop/privacy").unwrap().unwrap();
    assert_eq!(state.moved, None);
}

#[test]
fn new_rules_of_ours_are_no_change_of_theirs() {
    let (site, mut patrol) = site(Answer::html(&notice("<p>Das Orakel frisst Ihre Bestellungen.</p>")));
    patrol.visit();
    let phrases = "lang = \"de\"\n[concepts]\ntraining = [\"orakel frisst\"]";
    patrol.watchman.lexicon = std::sync::Arc::new(
        clausewatch::analysis::lexicon::Lexicon::builtin()
            .extended(&[phrases])
            .unwrap(),
    );
    let visit = patrol.visit();
    assert_eq!((visit.outcome, visit.alerts.len()), (Outcome::Unchanged, 0));
    let version = patrol.watchman.store.version("shop/privacy", None).unwrap().unwrap();
    assert_eq!(version.detection.findings.len(), 1, "status speaks by today's rules");
    // And where the page changed at the same time only its change is told.
    patrol.watchman.lexicon = std::sync::Arc::new(
        clausewatch::analysis::lexicon::Lexicon::builtin()
            .extended(&[])
            .unwrap(),
    );
    site.put(
        "/privacy",
        Answer::html(&notice(&format!("<p>Das Orakel frisst Ihre Bestellungen.</p>{CLAIM}"))),
    );
    patrol.watchman.lexicon = std::sync::Arc::new(
        clausewatch::analysis::lexicon::Lexicon::builtin()
            .extended(&[phrases])
            .unwrap(),
    );
    let visit = patrol.visit();
    let AlertKind::Clauses { changes } = &visit.alerts[0].kind else {
        panic!("{visit:?}")
    };
    assert_eq!(changes.len(), 1);
}
