//! Sends what waits in the outbox: every channel by itself, one message after the other.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::JoinSet;

use super::Watchman;
use super::record::message_id;
use crate::deliver::{DeliverError, send};
use crate::render::{Form, Message, digest};
use crate::store::{Due, Store, StoreError, Trouble};

/// Sends what is due; returns how many messages were delivered and how many wait for another try.
///
/// A channel that fails is left alone until its back-off has passed, and keeps no other from its messages. After
/// `longest` nothing further is begun, so that a slow server holds up no round; what is left is due at once.
///
/// # Errors
/// A state that cannot be read or written.
pub async fn flush(
    watchman: &mut Watchman,
    now: impl Fn() -> DateTime<Utc>,
    longest: TimeDelta,
) -> Result<(usize, usize), StoreError> {
    let began = now();
    fold_digests(watchman, began)?;
    let mut sending = JoinSet::new();
    for name in watchman.store.due_channels(now())? {
        start(watchman, &mut sending, &name, now())?;
    }
    let mut delivered = 0;
    while let Some(sent) = sending.join_next().await {
        let Ok((due, result)) = sent else { continue };
        let is_lost = settle(&mut watchman.store, &due, result, now())?;
        delivered += usize::from(is_lost.is_none());
        let has_time = now() - began < longest;
        if has_time && is_lost != Some(Lost::Channel) {
            start(watchman, &mut sending, &due.channel, now())?;
        }
    }
    Ok((delivered, watchman.store.waiting()?))
}

type Sent = (Due, Result<(), DeliverError>);

/// Takes the next message of a channel, and sends it beside the others.
fn start(
    watchman: &mut Watchman,
    sending: &mut JoinSet<Sent>,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(due) = watchman.store.take_next(name, now)? else {
        return Ok(());
    };
    let channel = watchman.channels.iter().find(|channel| channel.name == name);
    let kind = channel.map(|channel| channel.kind.clone());
    sending.spawn(async move {
        let result = match kind {
            Some(kind) => send(&kind, &due.message).await,
            None => Err(gone(&due)),
        };
        (due, result)
    });
    Ok(())
}

fn gone(due: &Due) -> DeliverError {
    DeliverError {
        permanent: true,
        pause: None,
        what: format!("the watchlist has no channel `{}` any more", due.channel),
        hint: format!(
            "name it again, or give the message up with `clausewatch outbox drop {}`",
            due.id
        ),
    }
}

/// What a failed delivery tells of.
#[derive(Debug, PartialEq, Eq)]
enum Lost {
    /// Only of this message.
    Message,
    /// Of the whole channel.
    Channel,
}

fn settle(
    store: &mut Store,
    due: &Due,
    result: Result<(), DeliverError>,
    now: DateTime<Utc>,
) -> Result<Option<Lost>, StoreError> {
    let Err(error) = result else {
        store.settle(due, None, now)?;
        return Ok(None);
    };
    tracing::warn!(
        watch = due.watch,
        channel = due.channel,
        "an alert is not delivered yet: {error}"
    );
    let pause = error
        .pause
        .and_then(|pause| TimeDelta::from_std(pause).ok())
        .unwrap_or_default();
    let trouble = Trouble {
        what: error.to_string(),
        permanent: error.permanent,
        pause,
    };
    let rest = store.settle(due, Some(&trouble), now)?;
    if error.permanent {
        return Ok(Some(Lost::Message));
    }
    store.hold(&due.channel, rest)?;
    Ok(Some(Lost::Channel))
}

/// Makes one message of those whose digest is due.
fn fold_digests(watchman: &mut Watchman, now: DateTime<Utc>) -> Result<(), StoreError> {
    for due in watchman.store.due_digests(now)? {
        let channel = watchman.channels.iter().find(|channel| channel.name == due.channel);
        let form = channel.map_or(Form::Short, |channel| Form::of(&channel.kind));
        let alerts: Vec<_> = due.rows.iter().map(|row| row.alert.clone()).collect();
        let folded = (alerts.len() > 1).then(|| {
            let ids: Vec<String> = due.rows.iter().map(|row| row.id.to_string()).collect();
            let id = message_id(&[&due.channel, &ids.join(" ")]);
            Message {
                recipient: due.recipient.clone(),
                ..digest(&alerts, id, &watchman.language, form, now)
            }
        });
        watchman.store.fold(&due, folded.as_ref(), now)?;
    }
    Ok(())
}
