//! The network of this machine: where no host at all is reached, it is told once, not once for each watch.

use chrono::{DateTime, TimeDelta, Utc};

use super::Watchman;
use super::record::tell;
use crate::analysis::alert::{Alert, AlertKind};
use crate::analysis::compare::Severity;
use crate::store::{Health, Kept, NewAlert, Record, StoreError};

/// Its row among the watches.
pub const NETWORK: &str = "clausewatch/network";
/// A laptop may be offline for a weekend.
const TOLD_AFTER: TimeDelta = TimeDelta::days(3);

/// Notes that a round reached somebody (`true`) or nobody; what is told of it.
pub(super) fn note(watchman: &mut Watchman, is_up: bool, now: DateTime<Utc>) -> Result<Option<Alert>, StoreError> {
    let state = watchman.store.state(NETWORK)?;
    let (health, failures) = state
        .as_ref()
        .map_or((Health::New, 0), |state| (state.health, state.failures));
    // The last round that reached somebody.
    let since = state.and_then(|state| state.last_read).unwrap_or(now);
    let down_for = now - since;
    let (next, kind) = match (is_up, health) {
        (true, Health::Blind) => (Health::Ok, Some(AlertKind::Recovered)),
        (true, _) => (Health::Ok, None),
        (false, Health::Blind) => (Health::Blind, None),
        (false, _) if down_for >= TOLD_AFTER => (
            Health::Blind,
            Some(AlertKind::Network {
                days: down_for.num_days(),
            }),
        ),
        (false, _) => (Health::Troubled, None),
    };
    let alert = kind.map(|kind| of_itself(NETWORK, kind));
    let told = alert.as_ref().map(|alert| told(watchman, alert, now));
    let kept = if is_up {
        Kept::Unchanged {
            pages: &[],
            memory: &[],
            ledger: None,
            reread: None,
        }
    } else {
        Kept::Nothing
    };
    watchman.store.record(&Record {
        health: next,
        trouble: (!is_up).then(|| "no host is reached: the network of this machine seems to be down".into()),
        failures: if is_up { 0 } else { failures + 1 },
        alerts: told.into_iter().collect(),
        ..Record::quiet(NETWORK, now, kept)
    })?;
    Ok(alert)
}

/// An alert of clausewatch about itself.
pub(super) fn of_itself(row: &str, kind: AlertKind) -> Alert {
    let (service, title) = row.split_once('/').unwrap_or((row, row));
    Alert {
        watch: row.into(),
        service: service.into(),
        title: title.into(),
        severity: if kind == AlertKind::Recovered {
            Severity::Notice
        } else {
            Severity::Alert
        },
        kind,
        ..Alert::default()
    }
}

/// For every channel, whatever watches name it.
pub(super) fn told<'a>(watchman: &Watchman, alert: &'a Alert, now: DateTime<Utc>) -> NewAlert<'a> {
    let wanted = watchman
        .channels
        .iter()
        .filter(|channel| alert.is_wanted(channel.notify));
    let messages = wanted.flat_map(|channel| tell(channel, alert, &watchman.language, now));
    NewAlert {
        alert,
        told: true,
        messages: messages.collect(),
    }
}
