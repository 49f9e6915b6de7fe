//! What people did about alerts: saw them, put them off, called them false, objected; and of what they were reminded.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::TransactionBehavior;

use super::coding::{millis, time};
use super::record::{post, write_alert};
use super::{Fault, NewAlert, NewMessage, Store, StoreError};

/// An objection that the user made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptObjection {
    pub watch: String,
    pub at: DateTime<Utc>,
    /// The newest version then; 0 for none.
    pub version: u32,
}

/// A clause that the user called a false alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FalseAlarm {
    pub watch: String,
    pub clause: String,
    /// The language it was read in.
    pub lang: Option<String>,
    pub at: DateTime<Utc>,
}

/// A reminder that was sent: of which day, and at how many days before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminded {
    pub alert: i64,
    pub day: NaiveDate,
    /// -1 where a snooze ended.
    pub days_left: i64,
}

impl Store {
    /// Marks an alert as seen; false where there is no such alert.
    ///
    /// # Errors
    /// A database that fails.
    pub fn acknowledge(&mut self, alert: i64, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE alerts SET acknowledged = coalesce(acknowledged, ?2) WHERE id = ?1";
        Ok(self.change(sql, (alert, millis(at)))? > 0)
    }

    /// Marks a watch as stale, and tells it, in one transaction.
    ///
    /// # Errors
    /// A database that fails.
    pub fn hold_up(
        &mut self,
        watch: &str,
        reason: &str,
        new: &NewAlert<'_>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let written = self.transact(|_, transaction| {
            let sql = "UPDATE watches SET health = 'stale', trouble = ?2 WHERE id = ?1";
            transaction.execute(sql, (watch, reason))?;
            write_alert(transaction, watch, new, at)
        });
        written.map(drop).map_err(|fault| self.named(fault))
    }

    /// Puts an alert off; false where there is no such alert.
    ///
    /// # Errors
    /// A database that fails.
    pub fn snooze(&mut self, alert: i64, until: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE alerts SET snoozed = ?2, acknowledged = NULL WHERE id = ?1";
        Ok(self.change(sql, (alert, millis(until)))? > 0)
    }

    /// Marks an alert as false, and keeps its clauses so that they are not told again; false where there is no such alert.
    ///
    /// # Errors
    /// A database that fails.
    pub fn call_false(&mut self, alert: i64, clauses: &[FalseAlarm], at: DateTime<Utc>) -> Result<bool, StoreError> {
        let call = |store: &mut Self| -> Result<bool, Fault> {
            let transaction = store
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let sql = "UPDATE alerts SET acknowledged = coalesce(acknowledged, ?2), false_alarm = 1 WHERE id = ?1";
            let found = transaction.execute(sql, (alert, millis(at)))? > 0;
            for one in clauses.iter().filter(|_| found) {
                let sql = "INSERT OR REPLACE INTO false_alarms (watch, clause, lang, at) VALUES (?1, ?2, ?3, ?4)";
                transaction.execute(sql, (&one.watch, &one.clause, &one.lang, millis(one.at)))?;
            }
            transaction.commit()?;
            Ok(found)
        };
        call(self).map_err(|fault| self.named(fault))
    }

    /// The clauses called false, of one watch or of all, oldest first.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn false_alarms(&self, watch: Option<&str>) -> Result<Vec<FalseAlarm>, StoreError> {
        let sql =
            "SELECT watch, clause, lang, at FROM false_alarms WHERE watch = coalesce(?1, watch) ORDER BY at, clause";
        self.rows(sql, [watch], |row| {
            Ok(FalseAlarm {
                watch: row.get(0)?,
                clause: row.get(1)?,
                lang: row.get(2)?,
                at: time(row.get(3)?)?,
            })
        })
    }

    /// Notes that the user objected at a watch's service (`None` takes the last objection back).
    ///
    /// # Errors
    /// A database that fails.
    pub fn note_objection(&mut self, watch: &str, at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        let note = |store: &mut Self| -> Result<(), Fault> {
            let transaction = store
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "INSERT INTO watches (id) VALUES (?1) ON CONFLICT (id) DO NOTHING",
                [watch],
            )?;
            match at {
                Some(at) => {
                    let version = Self::newest(&transaction, watch)?;
                    let sql = "INSERT INTO objections (watch, at, version) VALUES (?1, ?2, ?3)";
                    transaction.execute(sql, (watch, millis(at), version))?;
                }
                None => {
                    let sql = "DELETE FROM objections WHERE id = (SELECT max(id) FROM objections WHERE watch = ?1)";
                    transaction.execute(sql, [watch])?;
                }
            }
            let sql = "UPDATE watches SET objected = (SELECT max(at) FROM objections WHERE watch = ?1) WHERE id = ?1";
            transaction.execute(sql, [watch])?;
            transaction.commit()?;
            Ok(())
        };
        note(self).map_err(|fault| self.named(fault))
    }

    /// Every objection, oldest first.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn objections(&self) -> Result<Vec<KeptObjection>, StoreError> {
        self.rows("SELECT watch, at, version FROM objections ORDER BY at, id", (), |row| {
            Ok(KeptObjection {
                watch: row.get(0)?,
                at: time(row.get(1)?)?,
                version: row.get(2)?,
            })
        })
    }

    /// Whether this reminder was sent.
    ///
    /// # Errors
    /// A database that fails.
    pub fn was_reminded(&self, reminded: &Reminded) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM reminders WHERE alert = ?1 AND day = ?2 AND days_left = ?3";
        let values = (reminded.alert, reminded.day.to_string(), reminded.days_left);
        Ok(!self.rows(sql, values, |_| Ok(()))?.is_empty())
    }

    /// Notes a reminder, and puts its messages into the outbox.
    ///
    /// # Errors
    /// A database that fails.
    pub fn remind(
        &mut self,
        reminded: &Reminded,
        messages: &[NewMessage],
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let remind = |store: &mut Self| -> Result<(), Fault> {
            let transaction = store
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let sql = "INSERT OR IGNORE INTO reminders (alert, day, days_left) VALUES (?1, ?2, ?3)";
            let values = (reminded.alert, reminded.day.to_string(), reminded.days_left);
            // Another process may have been quicker.
            if transaction.execute(sql, values)? > 0 {
                for message in messages {
                    post(&transaction, reminded.alert, message, at)?;
                }
            }
            transaction.commit()?;
            Ok(())
        };
        remind(self).map_err(|fault| self.named(fault))
    }
}
