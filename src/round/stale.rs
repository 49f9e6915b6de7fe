//! Nobody looked for days, since the daemon did not run: it says so once, when it runs again.

use chrono::{DateTime, TimeDelta, Utc};

use super::Watchman;
use super::network::{of_itself, told};
use crate::analysis::alert::AlertKind;
use crate::store::{Health, Kept, Record, StoreError};

/// Its row among the watches.
const DAEMON: &str = "clausewatch/daemon";
/// A watch that is due for so long is not looked at: its silence means nothing.
pub const STALE_AFTER: TimeDelta = TimeDelta::days(7);

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
    let alert = of_itself(DAEMON, AlertKind::Stale { days });
    let alerts = vec![told(watchman, &alert, now)];
    watchman.store.record(&Record {
        watch: DAEMON,
        requested: now,
        at: now,
        based_on: 0,
        health: Health::Ok,
        trouble: None,
        failures: 0,
        not_before: None,
        suspect: None,
        unconfirmed: None,
        moved: None,
        kept: Kept::Nothing,
        alerts,
    })?;
    Ok(())
}
