//! Alerts over every channel, and what may go wrong on the way: each arrives in the end, none twice in the reader's eyes.

use chrono::TimeDelta;
use clausewatch::analysis::alert::AlertKind;
use clausewatch::round::tell_held_up;
use clausewatch::store::Health;

use crate::receiver::Receiver;
use crate::site::{Answer, Patrol, Site};

const CLAIM: &str = "<h2>AI</h2><p>We use your photos to train our AI models.</p>";
const BETTER: &str = "<h2>AI</h2><p>We do not use your photos to train AI models.</p>";

/// A watchman whose alert waits in the outbox of these channels; what follows is said of the watch too.
fn alerted(channels: &str) -> (Site, Patrol) {
    alerted_with(channels, "")
}

fn alerted_with(channels: &str, rest: &str) -> (Site, Patrol) {
    let site = Site::start();
    site.put("/privacy", Answer::policy(""));
    let watch = "[[watch]]\nid = \"shop/privacy\"\nservice = \"Shop\"\ntitle = \"Privacy\"\nurl = \"{site}/privacy\"\nfetch = \"http\"\nnotify = \"notice\"\n";
    let mut patrol = Patrol::new(&site, &format!("{channels}\n{watch}{rest}"));
    patrol.visit();
    site.put("/privacy", Answer::policy(CLAIM));
    assert_eq!(patrol.visit().alerts.len(), 1);
    (site, patrol)
}

fn mail_to(receiver: &Receiver, to: &str) -> String {
    let port = receiver.port;
    format!(
        "[channel.email]\nhost = \"localhost\"\nport = {port}\ntls = \"none\"\nfrom = \"watch@example.org\"\nto = [{to}]\n"
    )
}

fn hook(receiver: &Receiver, rest: &str) -> String {
    format!(
        "[channel.hook]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{}\"\n{rest}\n",
        receiver.port
    )
}

#[test]
fn a_server_that_was_down_for_hours_gets_the_mail_once() {
    let server = Receiver::smtp();
    server.is_down(true);
    let (_site, mut patrol) = alerted(&mail_to(&server, "\"me@example.org\""));
    for _ in 0..40 {
        patrol.now += TimeDelta::minutes(10);
        assert_eq!(patrol.flush(), (0, 1));
    }
    server.is_down(false);
    patrol.now += TimeDelta::hours(6);
    assert_eq!(patrol.flush(), (1, 0));
    patrol.now += TimeDelta::days(1);
    assert_eq!(patrol.flush(), (0, 0));
    assert_eq!(server.got().len(), 1);
}

#[test]
fn a_watch_held_up_for_a_week_is_told_once_and_so_is_that_it_is_read_again() {
    let server = Receiver::smtp();
    let (_site, mut patrol) = alerted(&mail_to(&server, "\"me@example.org\""));
    patrol.flush();
    let watch = patrol.watchlist.watches[0].clone();
    for days in [6, 8, 9] {
        let now = patrol.now + TimeDelta::days(days);
        let overdue = TimeDelta::days(days);
        tell_held_up(&mut patrol.watchman, &watch, overdue, "its host rests", now).unwrap();
        tell_held_up(&mut patrol.watchman, &watch, overdue, "its host rests", now).unwrap();
    }
    patrol.now += TimeDelta::days(9);
    let state = patrol.watchman.store.state("shop/privacy").unwrap().unwrap();
    assert_eq!(state.health, Health::Stale);
    assert_eq!(patrol.flush(), (1, 0));
    assert!(
        server.got()[1].header("subject").starts_with("Shop"),
        "{:?}",
        server.got()[1]
    );
    let visit = patrol.visit();
    assert_eq!(visit.alerts.len(), 1);
    assert_eq!(visit.alerts[0].kind, AlertKind::Recovered);
    assert!(patrol.visit().alerts.is_empty());
}

