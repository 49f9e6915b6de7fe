//! The messages not yet delivered. Nothing is ever given up by itself: a person drops a message, or mends its channel.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::TransactionBehavior;

use super::coding::{from_json, millis, time, times};
use super::{Fault, Store, StoreError};
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
}

/// A message taken is nobody else's for so long; who was killed while sending leaves it to be sent again.
const CLAIM: TimeDelta = TimeDelta::minutes(3);
/// From the first failure, doubling.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);

const OPEN: &str = "SELECT outbox.id, watch, channel, message, attempts, next_attempt, trouble FROM outbox \
    JOIN alerts ON alerts.id = outbox.alert WHERE delivered IS NULL AND dropped IS NULL";

impl Store {
    /// Takes the messages that are due, oldest first; they are the caller's to send and settle.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn take_due(&mut self, now: DateTime<Utc>) -> Result<Vec<Due>, StoreError> {
        let claimed = self.claim(now).map_err(|fault| self.named(fault))?;
        let mut due = self.undelivered()?;
        due.retain(|message| claimed.contains(&message.id));
        Ok(due)
    }

    fn claim(&mut self, now: DateTime<Utc>) -> Result<Vec<i64>, Fault> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "UPDATE outbox SET attempts = attempts + 1, next_attempt = ?2 \
            WHERE delivered IS NULL AND dropped IS NULL AND next_attempt <= ?1 RETURNING id";
        let ids = transaction
            .prepare(sql)?
            .query_map((millis(now), millis(now + CLAIM)), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        transaction.commit()?;
        Ok(ids)
    }

    /// Notes how a delivery went: delivered, or why not.
    ///
    /// A failure waits twice as long as the one before, up to six hours.
    ///
    /// # Errors
    /// A database that fails.
    pub fn settle(&mut self, due: &Due, result: Result<(), &str>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let done = match result {
            Ok(()) => self.connection.execute(
                "UPDATE outbox SET delivered = ?2, trouble = NULL WHERE id = ?1",
                (due.id, millis(now)),
            ),
            Err(trouble) => self.connection.execute(
                "UPDATE outbox SET next_attempt = ?2, trouble = ?3 WHERE id = ?1",
                (due.id, millis(now + wait(due.attempts)), trouble),
            ),
        };
        done.map_err(|error| self.named(error.into()))?;
        Ok(())
    }

    /// Everything not delivered yet, oldest first.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn undelivered(&self) -> Result<Vec<Due>, StoreError> {
        self.rows(&format!("{OPEN} ORDER BY outbox.id"), (), |row| {
            Ok(Due {
                id: row.get(0)?,
                watch: row.get(1)?,
                channel: row.get(2)?,
                message: from_json(&row.get::<_, String>(3)?)?,
                attempts: row.get(4)?,
                next_attempt: time(row.get(5)?)?,
                trouble: row.get(6)?,
            })
        })
    }

    /// When the next delivery is due.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn next_delivery(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "SELECT min(next_attempt) FROM outbox WHERE delivered IS NULL AND dropped IS NULL";
        Ok(self.rows(sql, (), |row| times(row.get(0)?))?.pop().flatten())
    }

    /// Makes every waiting message due now; returns how many there are.
    ///
    /// # Errors
    /// A database that fails.
    pub fn hurry(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let sql = "UPDATE outbox SET next_attempt = ?1 WHERE delivered IS NULL AND dropped IS NULL";
        self.connection
            .execute(sql, [millis(now)])
            .map_err(|error| self.named(error.into()))
    }

    /// Gives a message up for good; false where there is no such one waiting.
    ///
    /// # Errors
    /// A database that fails.
    pub fn drop_message(&mut self, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE outbox SET dropped = ?2 WHERE id = ?1 AND delivered IS NULL AND dropped IS NULL";
        let changed = self.connection.execute(sql, (id, millis(now)));
        Ok(changed.map_err(|error| self.named(error.into()))? > 0)
    }
}

fn wait(attempts: u32) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(12);
    (FIRST_WAIT * (1_i32 << doublings)).min(LONGEST_WAIT)
}
