//! One pass over the due watches: load, fetch, review, record in one transaction, flush the outbox.

mod digest;
mod flush;
mod network;
mod queue;
mod record;
mod remind;
mod replay;
mod stale;
mod visit;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;

pub use self::flush::flush;
pub use self::network::NETWORK;
use self::queue::Queue;
pub use self::queue::hosts;
pub use self::remind::remind;
pub use self::replay::{Fate, Recorded, Replay, Replayed};
pub use self::stale::{STALE_AFTER, tell_held_up, tell_stale};
pub use self::visit::rules_hash;
use self::visit::{Asked, Before, Found, Known, Step};
use crate::analysis::alert::Alert;
use crate::analysis::detect::Detection;
use crate::analysis::lexicon::Lexicon;
use crate::fetch::Fetcher;
use crate::store::{Learned, Store, StoreError, Turn, WatchState};
use crate::watchlist::{Channel, Watch};

/// What a round works with.
#[derive(Debug)]
pub struct Watchman {
    pub store: Store,
    pub fetcher: Arc<Fetcher>,
    pub lexicon: Arc<Lexicon>,
    pub channels: Vec<Channel>,
    /// Language of the alerts.
    pub language: String,
    /// Requests a host and day, beyond which it is left alone until the next.
    pub host_budget: u32,
}

/// What a visit came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Baseline(Detection),
    Unchanged,
    Changed,
    /// Changed; another visit must find that too before it is kept and told.
    Unconfirmed,
    /// Why the page is not taken for the document.
    Suspect(String),
    /// What went wrong, and what to do.
    Failed(String),
    /// Another process visited it meanwhile.
    Overtaken,
    /// Not visited: why its host is left alone, and until when.
    Postponed(String),
}

/// One check of one watch.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    pub watch: String,
    pub outcome: Outcome,
    /// What its owner wants to hear of.
    pub alerts: Vec<Alert>,
    /// A page of several failed, or the watch fell blind; the rest was read.
    pub trouble: Option<String>,
}

/// Visits at a time; one a host. Most of a visit is waiting for a server.
const AT_A_TIME: usize = 32;
/// Between two looks whether another process has ended its turn at a host, and for how many looks.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
const LOOKS: u32 = 5 * 60 * 5;
/// Failures in a row until a watch counts as blind.
pub const BLIND_AFTER: u32 = 4;
/// Visits that must find the same unusual text until it is accepted.
const ACCEPTED_AFTER: u32 = 3;
/// Visits after which a change is believed though each of them read another one: a page that never stands still
/// would else never be told of.
const CHANGED_AFTER: u32 = 3;

/// Visits the watches, politely, and records each; `on_visit` hears of each when it is done.
///
/// # Errors
/// A state that cannot be read or written.
pub async fn round(
    watchman: &mut Watchman,
    watches: &[&Watch],
    now: impl Fn() -> DateTime<Utc>,
    mut on_visit: impl FnMut(&Visit),
) -> Result<Vec<Visit>, StoreError> {
    let mut queue = Queue::new(watches);
    let mut running: JoinSet<Step> = JoinSet::new();
    let mut unjudged: VecDeque<Box<Asked>> = VecDeque::new();
    let (mut visits, mut unreached, mut postponed) = (Vec::new(), Vec::new(), Vec::new());
    let mut looks = 0;
    loop {
        let free = AT_A_TIME.saturating_sub(running.len() + unjudged.len());
        let begun = gathered(watchman, |watchman| {
            begin(watchman, &mut queue, free, looks < LOOKS, &now)
        })?;
        for (watch, before) in begun.visits {
            let (fetcher, leaves) = (Arc::clone(&watchman.fetcher), queue.is_last(watch));
            running.spawn(visit::ask(watch.clone(), before, fetcher, leaves));
            looks = 0;
        }
        for visit in begun.postponed {
            on_visit(&visit);
            postponed.push(visit);
        }
        let is_waiting = !begun.elsewhere.is_empty();
        for watch in begun.elsewhere {
            queue.put_back(watch);
        }
        let done = tokio::select! {
            Some(done) = running.join_next() => done,
            // What was kept is read when its turn comes: of all at once it would fill the memory.
            turn = visit::turn_to_judge(), if !unjudged.is_empty() => {
                if let Some(asked) = unjudged.pop_front() {
                    let known = Known::load(&watchman.store, &asked.watch, &asked.before)?;
                    let (fetcher, lexicon) = (Arc::clone(&watchman.fetcher), Arc::clone(&watchman.lexicon));
                    running.spawn(visit::judge(*asked, known, turn, fetcher, lexicon));
                }
                continue;
            }
            () = tokio::time::sleep(LOOK_AGAIN), if is_waiting => {
                looks += 1;
                continue;
            }
            else => break,
        };
        let all_done = std::iter::once(done).chain(std::iter::from_fn(|| running.try_join_next()));
        // Only an abort ends a task early; nobody aborts these.
        let steps: Vec<Step> = all_done.filter_map(Result::ok).collect();
        let ended = gathered(watchman, |watchman| {
            let mut ended = Vec::new();
            for step in steps {
                let (watch, before, found) = match step {
                    Step::Done(done) => *done,
                    Step::Asked(asked) => match asked.unchanged(&watchman.store)? {
                        Some(found) => (asked.watch, asked.before, found),
                        None => {
                            unjudged.push_back(asked);
                            continue;
                        }
                    },
                };
                queue.done(&watch);
                let learned = learned(watchman, &found, now());
                if found.is_unreached() {
                    unreached.push((watch.clone(), before, found));
                } else {
                    ended.push(record::record(watchman, &watch, &before, found, now(), false)?);
                }
                watchman.store.end_turn(&hosts(&watch), &learned, now())?;
            }
            Ok(ended)
        })?;
        ended.iter().for_each(&mut on_visit);
        visits.extend(ended);
    }
    // Where no server at all was reached it is this machine that is offline, not every service that is gone.
    let offline = visits.is_empty() && unreached.len() > 1;
    let network = if offline || !visits.is_empty() {
        network::note(watchman, !offline, now())?
    } else {
        None
    };
    for (watch, before, found) in unreached {
        let visit = record::record(watchman, &watch, &before, found, now(), offline)?;
        on_visit(&visit);
        visits.push(visit);
    }
    if let (Some(alert), Some(first)) = (network, visits.first_mut()) {
        first.alerts.insert(0, alert);
    }
    visits.extend(postponed);
    for watch in watches {
        watchman.store.let_go(&watch.id, watch.keep, now())?;
    }
    watchman.store.rest()?;
    Ok(visits)
}

