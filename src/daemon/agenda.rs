//! Who is visited when: by schedule, or sooner or later where a watch is in trouble or its host rests.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::round::{confirmation_due, hosts};
use crate::schedule::next_due;
use crate::store::{Health, HostState, Store, StoreError, WatchState};
use crate::watchlist::{Watch, Watchlist};

/// What a round finds is told at its end, which must not be hours away on a morning with ten thousand visits.
const IN_A_ROUND: usize = 100;
/// Every watch is looked at before each round: of a hundred thousand, a thousand are visited then.
const ROUNDS: usize = 100;

/// Every watch with how it stands and when it is next visited, as seen at one moment.
#[derive(Debug)]
pub struct Agenda<'a> {
    entries: Vec<Entry<'a>>,
    now: DateTime<Utc>,
    /// To read it.
    took: Duration,
}

/// A watch on the agenda.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub watch: &'a Watch,
    pub state: Option<WatchState>,
    /// When it is due, were its host not left alone.
    due: Option<DateTime<Utc>>,
    /// Not after now: it is due. `None` where its schedule never fires.
    pub next: Option<DateTime<Utc>>,
}

impl<'a> Agenda<'a> {
    /// # Errors
    /// A state that fails.
    pub fn read(store: &Store, watchlist: &'a Watchlist, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let begun = Instant::now();
        let named = |state: WatchState| (state.watch.clone(), state);
        let mut states: HashMap<String, WatchState> = store.states()?.into_iter().map(named).collect();
        let resting = resting(&store.hosts()?, watchlist.host_budget, now);
        let entry = |watch: &'a Watch| {
            let state = states.remove(&watch.id);
            let due = due_by_itself(watch, state.as_ref(), now);
            let next = next_visit(watch, state.as_ref(), &resting, now);
            Entry {
                watch,
                state,
                due,
                next,
            }
        };
        Ok(Self {
            entries: watchlist.watches.iter().map(entry).collect(),
            now,
            took: begun.elapsed(),
        })
    }

    /// The watches that one round visits now: those that have waited longest.
    pub fn due(&self) -> Vec<&'a Watch> {
        let is_due = |entry: &&Entry<'a>| entry.next.is_some_and(|next| next <= self.now);
        let mut due: Vec<&Entry<'a>> = self.entries.iter().filter(is_due).collect();
        due.sort_by_key(|entry| entry.next);
        due.iter()
            .take(in_a_round(self.len()))
            .map(|entry| entry.watch)
            .collect()
    }

    /// When the next visit is due.
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.entries.iter().filter_map(|entry| entry.next).min()
    }

    /// For how long every watch that was ever visited has been due.
    pub(super) fn overdue(&self) -> TimeDelta {
        let visited = self.entries.iter().filter(|entry| entry.state.is_some());
        let next = visited.filter_map(|entry| entry.next).max();
        next.map_or(TimeDelta::zero(), |next| self.now - next)
    }

    /// The watches that are due and held up since their host is left alone: for how long, and until when.
    pub(super) fn held_up(&self) -> Vec<(&'a Watch, TimeDelta, DateTime<Utc>)> {
        let held_up = |entry: &Entry<'a>| {
            let until = entry.next.filter(|next| *next > self.now)?;
            let overdue = self.now - entry.due?;
            (overdue > TimeDelta::zero()).then_some((entry.watch, overdue, until))
        };
        self.entries.iter().filter_map(held_up).collect()
    }

    /// How long to leave it, so that looking at it takes next to nothing of the time.
    pub(super) fn rest(&self) -> TimeDelta {
        let rest = TimeDelta::from_std(self.took * 200).unwrap_or_default();
        rest.min(TimeDelta::minutes(10))
    }

    pub(super) fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    pub(super) fn states(&self) -> impl Iterator<Item = &WatchState> {
        self.entries.iter().filter_map(|entry| entry.state.as_ref())
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

fn in_a_round(watches: usize) -> usize {
    IN_A_ROUND.max(watches / ROUNDS)
}

/// The hosts that are left alone, and until when.
pub fn resting(states: &[HostState], budget: u32, now: DateTime<Utc>) -> HashMap<String, DateTime<Utc>> {
    let rest = |state: &HostState| Some((state.host.clone(), state.rests_until(budget, now)?));
    states.iter().filter_map(rest).collect()
}

/// When a watch is visited next; not after `now` where it is due.
pub fn next_visit(
    watch: &Watch,
    state: Option<&WatchState>,
    resting: &HashMap<String, DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let due = due_by_itself(watch, state, now)?;
    if resting.is_empty() {
        return Some(due);
    }
    let rest = hosts(watch).iter().filter_map(|host| resting.get(host)).max().copied();
    Some(rest.map_or(due, |rest| rest.max(due)))
}

fn due_by_itself(watch: &Watch, state: Option<&WatchState>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // Never visited; or visited by a clock that ran ahead: nobody knows what was missed.
    let Some((state, last)) = state.and_then(|state| Some((state, state.last_visit.filter(|last| *last <= now)?)))
    else {
        return Some(now);
    };
    if matches!(state.health, Health::Troubled | Health::Blind | Health::Gone) {
        return Some(state.not_before.unwrap_or(now));
    }
    let scheduled = next_due(watch, last)?;
    let next = confirmation_due(watch, state).map_or(scheduled, |moment| moment.min(scheduled));
    Some(state.not_before.map_or(next, |moment| moment.max(next)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn daily() -> Watch {
        let text = "[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\nschedule = \"0 7 * * *\"\njitter = \"0s\"\n";
        let read = |_: &Path| -> std::io::Result<String> { Ok(text.to_owned()) };
        let mut list = crate::watchlist::parse(Path::new("w.toml"), &read, jiff::tz::TimeZone::UTC).unwrap();
        list.watches.remove(0)
    }

    fn state(last_visit: &str) -> WatchState {
        WatchState {
            watch: "a/b".into(),
            health: Health::Ok,
            trouble: None,
            failures: 0,
            last_visit: Some(at(last_visit)),
            last_read: None,
            last_change: None,
            not_before: None,
            suspect: None,
            unconfirmed: None,
            versions: 1,
            says: None,
            moved: None,
            objected: None,
        }
    }

    fn next(state: &WatchState, now: &str) -> String {
        let next = next_visit(&daily(), Some(state), &HashMap::new(), at(now)).unwrap();
        next.format("%Y-%m-%dT%H:%MZ").to_string()
    }

    #[test]
    fn a_round_has_an_end_and_so_has_the_number_of_rounds() {
        assert_eq!([3, 10_000, 100_000].map(in_a_round), [100, 100, 1_000]);
    }

    #[test]
    fn a_watch_is_due_when_never_visited_or_when_its_schedule_fired_since() {
        let now = at("2026-01-01T00:00:00Z");
        assert_eq!(next_visit(&daily(), None, &HashMap::new(), now), Some(now));
        let visited = state("2026-01-01T07:00:10Z");
        assert_eq!(next(&visited, "2026-01-01T12:00:00Z"), "2026-01-02T07:00Z");
        // The machine slept for a week: once, not seven times.
        assert_eq!(next(&visited, "2026-01-09T12:00:00Z"), "2026-01-02T07:00Z");
        assert_eq!(
            next(&state("2026-01-09T12:00:05Z"), "2026-01-09T12:01:00Z"),
            "2026-01-10T07:00Z"
        );
    }

    #[test]
    fn a_clock_that_jumps_neither_storms_nor_stalls() {
        // Ahead by a year, where it failed and backed off; then back.
        let ahead = WatchState {
            health: Health::Blind,
            not_before: Some(at("2027-01-02T07:00:00Z")),
            ..state("2027-01-01T07:00:10Z")
        };
        assert_eq!(next(&ahead, "2026-01-01T12:00:00Z"), "2026-01-01T12:00Z", "due at once");
        let again = state("2026-01-01T12:00:00Z");
        assert_eq!(
            next(&again, "2026-01-01T12:00:01Z"),
            "2026-01-02T07:00Z",
            "and then by schedule"
        );
    }

    #[test]
    fn trouble_answers_to_its_back_off_and_a_fresh_answer_to_its_server() {
        let troubled = WatchState {
            health: Health::Troubled,
            not_before: Some(at("2026-01-01T07:15:00Z")),
            ..state("2026-01-01T07:00:00Z")
        };
        assert_eq!(next(&troubled, "2026-01-01T07:01:00Z"), "2026-01-01T07:15Z");
        let fresh = WatchState {
            not_before: Some(at("2026-01-02T07:30:00Z")),
            ..state("2026-01-01T19:30:00Z")
        };
        assert_eq!(next(&fresh, "2026-01-02T07:00:00Z"), "2026-01-02T07:30Z");
        let unconfirmed = WatchState {
            unconfirmed: Some(("aa".into(), 1)),
            ..state("2026-01-01T07:00:00Z")
        };
        assert_eq!(next(&unconfirmed, "2026-01-01T07:01:00Z"), "2026-01-01T07:10Z");
    }

    #[test]
    fn what_a_resting_host_holds_up_is_known() {
        let (watch, now) = (daily(), at("2026-01-20T12:00:00Z"));
        let until = now + TimeDelta::hours(3);
        let entry = |due, next| Entry {
            watch: &watch,
            state: Some(state("2026-01-01T07:00:10Z")),
            due: Some(due),
            next: Some(next),
        };
        let agenda = Agenda {
            took: Duration::ZERO,
            entries: vec![
                entry(now - TimeDelta::days(9), until),
                entry(now - TimeDelta::days(9), now - TimeDelta::days(9)),
                entry(until, until),
            ],
            now,
        };
        let held_up: Vec<(TimeDelta, DateTime<Utc>)> = agenda
            .held_up()
            .into_iter()
            .map(|(_, overdue, until)| (overdue, until))
            .collect();
        assert_eq!(held_up, [(TimeDelta::days(9), until)]);
    }

    #[test]
    fn a_host_that_rests_holds_up_its_watches() {
        let now = at("2026-01-03T12:00:00Z");
        let until = now + TimeDelta::hours(1);
        let resting = HashMap::from([("a.example".to_owned(), until)]);
        let visited = state("2026-01-01T07:00:10Z");
        assert_eq!(next_visit(&daily(), Some(&visited), &resting, now), Some(until));
        assert_eq!(next_visit(&daily(), None, &resting, now), Some(until));
    }

    #[test]
    fn a_round_visits_those_that_waited_longest_and_leaves_the_others_to_the_next() {
        let now = at("2026-01-03T12:00:00Z");
        let watches: Vec<Watch> = (0..150)
            .map(|number| Watch {
                id: format!("a/{number}"),
                ..daily()
            })
            .collect();
        let waiting = |(number, watch)| Entry {
            watch,
            state: None,
            due: None,
            next: Some(now - TimeDelta::minutes(number)),
        };
        let mut agenda = Agenda {
            took: Duration::ZERO,
            entries: (0..).zip(&watches).map(waiting).collect(),
            now,
        };
        let due = agenda.due();
        assert_eq!(
            (due[0].id.as_str(), due[99].id.as_str(), due.len()),
            ("a/149", "a/50", 100)
        );
        agenda.entries.truncate(2);
        agenda.entries[1].next = Some(now + TimeDelta::seconds(1));
        assert_eq!(agenda.due().len(), 1, "and none before its time");
    }
}
