//! Nobody looked for days: since the daemon did not run, which it says once when it runs again; or at one watch, since it
//! is held up.

use chrono::{DateTime, TimeDelta, Utc};

use super::Watchman;
use super::network::{of_itself, told};
use super::record::messages;
use crate::analysis::alert::{Alert, AlertKind};
use crate::store::{Kept, NewAlert, Record, StoreError};
use crate::watchlist::Watch;

/// Its row among the watches.
const DAEMON: &str = "clausewatch/daemon";
/// A watch that is due for so long is not looked at: its silence means nothing.
pub const STALE_AFTER: TimeDelta = TimeDelta::days(7);
/// A daemon that slept reads all that is due within so long.
const CATCHING_UP: TimeDelta = TimeDelta::days(2);

/// Tells that every watch is overdue for so long. That they are read again needs no message of its own: this one
/// says so, and a watch that is not read falls blind.
///
/// # Errors
/// A state that cannot be read or written.
pub fn tell_stale(watchman: &mut Watchman, overdue: TimeDelta, now: DateTime<Utc>) -> Result<(), StoreError> {
    let last = watchman.store.state(DAEMON)?.and_then(|state| state.last_visit);
    // A daemon that is killed in its first round finds the watches overdue again.
    let was_told = last.is_some_and(|told| now - told <= STALE_AFTER);
    if overdue <= STALE_AFTER || was_told {
        return Ok(());
    }
    let days = overdue.num_days();
    let alert = of_itself(DAEMON, AlertKind::Stale { days, reason: None });
    let alerts = vec![told(watchman, &alert, now)];
    watchman.store.record(&Record {
        alerts,
        ..Record::quiet(DAEMON, now, Kept::Nothing)
    })?;
    Ok(())
}

/// Tells once that a watch is overdue for so long, and what holds it up. That it is read again is told by the visit.
///
/// # Errors
/// A state that cannot be read or written.
pub fn tell_held_up(
    watchman: &mut Watchman,
    watch: &Watch,
    overdue: TimeDelta,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let state = watchman.store.state(&watch.id)?;
    let slept = watchman.store.state(DAEMON)?.and_then(|state| state.last_visit);
    // What lay down with the whole daemon is told already, and is read in the hours after.
    let slept = slept.is_some_and(|told| now - told < CATCHING_UP);
    if overdue <= STALE_AFTER || slept || state.is_none_or(|state| state.health.is_told()) {
        return Ok(());
    }
    let kind = AlertKind::Stale {
        days: overdue.num_days(),
        reason: Some(reason.to_owned()),
    };
    let alert = Alert::new(watch, kind);
    let new = NewAlert {
        alert: &alert,
        told: true,
        messages: messages(watchman, watch, &alert, now),
    };
    watchman.store.hold_up(&watch.id, reason, &new, now)
}
