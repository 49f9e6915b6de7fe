//! The messages not yet delivered. Nothing is ever given up by itself: a person drops a message, or mends its channel.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Row;

use super::coding::{from_json, millis, packed_json, time, times};
use super::record::post;
use super::{Fault, NewMessage, Store, StoreError};
use crate::analysis::alert::Alert;
use crate::render::Message;

/// A message that waits for its delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    pub id: i64,
    pub watch: String,
    pub channel: String,
    pub message: Message,
    /// Deliveries tried so far.
    pub attempts: u32,
    pub next_attempt: DateTime<Utc>,
    /// Why the last delivery failed.
    pub trouble: Option<String>,
    /// It waits for others, to go out with them.
    pub digest: bool,
    /// Since when no retry is likely to help; it is still tried, once a day.
    pub dead: Option<DateTime<Utc>>,
}

/// Why a delivery failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub what: String,
    /// A retry cannot help until a person mends it.
    pub permanent: bool,
    /// The other side asks for so long a pause.
    pub pause: TimeDelta,
}

/// Messages of one channel and recipient that go out as one.
#[derive(Debug, Clone, PartialEq)]
pub struct DueDigest {
    pub channel: String,
    pub recipient: Option<String>,
    pub rows: Vec<DigestRow>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestRow {
    /// Of the outbox.
    pub id: i64,
    alert_id: i64,
    pub alert: Alert,
}

/// A message taken is nobody else's for so long; who was killed while sending leaves it to be sent again.
const CLAIM: TimeDelta = TimeDelta::minutes(3);
/// From the first failure, doubling.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);
/// Between two tries of a dead letter.
const DEAD_WAIT: TimeDelta = TimeDelta::days(1);
/// What was not delivered for so long is a dead letter.
const DEAD_AFTER: TimeDelta = TimeDelta::days(3);

const OPEN: &str = "delivered IS NULL AND dropped IS NULL AND folded IS NULL";

impl Store {
    /// The channels that have something to send.
    ///
    /// # Errors
    /// A database that fails.
    pub fn due_channels(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let sql = format!("SELECT DISTINCT channel FROM outbox WHERE {OPEN} AND NOT digest AND next_attempt <= ?1");
        self.rows(&sql, [millis(now)], |row| Ok(row.get(0)?))
    }

    /// Takes the message of a channel that is due and was tried least, the oldest first: one that nobody takes blocks no other; it is the caller's to send and settle.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn take_next(&mut self, channel: &str, now: DateTime<Utc>) -> Result<Option<Due>, StoreError> {
        let sql = format!(
            "UPDATE outbox SET attempts = attempts + 1, next_attempt = ?3 WHERE id = \
             (SELECT id FROM outbox WHERE {OPEN} AND NOT digest AND channel = ?1 AND next_attempt <= ?2 ORDER BY attempts, id LIMIT 1) \
             RETURNING id"
        );
        let taken = self.rows(&sql, (channel, millis(now), millis(now + CLAIM)), |row| {
            Ok(row.get::<_, i64>(0)?)
        })?;
        let mut due = self.undelivered()?;
        due.retain(|message| taken.contains(&message.id));
        Ok(due.pop())
    }

    /// Notes how a delivery went, and says until when its channel should rest.
    ///
    /// A failure waits twice as long as the one before, up to six hours; a dead letter a day.
    ///
    /// # Errors
    /// A database that fails.
    pub fn settle(
        &mut self,
        due: &Due,
        trouble: Option<&Trouble>,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, StoreError> {
        let Some(trouble) = trouble else {
            let sql = "UPDATE outbox SET delivered = ?2, trouble = NULL, dead = NULL WHERE id = ?1";
            self.change(sql, (due.id, millis(now)))?;
            return Ok(now);
        };
        let is_dead = trouble.permanent || now - due.message.written > DEAD_AFTER;
        let rest = now + wait(due.attempts).max(trouble.pause.min(DEAD_WAIT));
        let next = if is_dead { now + DEAD_WAIT } else { rest };
        let dead = is_dead.then(|| millis(due.dead.unwrap_or(now)));
        let sql = "UPDATE outbox SET next_attempt = ?2, trouble = ?3, dead = ?4 WHERE id = ?1";
        self.change(sql, (due.id, millis(next), &trouble.what, dead))?;
        Ok(rest)
    }

    /// Lets a channel rest until then.
    ///
    /// # Errors
    /// A database that fails.
    pub fn hold(&mut self, channel: &str, until: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = format!(
            "UPDATE outbox SET next_attempt = max(next_attempt, ?2) WHERE {OPEN} AND NOT digest AND channel = ?1"
        );
        self.change(&sql, (channel, millis(until))).map(drop)
    }

    /// The messages whose digest is due, by channel and recipient.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn due_digests(&self, now: DateTime<Utc>) -> Result<Vec<DueDigest>, StoreError> {
        let sql = format!(
            "SELECT outbox.id, channel, message, alerts.id, alerts.size, alerts.packed FROM outbox JOIN alerts ON alerts.id = outbox.alert \
             WHERE {OPEN} AND digest AND next_attempt <= ?1 ORDER BY outbox.id"
        );
        let mut found: Vec<DueDigest> = Vec::new();
        for (channel, message, row) in self.rows(&sql, [millis(now)], digest_row)? {
            let same = |digest: &&mut DueDigest| digest.channel == channel && digest.recipient == message.recipient;
            match found.iter_mut().find(same) {
                Some(digest) => digest.rows.push(row),
                None => found.push(DueDigest {
                    channel,
                    recipient: message.recipient,
                    rows: vec![row],
                }),
            }
        }
        Ok(found)
    }

