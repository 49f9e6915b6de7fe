use super::*;
use crate::store::contents::Contents;

/// A policy of `lines` lines, of which line `changed` is new.
fn policy(lines: u32, changed: u32) -> Vec<u8> {
    let line = |number: u32| {
        let salt = if number == changed { "anew " } else { "" };
        format!(
            "Clause {number} {salt}says {:x} of what we do.\n",
            u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        )
    };
    (0..lines).map(line).collect::<String>().into_bytes()
}

fn with_contents<T>(work: impl FnOnce(Contents<'_>, &Connection) -> T) -> T {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    work(store.contents(), &store.connection)
}

#[test]
fn bytes_are_stored_once_and_small_against_their_like() {
    with_contents(|contents, connection| {
        let first = contents.put(&policy(2_000, 0), &[], None).unwrap().0;
        let second = contents.put(&policy(2_000, 1_000), &[first], None).unwrap().0;
        assert_eq!(contents.put(&policy(2_000, 0), &[second], None).unwrap().0, first);
        let size = |id: i64| -> usize {
            let sql = "SELECT length(packed) FROM contents WHERE id = ?1";
            connection.query_row(sql, [id], |row| row.get::<_, u32>(0)).unwrap() as usize
        };
        assert!(size(second) * 50 < size(first), "{} and {}", size(first), size(second));
    });
}

#[test]
fn of_two_bases_the_one_it_resembles_is_taken() {
    with_contents(|contents, connection| {
        let page = contents.put(&policy(2_000, 0), &[], None).unwrap().0;
        let wall = contents
            .put(b"Please show that you are human, then go on.", &[page], None)
            .unwrap()
            .0;
        let again = contents.put(&policy(2_000, 7), &[wall, page], None).unwrap().0;
        let sql = "SELECT base FROM contents WHERE id = ?1";
        let base: i64 = connection.query_row(sql, [again], |row| row.get(0)).unwrap();
        assert_eq!(base, page);
    });
}

#[test]
fn no_way_grows_too_long_and_one_key_frame_is_enough() {
    with_contents(|contents, connection| {
        let mut before = contents.put(&policy(2_000, 0), &[], None).unwrap().0;
        for changed in 1..90 {
            before = contents.put(&policy(2_000, changed), &[before], None).unwrap().0;
        }
        let sql = "SELECT max((depth + 1) * size), count(*) FILTER (WHERE base IS NULL) FROM contents";
        let (reach, key_frames): (u64, u32) = connection
            .query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)))
            .unwrap();
        assert!(reach <= 6 * 1024 * 1024, "{reach}");
        assert_eq!(key_frames, 1);
        contents.recent.forget();
        assert_eq!(*contents.get(before).unwrap(), policy(2_000, 89));
    });
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(24))]

    #[test]
    fn whatever_is_put_is_got(bytes: Vec<Vec<u8>>) {
        with_contents(|contents, _| {
            let mut ids: Vec<i64> = Vec::new();
            for bytes in &bytes {
                let bases: Vec<i64> = ids.iter().rev().take(2).copied().collect();
                ids.push(contents.put(bytes, &bases, ids.first().copied()).unwrap().0);
            }
            contents.recent.forget();
            for (id, bytes) in ids.iter().zip(&bytes) {
                assert_eq!(&*contents.get(*id).unwrap(), bytes);
            }
        });
    }
}
