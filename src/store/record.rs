//! One visit, written whole or not at all.

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, TransactionBehavior};

use super::coding::{json, millis, pack, packed_json, sha256};
use super::{Fault, Health, Store, StoreError};
use crate::analysis::alert::Alert;
use crate::analysis::compare::Ledger;
use crate::analysis::detect::Detection;
use crate::analysis::document::Document;
use crate::analysis::page::Page;
use crate::render::Message;

/// What is remembered of one address for the next visit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageMemory {
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Over HTTP the text was not there.
    pub needs_browser: bool,
}

/// One visit of one watch.
#[derive(Debug)]
pub struct Record<'a> {
    pub watch: &'a str,
    pub at: DateTime<Utc>,
    /// The version the visit was judged against; 0 for none.
    pub based_on: u32,
    pub health: Health,
    pub trouble: Option<String>,
    pub failures: u32,
    pub not_before: Option<DateTime<Utc>>,
    pub suspect: Option<(String, u32)>,
    /// Where a page lies for good now; `None` leaves what was noted.
    pub moved: Option<String>,
    pub kept: Kept<'a>,
    pub alerts: Vec<NewAlert<'a>>,
}

/// What the visit brought that is kept.
#[derive(Debug)]
pub enum Kept<'a> {
    /// The document was not read.
    Nothing,
    /// The document is as it was.
    Unchanged {
        memory: &'a [PageMemory],
        ledger: &'a Ledger,
        /// Where the rules changed since it was recorded.
        reread: Option<Reread<'a>>,
    },
    /// A new version.
    Version(NewVersion<'a>),
}

/// The newest version as changed rules read its snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Reread<'a> {
    pub document: &'a Document,
    pub detection: &'a Detection,
    /// Hash of those rules.
    pub rules: u64,
}

/// A new version, and what the visit brought with it.
#[derive(Debug)]
pub struct NewVersion<'a> {
    pub pages: &'a [Page],
    pub document: &'a Document,
    pub detection: &'a Detection,
    /// Hash of the rules it was read with.
    pub rules: u64,
    pub memory: &'a [PageMemory],
    pub ledger: &'a Ledger,
}

/// An alert, and the messages that tell it.
#[derive(Debug)]
pub struct NewAlert<'a> {
    pub alert: &'a Alert,
    /// Its owner wants to hear of it; else it is kept to be looked up.
    pub told: bool,
    pub messages: Vec<NewMessage>,
}

/// A message for the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMessage {
    pub channel: String,
    pub message: Message,
    /// When the digest goes out that it waits for; `None` where it goes at once.
    pub digest_at: Option<DateTime<Utc>>,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The newest version now; 0 for none.
    pub version: u32,
    /// The alerts' numbers.
    pub alerts: Vec<i64>,
}

impl Store {
    /// Writes a visit: snapshot, version, findings, ledger, alert and outbox in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when another process wrote a version meanwhile; a database that fails.
    pub fn record(&mut self, record: &Record<'_>) -> Result<Recorded, StoreError> {
        self.write(record).map_err(|fault| self.named(fault))
    }

    fn write(&mut self, record: &Record<'_>) -> Result<Recorded, Fault> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if Self::newest(&transaction, record.watch)? != record.based_on {
            return Err(Fault::Overtaken(record.watch.to_owned()));
        }
        visit(&transaction, record)?;
        let mut version = record.based_on;
        match &record.kept {
            Kept::Nothing => {}
            Kept::Unchanged { memory, ledger, reread } => {
                if let Some(reread) = reread {
                    rewrite_version(&transaction, record, reread)?;
                }
                remember(&transaction, record.watch, memory)?;
                write_ledger(&transaction, record.watch, ledger)?;
            }
            Kept::Version(new) => {
                version += 1;
                write_version(&transaction, record, version, new)?;
                remember(&transaction, record.watch, new.memory)?;
                write_ledger(&transaction, record.watch, new.ledger)?;
            }
        }
        let mut alerts = Vec::new();
        for alert in &record.alerts {
            alerts.push(write_alert(&transaction, record, alert)?);
        }
        transaction.commit()?;
        Ok(Recorded { version, alerts })
    }
}

fn visit(transaction: &Transaction<'_>, record: &Record<'_>) -> Result<(), Fault> {
    let health = match record.health {
        Health::New => "new",
        Health::Ok => "ok",
        Health::Troubled => "troubled",
        Health::Blind => "blind",
        Health::Gone => "gone",
    };
    let at = millis(record.at);
    let read = (!matches!(record.kept, Kept::Nothing)).then_some(at);
    let changed = matches!(record.kept, Kept::Version(_)).then_some(at);
    let (suspect_text, suspect_seen) = match &record.suspect {
        Some((text, seen)) => (Some(text), *seen),
        None => (None, 0),
    };
    transaction.execute(
        "INSERT INTO watches (id, health, trouble, failures, last_visit, last_read, last_change, not_before, suspect_text, suspect_seen, moved) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET \
         health = excluded.health, trouble = excluded.trouble, failures = excluded.failures, last_visit = excluded.last_visit, \
         last_read = coalesce(excluded.last_read, last_read), last_change = coalesce(excluded.last_change, last_change), \
         not_before = excluded.not_before, suspect_text = excluded.suspect_text, suspect_seen = excluded.suspect_seen, \
         moved = coalesce(excluded.moved, moved)",
        (
            record.watch,
            health,
            &record.trouble,
            record.failures,
            at,
            read,
            changed,
            record.not_before.map(millis),
            suspect_text,
            suspect_seen,
            &record.moved,
        ),
    )?;
    Ok(())
}