#[test]
fn one_refused_recipient_keeps_the_mail_from_nobody_else() {
    let server = Receiver::smtp();
    server.refuse(&["gone@example.org"]);
    let (_site, mut patrol) = alerted(&mail_to(&server, "\"gone@example.org\", \"me@example.org\""));
    assert_eq!(patrol.flush(), (1, 1));
    let dead = patrol.watchman.store.undelivered().unwrap();
    assert!(
        dead[0].dead.is_some() && dead[0].trouble.as_ref().unwrap().contains("no such user"),
        "{dead:?}"
    );
    server.refuse(&[]);
    patrol.now += TimeDelta::days(1);
    assert_eq!(patrol.flush(), (1, 0));
    let to: Vec<String> = server.got().into_iter().map(|mail| mail.head).collect();
    assert_eq!(to, ["me@example.org", "gone@example.org"]);
}

#[test]
fn a_mail_that_was_taken_without_a_word_is_repeated_as_the_same_mail() {
    let server = Receiver::smtp();
    server.drops(1);
    let (site, mut patrol) = alerted(&mail_to(&server, "\"me@example.org\""));
    assert_eq!(patrol.flush(), (0, 1));
    patrol.now += TimeDelta::minutes(1);
    assert_eq!(patrol.flush(), (1, 0));
    let mails = server.got();
    assert_eq!(mails[0].header("message-id"), mails[1].header("message-id"));
    assert_eq!(mails[0].header("date"), mails[1].header("date"));
    assert_eq!(mails[0].header("list-id"), "<shop.privacy.clausewatch.invalid>");
    // The next alert about the document is in the same thread.
    site.put("/privacy", Answer::policy(BETTER));
    patrol.visit();
    patrol.flush();
    let next = &server.got()[2];
    assert_ne!(next.header("message-id"), mails[0].header("message-id"));
    assert_eq!(next.header("in-reply-to"), mails[0].header("in-reply-to"));
}

#[test]
fn a_bad_channel_stops_no_other_and_rests_as_a_whole() {
    let (server, hook_server) = (Receiver::smtp(), Receiver::http());
    server.is_down(true);
    let channels = mail_to(&server, "\"a@example.org\", \"b@example.org\"") + &hook(&hook_server, "");
    let (_site, mut patrol) = alerted(&channels);
    assert_eq!(patrol.flush(), (1, 2));
    assert_eq!(hook_server.got().len(), 1);
    let waiting = patrol.watchman.store.undelivered().unwrap();
    let tried: Vec<u32> = waiting.iter().map(|due| due.attempts).collect();
    assert_eq!(tried, [1, 0], "the second waits with the first");
    server.is_down(false);
    patrol.now += TimeDelta::minutes(1);
    assert_eq!(patrol.flush(), (2, 0));
}

#[test]
fn a_webhook_is_signed_waits_as_long_as_it_is_told_and_repeats_its_id() {
    let server = Receiver::http();
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "key\n").unwrap();
    server.answer("429 Too Many\r\nretry-after: 7200");
    let (_site, mut patrol) = alerted(&hook(
        &server,
        &format!("secret = {{ file = \"{}\" }}", secret.path().display()),
    ));
    assert_eq!(patrol.flush(), (0, 1));
    patrol.now += TimeDelta::hours(1);
    assert_eq!(patrol.flush(), (0, 1));
    patrol.now += TimeDelta::hours(1);
    assert_eq!(patrol.flush(), (1, 0));
    let got = server.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].header("x-clausewatch-id"), got[1].header("x-clausewatch-id"));
    let signature = got[0].header("x-clausewatch-signature");
    assert!(signature.len() == 71 && signature.starts_with("sha256="), "{signature}");
    let json = got[0].json();
    assert_eq!(
        (json["version"].as_i64(), json["alert"]["watch"].as_str()),
        (Some(1), Some("shop/privacy"))
    );
    assert_eq!(
        json["alert"]["sentence"],
        "Shop now claims the right to train its AI models with your photos or videos."
    );
}

