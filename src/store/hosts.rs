//! Politeness that outlives a process: pauses that hosts asked for, requests of the day, and whose turn it is.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row};
use rustix::process::{Pid, test_kill_process};

use super::coding::{millis, time, times};
use super::{Fault, Store, StoreError};

/// What is known of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostState {
    pub host: String,
    pub rests_until: Option<DateTime<Utc>>,
    /// Since 1970, UTC.
    day: i64,
    /// On that day.
    requests: u32,
    process: Option<i32>,
    since: Option<DateTime<Utc>>,
}

/// No pause is longer; one that seems to be was written before the clock was set back.
const LONGEST_REST: TimeDelta = TimeDelta::days(7);
/// No visit takes so long: the number of the process may be another's by now.
const LONGEST_TURN: TimeDelta = TimeDelta::hours(1);

impl HostState {
    /// From when on it may be asked again, where that is not now.
    pub fn rests_until(&self, budget: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let asked = self
            .rests_until
            .filter(|until| *until > now && *until <= now + LONGEST_REST);
        let spent = self.day == day(now) && self.requests >= budget;
        asked.max(spent.then(|| midnight_after(now)))
    }

    /// The other process that visits it now.
    fn visitor(&self, now: DateTime<Utc>) -> Option<i32> {
        let (process, since) = self.process.zip(self.since)?;
        let is_recent = since <= now && now - since < LONGEST_TURN;
        (process != this_process() && is_recent && is_alive(process)).then_some(process)
    }
}

/// Whether a host may be visited now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    Yours,
    Resting { host: String, until: DateTime<Utc> },
    Busy { host: String, process: i32 },
}

/// What a visit learned of hosts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    /// Requests by host.
    pub requests: Vec<(String, u32)>,
    /// A host that asks to be left alone until then.
    pub rest: Option<(String, DateTime<Utc>)>,
}

impl Store {
    /// All that is known of hosts.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn hosts(&self) -> Result<Vec<HostState>, StoreError> {
        self.rows(
            "SELECT host, rests_until, day, requests, process, since FROM hosts",
            (),
            state,
        )
    }

    /// Takes the turn at hosts, all or none; `budget` is the requests a host and day.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn take_turn(&mut self, hosts: &[String], budget: u32, now: DateTime<Utc>) -> Result<Turn, StoreError> {
        self.jot(|connection| {
            for host in hosts {
                let Some(state) = find(connection, host)? else { continue };
                let host = host.clone();
                if let Some(until) = state.rests_until(budget, now) {
                    return Ok(Turn::Resting { host, until });
                }
                if let Some(process) = state.visitor(now) {
                    return Ok(Turn::Busy { host, process });
                }
            }
            let sql = "INSERT INTO hosts (host, process, since) VALUES (?1, ?2, ?3) \
                ON CONFLICT (host) DO UPDATE SET process = excluded.process, since = excluded.since";
            for host in hosts {
                connection
                    .prepare_cached(sql)?
                    .execute((host, this_process(), millis(now)))?;
            }
            Ok(Turn::Yours)
        })
    }

    /// Gives the turn back, with what was learned.
    ///
    /// # Errors
    /// A database that fails.
    pub fn end_turn(&mut self, hosts: &[String], learned: &Learned, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.jot(|connection| {
            let free = "UPDATE hosts SET process = NULL, since = NULL WHERE host = ?1";
            for host in hosts {
                connection.prepare_cached(free)?.execute([host])?;
            }
            let count = "INSERT INTO hosts (host, day, requests) VALUES (?1, ?2, ?3) ON CONFLICT (host) DO UPDATE SET \
                requests = excluded.requests + iif(day = excluded.day, requests, 0), day = excluded.day";
            for (host, requests) in &learned.requests {
                connection.prepare_cached(count)?.execute((host, day(now), requests))?;
            }
            if let Some((host, until)) = &learned.rest {
                let rest = "INSERT INTO hosts (host, rests_until) VALUES (?1, ?2) \
                    ON CONFLICT (host) DO UPDATE SET rests_until = excluded.rests_until";
                let until = millis((*until).min(now + LONGEST_REST));
                connection.prepare_cached(rest)?.execute((host, until))?;
            }
            Ok(())
        })
    }

    fn jot<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, StoreError> {
        self.transact_unflushed(|contents| work(contents.connection))
            .map_err(|fault| self.named(fault))
    }
}

