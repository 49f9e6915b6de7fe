//! What was kept.

use rusqlite::{OptionalExtension, Row};
use url::Url;

use super::coding::{from_json, from_packed_json, time, times, unpack};
use super::{Fault, Health, Store, StoreError, StoredAlert, Version, VersionLine, WatchState};
use crate::analysis::compare::{Ledger, LedgerEntry};
use crate::analysis::page::Page;

const STATE: &str = "SELECT id, health, trouble, failures, last_visit, last_read, last_change, not_before, suspect_text, \
    suspect_seen, objected, (SELECT count(*) FROM versions WHERE watch = id), moved FROM watches";

impl Store {
    /// How every watch stands that was ever visited.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn states(&self) -> Result<Vec<WatchState>, StoreError> {
        self.rows(&format!("{STATE} ORDER BY id"), (), state)
    }

    /// How a watch stands; `None` before its first visit.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn state(&self, watch: &str) -> Result<Option<WatchState>, StoreError> {
        Ok(self.rows(&format!("{STATE} WHERE id = ?1"), [watch], state)?.pop())
    }

    /// The versions, oldest first.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn log(&self, watch: &str) -> Result<Vec<VersionLine>, StoreError> {
        let sql =
            "SELECT number, recorded, characters, findings, text_sha256 FROM versions WHERE watch = ?1 ORDER BY number";
        self.rows(sql, [watch], |row| {
            Ok(VersionLine {
                number: row.get(0)?,
                recorded: time(row.get(1)?)?,
                characters: row.get(2)?,
                findings: row.get(3)?,
                text_sha256: row.get(4)?,
            })
        })
    }

    /// Version `number`, or the newest.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn version(&self, watch: &str, number: Option<u32>) -> Result<Option<Version>, StoreError> {
        let sql = "SELECT number, recorded, document, detection, text_sha256, rules FROM versions \
            WHERE watch = ?1 AND number = coalesce(?2, (SELECT max(number) FROM versions WHERE watch = ?1))";
        let mut found = self.rows(sql, (watch, number), |row| {
            Ok(Version {
                number: row.get(0)?,
                recorded: time(row.get(1)?)?,
                document: from_packed_json(row.get_ref(2)?.as_blob().map_err(|error| damaged(&error))?)?,
                detection: from_packed_json(row.get_ref(3)?.as_blob().map_err(|error| damaged(&error))?)?,
                text_sha256: row.get(4)?,
                rules: row.get::<_, i64>(5)?.cast_unsigned(),
            })
        })?;
        Ok(found.pop())
    }

    /// The pages a version was read from, in the order of the watch.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn snapshot(&self, watch: &str, version: u32) -> Result<Vec<Page>, StoreError> {
        let sql = "SELECT requested, address, status, headers, bytes FROM snapshots JOIN bodies ON sha256 = body \
            WHERE watch = ?1 AND version = ?2 ORDER BY position";
        self.rows(sql, (watch, version), |row| {
            let url = |text: String| Url::parse(&text).map_err(|error| Fault::Damaged(format!("`{text}`: {error}")));
            Ok(Page {
                requested: url(row.get(0)?)?,
                address: url(row.get(1)?)?,
                moved: None,
                status: row.get(2)?,
                headers: from_json(&row.get::<_, String>(3)?)?,
                body: unpack(row.get_ref(4)?.as_blob().map_err(|error| damaged(&error))?)?,
            })
        })
    }

    /// ETag, Last-Modified and whether a browser was needed, by address.
    ///
    /// # Errors
    /// A database that fails.
    pub fn validators(&self, watch: &str) -> Result<Vec<super::record::PageMemory>, StoreError> {
        let sql = "SELECT url, etag, last_modified, needs_browser FROM validators WHERE watch = ?1";
        self.rows(sql, [watch], |row| {
            Ok(super::record::PageMemory {
                url: row.get(0)?,
                etag: row.get(1)?,
                last_modified: row.get(2)?,
                needs_browser: row.get(3)?,
            })
        })
    }

    /// Every finding ever seen in a watch's history.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn ledger(&self, watch: &str) -> Result<Ledger, StoreError> {
        let sql = "SELECT id, finding, first_version, last_version, visits_gone, removal_told FROM ledger WHERE watch = ?1 ORDER BY id";
        let entries = self.rows(sql, [watch], |row| {
            Ok(LedgerEntry {
                id: row.get(0)?,
                finding: from_json(&row.get::<_, String>(1)?)?,
                first_version: row.get(2)?,
                last_version: row.get(3)?,
                visits_gone: row.get(4)?,
                removal_told: row.get(5)?,
            })
        })?;
        Ok(Ledger { entries })
    }

    /// The alerts, newest first.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn alerts(&self, watch: Option<&str>) -> Result<Vec<StoredAlert>, StoreError> {
        let sql = "SELECT id, at, alert, told, acknowledged, false_alarm, snoozed FROM alerts WHERE watch = coalesce(?1, watch) ORDER BY id DESC";
        self.rows(sql, [watch], |row| {
            Ok(StoredAlert {
                id: row.get(0)?,
                at: time(row.get(1)?)?,
                alert: from_json(&row.get::<_, String>(2)?)?,
                told: row.get(3)?,
                acknowledged: times(row.get(4)?)?,
                false_alarm: row.get(5)?,
                snoozed: times(row.get(6)?)?,
            })
        })
    }

    pub(super) fn damage(&self) -> Result<Vec<String>, Fault> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let lines = statement
            .query_map([], |row| row.get::<_, String>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        let mut found: Vec<String> = lines.into_iter().filter(|line| line != "ok").collect();
        let mut bodies = self.connection.prepare("SELECT sha256, bytes FROM bodies")?;
        let mut rows = bodies.query([])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let intact = unpack(row.get_ref(1)?.as_blob().map_err(|error| damaged(&error))?)
                .is_ok_and(|bytes| super::coding::sha256(&bytes) == name);
            found.extend((!intact).then(|| format!("the page {name} is not as it was received")));
        }
        Ok(found)
    }

    pub(super) fn rows<T>(
        &self,
        sql: &str,
        parameters: impl rusqlite::Params,
        read: impl Fn(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, StoreError> {
        let collect = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query(parameters)?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(read(row)?);
            }
            Ok(found)
        };
        collect().map_err(|fault| self.named(fault))
    }

    pub(super) fn newest(connection: &rusqlite::Connection, watch: &str) -> Result<u32, Fault> {
        let sql = "SELECT max(number) FROM versions WHERE watch = ?1";
        let newest = connection
            .query_row(sql, [watch], |row| row.get::<_, Option<u32>>(0))
            .optional()?;
        Ok(newest.flatten().unwrap_or_default())
    }
}

fn damaged(error: &rusqlite::types::FromSqlError) -> Fault {
    Fault::Damaged(error.to_string())
}

fn state(row: &Row<'_>) -> Result<WatchState, Fault> {
    let health = match row.get::<_, String>(1)?.as_str() {
        "new" => Health::New,
        "ok" => Health::Ok,
        "troubled" => Health::Troubled,
        "blind" => Health::Blind,
        "gone" => Health::Gone,
        other => return Err(Fault::Damaged(format!("the health `{other}`"))),
    };
    let seen = row.get(9)?;
    Ok(WatchState {
        watch: row.get(0)?,
        health,
        trouble: row.get(2)?,
        failures: row.get(3)?,
        last_visit: times(row.get(4)?)?,
        last_read: times(row.get(5)?)?,
        last_change: times(row.get(6)?)?,
        not_before: times(row.get(7)?)?,
        suspect: row.get::<_, Option<String>>(8)?.map(|text| (text, seen)),
        objected: times(row.get(10)?)?,
        versions: row.get(11)?,
        moved: row.get(12)?,
    })
}