#[test]
fn each_service_gets_the_form_it_takes() {
    for (template, path, field) in [
        ("template = \"ntfy\"\ntopic = \"me\"", "POST / ", "title"),
        ("template = \"slack\"", "POST / ", "text"),
        ("template = \"discord\"", "POST / ", "content"),
        (
            "template = \"matrix\"\nroom = \"!a:m.example\"\ntoken = { command = [\"echo\", \"t0ken\"] }",
            "PUT /_matrix/client/v3/rooms/!a:m.example/send/m.room.message/",
            "formatted_body",
        ),
    ] {
        let server = Receiver::http();
        let (_site, mut patrol) = alerted(&hook(&server, template));
        assert_eq!(patrol.flush(), (1, 0), "{template}");
        let got = &server.got()[0];
        assert!(got.head.starts_with(path), "{}", got.head);
        let said = got.json()[field].as_str().unwrap().to_owned();
        assert!(said.contains("Shop now claims the right to train"), "{said}");
        if template.contains("matrix") {
            assert_eq!(got.header("authorization"), "Bearer t0ken");
        }
    }
}

#[test]
fn an_address_that_does_not_exist_is_a_dead_letter() {
    let server = Receiver::http();
    server.answer("404 Not Found");
    let (_site, mut patrol) = alerted(&hook(&server, ""));
    assert_eq!(patrol.flush(), (0, 1));
    let dead = patrol.watchman.store.undelivered().unwrap();
    assert!(
        dead[0].dead.is_some() && dead[0].trouble.as_ref().unwrap().contains("look at `url`"),
        "{dead:?}"
    );
}

#[test]
fn a_command_reads_the_alert_and_is_run_again_when_it_fails() {
    let folder = tempfile::tempdir().unwrap();
    let (out, ready) = (folder.path().join("out.json"), folder.path().join("ready"));
    let script = format!(
        "test -e {0} || {{ touch {0}; echo not yet >&2; exit 3; }}; cat > {1}",
        ready.display(),
        out.display()
    );
    let (_site, mut patrol) = alerted(&format!(
        "[channel.command]\ncommand = [\"sh\", \"-c\", \"{script}\"]\n"
    ));
    assert_eq!(patrol.flush(), (0, 1));
    let trouble = patrol.watchman.store.undelivered().unwrap().remove(0).trouble.unwrap();
    assert!(
        trouble.contains("exit status: 3") && trouble.contains("not yet"),
        "{trouble}"
    );
    patrol.now += TimeDelta::minutes(1);
    assert_eq!(patrol.flush(), (1, 0));
    let read: serde_json::Value = serde_json::from_slice(&std::fs::read(out).unwrap()).unwrap();
    assert_eq!(read["alert"]["details"][0]["event"], "claim_added");
}

#[test]
fn a_message_that_nobody_takes_blocks_no_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.json");
    // It chokes on the first alert, and on nothing else.
    let script = format!(
        "cat > {0}.new; grep -q claim_added {0}.new && exit 1; mv {0}.new {0}",
        out.display()
    );
    let (site, mut patrol) = alerted(&format!(
        "[channel.command]\ncommand = [\"sh\", \"-c\", \"{script}\"]\n"
    ));
    assert_eq!(patrol.flush(), (0, 1));
    site.put("/privacy", Answer::policy(BETTER));
    patrol.visit();
    assert_eq!(patrol.flush(), (1, 1));
    assert!(out.exists());
}

#[test]
fn a_feed_has_an_entry_an_alert() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("public/feed.atom");
    let (site, mut patrol) = alerted(&format!("[channel.feed]\npath = \"{}\"\n", path.display()));
    patrol.flush();
    site.put("/privacy", Answer::policy(BETTER));
    patrol.visit();
    patrol.flush();
    let read = || atom_syndication::Feed::read_from(&std::fs::read(&path).unwrap()[..]).unwrap();
    let feed = read();
    assert_eq!(feed.entries.len(), 2);
    assert_ne!(feed.entries[0].id, feed.entries[1].id);
    assert!(
        feed.entries[1].title.value.starts_with("Shop now claims the right"),
        "{feed:?}"
    );
    assert!(
        feed.entries[1]
            .content
            .as_ref()
            .unwrap()
            .value
            .as_ref()
            .unwrap()
            .contains("<strong>photos</strong>")
    );
    assert_eq!(feed.entries[0].links[0].href, site.url("/privacy"));
}

