//! The scheduler: wake, who is due, round, flush; and what the service manager wants to hear.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use crate::clock;
use crate::round::{Outcome, Visit, Watchman, confirmation_due, flush, is_retry_due, remind, round};
use crate::schedule::{is_due, next_due};
use crate::store::{StoreError, WatchState};
use crate::watchlist::{Watch, Watchlist};

/// Wakes at least so often: a machine that slept, or a clock that was set, is noticed.
const LONGEST_SLEEP: TimeDelta = TimeDelta::seconds(60);
/// Between two looks at a schedule that is due already but cannot be served.
const SHORTEST_SLEEP: TimeDelta = TimeDelta::seconds(1);

/// What keeps the daemon from running.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    #[error("cannot listen for signals: {0}")]
    Signals(std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Runs until SIGTERM or SIGINT; at SIGHUP `reload` reads the settings again, and where it cannot the old ones stay.
///
/// # Errors
/// Signals that cannot be listened for, a state that fails.
pub async fn run(
    mut watchman: Watchman,
    mut watchlist: Watchlist,
    mut reload: impl FnMut(&mut Watchman) -> Result<Watchlist, String>,
) -> Result<(), DaemonError> {
    let listen = |kind| signal(kind).map_err(DaemonError::Signals);
    let (mut terminate, mut interrupt, mut hang_up) = (
        listen(SignalKind::terminate())?,
        listen(SignalKind::interrupt())?,
        listen(SignalKind::hangup())?,
    );
    // The pulse beats in the task that works: where that hangs, the service manager starts us anew.
    let beat = sd_notify::watchdog_enabled().map_or(Duration::from_secs(30), |limit| limit / 3);
    let mut pulse = interval(beat.max(Duration::from_millis(100)));
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tell(&[NotifyState::Ready]);
    tracing::info!("watching {} documents", watchlist.watches.len());
    loop {
        let wait = {
            let work = turn(&mut watchman, &watchlist);
            tokio::pin!(work);
            loop {
                tokio::select! {
                    done = &mut work => break done?,
                    _ = pulse.tick() => tell(&[NotifyState::Watchdog]),
                    // A visit is written whole or not at all: it can be left at any time.
                    _ = terminate.recv() => return stop(),
                    _ = interrupt.recv() => return stop(),
                }
            }
        };
        let sleep = tokio::time::sleep(wait.to_std().unwrap_or_default());
        tokio::pin!(sleep);
        loop {
            tokio::select! {
                () = &mut sleep => break,
                _ = pulse.tick() => tell(&[NotifyState::Watchdog]),
                _ = terminate.recv() => return stop(),
                _ = interrupt.recv() => return stop(),
                _ = hang_up.recv() => {
                    renew(&mut watchman, &mut watchlist, &mut reload);
                    break;
                }
            }
        }
    }
}

fn stop() -> Result<(), DaemonError> {
    tell(&[NotifyState::Stopping]);
    tracing::info!("stopped");
    Ok(())
}

fn renew(
    watchman: &mut Watchman,
    watchlist: &mut Watchlist,
    reload: &mut impl FnMut(&mut Watchman) -> Result<Watchlist, String>,
) {
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        tell(&[NotifyState::Reloading, now]);
    }
    match reload(watchman) {
        Ok(renewed) => {
            *watchlist = renewed;
            tracing::info!(
                "read the watchlist again: watching {} documents",
                watchlist.watches.len()
            );
        }
        Err(faults) => tracing::error!("the watchlist cannot be taken, the old one stays in force:\n{faults}"),
    }
    tell(&[NotifyState::Ready]);
}

