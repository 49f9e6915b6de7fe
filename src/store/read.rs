//! What was kept.

use chrono::{DateTime, Utc};
use rusqlite::Row;
use url::Url;

use super::archive::archived_page;
use super::coding::{from_json, hex, packed_json, time, times, unpack};
use super::contents::{Contents, Id};
use super::text::RecordedText;
use super::{
    Fault, Health, Held, Newest, NewestPage, Stances, StandIn, Store, StoreError, StoredAlert, Version, VersionLine,
    WatchState,
};
use crate::analysis::compare::Ledger;
use crate::analysis::detect::Detection;
use crate::analysis::document::Document;
use crate::analysis::page::Page;

/// Versions are numbered without a gap: the newest tells how many there are.
const STATE: &str = "SELECT id, health, trouble, failures, last_visit, last_read, last_change, not_before, suspect_text, \
    suspect_seen, objected, number, moved, unconfirmed_text, unconfirmed_seen, \
    lang, understood, claims, assurances, choices, restrictions FROM watches \
    LEFT JOIN versions ON watch = id AND number = (SELECT max(number) FROM versions WHERE watch = id)";

pub(super) const ALERT: &str =
    "SELECT id, at, size, packed, told, acknowledged, false_alarm, snoozed, historical FROM alerts";

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
        let sql = "SELECT number, recorded, characters, findings, sha256, link, commit_id, packed IS NOT NULL, \
            EXISTS (SELECT 1 FROM contents AS page WHERE page.packed IS NULL AND (page.id = versions.body OR page.id IN ( \
                SELECT body FROM snapshots WHERE snapshots.watch = versions.watch AND version = number))) \
            FROM versions JOIN contents ON contents.id = document WHERE watch = ?1 ORDER BY number";
        self.rows(sql, [watch], |row| {
            Ok(VersionLine {
                number: row.get(0)?,
                recorded: time(row.get(1)?)?,
                characters: row.get(2)?,
                findings: row.get(3)?,
                text_sha256: hex(&row.get::<_, Vec<u8>>(4)?),
                link: hex(&row.get::<_, Vec<u8>>(5)?),
                commit: row.get::<_, Option<Vec<u8>>>(6)?.map(|commit| hex(&commit)),
                held: match (row.get(7)?, row.get(8)?) {
                    (false, _) => Held::Hashes,
                    (true, true) => Held::Text,
                    (true, false) => Held::All,
                },
            })
        })
    }

    /// Version `number`, or the newest.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn version(&self, watch: &str, number: Option<u32>) -> Result<Option<Version>, StoreError> {
        let sql = "SELECT number, requested, recorded, document, reading, detection, rules, sha256, robots_ignored FROM versions \
            JOIN contents ON contents.id = document \
            WHERE watch = ?1 AND number = coalesce(?2, (SELECT max(number) FROM versions WHERE watch = ?1))";
        let mut found = self.rows(sql, (watch, number), |row| {
            Ok(Version {
                number: row.get(0)?,
                requested: time(row.get(1)?)?,
                recorded: time(row.get(2)?)?,
                document: self.read_document(row.get(3)?, row.get(4)?)?,
                detection: from_json(&self.contents().get(row.get(5)?)?)?,
                rules: row.get::<_, i64>(6)?.cast_unsigned(),
                text_sha256: hex(&row.get::<_, Vec<u8>>(7)?),
                robots_ignored: row.get(8)?,
            })
        })?;
        Ok(found.pop())
    }

    /// What version `number` says, or the newest; what was found in it is not unpacked.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn document(&self, watch: &str, number: Option<u32>) -> Result<Option<Document>, StoreError> {
        let sql = "SELECT document, reading FROM versions \
            WHERE watch = ?1 AND number = coalesce(?2, (SELECT max(number) FROM versions WHERE watch = ?1))";
        let mut found = self.rows(sql, (watch, number), |row| self.read_document(row.get(0)?, row.get(1)?))?;
        Ok(found.pop())
    }

    fn read_document(&self, text: Id, reading: Option<Id>) -> Result<Document, Fault> {
        self.recorded(text, reading)?.read()
    }

    fn recorded(&self, text: Id, reading: Option<Id>) -> Result<RecordedText, Fault> {
        Ok(RecordedText {
            content: self.contents().content(reading.unwrap_or(text))?,
            is_reading: reading.is_some(),
            path: self.path.clone(),
        })
    }

    /// What version `number` says, and what was found in it.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn unread(&self, watch: &str, number: u32) -> Result<Option<(RecordedText, Detection)>, StoreError> {
        let sql = "SELECT document, reading, detection FROM versions WHERE watch = ?1 AND number = ?2";
        let mut found = self.rows(sql, (watch, number), |row| {
            let text = self.recorded(row.get(0)?, row.get(1)?)?;
            Ok((text, from_json(&self.contents().get(row.get(2)?)?)?))
        })?;
        Ok(found.pop())
    }

    /// The text of a version as it was read when it was recorded, in Markdown; later rules may read it otherwise.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn recorded_text(&self, watch: &str, number: u32) -> Result<Option<String>, StoreError> {
        let sql = "SELECT document FROM versions WHERE watch = ?1 AND number = ?2";
        let mut found = self.rows(sql, (watch, number), |row| {
            let text = self.contents().get(row.get(0)?)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        })?;
        Ok(found.pop())
    }

    /// The pages a version was read from, in the order of the watch.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn snapshot(&self, watch: &str, version: u32) -> Result<Vec<Page>, StoreError> {
        let sql = "SELECT requested, address, status, headers, body FROM snapshots \
            WHERE watch = ?1 AND version = ?2 ORDER BY position";
        let pages = self.rows(sql, (watch, version), |row| {
            Ok(Page {
                requested: url(&row.get::<_, String>(0)?)?,
                address: url(&row.get::<_, String>(1)?)?,
                status: row.get(2)?,
                headers: from_json(row.get::<_, String>(3)?.as_bytes())?,
                body: self.contents().get(row.get(4)?)?.to_vec(),
            })
        })?;
        if !pages.is_empty() {
            return Ok(pages);
        }
        let sql = "SELECT path, coalesce(body, document) FROM versions JOIN archived_documents USING (watch) \
            WHERE watch = ?1 AND number = ?2 AND versions.commit_id IS NOT NULL";
        self.rows(sql, (watch, version), |row| {
            Ok(archived_page(
                &row.get::<_, String>(0)?,
                self.contents().get(row.get(1)?)?.to_vec(),
            ))
        })
    }

    /// When each page of a version was read, in the order of the watch: one that failed stands in it as it was read
    /// before. None where an archive recorded it.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn read_times(&self, watch: &str, version: u32) -> Result<Vec<DateTime<Utc>>, StoreError> {
        let sql = "SELECT coalesce(read, versions.requested) FROM versions \
            JOIN snapshots ON snapshots.watch = versions.watch AND version = number \
            LEFT JOIN stand_ins USING (watch, version, position) \
            WHERE versions.watch = ?1 AND number = ?2 ORDER BY position";
        self.rows(sql, (watch, version), |row| time(row.get(0)?))
    }

    /// The pages that stand in for those that failed at the last visit which read others.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn stand_ins(&self) -> Result<Vec<StandIn>, StoreError> {
        let sql = "SELECT watch, url, read FROM validators JOIN \
            (SELECT watch, max(read) AS latest FROM validators GROUP BY watch) USING (watch) \
            WHERE read < latest ORDER BY watch, url";
        self.rows(sql, (), |row| {
            Ok(StandIn {
                watch: row.get(0)?,
                url: row.get(1)?,
                read: time(row.get(2)?)?,
            })
        })
    }

    /// What tells whether an answer brings anything new.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn newest_version(&self, watch: &str) -> Result<Newest, StoreError> {
        let sql = "SELECT number, rules FROM versions WHERE watch = ?1 ORDER BY number DESC LIMIT 1";
        let newest = self
            .rows(sql, [watch], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?
            .pop();
        let Some((number, rules)) = newest else {
            return Ok(Newest::default());
        };
        let sql = "SELECT requested, sha256, size FROM snapshots JOIN contents ON contents.id = body \
            WHERE watch = ?1 AND version = ?2 ORDER BY position";
        let mut pages = self.rows(sql, (watch, number), |row| {
            Ok(NewestPage {
                requested: url(&row.get::<_, String>(0)?)?,
                sha256: row.get(1)?,
                size: row.get(2)?,
            })
        })?;
        if pages.is_empty() {
            let sql = "SELECT path, sha256, size FROM versions JOIN archived_documents USING (watch) \
                JOIN contents ON contents.id = coalesce(body, document) \
                WHERE watch = ?1 AND number = ?2 AND versions.commit_id IS NOT NULL";
            pages = self.rows(sql, (watch, number), |row| {
                Ok(NewestPage {
                    requested: archived_page(&row.get::<_, String>(0)?, Vec::new()).requested,
                    sha256: row.get(1)?,
                    size: row.get(2)?,
                })
            })?;
        }
        Ok(Newest {
            number,
            rules: rules.cast_unsigned(),
            pages,
        })
    }

    /// The pages of the latest visit: those of the newest version, where a visit since found other bytes those.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn latest_pages(&self, watch: &str) -> Result<Vec<Page>, StoreError> {
        let newest = Self::newest(&self.connection, watch).map_err(|fault| self.named(fault))?;
        let mut pages = self.snapshot(watch, newest)?;
        let sql = "SELECT position, requested, address, status, headers, base, size, packed FROM latest_pages WHERE watch = ?1 ORDER BY position";
        let latest = self.rows(sql, [watch], |row| {
            let base = self.contents().below(row.get(5)?)?;
            let page = Page {
                requested: url(&row.get::<_, String>(1)?)?,
                address: url(&row.get::<_, String>(2)?)?,
                status: row.get(3)?,
                headers: from_json(row.get::<_, String>(4)?.as_bytes())?,
                body: unpack(&row.get::<_, Vec<u8>>(7)?, &base, row.get(6)?)?,
            };
            Ok((row.get::<_, u32>(0)?, page))
        })?;
        for (position, page) in latest {
            match pages.get_mut(position as usize) {
                Some(known) => *known = page,
                None => pages.push(page),
            }
        }
        Ok(pages)
    }

    /// ETag, Last-Modified and whether a browser was needed, by address.
    ///
    /// # Errors
    /// A database that fails.
    pub fn validators(&self, watch: &str) -> Result<Vec<super::record::PageMemory>, StoreError> {
        let sql = "SELECT url, etag, last_modified, needs_browser, read FROM validators WHERE watch = ?1";
        self.rows(sql, [watch], |row| {
            Ok(super::record::PageMemory {
                url: row.get(0)?,
                etag: row.get(1)?,
                last_modified: row.get(2)?,
                needs_browser: row.get(3)?,
                read: times(row.get(4)?)?,
            })
        })
    }

    /// Every finding ever seen in a watch's history.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn ledger(&self, watch: &str) -> Result<Ledger, StoreError> {
        Ok(self.ledger_where("watch = ?1", watch)?.unwrap_or_default())
    }

    /// The ledger, where a visit that finds nothing new still changes something in it.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn ledger_that_counts_visits(&self, watch: &str) -> Result<Option<Ledger>, StoreError> {
        self.ledger_where("watch = ?1 AND counts_visits", watch)
    }

    fn ledger_where(&self, condition: &str, watch: &str) -> Result<Option<Ledger>, StoreError> {
        let sql = format!("SELECT size, entries, base FROM ledgers WHERE {condition}");
        let mut found = self.rows(&sql, [watch], |row| {
            Ok(Ledger {
                entries: self.contents().packed_json((row.get(0)?, row.get(1)?), row.get(2)?)?,
            })
        })?;
        Ok(found.pop())
    }

    /// The alerts, newest first.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn alerts(&self, watch: Option<&str>) -> Result<Vec<StoredAlert>, StoreError> {
        self.rows(
            &format!("{ALERT} WHERE watch = coalesce(?1, watch) ORDER BY id DESC"),
            [watch],
            alert,
        )
    }

    /// The alerts that were told and not acknowledged, newest first.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn unacknowledged(&self) -> Result<Vec<StoredAlert>, StoreError> {
        let told = "told AND acknowledged IS NULL";
        self.rows(&format!("{ALERT} WHERE {told} ORDER BY id DESC"), (), alert)
    }

    pub(super) fn contents(&self) -> Contents<'_> {
        Contents::of_visit(&self.connection, &self.recent)
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
        let mut statement = connection.prepare_cached(sql)?;
        let newest: Option<u32> = statement.query_row([watch], |row| row.get(0))?;
        Ok(newest.unwrap_or_default())
    }
}