#[test]
fn what_is_not_urgent_waits_for_the_morning_and_comes_as_one() {
    let server = Receiver::http();
    let (site, mut patrol) = alerted(&hook(&server, "digest = \"daily\""));
    assert_eq!(patrol.flush(), (1, 0), "the top severity does not wait");
    site.put("/privacy", Answer::policy(""));
    // Gone for three visits: a notice. Then a promise: another.
    for _ in 0..3 {
        patrol.visit();
        patrol.now -= TimeDelta::hours(12);
    }
    site.put("/privacy", Answer::policy(BETTER));
    patrol.visit();
    patrol.now -= TimeDelta::hours(12);
    assert_eq!(patrol.flush(), (0, 0));
    let waiting = patrol.watchman.store.undelivered().unwrap();
    assert_eq!(waiting.iter().filter(|due| due.digest).count(), 2, "{waiting:?}");
    patrol.now += TimeDelta::days(2);
    assert_eq!(patrol.flush(), (1, 0));
    let digest = server.got()[1].json();
    assert_eq!(digest["subject"], "2 alerts of clausewatch: Shop");
    assert_eq!(digest["alert"]["alerts"].as_array().unwrap().len(), 2);
}

#[test]
fn what_one_round_found_is_one_notification() {
    let site = Site::start();
    let watch = |name: &str| {
        site.put(&format!("/{name}"), Answer::policy(""));
        format!("[[watch]]\nid = \"shop/{name}\"\nurl = \"{{site}}/{name}\"\nfetch = \"http\"\n")
    };
    let mut patrol = Patrol::new(&site, &["privacy", "terms"].map(watch).concat());
    patrol.visits();
    site.put("/privacy", Answer::policy(CLAIM));
    site.put("/terms", Answer::policy(CLAIM));
    patrol.visits();
    // No desktop takes it here.
    patrol.watchman.channels.clear();
    assert_eq!(patrol.flush(), (0, 1));
    let message = patrol.watchman.store.undelivered().unwrap().remove(0).message;
    assert_eq!(message.subject, "2 alerts of clausewatch: shop");
    assert_eq!(message.text.lines().count(), 2, "{message:?}");
    let opens: Vec<String> = message.links.into_iter().map(|link| link.url).collect();
    assert_eq!(opens, [site.url("/privacy"), site.url("/terms")]);
}

#[test]
fn a_slow_server_holds_up_no_round() {
    let server = Receiver::smtp();
    let (_site, mut patrol) = alerted(&mail_to(
        &server,
        "\"a@example.org\", \"b@example.org\", \"c@example.org\"",
    ));
    // Each look at the clock finds it a minute later.
    assert_eq!(
        patrol.flush_slowly(TimeDelta::minutes(1), TimeDelta::minutes(4)),
        (1, 2)
    );
    assert_eq!(patrol.flush(), (2, 0), "the rest is due at once");
}

/// Goes through the days to come; on which of April and May one was reminded.
fn reminded(patrol: &mut Patrol, days: u32) -> Vec<String> {
    let mut found = Vec::new();
    for _ in 0..days {
        patrol.now += TimeDelta::days(1);
        if patrol.remind() > 0 {
            found.push(patrol.now.format("%m-%d").to_string());
        }
    }
    found
}

