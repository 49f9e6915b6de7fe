//! Histories taken over from archives: versions that others recorded, with the commits that prove it.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension};
use url::Url;

use super::coding::{from_hex, hex, millis, pack_json};
use super::contents::{Contents, Effort};
use super::record::write_ledger;
use super::version::{Row, Snapshot, insert};
use super::{Fault, Store, StoreError};
use crate::analysis::alert::Alert;
use crate::analysis::compare::Ledger;
use crate::analysis::detect::Detection;
use crate::analysis::page::Page;

/// A git repository of recorded versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Archive(i64);

/// A file of an archive, and the watch that has its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedDocument {
    /// First commit of the archive, hex: what it is known by.
    pub root: String,
    /// The file's path in the archive.
    pub path: String,
    pub watch: String,
    /// The commit taken over last, hex.
    pub commit: String,
}

/// A version as an archive recorded it.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchivedVersion {
    /// Hex.
    pub commit: String,
    pub recorded: DateTime<Utc>,
    pub body: Vec<u8>,
    /// Of its text, as people read it.
    pub characters: usize,
    pub detection: Detection,
    /// Hash of the rules it was read with.
    pub rules: u64,
}

/// A stretch of a document's history, to be written whole or not at all.
#[derive(Debug)]
pub struct TakenOver<'a> {
    pub archive: Archive,
    pub path: &'a str,
    pub watch: &'a str,
    /// The version it continues; 0 for none.
    pub based_on: u32,
    pub versions: &'a [ArchivedVersion],
    /// What would have been told, and when.
    pub alerts: &'a [(DateTime<Utc>, Alert)],
    pub ledger: &'a Ledger,
    /// The commit decided last, a version or not, hex.
    pub commit: &'a str,
}

/// The page that stands for a file of an archive.
pub fn archived_page(path: &str, body: Vec<u8>) -> Page {
    let mut address = Url::parse("archive:/").unwrap_or_else(|_| unreachable!("a constant"));
    address.set_path(path);
    let mut page = Page::from_file(address, body);
    page.headers
        .push(("content-type".into(), "text/markdown; charset=utf-8".into()));
    page
}

impl Store {
    /// The archive whose first commit this is.
    ///
    /// # Errors
    /// A database that fails.
    pub fn archive(&mut self, root: &str) -> Result<Archive, StoreError> {
        let find = || {
            self.connection
                .execute("INSERT OR IGNORE INTO archives (root) VALUES (?1)", [root])?;
            self.connection
                .query_row("SELECT id FROM archives WHERE root = ?1", [root], |row| row.get(0))
        };
        find().map(Archive).map_err(|error| self.named(error.into()))
    }

    /// The documents taken over so far.
    ///
    /// # Errors
    /// A database that fails.
    pub fn archived_documents(&self) -> Result<Vec<ArchivedDocument>, StoreError> {
        let sql = "SELECT root, path, watch, commit_id FROM archived_documents JOIN archives ON archives.id = archive ORDER BY watch";
        self.rows(sql, (), |row| {
            Ok(ArchivedDocument {
                root: row.get(0)?,
                path: row.get(1)?,
                watch: row.get(2)?,
                commit: hex(&row.get::<_, Vec<u8>>(3)?),
            })
        })
    }

    /// Writes a stretch of a document's history in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Overtaken`] when another process wrote a version meanwhile; a database that fails.
    pub fn take_over(&mut self, stretch: &TakenOver<'_>) -> Result<(), StoreError> {
        let written = self.transact(|contents| {
            let connection = contents.connection;
            let contents = Contents {
                effort: Effort::History,
                ..contents
            };
            if Self::newest(connection, stretch.watch)? != stretch.based_on {
                return Err(Fault::Overtaken(stretch.watch.to_owned()));
            }
            watch(connection, stretch)?;
            for (number, version) in (stretch.based_on + 1..).zip(stretch.versions) {
                insert(
                    contents,
                    &Row {
                        watch: stretch.watch,
                        number,
                        requested: version.recorded,
                        recorded: version.recorded,
                        characters: version.characters,
                        detection: &version.detection,
                        rules: version.rules,
                        robots_ignored: false,
                        snapshot: Snapshot::Archived {
                            commit: &version.commit,
                            body: &version.body,
                        },
                        memory: &[],
                    },
                )?;
            }
            write_ledger(contents, stretch.watch, stretch.ledger)?;
            let insert = "INSERT INTO alerts (watch, at, size, packed, told, historical) VALUES (?1, ?2, ?3, ?4, 0, 1)";
            for (at, alert) in stretch.alerts {
                let (size, packed) = pack_json(alert)?;
                connection
                    .prepare_cached(insert)?
                    .execute((stretch.watch, millis(*at), size, packed))?;
            }
            Ok(())
        });
        written.map_err(|fault| self.named(fault))
    }

    /// Where an archive recorded a version: its path and commit.
    ///
    /// # Errors
    /// A database that fails.
    pub fn provenance(&self, watch: &str, version: u32) -> Result<Option<(String, String)>, StoreError> {
        let find = || {
            let sql = "SELECT path, versions.commit_id FROM versions JOIN archived_documents USING (watch) \
                WHERE watch = ?1 AND number = ?2 AND versions.commit_id IS NOT NULL";
            self.connection
                .query_row(sql, (watch, version), |row| {
                    Ok((row.get(0)?, hex(&row.get::<_, Vec<u8>>(1)?)))
                })
                .optional()
        };
        find().map_err(|error| self.named(error.into()))
    }
}

fn watch(connection: &Connection, stretch: &TakenOver<'_>) -> Result<(), Fault> {
    let changed = stretch.versions.last().map(|version| millis(version.recorded));
    connection.execute(
        "INSERT INTO watches (id, last_change) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET \
         last_change = coalesce(excluded.last_change, last_change)",
        (stretch.watch, changed),
    )?;
    let commit = from_hex(stretch.commit).ok_or_else(|| Fault::Damaged(format!("no commit: {}", stretch.commit)))?;
    connection.execute(
        "INSERT OR REPLACE INTO archived_documents (archive, path, watch, commit_id) VALUES (?1, ?2, ?3, ?4)",
        (stretch.archive.0, stretch.path, stretch.watch, commit),
    )?;
    Ok(())
}
