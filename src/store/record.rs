//! One visit, written whole or not at all.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};

use super::acts::await_day;
use super::coding::{Hash, json, millis, pack_json, pack_quickly, small};
use super::content::{Content, NewPage};
use super::contents::{Contents, Id};
use super::text::StoredText;
use super::version::{self, Row, Snapshot};
use super::{Fault, Health, Store, StoreError};
use crate::analysis::alert::Alert;
use crate::analysis::compare::Ledger;
use crate::analysis::detect::Detection;
use crate::analysis::document::Document;
use crate::render::Message;

/// What is remembered of one address for the next visit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageMemory {
    pub url: String,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Over HTTP the text was not there.
    pub needs_browser: bool,
    /// When the visit began that read it last.
    pub read: Option<DateTime<Utc>>,
}

/// One visit of one watch.
#[derive(Debug)]
pub struct Record<'a> {
    pub watch: &'a str,
    /// When the first page was asked for.
    pub requested: DateTime<Utc>,
    pub at: DateTime<Utc>,
    /// The version the visit was judged against; 0 for none.
    pub based_on: u32,
    pub health: Health,
    pub trouble: Option<String>,
    pub failures: u32,
    pub not_before: Option<DateTime<Utc>>,
    pub suspect: Option<(String, u32)>,
    pub unconfirmed: Option<(String, u32)>,
    /// Where a page lies for good now.
    pub moved: Option<String>,
    pub kept: Kept<'a>,
    pub alerts: Vec<NewAlert<'a>>,
}

impl<'a> Record<'a> {
    /// A visit that found all well, judged against no version, and that has nothing to tell.
    pub fn quiet(watch: &'a str, at: DateTime<Utc>, kept: Kept<'a>) -> Self {
        Self {
            watch,
            requested: at,
            at,
            based_on: 0,
            health: Health::Ok,
            trouble: None,
            failures: 0,
            not_before: None,
            suspect: None,
            unconfirmed: None,
            moved: None,
            kept,
            alerts: Vec::new(),
        }
    }
}

/// What the visit brought that is kept.
#[derive(Debug)]
pub enum Kept<'a> {
    /// The document was not read.
    Nothing,
    /// The document is as it was.
    Unchanged {
        /// Those whose bytes are the newest version's may be left out at the end.
        pages: &'a [NewPage],
        memory: &'a [PageMemory],
        /// Where the visit changed it.
        ledger: Option<&'a Ledger>,
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
    pub pages: &'a [NewPage],
    pub text: &'a StoredText,
    pub detection: &'a Detection,
    /// Hash of the rules it was read with.
    pub rules: u64,
    /// The pages were asked for whatever robots.txt says.
    pub robots_ignored: bool,
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
        // What found nothing may be taken back by a power cut: the next visit finds it again.
        let is_news = matches!(record.kept, Kept::Version(_)) || !record.alerts.is_empty();
        let work = |contents: Contents<'_>| {
            let connection = contents.connection;
            if Self::newest(connection, record.watch)? != record.based_on {
                return Err(Fault::Overtaken(record.watch.to_owned()));
            }
            visit(connection, record)?;
            let mut version = record.based_on;
            match &record.kept {
                Kept::Nothing => {}
                Kept::Unchanged {
                    pages,
                    memory,
                    ledger,
                    reread,
                } => {
                    if let Some(reread) = reread {
                        let read = (reread.document, reread.detection, reread.rules);
                        version::reread(contents, record.watch, record.based_on, read)?;
                    }
                    write_latest(contents, record, pages)?;
                    remember(connection, record.watch, memory)?;
                    if let Some(ledger) = ledger {
                        write_ledger(contents, record.watch, ledger)?;
                    }
                }
                Kept::Version(new) => {
                    version += 1;
                    version::insert(contents, &row(record, version, new))?;
                    write_latest(contents, record, &[])?;
                    remember(connection, record.watch, new.memory)?;
                    write_ledger(contents, record.watch, new.ledger)?;
                }
            }
            let mut alerts = Vec::new();
            for alert in &record.alerts {
                alerts.push(write_alert(connection, record.watch, alert, record.at)?);
            }
            Ok(Recorded { version, alerts })
        };
        let written = if is_news {
            self.transact(work)
        } else {
            self.transact_unflushed(work)
        };
        self.recent.shrink();
        written
    }
}

fn row<'a>(record: &'a Record<'_>, number: u32, new: &'a NewVersion<'_>) -> Row<'a> {
    Row {
        watch: record.watch,
        number,
        requested: record.requested,
        recorded: record.at,
        characters: new.text.characters,
        detection: new.detection,
        rules: new.rules,
        robots_ignored: new.robots_ignored,
        snapshot: Snapshot::Pages {
            pages: new.pages,
            text: new.text,
        },
        memory: new.memory,
    }
}

