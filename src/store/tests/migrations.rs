//! A database of every schema there ever was opens with all that it held.

use super::*;
use crate::analysis::dates::{DateKind, Dated};
use crate::store::coding::pack_json;

/// What a program of schema 1 wrote: two versions, one page twice, a ledger, an alert, a message.
fn of_schema_1(directory: &Path) {
    let connection = Connection::open(directory.join("clausewatch.sqlite")).unwrap();
    connection.execute_batch(include_str!("../schema/1.sql")).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    let pack = |bytes: &[u8]| zstd::bulk::compress(bytes, 6).unwrap();
    let execute = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| connection.execute(sql, parameters).unwrap();
    execute(
        "INSERT INTO watches (id, health, last_visit) VALUES ('shop/privacy', 'ok', 7)",
        &[],
    );
    execute("INSERT INTO bodies VALUES ('aa', ?1)", &[&pack(CLAIM.as_bytes())]);
    let ledger = "INSERT INTO ledger (watch, finding, first_version, last_version, visits_gone, removal_told) VALUES ('shop/privacy', ?1, 1, 2, 0, 1)";
    for number in [1, 2] {
        let document = Document::from_markdown(CLAIM);
        let detection = detect(&document, Lexicon::builtin(), Some("en"));
        execute(
            "INSERT INTO versions VALUES ('shop/privacy', ?1, 1000 + ?1, ?2, ?3, 'old', 52, 1, -1)",
            &[
                &number,
                &pack(&serde_json::to_vec(&document).unwrap()),
                &pack(&serde_json::to_vec(&detection).unwrap()),
            ],
        );
        execute(
            "INSERT INTO snapshots VALUES ('shop/privacy', ?1, 0, 'https://shop.example/', 'https://shop.example/a', 200, '[[\"a\",\"b\"]]', 'aa')",
            &[&number],
        );
        if number == 1 {
            execute(ledger, &[&serde_json::to_string(&detection.findings[0]).unwrap()]);
        }
    }
    let (alert, message) = (
        serde_json::to_string(&alert()).unwrap(),
        serde_json::to_string(&message()).unwrap(),
    );
    execute(
        "INSERT INTO alerts (watch, at, alert, told) VALUES ('shop/privacy', 5, ?1, 1)",
        &[&alert],
    );
    execute(
        "INSERT INTO outbox (alert, channel, message, next_attempt) VALUES (1, 'email', ?1, 5)",
        &[&message],
    );
}

/// The same, under programs of the later schemas that still kept versions in that form.
fn of_schema_2(directory: &Path) {
    of_schema_1(directory);
    let connection = Connection::open(directory.join("clausewatch.sqlite")).unwrap();
    connection.execute_batch(include_str!("../schema/2.sql")).unwrap();
    connection.pragma_update(None, "user_version", 2).unwrap();
    connection
        .execute_batch(
            "UPDATE alerts SET snoozed = 9;
             INSERT INTO objections (watch, at, version) VALUES ('shop/privacy', 8, 2);
             INSERT INTO false_alarms VALUES ('shop/privacy', 'We train.', 'en', 8);",
        )
        .unwrap();
}

fn of_schema_3(directory: &Path) {
    of_schema_2(directory);
    let connection = Connection::open(directory.join("clausewatch.sqlite")).unwrap();
    connection.execute_batch(include_str!("../schema/3.sql")).unwrap();
    connection.pragma_update(None, "user_version", 3).unwrap();
    connection
        .execute_batch("UPDATE watches SET moved = 'https://shop.example/b'")
        .unwrap();
}

#[test]
fn schema_1_keeps_all_it_held() {
    assert_holds_all(of_schema_1);
}

#[test]
fn schema_2_keeps_all_it_held() {
    let store = assert_holds_all(of_schema_2);
    let snoozed = store.alerts(None).unwrap()[0].snoozed.unwrap();
    assert_eq!(snoozed.timestamp_millis(), 9);
    let awaited: i64 = store
        .connection
        .query_row("SELECT count(*) FROM awaited", (), |row| row.get(0))
        .unwrap();
    assert_eq!(awaited, 1, "the one that was put off");
    let count = |table: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM {table} WHERE watch = 'shop/privacy'");
        store.connection.query_row(&sql, (), |row| row.get(0)).unwrap()
    };
    assert_eq!((count("objections"), count("false_alarms")), (1, 1));
}

#[test]
fn schema_3_keeps_all_it_held() {
    let store = assert_holds_all(of_schema_3);
    let state = store.state("shop/privacy").unwrap().unwrap();
    assert_eq!(state.moved.as_deref(), Some("https://shop.example/b"));
}

#[test]
fn every_later_schema_keeps_all_it_held() {
    for schema in 4..schema::newest() {
        let store = assert_holds_all(|directory| {
            of_schema_3(directory);
            let mut connection = Connection::open(directory.join("clausewatch.sqlite")).unwrap();
            schema::migrate_to(&mut connection, schema);
        });
        let state = store.state("shop/privacy").unwrap().unwrap();
        assert_eq!(state.moved.as_deref(), Some("https://shop.example/b"));
    }
}