fn remember(transaction: &Transaction<'_>, watch: &str, memory: &[PageMemory]) -> Result<(), Fault> {
    transaction.execute("DELETE FROM validators WHERE watch = ?1", [watch])?;
    let sql = "INSERT OR REPLACE INTO validators (watch, url, etag, last_modified, needs_browser) VALUES (?1, ?2, ?3, ?4, ?5)";
    for page in memory {
        transaction.execute(
            sql,
            (watch, &page.url, &page.etag, &page.last_modified, page.needs_browser),
        )?;
    }
    Ok(())
}

fn write_version(
    transaction: &Transaction<'_>,
    record: &Record<'_>,
    number: u32,
    new: &NewVersion<'_>,
) -> Result<(), Fault> {
    let characters = u32::try_from(new.document.to_text().chars().count()).unwrap_or(u32::MAX);
    let findings = u32::try_from(new.detection.findings.len()).unwrap_or(u32::MAX);
    transaction.execute(
        "INSERT INTO versions (watch, number, recorded, document, detection, text_sha256, characters, findings, rules) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            record.watch,
            number,
            millis(record.at),
            packed_json(new.document)?,
            packed_json(new.detection)?,
            sha256(new.document.to_markdown().as_bytes()),
            characters,
            findings,
            new.rules.cast_signed(),
        ),
    )?;
    for (position, page) in (0_u32..).zip(new.pages) {
        let name = sha256(&page.body);
        transaction.execute(
            "INSERT OR IGNORE INTO bodies (sha256, bytes) VALUES (?1, ?2)",
            (&name, pack(&page.body)?),
        )?;
        transaction.execute(
            "INSERT INTO snapshots (watch, version, position, requested, address, status, headers, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                record.watch,
                number,
                position,
                page.requested.as_str(),
                page.address.as_str(),
                page.status,
                json(&page.headers)?,
                &name,
            ),
        )?;
    }
    Ok(())
}

fn rewrite_version(transaction: &Transaction<'_>, record: &Record<'_>, reread: &Reread<'_>) -> Result<(), Fault> {
    let findings = u32::try_from(reread.detection.findings.len()).unwrap_or(u32::MAX);
    transaction.execute(
        "UPDATE versions SET document = ?3, detection = ?4, findings = ?5, rules = ?6 WHERE watch = ?1 AND number = ?2",
        (
            record.watch,
            record.based_on,
            packed_json(reread.document)?,
            packed_json(reread.detection)?,
            findings,
            reread.rules.cast_signed(),
        ),
    )?;
    Ok(())
}

fn write_ledger(transaction: &Transaction<'_>, watch: &str, ledger: &Ledger) -> Result<(), Fault> {
    let insert = "INSERT INTO ledger (watch, finding, first_version, last_version, visits_gone, removal_told) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let update = "UPDATE ledger SET finding = ?2, first_version = ?3, last_version = ?4, visits_gone = ?5, removal_told = ?6 \
        WHERE id = ?7 AND watch = ?1";
    for entry in &ledger.entries {
        let (finding, told) = (json(&entry.finding)?, entry.removal_told);
        let (first, last, gone) = (entry.first_version, entry.last_version, entry.visits_gone);
        match entry.id {
            0 => transaction.execute(insert, (watch, finding, first, last, gone, told))?,
            id => transaction.execute(update, (watch, finding, first, last, gone, told, id))?,
        };
    }
    Ok(())
}

fn write_alert(transaction: &Transaction<'_>, record: &Record<'_>, new: &NewAlert<'_>) -> Result<i64, Fault> {
    let at = millis(record.at);
    transaction.execute(
        "INSERT INTO alerts (watch, at, alert, told) VALUES (?1, ?2, ?3, ?4)",
        (record.watch, at, json(new.alert)?, new.told),
    )?;
    let alert = transaction.last_insert_rowid();
    for message in &new.messages {
        post(transaction, alert, message, record.at)?;
    }
    Ok(alert)
}

/// Puts a message into the outbox.
pub(super) fn post(
    transaction: &Transaction<'_>,
    alert: i64,
    new: &NewMessage,
    at: DateTime<Utc>,
) -> Result<i64, Fault> {
    transaction.execute(
        "INSERT INTO outbox (alert, channel, message, next_attempt, digest) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            alert,
            &new.channel,
            json(&new.message)?,
            millis(new.digest_at.unwrap_or(at)),
            new.digest_at.is_some(),
        ),
    )?;
    Ok(transaction.last_insert_rowid())
}