fn visit(connection: &Connection, record: &Record<'_>) -> Result<(), Fault> {
    let health = match record.health {
        Health::New => "new",
        Health::Ok => "ok",
        Health::Troubled => "troubled",
        Health::Blind => "blind",
        Health::Gone => "gone",
        Health::Stale => "stale",
    };
    let at = millis(record.at);
    let read = (!matches!(record.kept, Kept::Nothing)).then_some(at);
    let changed = matches!(record.kept, Kept::Version(_)).then_some(at);
    let (suspect_text, suspect_seen) = record.suspect.clone().unzip();
    let (unconfirmed_text, unconfirmed_seen) = record.unconfirmed.clone().unzip();
    connection.prepare_cached(
        "INSERT INTO watches (id, health, trouble, failures, last_visit, last_read, last_change, not_before, suspect_text, suspect_seen, moved, \
         unconfirmed_text, unconfirmed_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (id) DO UPDATE SET \
         health = excluded.health, trouble = excluded.trouble, failures = excluded.failures, last_visit = excluded.last_visit, \
         last_read = coalesce(excluded.last_read, last_read), last_change = coalesce(excluded.last_change, last_change), \
         not_before = excluded.not_before, suspect_text = excluded.suspect_text, suspect_seen = excluded.suspect_seen, \
         moved = excluded.moved, unconfirmed_text = excluded.unconfirmed_text, \
         unconfirmed_seen = excluded.unconfirmed_seen",
    )?
    .execute((
            record.watch,
            health,
            &record.trouble,
            record.failures,
            at,
            read,
            changed,
            record.not_before.map(millis),
            suspect_text,
            suspect_seen.unwrap_or_default(),
            &record.moved,
            unconfirmed_text,
            unconfirmed_seen.unwrap_or_default(),
        ))?;
    Ok(())
}

fn remember(connection: &Connection, watch: &str, memory: &[PageMemory]) -> Result<(), Fault> {
    let forget = "DELETE FROM validators WHERE watch = ?1";
    connection.prepare_cached(forget)?.execute([watch])?;
    let sql = "INSERT OR REPLACE INTO validators (watch, url, etag, last_modified, needs_browser, read) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    for page in memory {
        connection.prepare_cached(sql)?.execute((
            watch,
            &page.url,
            &page.etag,
            &page.last_modified,
            page.needs_browser,
            page.read.map(millis),
        ))?;
    }
    Ok(())
}

/// Keeps the pages of this visit where their bytes are not those of the newest version.
fn write_latest(contents: Contents<'_>, record: &Record<'_>, pages: &[NewPage]) -> Result<(), Fault> {
    let connection = contents.connection;
    let forget = "DELETE FROM latest_pages WHERE watch = ?1";
    connection.prepare_cached(forget)?.execute([record.watch])?;
    let sql = "SELECT body, sha256 FROM snapshots JOIN contents ON contents.id = body \
        WHERE watch = ?1 AND version = ?2 AND position = ?3";
    let insert = "INSERT INTO latest_pages (watch, position, at, requested, address, status, headers, sha256, base, size, packed) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    for (position, page) in (0_u32..).zip(pages) {
        let known: Option<(Id, Hash)> = connection
            .prepare_cached(sql)?
            .query_row((record.watch, record.based_on, position), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let sha256 = page.body.sha256();
        if known.is_some_and(|(_, known)| known == sha256) {
            continue;
        }
        let base = known.map(|(base, _)| base);
        let (base, size, packed) = match &page.body {
            Content::Plain(bytes) => {
                let packed = pack_quickly(bytes, &contents.below(base)?)?;
                (base, small(bytes.len()), Cow::Owned(packed))
            }
            Content::Packed(packed) => (None, packed.size, Cow::Borrowed(&packed.bytes)),
        };
        connection.prepare_cached(insert)?.execute(rusqlite::params![
            record.watch,
            position,
            millis(record.at),
            page.requested.as_str(),
            page.address.as_str(),
            page.status,
            json(&page.headers)?,
            sha256,
            base,
            size,
            packed.as_slice(),
        ])?;
    }
    Ok(())
}

/// A ledger quotes what the newest version's findings quote.
pub(super) fn write_ledger(contents: Contents<'_>, watch: &str, ledger: &Ledger) -> Result<(), Fault> {
    let connection = contents.connection;
    let sql = "SELECT detection, number FROM versions WHERE watch = ?1 ORDER BY number DESC LIMIT 1";
    let newest: Option<(Id, u32)> = connection
        .prepare_cached(sql)?
        .query_row([watch], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (base, number) = newest.unzip();
    let (size, entries) = contents.pack_json(&ledger.entries, base)?;
    let insert =
        "INSERT OR REPLACE INTO ledgers (watch, size, entries, base, counts_visits) VALUES (?1, ?2, ?3, ?4, ?5)";
    let counts_visits = ledger.counts_visits(number.unwrap_or_default());
    connection
        .prepare_cached(insert)?
        .execute((watch, size, entries, base, counts_visits))?;
    Ok(())
}

pub(super) fn write_alert(
    connection: &Connection,
    watch: &str,
    new: &NewAlert<'_>,
    at: DateTime<Utc>,
) -> Result<i64, Fault> {
    let (size, packed) = pack_json(new.alert)?;
    connection.execute(
        "INSERT INTO alerts (watch, at, size, packed, told) VALUES (?1, ?2, ?3, ?4, ?5)",
        (watch, millis(at), size, packed, new.told),
    )?;
    let alert = connection.last_insert_rowid();
    if new.told {
        await_day(connection, alert, new.alert)?;
    }
    for message in &new.messages {
        post(connection, alert, message, at)?;
    }
    Ok(alert)
}

/// Puts a message into the outbox.
pub(super) fn post(connection: &Connection, alert: i64, new: &NewMessage, at: DateTime<Utc>) -> Result<i64, Fault> {
    connection.execute(
        "INSERT INTO outbox (alert, channel, message, next_attempt, digest) VALUES (?1, ?2, ?3, ?4, ?5)",
        (
            alert,
            &new.channel,
            json(&new.message)?,
            millis(new.digest_at.unwrap_or(at)),
            new.digest_at.is_some(),
        ),
    )?;
    Ok(connection.last_insert_rowid())
}