    /// Puts one message into the place of several; without one each goes out by itself.
    ///
    /// # Errors
    /// A database that fails.
    pub fn fold(
        &mut self,
        digest: &DueDigest,
        message: Option<&Message>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let folded = self.transact(|contents| {
            let connection = contents.connection;
            let folded = match (message, digest.rows.first()) {
                (Some(message), Some(first)) => {
                    let new = NewMessage {
                        channel: digest.channel.clone(),
                        message: message.clone(),
                        digest_at: None,
                    };
                    Some(post(connection, first.alert_id, &new, now)?)
                }
                _ => None,
            };
            for row in &digest.rows {
                connection.execute(
                    "UPDATE outbox SET digest = 0, folded = ?2 WHERE id = ?1",
                    (row.id, folded),
                )?;
            }
            Ok(())
        });
        folded.map_err(|fault| self.named(fault))
    }

    /// Everything not delivered yet, oldest first.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn undelivered(&self) -> Result<Vec<Due>, StoreError> {
        let sql = format!(
            "SELECT outbox.id, watch, channel, message, attempts, next_attempt, trouble, digest, dead FROM outbox \
             JOIN alerts ON alerts.id = outbox.alert WHERE {OPEN} ORDER BY outbox.id"
        );
        self.rows(&sql, (), |row| {
            Ok(Due {
                id: row.get(0)?,
                watch: row.get(1)?,
                channel: row.get(2)?,
                message: from_json(row.get::<_, String>(3)?.as_bytes())?,
                attempts: row.get(4)?,
                next_attempt: time(row.get(5)?)?,
                trouble: row.get(6)?,
                digest: row.get(7)?,
                dead: times(row.get(8)?)?,
            })
        })
    }

    /// How many messages wait for another try.
    ///
    /// # Errors
    /// A database that fails.
    pub fn waiting(&self) -> Result<usize, StoreError> {
        Ok(self.undelivered()?.iter().filter(|due| !due.digest).count())
    }

    /// When the next delivery is due.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn next_delivery(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = format!("SELECT min(next_attempt) FROM outbox WHERE {OPEN}");
        Ok(self.rows(&sql, (), |row| times(row.get(0)?))?.pop().flatten())
    }

    /// Makes every waiting message due now, those of a digest aside; returns how many there are.
    ///
    /// # Errors
    /// A database that fails.
    pub fn hurry(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        self.change(
            &format!("UPDATE outbox SET next_attempt = ?1 WHERE {OPEN} AND NOT digest"),
            [millis(now)],
        )
    }

    /// Gives a message up for good; false where there is no such one waiting.
    ///
    /// # Errors
    /// A database that fails.
    pub fn drop_message(&mut self, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = format!("UPDATE outbox SET dropped = ?2 WHERE id = ?1 AND {OPEN}");
        Ok(self.change(&sql, (id, millis(now)))? > 0)
    }

    /// Runs one statement that changes rows; returns how many.
    pub(super) fn change(&self, sql: &str, values: impl rusqlite::Params) -> Result<usize, StoreError> {
        self.connection
            .execute(sql, values)
            .map_err(|error| self.named(error.into()))
    }
}

fn digest_row(row: &Row<'_>) -> Result<(String, Message, DigestRow), Fault> {
    let found = DigestRow {
        id: row.get(0)?,
        alert_id: row.get(3)?,
        alert: packed_json((row.get(4)?, row.get(5)?))?,
    };
    Ok((row.get(1)?, from_json(row.get::<_, String>(2)?.as_bytes())?, found))
}

fn wait(attempts: u32) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(12);
    (FIRST_WAIT * (1_i32 << doublings)).min(LONGEST_WAIT)
}
