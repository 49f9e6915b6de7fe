//! Quiet visits that end together are one transaction.

use super::*;

fn quiet(store: &mut Store, based_on: u32, watch: &str) -> Result<Recorded, StoreError> {
    store.record(&Record {
        based_on,
        ..Record::quiet(watch, time(1), Kept::Nothing)
    })
}

fn watches(other: &Store) -> Vec<String> {
    other.states().unwrap().into_iter().map(|state| state.watch).collect()
}

/// What is written from now on outlives a power cut.
fn flushes(store: &Store) -> bool {
    let synchronous = |row: &rusqlite::Row<'_>| row.get::<_, u8>(0);
    store
        .connection
        .pragma_query_value(None, "synchronous", synchronous)
        .unwrap()
        == 2
}

#[test]
fn what_is_gathered_is_written_together_without_the_visit_that_failed() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let other = Store::open(directory.path()).unwrap();
    store.gather();
    quiet(&mut store, 0, "a/a").unwrap();
    let overtaken = quiet(&mut store, 1, "b/b").unwrap_err();
    assert!(matches!(overtaken, StoreError::Overtaken { .. }), "{overtaken}");
    quiet(&mut store, 0, "c/c").unwrap();
    assert!(watches(&other).is_empty());
    store.write_gathered().unwrap();
    assert_eq!(watches(&other), ["a/a", "c/c"]);
    assert!(flushes(&store));
}

#[test]
fn news_do_not_wait_for_what_is_gathered() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let other = Store::open(directory.path()).unwrap();
    store.gather();
    quiet(&mut store, 0, "a/a").unwrap();
    record(&mut store, 0, "# Privacy\n\nWe train.\n").unwrap();
    assert_eq!(watches(&other), ["a/a", "shop/privacy"]);
    quiet(&mut store, 0, "z/z").unwrap();
    store.write_gathered().unwrap();
    assert_eq!(watches(&other), ["a/a", "shop/privacy", "z/z"]);
}

#[test]
fn a_quiet_visit_that_cannot_be_written_leaves_news_flushed() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    let other = Store::open(directory.path()).unwrap();
    other.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    store.connection.busy_timeout(Duration::ZERO).unwrap();
    assert!(quiet(&mut store, 0, "a/a").is_err());
    assert!(flushes(&store));
    other.connection.execute_batch("ROLLBACK").unwrap();
    quiet(&mut store, 0, "a/a").unwrap();
    assert_eq!(watches(&other), ["a/a"]);
}
