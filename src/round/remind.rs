//! Reminds of days that come: the last day to object, the first day in force; and of alerts that were put off.

use chrono::{DateTime, Local, NaiveDate, Utc};

use super::Watchman;
use super::record::tell;
use crate::analysis::alert::{Alert, Reminder};
use crate::analysis::compare::Severity;
use crate::store::{NewMessage, Reminded, StoreError, StoredAlert};
use crate::watchlist::Watch;

/// So many days before, the nearest first.
const MILESTONES: &[i64] = &[1, 3, 14];
/// A snooze that ended has no days left.
const SNOOZED: i64 = -1;

/// Writes the reminders that are due; they lie in the outbox then. Who acknowledged or objected is not reminded.
///
/// # Errors
/// A state that cannot be read or written.
pub fn remind(watchman: &mut Watchman, watches: &[Watch], now: DateTime<Utc>) -> Result<usize, StoreError> {
    let today = now.with_timezone(&Local).date_naive();
    let awaited = watchman.store.awaited_alerts(today, now)?;
    if awaited.is_empty() {
        return Ok(0);
    }
    let states = watchman.store.states()?;
    let mut told: Vec<(String, Reminder)> = Vec::new();
    for stored in awaited {
        let Some(watch) = watches.iter().find(|watch| watch.id == stored.alert.watch) else {
            continue;
        };
        let state = states.iter().find(|state| state.watch == watch.id);
        let objected = state
            .and_then(|state| state.objected)
            .is_some_and(|objected| objected >= stored.at);
        let due = due(&stored, today).filter(|_| !objected);
        let Some((reminder, reminded)) = due else {
            continue;
        };
        let key = (watch.id.clone(), reminder);
        if watchman.store.was_reminded(&reminded)? {
            continue;
        }
        // Several alerts about one day of one document are one reminder: of the newest, which comes first.
        let messages = if told.contains(&key) {
            Vec::new()
        } else {
            messages(watchman, watch, &stored.alert, reminder, now)
        };
        watchman.store.remind(&reminded, &messages, now)?;
        told.push(key);
    }
    Ok(told.len())
}

fn due(stored: &StoredAlert, today: NaiveDate) -> Option<(Reminder, Reminded)> {
    if let Some(until) = stored.snoozed {
        let day = until.with_timezone(&Local).date_naive();
        return Some((
            Reminder::Snoozed,
            Reminded {
                alert: stored.id,
                day,
                days_left: SNOOZED,
            },
        ));
    }
    if stored.alert.severity != Severity::Alert {
        return None;
    }
    let told = stored.at.with_timezone(&Local).date_naive();
    let deadline = stored.alert.deadline().map(|day| (day, true));
    let effective = stored.alert.effective().map(|day| (day, false));
    let (day, is_deadline) = [deadline, effective]
        .into_iter()
        .flatten()
        .find(|(day, _)| *day >= today)?;
    let left = (day - today).num_days();
    let milestone = *MILESTONES.iter().find(|milestone| left <= **milestone)?;
    // Who was told within it knows.
    if (day - told).num_days() <= milestone {
        return None;
    }
    let reminder = if is_deadline {
        Reminder::Deadline { day, left }
    } else {
        Reminder::Effective { day, left }
    };
    Some((
        reminder,
        Reminded {
            alert: stored.id,
            day,
            days_left: milestone,
        },
    ))
}

fn messages(
    watchman: &Watchman,
    watch: &Watch,
    alert: &Alert,
    reminder: Reminder,
    now: DateTime<Utc>,
) -> Vec<NewMessage> {
    let alert = Alert {
        reminder: Some(reminder),
        ..alert.clone()
    };
    let wanted = watchman
        .channels
        .iter()
        .filter(|channel| watch.channels.contains(&channel.name) && alert.is_wanted(channel.notify));
    wanted
        .flat_map(|channel| tell(channel, &alert, &watchman.language, now))
        .collect()
}
