//! The scheduler: wake, who is due, round, flush; and what the service manager wants to hear.

mod agenda;
mod log;
mod manager;
mod metrics;
mod reload;

use std::pin::pin;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

pub use self::agenda::{Agenda, next_visit, resting};
use self::manager::{Call, Desk, Progress, tell};
use crate::clock;
use crate::round::{Watchman, flush, remind, round, tell_held_up, tell_stale};
use crate::store::StoreError;
use crate::watchlist::Watchlist;

/// Wakes at least so often: a machine that slept, or a clock that was set, is noticed.
const LONGEST_SLEEP: TimeDelta = TimeDelta::seconds(60);
/// Before a rest that is longer, what a round took is given back.
const LONG_REST: TimeDelta = TimeDelta::minutes(10);
/// Between two looks at a schedule that is due already but cannot be served.
const SHORTEST_SLEEP: TimeDelta = TimeDelta::seconds(1);
/// After a state that could not be read or written; doubles. What was fetched and could not be kept is fetched again,
/// and a full disk of ours is no reason to ask a site every minute.
const FIRST_REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(3600);
/// So long messages are begun before it is looked who is due: a slow mail server holds up no visit.
const LONGEST_FLUSH: TimeDelta = TimeDelta::minutes(2);
/// What is being sent when we are asked to stop may take so long to end.
const LAST_DELIVERY: Duration = Duration::from_secs(3);
/// And so long where we are only asked to reload.
const DELIVERY: Duration = Duration::from_secs(30);

/// What keeps the daemon from running.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    #[error("cannot listen for signals: {0}")]
    Signals(std::io::Error),
}

/// Runs until SIGTERM or SIGINT; at SIGHUP `reload` reads the settings again, and where it cannot the old ones stay.
///
/// Of the memory that a round takes the allocator keeps most. Where nobody is due for long after one, `begin_anew` may put
/// this program in its own place; it returns where it does not.
///
/// A state that fails does not end it: it says so, and tries again later and later.
///
/// # Errors
/// Signals that cannot be listened for.
pub async fn run(
    mut watchman: Watchman,
    mut watchlist: Watchlist,
    mut reload: impl FnMut(&mut Watchman) -> Result<Watchlist, String>,
    mut begin_anew: impl FnMut(&Watchman, &Watchlist),
) -> Result<(), DaemonError> {
    let mut desk = Desk::open().map_err(DaemonError::Signals)?;
    tell(&[sd_notify::NotifyState::Ready]);
    tracing::info!("watching {} documents", watchlist.watches.len());
    let mut life = Life::default();
    loop {
        match live(&mut life, &mut watchman, &watchlist, &mut desk, &mut begin_anew).await {
            Ok(()) => {}
            Err(Call::Stop) => break,
            Err(Call::Reload) => reload::renew(&mut watchman, &mut watchlist, &mut reload),
        }
    }
    tell(&[sd_notify::NotifyState::Stopping]);
    tracing::info!("stopped");
    Ok(())
}

/// What was done since the program began.
#[derive(Debug, Default)]
struct Life {
    /// Turns in a row that failed.
    troubles: u32,
    has_visited: bool,
}

/// A turn, and the rest after it.
async fn live(
    life: &mut Life,
    watchman: &mut Watchman,
    watchlist: &Watchlist,
    desk: &mut Desk,
    begin_anew: &mut impl FnMut(&Watchman, &Watchlist),
) -> Result<(), Call> {
    let rest = match turn(life, watchman, watchlist, desk).await? {
        Ok(rest) => {
            life.troubles = 0;
            rest
        }
        Err(error) => {
            life.troubles += 1;
            Rest {
                wait: in_trouble(&error, life.troubles),
                is_long: false,
            }
        }
    };
    // A task is a connection, or a notification that waits for a click.
    if life.has_visited && rest.is_long && Handle::current().metrics().num_alive_tasks() == 0 {
        desk.close().await?;
        // Where it could not, it is no use to try each minute.
        life.has_visited = false;
        begin_anew(watchman, watchlist);
        desk.reopen();
    }
    desk.attend(pin!(sleep(rest.wait))).await
}

/// What comes after a turn.
struct Rest {
    wait: Duration,
    /// Nobody was due, nor will be soon.
    is_long: bool,
}

fn in_trouble(error: &StoreError, troubles: u32) -> Duration {
    let rest = (FIRST_REST * (1 << (troubles - 1).min(10))).min(LONGEST_REST);
    tracing::error!("{error}; tried again in {} min", rest.as_secs() / 60);
    tell(&[sd_notify::NotifyState::Status(&format!("in trouble: {error}"))]);
    rest
}