#[test]
fn a_deadline_is_told_again_two_weeks_three_days_and_one_day_before() {
    let server = Receiver::http();
    let (_site, mut patrol) = alerted_with(&hook(&server, ""), "objection = { deadline = \"2025-05-26\" }\n");
    patrol.flush();
    assert_eq!(reminded(&mut patrol, 45), ["05-12", "05-23", "05-25"]);
    patrol.flush();
    let subjects: Vec<String> = server
        .got()
        .iter()
        .map(|got| got.json()["subject"].as_str().unwrap().to_owned())
        .collect();
    assert!(subjects[0].ends_with("Object by 26 May 2025."), "{subjects:?}");
    assert!(
        subjects[1].starts_with("Reminder: the time to object ends in 14 days, on 26 May 2025. Shop now claims"),
        "{subjects:?}"
    );
    assert!(
        subjects[3].starts_with("Reminder: the time to object ends tomorrow"),
        "{subjects:?}"
    );
    assert_eq!(subjects.len(), 4);
}

#[test]
fn who_acknowledged_or_objected_is_not_reminded_and_a_later_claim_asks_again() {
    let rest = "objection = { deadline = \"2025-05-26\" }\n";
    let (_site, mut patrol) = alerted_with("", rest);
    let alert = patrol.watchman.store.alerts(None).unwrap()[0].id;
    patrol.watchman.store.acknowledge(alert, patrol.now).unwrap();
    assert!(reminded(&mut patrol, 45).is_empty());

    let (site, mut patrol) = alerted_with("", rest);
    patrol
        .watchman
        .store
        .note_objection("shop/privacy", Some(patrol.now))
        .unwrap();
    site.put(
        "/privacy",
        Answer::policy(&CLAIM.replace("photos", "photos and messages")),
    );
    let visit = patrol.visit();
    assert!(visit.alerts[0].objected.is_some());
    assert_eq!(
        reminded(&mut patrol, 45),
        ["05-12", "05-23", "05-25"],
        "of the new claim"
    );
}

#[test]
fn what_was_put_off_is_told_once_when_its_day_comes() {
    let (_site, mut patrol) = alerted("");
    let alert = patrol.watchman.store.alerts(None).unwrap()[0].id;
    patrol
        .watchman
        .store
        .snooze(alert, patrol.now + TimeDelta::days(5))
        .unwrap();
    assert_eq!(reminded(&mut patrol, 20), ["04-23"]);
}

#[test]
fn a_clause_that_was_called_false_is_told_no_more() {
    let (site, mut patrol) = alerted("");
    let stored = patrol.watchman.store.alerts(None).unwrap().remove(0);
    let alarm = clausewatch::store::FalseAlarm {
        watch: "shop/privacy".into(),
        clause: stored.alert.changes()[0].finding.text.clone(),
        lang: None,
        at: patrol.now,
    };
    patrol
        .watchman
        .store
        .call_false(stored.id, &[alarm], patrol.now)
        .unwrap();
    site.put("/privacy", Answer::policy(""));
    for _ in 0..3 {
        assert!(patrol.visit().alerts.is_empty(), "its removal is no news");
    }
    site.put("/privacy", Answer::policy(CLAIM));
    assert!(patrol.visit().alerts.is_empty(), "nor is its return");
    site.put(
        "/privacy",
        Answer::policy(&CLAIM.replace("photos", "photos and messages")),
    );
    assert_eq!(patrol.visit().alerts.len(), 1, "but what it becomes is");
}

#[test]
fn the_dates_of_the_text_are_told_and_reminded_of() {
    let site = Site::start();
    site.put("/privacy", Answer::policy("<p>In force from 1 February 2024.</p>"));
    let watch = "[[watch]]\nid = \"shop/privacy\"\nurl = \"{site}/privacy\"\nfetch = \"http\"\n";
    let mut patrol = Patrol::new(&site, watch);
    patrol.visit();
    let claim = "<p>In force from 20 May 2025.</p><h2>AI</h2><p>We use your photos to train our AI models. You can opt out of AI training until 12 May.</p>";
    site.put("/privacy", Answer::policy(claim));
    let alert = patrol.visit().alerts.remove(0);
    let days = [alert.deadline(), alert.effective()].map(|day| day.unwrap().to_string());
    assert_eq!(days, ["2025-05-12", "2025-05-20"]);
}
