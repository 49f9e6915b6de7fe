mod contents;
mod evidence;
mod gathered;
mod keep;
mod large;
mod migrations;

use url::Url;

use super::*;
use crate::analysis::alert::AlertKind;
use crate::analysis::compare::Severity;
use crate::analysis::detect::detect;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::render::Message;

fn time(minute: u32) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2025-04-21T09:00:00Z").unwrap().to_utc() + chrono::TimeDelta::minutes(minute.into())
}

fn alert() -> Alert {
    Alert {
        watch: "shop/privacy".into(),
        service: "Shop".into(),
        title: "Privacy".into(),
        url: "https://shop.example/".into(),
        from_version: Some(1),
        to_version: Some(2),
        kind: AlertKind::Recovered,
        severity: Severity::Notice,
        accepted: None,
        objection: None,
        hunks: Vec::new(),
        dates: Vec::new(),
        objected: None,
        reminder: None,
    }
}

fn message() -> Message {
    Message {
        id: "one@clausewatch".into(),
        subject: "Shop".into(),
        text: "It changed.".into(),
        urgent: true,
        written: time(0),
        ..Message::default()
    }
}

fn new_message(channel: &str, digest_at: Option<DateTime<Utc>>) -> NewMessage {
    NewMessage {
        channel: channel.into(),
        message: message(),
        digest_at,
    }
}

fn trouble(permanent: bool) -> Trouble {
    Trouble {
        what: "no such host".into(),
        permanent,
        pause: chrono::TimeDelta::zero(),
    }
}

/// Records version `based_on + 1` with this text, and an alert by mail.
fn record(store: &mut Store, based_on: u32, text: &str) -> Result<Recorded, StoreError> {
    let document = Document::from_markdown(text);
    let detection = detect(&document, Lexicon::builtin(), Some("en"));
    let mut ledger = store.ledger("shop/privacy")?;
    ledger.record(&detection.findings, based_on + 1);
    let page = Page::from_file(Url::parse("https://shop.example/").unwrap(), text.as_bytes().to_vec());
    let alert = alert();
    let memory = [PageMemory {
        read: None,
        url: "https://shop.example/".into(),
        etag: Some("\"a\"".into()),
        ..PageMemory::default()
    }];
    let version = NewVersion {
        pages: &[NewPage::of(page)],
        text: &StoredText::of(&document).unwrap(),
        detection: &detection,
        rules: u64::MAX,
        robots_ignored: false,
        memory: &memory,
        ledger: &ledger,
    };
    store.record(&Record {
        based_on,
        alerts: vec![NewAlert {
            alert: &alert,
            told: true,
            messages: vec![new_message("email", None)],
        }],
        ..Record::quiet("shop/privacy", time(based_on), Kept::Version(version))
    })
}

const CLAIM: &str = "# Privacy\n\nWe use your photos to train our AI models.";

#[test]
fn what_is_recorded_is_read_back_by_another_process() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    assert_eq!(record(&mut store, 0, CLAIM).unwrap().version, 1);
    let other = Store::open(directory.path()).unwrap();
    let version = other.version("shop/privacy", None).unwrap().unwrap();
    assert_eq!((version.number, version.rules), (1, u64::MAX));
    assert_eq!(version.document, Document::from_markdown(CLAIM));
    assert_eq!(version.detection.findings.len(), 1);
    assert_eq!(other.snapshot("shop/privacy", 1).unwrap()[0].body, CLAIM.as_bytes());
    assert_eq!(
        other.ledger("shop/privacy").unwrap().entries[0].finding,
        version.detection.findings[0]
    );
    assert_eq!(
        other.validators("shop/privacy").unwrap()[0].etag.as_deref(),
        Some("\"a\"")
    );
    let state = other.state("shop/privacy").unwrap().unwrap();
    assert_eq!(
        (state.health, state.versions, state.last_read),
        (Health::Ok, 1, Some(time(0)))
    );
    assert_eq!(other.alerts(None).unwrap()[0].alert, alert());
    assert_eq!(other.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn the_directory_and_the_file_are_the_owners_alone() {
    let directory = tempfile::tempdir().unwrap();
    let state = directory.path().join("deep/state");
    Store::open(&state).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&state), mode(&state.join("clausewatch.sqlite"))), (0o700, 0o600));
}

#[test]
fn a_visit_overtaken_by_another_process_writes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (
        Store::open(directory.path()).unwrap(),
        Store::open(directory.path()).unwrap(),
    );
    record(&mut one, 0, CLAIM).unwrap();
    assert!(matches!(
        record(&mut other, 0, "Else."),
        Err(StoreError::Overtaken { .. })
    ));
    assert_eq!(
        (
            other.log("shop/privacy").unwrap().len(),
            other.alerts(None).unwrap().len()
        ),
        (1, 1)
    );
}

#[test]
fn a_visit_that_fails_half_way_leaves_no_trace() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    record(&mut store, 0, CLAIM).unwrap();
    let before = store.state("shop/privacy").unwrap();
    // The outbox is written last.
    store
        .connection
        .execute_batch("ALTER TABLE outbox RENAME TO away")
        .unwrap();
    assert!(record(&mut store, 1, "We sell shoes.").is_err());
    assert_eq!(store.log("shop/privacy").unwrap().len(), 1);
    assert_eq!(store.state("shop/privacy").unwrap(), before);
    assert_eq!(store.alerts(None).unwrap().len(), 1);
}