/// One turn of work; says how to rest after it, or who called meanwhile.
async fn turn(
    life: &mut Life,
    watchman: &mut Watchman,
    watchlist: &Watchlist,
    desk: &mut Desk,
) -> Result<Result<Rest, StoreError>, Call> {
    let progress = desk.progress();
    // A visit is written whole or not at all: it can be left at any time.
    let seen = match desk.attend(pin!(visit(life, watchman, watchlist, &progress))).await? {
        Ok(seen) => seen,
        Err(error) => return Ok(Err(error)),
    };
    let mut telling = pin!(deliver(watchman, watchlist, seen));
    match desk.attend(telling.as_mut()).await {
        Ok(done) => Ok(done),
        Err(call) => {
            // Left in the middle of sending, it would be told twice.
            let patience = if call == Call::Stop { LAST_DELIVERY } else { DELIVERY };
            if timeout(patience, telling).await.is_err() {
                tracing::warn!("a delivery was left in the middle; it is tried again in some minutes");
            }
            Err(call)
        }
    }
}

/// Visits who is due; gives the agenda where nobody was, since it is still true then.
async fn visit<'a>(
    life: &mut Life,
    watchman: &mut Watchman,
    watchlist: &'a Watchlist,
    progress: &Progress,
) -> Result<Option<Agenda<'a>>, StoreError> {
    let now = clock::now();
    let agenda = Agenda::read(&watchman.store, watchlist, now)?;
    tell_stale(watchman, agenda.overdue(), now)?;
    for (watch, overdue, until) in agenda.held_up() {
        let reason = format!(
            "its host is left alone until {}, as it asked, or after `host_budget` requests of a day",
            local(until)
        );
        tell_held_up(watchman, watch, overdue, &reason, now)?;
    }
    let due = agenda.due();
    if due.is_empty() {
        return Ok(Some(agenda));
    }
    tell(&[sd_notify::NotifyState::Status(&format!(
        "visiting {} of {} documents",
        due.len(),
        watchlist.watches.len()
    ))]);
    let on_visit = |visit: &crate::round::Visit| {
        progress.made();
        log::visit(visit);
    };
    life.has_visited = true;
    round(watchman, &due, clock::now, on_visit).await?;
    Ok(None)
}

/// Tells what is to be told; says how to rest then.
async fn deliver(watchman: &mut Watchman, watchlist: &Watchlist, seen: Option<Agenda<'_>>) -> Result<Rest, StoreError> {
    let was_idle = seen.is_some();
    remind(watchman, &watchlist.watches, clock::now())?;
    let (delivered, left) = flush(watchman, clock::now, LONGEST_FLUSH).await?;
    if delivered > 0 {
        tracing::info!(event = "delivered", "delivered {delivered} alerts");
    }
    let now = clock::now();
    let agenda = match seen {
        Some(agenda) => agenda,
        None => Agenda::read(&watchman.store, watchlist, now)?,
    };
    if let Some(path) = &watchlist.metrics
        && let Err(error) = metrics::write(path, &metrics::text(&agenda, left, now))
    {
        tracing::warn!(
            "cannot write the metrics to {}: {error}; look at `metrics` of the watchlist",
            path.display()
        );
    }
    tell(&[sd_notify::NotifyState::Status(&status(&agenda, left))]);
    let is_far = agenda.next().is_none_or(|next| next - now > LONG_REST);
    let next = agenda.next().into_iter().chain(watchman.store.next_delivery()?).min();
    let longest = LONGEST_SLEEP.max(agenda.rest());
    let wait = next.map_or(longest, |next| (next - now).clamp(SHORTEST_SLEEP, longest));
    Ok(Rest {
        wait: wait.to_std().unwrap_or_default(),
        is_long: is_far && was_idle,
    })
}

fn status(agenda: &Agenda<'_>, undelivered: usize) -> String {
    let blind = agenda.states().filter(|state| state.health.is_told()).count();
    let mut text = format!("watching {} documents", agenda.len());
    if let Some(next) = agenda.next() {
        text.push_str(&format!(", next visit {}", local(next)));
    }
    if blind > 0 {
        text.push_str(&format!(", {blind} cannot be read"));
    }
    if undelivered > 0 {
        text.push_str(&format!(", {undelivered} alerts not delivered yet"));
    }
    text
}

fn local(time: DateTime<Utc>) -> impl std::fmt::Display {
    time.with_timezone(&chrono::Local).format("%Y-%m-%d %H:%M")
}