/// Lets what visits write at one time be one transaction, as far as each found nothing new.
fn gathered<T>(
    watchman: &mut Watchman,
    work: impl FnOnce(&mut Watchman) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    watchman.store.gather();
    let done = work(watchman);
    watchman.store.write_gathered()?;
    done
}

/// What became of the watches whose turn it was.
#[derive(Default)]
struct Begun<'a> {
    visits: Vec<(&'a Watch, Before)>,
    postponed: Vec<Visit>,
    /// Another process visits their hosts.
    elsewhere: Vec<&'a Watch>,
}

/// Takes the next watches, `most` at most, and the turn at their hosts. `waits`: where another process has it.
fn begin<'a>(
    watchman: &mut Watchman,
    queue: &mut Queue<'a>,
    most: usize,
    waits: bool,
    now: &impl Fn() -> DateTime<Utc>,
) -> Result<Begun<'a>, StoreError> {
    let mut begun = Begun::default();
    while begun.visits.len() < most
        && let Some(watch) = queue.take()
    {
        let why = match watchman.store.take_turn(&hosts(watch), watchman.host_budget, now())? {
            Turn::Yours => {
                let before = Before::load(&watchman.store, &watchman.lexicon, watch, now())?;
                begun.visits.push((watch, before));
                continue;
            }
            Turn::Busy { .. } if waits => {
                begun.elsewhere.push(watch);
                continue;
            }
            Turn::Busy { host, process } => format!("another clausewatch (process {process}) is visiting {host}"),
            Turn::Resting { host, until } => {
                format!(
                    "{host} is left alone until {}: it asked for that, or had its visits of the day",
                    until.to_rfc3339()
                )
            }
        };
        queue.done(watch);
        begun.postponed.push(Visit {
            watch: watch.id.clone(),
            outcome: Outcome::Postponed(why.clone()),
            alerts: Vec::new(),
            trouble: Some(why),
        });
    }
    Ok(begun)
}

/// What the visit tells of hosts, for whoever comes next.
fn learned(watchman: &Watchman, found: &Found, now: DateTime<Utc>) -> Learned {
    let until = |(host, pause)| Some((host, now.checked_add_signed(TimeDelta::from_std(pause).ok()?)?));
    Learned {
        requests: watchman.fetcher.take_traffic(),
        rest: found.rest().and_then(until),
    }
}

/// When a watch in trouble is visited again: 15 minutes later, doubling up to a day.
fn back_off(failures: u32) -> TimeDelta {
    let doublings = failures.saturating_sub(1).min(10);
    (TimeDelta::minutes(15) * (1_i32 << doublings)).min(TimeDelta::days(1))
}

/// When a watch whose change is not confirmed yet should be visited again, at the latest.
pub fn confirmation_due(watch: &Watch, state: &WatchState) -> Option<DateTime<Utc>> {
    state.unconfirmed.as_ref()?;
    state
        .last_visit?
        .checked_add_signed(TimeDelta::seconds(watch.confirm_seconds.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_waits_longer_and_longer_and_at_most_a_day() {
        let minutes = [1, 2, 3, 6, 7, 8, 40].map(|failures| back_off(failures).num_minutes());
        assert_eq!(minutes, [15, 30, 60, 480, 960, 1440, 1440]);
    }
}
