use super::*;
use crate::watchlist::Keep;

const DAY: Keep = Keep {
    pages: Some(1),
    texts: None,
};
const DAY_OF_TEXTS: Keep = Keep {
    pages: None,
    texts: Some(1),
};

/// A policy without a word on AI, long enough that one version stands on the other; line `changed` is its own.
fn policy(changed: u32) -> String {
    let line = |number: u32| {
        let salt = if number == changed { "anew " } else { "" };
        format!(
            "Clause {number} {salt}says {:x}.\n\n",
            u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        )
    };
    format!("# Privacy\n\n{}", (0..200).map(line).collect::<String>())
}

/// Eight versions without alerts; the sixth brings a claim, and the seventh goes without it.
fn eight_versions() -> (tempfile::TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::open(directory.path()).unwrap();
    for number in 0..8 {
        let claim = if number == 5 {
            "We use your photos to train our AI models."
        } else {
            ""
        };
        record(&mut store, number, &format!("{}{claim}", policy(number))).unwrap();
    }
    store.connection.execute("DELETE FROM outbox", ()).unwrap();
    store.connection.execute("DELETE FROM alerts", ()).unwrap();
    (directory, store)
}

fn held(store: &Store) -> Vec<Held> {
    store
        .log("shop/privacy")
        .unwrap()
        .iter()
        .map(|line| line.held)
        .collect()
}

fn later() -> DateTime<Utc> {
    time(3 * 24 * 60)
}

#[test]
fn old_pages_go_and_the_texts_stay() {
    use Held::{All, Text};
    let (_directory, mut store) = eight_versions();
    let gone = store.let_go("shop/privacy", DAY, later()).unwrap();
    assert_eq!(held(&store), [All, Text, Text, Text, All, All, All, All]);
    assert_eq!(gone, LetGo { pages: 3, texts: 0 });
    assert!(matches!(store.snapshot("shop/privacy", 3), Err(StoreError::LetGo)));
    for number in 1..=8 {
        let text = store.recorded_text("shop/privacy", number).unwrap().unwrap();
        assert!(text.contains(&format!("Clause {} anew", number - 1)));
    }
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn old_texts_go_but_for_those_that_somebody_may_ask_for() {
    use Held::{All, Hashes};
    let (_directory, mut store) = eight_versions();
    assert_eq!(
        store.let_go("shop/privacy", DAY_OF_TEXTS, time(30)).unwrap(),
        LetGo::default()
    );
    let gone = store.let_go("shop/privacy", DAY_OF_TEXTS, later()).unwrap();
    // The first and the newest; the claim's, and the ones beside it.
    assert_eq!(held(&store), [All, Hashes, Hashes, Hashes, All, All, All, All]);
    assert_eq!(gone.texts, 3);
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    assert_eq!(store.gone().unwrap(), gone);
    let text = |number| store.recorded_text("shop/privacy", number);
    assert!(matches!(text(3), Err(StoreError::LetGo)));
    // It stood on what is gone.
    assert!(text(5).unwrap().unwrap().contains("Clause 4 anew"));
    assert_eq!(
        store.let_go("shop/privacy", DAY_OF_TEXTS, later()).unwrap().texts,
        0,
        "once"
    );
}

#[test]
fn what_an_alert_is_about_stays() {
    let (_directory, mut store) = eight_versions();
    let told = Alert {
        from_version: Some(2),
        to_version: Some(3),
        ..alert()
    };
    let sql = "INSERT INTO alerts (watch, at, size, packed, told) VALUES ('shop/privacy', 0, ?1, ?2, 1)";
    store
        .connection
        .execute(sql, crate::store::coding::pack_json(&told).unwrap())
        .unwrap();
    store.let_go("shop/privacy", DAY_OF_TEXTS, later()).unwrap();
    let gone: Vec<usize> = (1..)
        .zip(held(&store))
        .filter(|(_, held)| *held == Held::Hashes)
        .map(|(number, _)| number)
        .collect();
    assert_eq!(gone, [4]);
}

#[test]
fn a_text_that_comes_back_is_whole_again_and_new_ones_follow() {
    let (_directory, mut store) = eight_versions();
    store.let_go("shop/privacy", DAY_OF_TEXTS, later()).unwrap();
    record(&mut store, 8, &policy(2)).unwrap();
    record(&mut store, 9, &policy(9)).unwrap();
    assert_eq!(held(&store)[2], Held::All, "the same bytes are kept once");
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn bytes_taken_out_by_another_hand_are_missed() {
    let (_directory, store) = eight_versions();
    let take = |number: u32| {
        let sql = "UPDATE contents SET packed = NULL WHERE id = (SELECT document FROM versions WHERE number = ?1)";
        store.connection.execute(sql, [number]).unwrap();
        store.recent.forget();
        store.verify().unwrap()
    };
    assert!(take(3)[0].contains("what it stands on is gone"));
    assert!(take(8).iter().any(|line| line.contains("shop/privacy@8 is gone")));
}