#[test]
fn a_message_is_taken_once_waits_longer_each_time_and_is_never_given_up() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    record(&mut store, 0, CLAIM).unwrap();
    let mut other = Store::open(directory.path()).unwrap();
    let mut now = time(1);
    let mut waits = Vec::new();
    for _ in 0..14 {
        let due = store.take_next("email", now).unwrap().unwrap();
        assert_eq!(due.message, message());
        assert_eq!(other.take_next("email", now).unwrap(), None, "it is being sent");
        let next = store.settle(&due, Some(&trouble(false)), now).unwrap();
        assert_eq!(store.next_delivery().unwrap(), Some(next));
        waits.push((next - now).num_seconds());
        now = next;
    }
    assert_eq!(waits[..3], [30, 60, 120]);
    assert_eq!(waits[10..12], [6 * 3600, 6 * 3600]);
    assert_eq!(store.undelivered().unwrap()[0].trouble.as_deref(), Some("no such host"));
    let due = store.take_next("email", now).unwrap().unwrap();
    store.settle(&due, None, now).unwrap();
    assert!(store.undelivered().unwrap().is_empty());
}

#[test]
fn a_dead_letter_is_tried_once_a_day() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    record(&mut store, 0, CLAIM).unwrap();
    let due = store.take_next("email", time(1)).unwrap().unwrap();
    store.settle(&due, Some(&trouble(true)), time(1)).unwrap();
    let next = store.next_delivery().unwrap().unwrap();
    assert_eq!((next - time(1)).num_hours(), 24);
    let due = store.take_next("email", next).unwrap().unwrap();
    assert_eq!(due.dead, Some(time(1)));
    store.settle(&due, Some(&trouble(true)), next).unwrap();
    assert_eq!(store.undelivered().unwrap()[0].dead, Some(time(1)), "since the first");
}

#[test]
fn messages_of_a_digest_wait_and_become_one() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let id = record(&mut store, 0, CLAIM).unwrap().alerts[0];
    let transaction = store.connection.transaction().unwrap();
    for _ in 0..2 {
        super::record::post(&transaction, id, &new_message("feed", Some(time(60))), time(0)).unwrap();
    }
    transaction.commit().unwrap();
    assert_eq!(store.due_channels(time(59)).unwrap(), ["email"]);
    assert!(store.due_digests(time(59)).unwrap().is_empty());
    let due = store.due_digests(time(60)).unwrap();
    assert_eq!((due.len(), due[0].rows.len()), (1, 2));
    store.fold(&due[0], Some(&message()), time(60)).unwrap();
    assert!(store.due_digests(time(60)).unwrap().is_empty());
    let sent = store.take_next("feed", time(60)).unwrap().unwrap();
    store.settle(&sent, None, time(60)).unwrap();
    assert_eq!(store.take_next("feed", time(600)).unwrap(), None);
}

#[test]
fn a_message_whose_sender_was_killed_is_due_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    record(&mut store, 0, CLAIM).unwrap();
    let first = store.take_next("email", time(1)).unwrap().unwrap();
    let second = store.take_next("email", time(4)).unwrap().unwrap();
    assert_eq!(first.message.id, second.message.id, "so that the repeat folds");
    assert!(store.drop_message(second.id, time(4)).unwrap());
    assert!(!store.drop_message(second.id, time(4)).unwrap());
    assert_eq!(store.take_next("email", time(60)).unwrap(), None);
}

#[test]
fn what_people_do_about_an_alert_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let id = record(&mut store, 0, CLAIM).unwrap().alerts[0];
    assert!(store.snooze(id, time(60)).unwrap());
    assert_eq!(store.alerts(None).unwrap()[0].snoozed, Some(time(60)));
    let alarm = FalseAlarm {
        watch: "shop/privacy".into(),
        clause: "We use your photos.".into(),
        lang: Some("en".into()),
        at: time(5),
    };
    assert!(!store.call_false(id + 1, std::slice::from_ref(&alarm), time(5)).unwrap());
    assert!(store.call_false(id, std::slice::from_ref(&alarm), time(5)).unwrap());
    assert!(store.acknowledge(id, time(7)).unwrap());
    let stored = &store.alerts(Some("shop/privacy")).unwrap()[0];
    assert_eq!(
        (stored.acknowledged, stored.false_alarm, stored.told),
        (Some(time(5)), true, true),
        "seen when it was called false"
    );
    assert_eq!(store.false_alarms(Some("shop/privacy")).unwrap(), [alarm]);
    assert_eq!(store.false_alarms(Some("other/privacy")).unwrap(), []);
}

#[test]
fn objections_are_kept_and_the_last_can_be_taken_back() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    record(&mut store, 0, CLAIM).unwrap();
    let objected = |store: &Store| store.state("shop/privacy").unwrap().unwrap().objected;
    store.note_objection("shop/privacy", Some(time(6))).unwrap();
    store.note_objection("shop/privacy", Some(time(9))).unwrap();
    assert_eq!(objected(&store), Some(time(9)));
    store.note_objection("shop/privacy", None).unwrap();
    assert_eq!(objected(&store), Some(time(6)));
    let kept = KeptObjection {
        watch: "shop/privacy".into(),
        at: time(6),
        version: 1,
    };
    assert_eq!(store.objections().unwrap(), [kept]);
    store.note_objection("shop/privacy", None).unwrap();
    assert_eq!(objected(&store), None);
}

#[test]
fn the_state_of_a_newer_program_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    Store::open(directory.path())
        .unwrap()
        .connection
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = Store::open(directory.path()).unwrap_err().to_string();
    assert!(error.contains("newer clausewatch (format 99"), "{error}");
}
