use std::os::unix::fs::FileExt;

use super::*;

fn three_versions() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    record(&mut store, 0, CLAIM).unwrap();
    record(&mut store, 1, "# Privacy\n\nWe sell shoes.").unwrap();
    record(&mut store, 2, "# Privacy\n\nWe sell shoes and hats.").unwrap();
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    (directory, store)
}

/// A visit that found version 3 in other bytes.
fn visit(store: &mut Store, pages: &[Page]) {
    let pages: Vec<NewPage> = pages.iter().cloned().map(NewPage::of).collect();
    let kept = Kept::Unchanged {
        pages: &pages,
        memory: &[],
        ledger: None,
        reread: None,
    };
    store
        .record(&Record {
            based_on: 3,
            ..Record::quiet("shop/privacy", time(9), kept)
        })
        .unwrap();
}

/// What `verify` says after this was done to the database behind its back.
fn damage(sql: &str) -> Vec<String> {
    let (_directory, store) = three_versions();
    store.connection.pragma_update(None, "foreign_keys", false).unwrap();
    assert!(store.connection.execute(sql, ()).unwrap() > 0);
    store.recent.forget();
    store.verify().unwrap()
}

#[test]
fn a_page_that_was_damaged_is_named() {
    let found = damage("UPDATE contents SET packed = x'00' WHERE id = (SELECT body FROM snapshots WHERE version = 1)");
    // The text of this page is its document's, too.
    assert!(found[0].contains("shop/privacy@1"), "{found:?}");
    assert!(found[0].contains("cannot be read"), "{found:?}");
}

#[test]
fn what_was_forged_is_named_with_its_version() {
    for (forged, version) in [
        ("UPDATE versions SET recorded = recorded - 86400000 WHERE number = 2", 2),
        (
            "UPDATE snapshots SET headers = '[[\"date\",\"yesterday\"]]' WHERE version = 3",
            3,
        ),
        (
            "UPDATE snapshots SET address = 'https://other.example/' WHERE version = 1",
            1,
        ),
        (
            "UPDATE versions SET document = (SELECT document FROM versions WHERE number = 3) WHERE number = 2",
            2,
        ),
    ] {
        let found = damage(forged);
        assert_eq!(found.len(), 1, "{forged}: {found:?}");
        assert!(
            found[0].starts_with(&format!("shop/privacy@{version}: the chain is broken")),
            "{found:?}"
        );
    }
}

#[test]
fn what_stands_in_no_chain_is_named_too() {
    let (_directory, mut store) = three_versions();
    let mut pages = store.snapshot("shop/privacy", 3).unwrap();
    pages[0].body.extend(b"<!-- a nonce -->");
    visit(&mut store, &pages);
    for (damage, named) in [
        (
            "UPDATE ledgers SET entries = x'00'",
            "the ledger of shop/privacy cannot be read",
        ),
        (
            "UPDATE alerts SET packed = x'00' WHERE id = 1",
            "alert 1 of shop/privacy cannot be read",
        ),
        (
            "UPDATE latest_pages SET sha256 = zeroblob(32)",
            "the page https://shop.example/ of the latest visit of shop/privacy is not what was recorded",
        ),
    ] {
        assert!(store.connection.execute(damage, ()).unwrap() > 0, "{damage}");
        let found = store.verify().unwrap();
        assert!(found.iter().any(|line| line.starts_with(named)), "{damage}: {found:?}");
    }
}

#[test]
fn a_damaged_page_of_the_database_hides_nothing_of_the_rest() {
    let (directory, store) = three_versions();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'contents'";
    let page: u32 = store.connection.query_row(sql, (), |row| row.get(0)).unwrap();
    store
        .connection
        .execute("UPDATE alerts SET packed = x'00' WHERE id = 1", ())
        .unwrap();
    drop(store);
    let file = directory.path().join("clausewatch.sqlite");
    let file = std::fs::OpenOptions::new().write(true).open(file).unwrap();
    file.write_all_at(&[0; PAGE as usize], u64::from((page - 1) * PAGE))
        .unwrap();
    let found = Store::open(directory.path()).unwrap().verify().unwrap();
    for named in ["shop/privacy@1", "shop/privacy@3", "alert 1 of shop/privacy"] {
        let is_named = |line: &String| line.contains(named) && line.contains("cannot be read");
        assert!(found.iter().any(is_named), "{named}: {found:#?}");
    }
}

#[test]
fn a_version_that_was_taken_out_is_missed() {
    let found = damage("DELETE FROM versions WHERE number = 2");
    assert!(found[0].starts_with("shop/privacy@3: a version before it"), "{found:?}");
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_still_there() {
    let (_directory, store) = three_versions();
    store
        .connection
        .execute_batch("UPDATE contents SET packed = x'01' WHERE id = (SELECT document FROM versions WHERE number = 3)")
        .unwrap();
    store.recent.forget();
    assert!(matches!(
        store.version("shop/privacy", None),
        Err(StoreError::Damaged { .. })
    ));
    assert_eq!(store.ledger("shop/privacy").unwrap().entries.len(), 1);
    assert_eq!(store.log("shop/privacy").unwrap().len(), 3);
}

#[test]
fn the_pages_of_the_latest_visit_are_kept_beside_the_version() {
    let (_directory, mut store) = three_versions();
    let mut pages = store.snapshot("shop/privacy", 3).unwrap();
    let version = pages.clone();
    visit(&mut store, &version);
    assert_eq!(store.latest_pages("shop/privacy").unwrap(), version);
    pages[0].body.extend(b"<!-- a nonce -->");
    visit(&mut store, &pages);
    assert_eq!(store.latest_pages("shop/privacy").unwrap(), pages);
    assert_eq!(store.snapshot("shop/privacy", 3).unwrap(), version, "the version stays");
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let (_directory, mut store) = three_versions();
    let allow = |store: &Store, more: i64| {
        let pages: i64 = store
            .connection
            .pragma_query_value(None, "page_count", |row| row.get(0))
            .unwrap();
        store
            .connection
            .pragma_update(None, "max_page_count", pages + more)
            .unwrap();
    };
    let long: String = (0..20_000_u64)
        .map(|line| format!("{:x}\n\n", line.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .collect();
    allow(&store, 0);
    let error = record(&mut store, 3, &long).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert_eq!(store.log("shop/privacy").unwrap().len(), 3);
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    allow(&store, 10_000);
    assert_eq!(record(&mut store, 3, &long).unwrap().version, 4);
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn a_file_that_is_no_database_is_left_alone_and_said() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clausewatch.sqlite");
    std::fs::write(&file, "something else entirely ".repeat(500)).unwrap();
    let error = Store::open(directory.path()).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("something else"));
}

#[test]
fn a_backup_is_whole_and_replaces_the_one_before_only_when_it_is() {
    let (directory, mut store) = three_versions();
    let copy = directory.path().join("copies/clausewatch.sqlite");
    let error = store.backup(&copy).unwrap_err();
    assert!(
        matches!(error, StoreError::Copy { .. }),
        "there is no such folder: {error}"
    );
    std::fs::create_dir(copy.parent().unwrap()).unwrap();
    store.backup(&copy).unwrap();
    record(&mut store, 3, "# Privacy\n\nWe sell hats.").unwrap();
    store.backup(&copy).unwrap();
    let copied = Store::open(copy.parent().unwrap()).unwrap();
    assert_eq!(copied.log("shop/privacy").unwrap().len(), 4);
    assert_eq!(copied.verify().unwrap(), Vec::<String>::new());
}