/// One turn of work; returns how long to sleep after it.
async fn turn(watchman: &mut Watchman, watchlist: &Watchlist) -> Result<TimeDelta, StoreError> {
    let states = watchman.store.states()?;
    let due = due(watchlist, &states, clock::now());
    if !due.is_empty() {
        tell(&[NotifyState::Status(&format!(
            "visiting {} of {} documents",
            due.len(),
            watchlist.watches.len()
        ))]);
        round(watchman, &due, clock::now, log).await?;
    }
    remind(watchman, &watchlist.watches, clock::now())?;
    let (delivered, left) = flush(watchman, clock::now).await?;
    if delivered > 0 {
        tracing::info!("delivered {delivered} alerts");
    }
    let states = watchman.store.states()?;
    let now = clock::now();
    let next_visit = watchlist
        .watches
        .iter()
        .filter_map(|watch| next_visit(watch, state(&states, watch), now))
        .min();
    tell(&[NotifyState::Status(&status(watchlist, &states, next_visit, left))]);
    let next = next_visit.into_iter().chain(watchman.store.next_delivery()?).min();
    Ok(next.map_or(LONGEST_SLEEP, |next| (next - now).clamp(SHORTEST_SLEEP, LONGEST_SLEEP)))
}

fn state<'a>(states: &'a [WatchState], watch: &Watch) -> Option<&'a WatchState> {
    states.iter().find(|state| state.watch == watch.id)
}

fn due<'a>(watchlist: &'a Watchlist, states: &[WatchState], now: DateTime<Utc>) -> Vec<&'a Watch> {
    let is_due = |watch: &&Watch| {
        let state = state(states, watch);
        let may = state
            .and_then(|state| state.not_before)
            .is_none_or(|moment| moment <= now);
        let retry = state.is_some_and(|state| is_retry_due(state, now));
        let confirms = state
            .and_then(|state| confirmation_due(watch, state))
            .is_some_and(|moment| moment <= now);
        let scheduled = is_due(watch, state.and_then(|state| state.last_visit), now);
        retry || (may && (scheduled || confirms))
    };
    watchlist.watches.iter().filter(is_due).collect()
}

/// When a watch is visited next: by its schedule, or sooner or later where it is in trouble or must be confirmed.
pub fn next_visit(watch: &Watch, state: Option<&WatchState>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let Some(last) = state.and_then(|state| state.last_visit) else {
        return Some(now);
    };
    let scheduled = next_due(watch, last.min(now))?;
    let confirming = state.and_then(|state| confirmation_due(watch, state));
    let next = confirming.map_or(scheduled, |moment| moment.min(scheduled));
    Some(state.and_then(|state| state.not_before).unwrap_or(next))
}

fn status(watchlist: &Watchlist, states: &[WatchState], next: Option<DateTime<Utc>>, undelivered: usize) -> String {
    let blind = watchlist
        .watches
        .iter()
        .filter(|watch| state(states, watch).is_some_and(|state| state.health.is_told()))
        .count();
    let mut text = format!("watching {} documents", watchlist.watches.len());
    if let Some(next) = next {
        text.push_str(&format!(
            ", next visit {}",
            next.with_timezone(&chrono::Local).format("%Y-%m-%d %H:%M")
        ));
    }
    if blind > 0 {
        text.push_str(&format!(", {blind} cannot be read"));
    }
    if undelivered > 0 {
        text.push_str(&format!(", {undelivered} alerts not delivered yet"));
    }
    text
}

fn log(visit: &Visit) {
    let watch = visit.watch.as_str();
    match &visit.outcome {
        Outcome::Baseline(detection) => {
            tracing::info!(
                watch,
                "first reading: {} clauses about AI training",
                detection.findings.len()
            );
        }
        Outcome::Unchanged => tracing::debug!(watch, "unchanged"),
        Outcome::Changed => tracing::info!(watch, alerts = visit.alerts.len(), "a new version"),
        Outcome::Unconfirmed => tracing::info!(watch, "changed; told when another visit finds it too"),
        Outcome::Suspect(what) | Outcome::Failed(what) => tracing::warn!(watch, "{what}"),
        Outcome::Overtaken => tracing::info!(watch, "visited by another clausewatch meanwhile"),
    }
}

/// Without a service manager nobody listens, and that is no fault.
fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!("cannot speak to the service manager: {error}");
    }
}