/// Schema 7 kept what an archive recorded in a table of its own, older programs its bytes apart from the text.
#[test]
fn schema_7_keeps_where_an_archive_recorded_a_version() {
    let directory = tempfile::tempdir().unwrap();
    of_schema_3(directory.path());
    let mut connection = Connection::open(directory.path().join("clausewatch.sqlite")).unwrap();
    schema::migrate_to(&mut connection, 7);
    connection
        .execute_batch(
            "INSERT INTO archives VALUES (1, 'aa');
             INSERT INTO archived_documents VALUES (1, 'Shop/Privacy.md', 'shop/privacy', x'02');
             INSERT INTO archived_versions SELECT watch, 1, x'01', document FROM versions WHERE number = 1;
             INSERT INTO archived_versions SELECT watch, 2, x'02', detection FROM versions WHERE number = 2;
             DELETE FROM snapshots",
        )
        .unwrap();
    drop(connection);
    let store = Store::open(directory.path()).unwrap();
    let commit = |number| store.provenance("shop/privacy", number).unwrap().unwrap().1;
    assert_eq!((commit(1), commit(2)), ("01".into(), "02".into()));
    let body = |number| store.snapshot("shop/privacy", number).unwrap().remove(0).body;
    assert_eq!(body(1), format!("{CLAIM}\n").as_bytes());
    let findings: Detection = serde_json::from_slice(&body(2)).unwrap();
    assert_eq!(
        findings,
        store.version("shop/privacy", Some(2)).unwrap().unwrap().detection
    );
}

/// Schema 11 found the alerts whose days come by reading them all.
#[test]
fn schema_11_is_still_reminded_of_the_days_of_its_alerts() {
    let directory = tempfile::tempdir().unwrap();
    of_schema_3(directory.path());
    let mut connection = Connection::open(directory.path().join("clausewatch.sqlite")).unwrap();
    schema::migrate_to(&mut connection, 11);
    let day = |day| chrono::NaiveDate::from_ymd_opt(2025, 5, day).unwrap();
    let dated = Alert {
        severity: Severity::Alert,
        dates: vec![Dated {
            kind: DateKind::Deadline,
            words: "by 26 May".into(),
            day: Some(day(26)),
        }],
        ..alert()
    };
    let insert = "INSERT INTO alerts (id, watch, at, size, packed, told) VALUES (?1, 'shop/privacy', 1, ?2, ?3, ?4)";
    let (size, packed) = pack_json(&dated).unwrap();
    for (id, told) in [(77, true), (78, false)] {
        connection.execute(insert, (id, size, &packed, told)).unwrap();
    }
    drop(connection);
    let store = Store::open(directory.path()).unwrap();
    let awaited = |today| -> Vec<i64> {
        let found = store.awaited_alerts(today, time(0)).unwrap();
        found
            .into_iter()
            .map(|stored| stored.id)
            .filter(|id| *id >= 77)
            .collect()
    };
    assert_eq!((awaited(day(26)), awaited(day(27))), (vec![77], vec![]));
}

fn assert_holds_all(written: impl Fn(&Path)) -> Store {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path());
    let store = Store::open(directory.path()).unwrap();
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    let version = store.version("shop/privacy", Some(2)).unwrap().unwrap();
    assert_eq!(
        (version.number, version.rules, version.recorded.timestamp_millis()),
        (2, u64::MAX, 1002)
    );
    assert_eq!(version.document, Document::from_markdown(CLAIM));
    let page = &store.snapshot("shop/privacy", 1).unwrap()[0];
    assert_eq!(
        (page.address.as_str(), page.header("a")),
        ("https://shop.example/a", Some("b"))
    );
    assert_eq!(page.body, CLAIM.as_bytes());
    let entry = &store.ledger("shop/privacy").unwrap().entries[0];
    assert_eq!(
        (entry.first_version, entry.last_version, entry.removal_told),
        (1, 2, true)
    );
    assert_eq!(entry.finding, version.detection.findings[0]);
    let stored = &store.alerts(None).unwrap()[0];
    assert_eq!((&stored.alert, stored.told, stored.historical), (&alert(), true, false));
    assert_eq!(store.undelivered().unwrap()[0].message, message());
    let state = store.state("shop/privacy").unwrap().unwrap();
    assert_eq!(state.versions, 2);
    let stances = state.says.unwrap();
    assert_eq!((stances.understood, stances.claims, stances.assurances), (true, 1, 0));
    store
}

#[test]
fn a_migration_that_fails_leaves_the_old_schema_whole() {
    let directory = tempfile::tempdir().unwrap();
    of_schema_1(directory.path());
    let path = directory.path().join("clausewatch.sqlite");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute("UPDATE versions SET document = x'00' WHERE number = 2", ())
        .unwrap();
    assert!(matches!(Store::open(directory.path()), Err(StoreError::Damaged { .. })));
    let count = |table: &str| -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        connection.query_row(&sql, (), |row| row.get(0)).unwrap()
    };
    assert_eq!((count("versions"), count("bodies"), count("ledger")), (2, 1, 1));
}