pub(super) fn url(text: &str) -> Result<Url, Fault> {
    Url::parse(text).map_err(|error| Fault::Damaged(format!("`{text}`: {error}")))
}

fn state(row: &Row<'_>) -> Result<WatchState, Fault> {
    let health = match row.get::<_, String>(1)?.as_str() {
        "new" => Health::New,
        "ok" => Health::Ok,
        "troubled" => Health::Troubled,
        "blind" => Health::Blind,
        "gone" => Health::Gone,
        "stale" => Health::Stale,
        other => return Err(Fault::Damaged(format!("the health `{other}`"))),
    };
    let sighting = |text: usize| -> Result<Option<(String, u32)>, Fault> {
        let seen = row.get(text + 1)?;
        Ok(row.get::<_, Option<String>>(text)?.map(|text| (text, seen)))
    };
    Ok(WatchState {
        watch: row.get(0)?,
        health,
        trouble: row.get(2)?,
        failures: row.get(3)?,
        last_visit: times(row.get(4)?)?,
        last_read: times(row.get(5)?)?,
        last_change: times(row.get(6)?)?,
        not_before: times(row.get(7)?)?,
        suspect: sighting(8)?,
        unconfirmed: sighting(13)?,
        objected: times(row.get(10)?)?,
        versions: row.get::<_, Option<u32>>(11)?.unwrap_or_default(),
        says: row.get::<_, Option<u32>>(11)?.map(|_| says(row)).transpose()?,
        moved: row.get(12)?,
    })
}

fn says(row: &Row<'_>) -> Result<Stances, Fault> {
    Ok(Stances {
        lang: row.get(15)?,
        understood: row.get(16)?,
        claims: row.get(17)?,
        assurances: row.get(18)?,
        choices: row.get(19)?,
        restrictions: row.get(20)?,
    })
}

pub(super) fn alert(row: &Row<'_>) -> Result<StoredAlert, Fault> {
    Ok(StoredAlert {
        id: row.get(0)?,
        at: time(row.get(1)?)?,
        alert: packed_json((row.get(2)?, row.get(3)?))?,
        told: row.get(4)?,
        acknowledged: times(row.get(5)?)?,
        false_alarm: row.get(6)?,
        snoozed: times(row.get(7)?)?,
        historical: row.get(8)?,
    })
}