fn find(connection: &Connection, host: &str) -> Result<Option<HostState>, Fault> {
    let sql = "SELECT host, rests_until, day, requests, process, since FROM hosts WHERE host = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row([host], |row| Ok(state(row)))
        .optional()?
        .transpose()
}

fn state(row: &Row<'_>) -> Result<HostState, Fault> {
    Ok(HostState {
        host: row.get(0)?,
        rests_until: times(row.get(1)?)?,
        day: row.get(2)?,
        requests: row.get(3)?,
        process: row.get(4)?,
        since: times(row.get(5)?)?,
    })
}

fn day(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(86_400)
}

fn midnight_after(now: DateTime<Utc>) -> DateTime<Utc> {
    time((day(now) + 1) * 86_400_000).unwrap_or(now)
}

fn this_process() -> i32 {
    i32::try_from(std::process::id()).unwrap_or(i32::MAX)
}

/// One that may not be signalled is alive, too.
fn is_alive(process: i32) -> bool {
    Pid::from_raw(process).is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn visited(store: &mut Store, learned: &Learned, now: DateTime<Utc>) -> Turn {
        let hosts = ["shop.example".to_owned()];
        let turn = store.take_turn(&hosts, 3, now).unwrap();
        if turn == Turn::Yours {
            store.end_turn(&hosts, learned, now).unwrap();
        }
        turn
    }

    fn resting(until: &str) -> Turn {
        Turn::Resting {
            host: "shop.example".into(),
            until: at(until),
        }
    }

    #[test]
    fn a_host_rests_as_long_as_it_asked_and_a_clock_set_back_does_not_prolong_it() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path()).unwrap();
        let rest = Learned {
            rest: Some(("shop.example".into(), at("2026-03-01T10:30:00Z"))),
            ..Learned::default()
        };
        assert_eq!(visited(&mut store, &rest, at("2026-03-01T10:00:00Z")), Turn::Yours);
        let nothing = Learned::default();
        let mut turn = |now| visited(&mut store, &nothing, at(now));
        assert_eq!(turn("2026-03-01T10:29:59Z"), resting("2026-03-01T10:30:00Z"));
        assert_eq!(
            turn("2025-03-01T10:00:00Z"),
            Turn::Yours,
            "written by a clock that ran ahead"
        );
        assert_eq!(turn("2026-03-01T10:30:00Z"), Turn::Yours);
    }

    #[test]
    fn what_a_day_allows_is_spent_until_the_next() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path()).unwrap();
        let two = Learned {
            requests: vec![("shop.example".into(), 2)],
            ..Learned::default()
        };
        let mut turn = |now| visited(&mut store, &two, at(now));
        assert_eq!(turn("2026-03-01T10:00:00Z"), Turn::Yours);
        assert_eq!(turn("2026-03-01T11:00:00Z"), Turn::Yours, "begun below, ended above");
        assert_eq!(turn("2026-03-01T12:00:00Z"), resting("2026-03-02T00:00:00Z"));
        assert_eq!(turn("2026-03-02T00:00:00Z"), Turn::Yours);
        assert_eq!(
            turn("2026-03-02T01:00:00Z"),
            Turn::Yours,
            "the day before counts no more"
        );
    }

    #[test]
    fn another_process_has_its_turn_until_it_ends_or_dies() {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::open(directory.path()).unwrap();
        let hosts = ["shop.example".to_owned(), "help.example".to_owned()];
        let now = at("2026-03-01T10:00:00Z");
        assert_eq!(store.take_turn(&hosts, 3, now).unwrap(), Turn::Yours);
        let held_by = |store: &Store, process: u32| {
            store.change("UPDATE hosts SET process = ?1", [process]).unwrap();
        };
        let mut other = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        held_by(&store, other.id());
        let busy = store.take_turn(&hosts[1..], 3, now).unwrap();
        assert!(
            matches!(busy, Turn::Busy { ref host, .. } if host == "help.example"),
            "{busy:?}"
        );
        other.kill().unwrap();
        other.wait().unwrap();
        assert_eq!(store.take_turn(&hosts, 3, now).unwrap(), Turn::Yours);
        // The first process is always there.
        held_by(&store, 1);
        assert!(matches!(store.take_turn(&hosts, 3, now).unwrap(), Turn::Busy { .. }));
        assert_eq!(store.take_turn(&hosts, 3, now + LONGEST_TURN).unwrap(), Turn::Yours);
    }
}
