//! What people did about alerts: saw them, put them off, called them false, objected; and of what they were reminded.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Connection;

use super::coding::{millis, time};
use super::read::{ALERT, alert};
use super::record::{post, write_alert};
use super::{Fault, NewAlert, NewMessage, Store, StoreError, StoredAlert};
use crate::analysis::alert::Alert;
use crate::analysis::compare::Severity;

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
        let written = self.transact(|contents| {
            let sql = "UPDATE watches SET health = 'stale', trouble = ?2 WHERE id = ?1";
            contents.connection.execute(sql, (watch, reason))?;
            write_alert(contents.connection, watch, new, at)
        });
        written.map(drop).map_err(|fault| self.named(fault))
    }

    /// Puts an alert off; false where there is no such alert.
    ///
    /// # Errors
    /// A database that fails.
    pub fn snooze(&mut self, alert: i64, until: DateTime<Utc>) -> Result<bool, StoreError> {
        let snoozed = self.transact(|contents| {
            let sql = "UPDATE alerts SET snoozed = ?2, acknowledged = NULL WHERE id = ?1";
            let is_there = contents.connection.execute(sql, (alert, millis(until)))? > 0;
            if is_there {
                let sql = "INSERT OR IGNORE INTO awaited (alert) VALUES (?1)";
                contents.connection.execute(sql, [alert])?;
            }
            Ok(is_there)
        });
        snoozed.map_err(|fault| self.named(fault))
    }

    /// Marks an alert as false, and keeps its clauses so that they are not told again; false where there is no such alert.
    ///
    /// # Errors
    /// A database that fails.
    pub fn call_false(&mut self, alert: i64, clauses: &[FalseAlarm], at: DateTime<Utc>) -> Result<bool, StoreError> {
        let called = self.transact(|contents| {
            let connection = contents.connection;
            let sql = "UPDATE alerts SET acknowledged = coalesce(acknowledged, ?2), false_alarm = 1 WHERE id = ?1";
            let found = connection.execute(sql, (alert, millis(at)))? > 0;
            for one in clauses.iter().filter(|_| found) {
                let sql = "INSERT OR REPLACE INTO false_alarms (watch, clause, lang, at) VALUES (?1, ?2, ?3, ?4)";
                connection.execute(sql, (&one.watch, &one.clause, &one.lang, millis(one.at)))?;
            }
            Ok(found)
        });
        called.map_err(|fault| self.named(fault))
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
        let noted = self.transact(|contents| {
            let connection = contents.connection;
            connection.execute(
                "INSERT INTO watches (id) VALUES (?1) ON CONFLICT (id) DO NOTHING",
                [watch],
            )?;
            match at {
                Some(at) => {
                    let version = Self::newest(connection, watch)?;
                    let sql = "INSERT INTO objections (watch, at, version) VALUES (?1, ?2, ?3)";
                    connection.execute(sql, (watch, millis(at), version))?;
                }
                None => {
                    let sql = "DELETE FROM objections WHERE id = (SELECT max(id) FROM objections WHERE watch = ?1)";
                    connection.execute(sql, [watch])?;
                }
            }
            let sql = "UPDATE watches SET objected = (SELECT max(at) FROM objections WHERE watch = ?1) WHERE id = ?1";
            connection.execute(sql, [watch])?;
            Ok(())
        });
        noted.map_err(|fault| self.named(fault))
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

    /// The alerts that somebody may have to be reminded of today, newest first: told, neither acknowledged nor called
    /// false; put off until now, or about a day that is not over.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn awaited_alerts(&self, today: NaiveDate, now: DateTime<Utc>) -> Result<Vec<StoredAlert>, StoreError> {
        let sql = format!(
            "{ALERT} JOIN awaited ON alert = id WHERE told AND acknowledged IS NULL AND NOT false_alarm \
             AND iif(snoozed IS NULL, last_day >= ?1, snoozed <= ?2) ORDER BY id DESC"
        );
        self.rows(&sql, (today.to_string(), millis(now)), alert)
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
        let noted = self.transact(|contents| {
            let connection = contents.connection;
            let sql = "INSERT OR IGNORE INTO reminders (alert, day, days_left) VALUES (?1, ?2, ?3)";
            let values = (reminded.alert, reminded.day.to_string(), reminded.days_left);
            // Another process may have been quicker.
            if connection.execute(sql, values)? > 0 {
                for message in messages {
                    post(connection, reminded.alert, message, at)?;
                }
            }
            Ok(())
        });
        noted.map_err(|fault| self.named(fault))
    }
}

/// Notes until which day an alert is worth a reminder, where it names one.
pub(super) fn await_day(connection: &Connection, id: i64, alert: &Alert) -> Result<(), Fault> {
    let days = [alert.deadline(), alert.effective()];
    let last = days.into_iter().flatten().max();
    if let Some(last) = last.filter(|_| alert.severity == Severity::Alert) {
        let sql = "INSERT INTO awaited (alert, last_day) VALUES (?1, ?2)";
        connection.execute(sql, (id, last.to_string()))?;
    }
    Ok(())
}
