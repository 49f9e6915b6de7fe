//! What the watchlist's `keep` lets go: old pages and texts that nobody was told of.
//!
//! Only bytes go. Their rows and hashes stay, so that the chain over all versions can still be checked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;

use super::coding::millis;
use super::contents::Id;
use super::{Fault, Store, StoreError};
use crate::watchlist::Keep;

/// How much was let go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LetGo {
    pub pages: usize,
    pub texts: usize,
}

/// What a version holds on to.
struct Holding {
    number: u32,
    recorded: i64,
    findings: u32,
    text: Option<Id>,
    /// What was read in the text, where that is kept beside it.
    reading: Option<Id>,
    pages: Vec<Id>,
}

impl Store {
    /// Lets go of a watch's pages and texts that are older than `keep` says.
    ///
    /// Never of the first and the newest version, of those between which a clause came or went, of those that an alert
    /// or an objection is about; never of a text with findings.
    ///
    /// # Errors
    /// A database that fails or is damaged.
    pub fn let_go(&mut self, watch: &str, keep: Keep, now: DateTime<Utc>) -> Result<LetGo, StoreError> {
        let moment = |days: Option<u32>| Some(millis(now.checked_sub_signed(TimeDelta::days(days?.into()))?));
        let (pages, texts) = (moment(keep.pages), moment(keep.texts));
        let is_old = |recorded: i64, before: Option<i64>| before.is_some_and(|before| recorded < before);
        if (pages, texts) == (None, None) {
            return Ok(LetGo::default());
        }
        let holdings = self.holdings(watch)?;
        let may_go = |one: &Holding| {
            is_old(one.recorded, texts) && one.findings == 0 && one.text.is_some()
                || is_old(one.recorded, pages) && !one.pages.is_empty()
        };
        if !holdings.iter().any(may_go) {
            return Ok(LetGo::default());
        }
        let protected = self.protected(watch, &holdings)?;
        let mut candidates = Candidates::default();
        for one in holdings.iter().filter(|one| !protected.contains(&one.number)) {
            let text_goes = is_old(one.recorded, texts) && one.findings == 0;
            if text_goes {
                candidates.texts.extend(one.text);
                candidates.readings.extend(one.reading);
            }
            if text_goes || is_old(one.recorded, pages) {
                candidates.pages.extend(&one.pages);
            }
            candidates.versions.push((one.number, text_goes));
        }
        if candidates.texts.is_empty() && candidates.pages.is_empty() {
            return Ok(LetGo::default());
        }
        let gone = self.transact(|contents| {
            let used = candidates.used_elsewhere(contents.connection, watch)?;
            candidates.texts.retain(|id| !used.contains(id));
            candidates.pages.retain(|id| !used.contains(id));
            candidates.readings.retain(|id| !used.contains(id));
            let all = candidates
                .texts
                .iter()
                .chain(&candidates.readings)
                .chain(&candidates.pages);
            contents.let_go(&all.copied().collect())?;
            Ok(LetGo {
                pages: candidates.pages.len(),
                texts: candidates.texts.len(),
            })
        });
        // What is unpacked stands on its old bases.
        self.recent.forget();
        gone.map_err(|fault| self.named(fault))
    }

    /// How much is let go by now.
    ///
    /// # Errors
    /// A database that fails.
    pub fn gone(&self) -> Result<LetGo, StoreError> {
        let sql = "SELECT (SELECT count(DISTINCT id) FROM contents WHERE packed IS NULL AND id IN (SELECT document FROM versions)), \
            (SELECT count(DISTINCT id) FROM contents WHERE packed IS NULL AND id NOT IN ( \
            SELECT document FROM versions UNION SELECT reading FROM versions WHERE reading IS NOT NULL))";
        let found = self.rows(sql, (), |row| {
            Ok(LetGo {
                texts: row.get::<_, u32>(0)? as usize,
                pages: row.get::<_, u32>(1)? as usize,
            })
        })?;
        Ok(found.into_iter().next().unwrap_or_default())
    }

    /// The versions with what is still there of them, oldest first.
    fn holdings(&self, watch: &str) -> Result<Vec<Holding>, StoreError> {
        let sql = "SELECT number, recorded, findings, document, reading, packed IS NOT NULL FROM versions \
            JOIN contents ON contents.id = document WHERE watch = ?1 ORDER BY number";
        let mut holdings: BTreeMap<u32, Holding> = BTreeMap::new();
        for holding in self.rows(sql, [watch], |row| {
            let (document, reading): (Id, Option<Id>) = (row.get(3)?, row.get(4)?);
            let is_there: bool = row.get(5)?;
            Ok(Holding {
                number: row.get(0)?,
                recorded: row.get(1)?,
                findings: row.get(2)?,
                text: Some(document).filter(|_| is_there),
                reading: reading.filter(|_| is_there),
                pages: Vec::new(),
            })
        })? {
            holdings.insert(holding.number, holding);
        }
        let sql = "SELECT version, body FROM snapshots JOIN contents ON contents.id = body WHERE watch = ?1 AND packed IS NOT NULL UNION ALL \
            SELECT number, id FROM versions JOIN contents ON id = coalesce(body, document) \
            WHERE watch = ?1 AND commit_id IS NOT NULL AND packed IS NOT NULL";
        for (number, body) in self.rows(sql, [watch], |row| Ok((row.get(0)?, row.get(1)?)))? {
            if let Some(holding) = holdings.get_mut(&number) {
                holding.pages.push(body);
            }
        }
        Ok(holdings.into_values().collect())
    }

    /// The versions that somebody may ask for.
    fn protected(&self, watch: &str, holdings: &[Holding]) -> Result<BTreeSet<u32>, StoreError> {
        let numbers = holdings.iter().map(|holding| holding.number);
        let mut protected: BTreeSet<u32> = numbers.clone().min().into_iter().chain(numbers.max()).collect();
        for entry in self.ledger(watch)?.entries {
            let (first, last) = (entry.first_version, entry.last_version);
            protected.extend([first.saturating_sub(1), first, last, last + 1]);
        }
        for stored in self.alerts(Some(watch))? {
            protected.extend(
                [stored.alert.from_version, stored.alert.to_version]
                    .into_iter()
                    .flatten(),
            );
        }
        let sql = "SELECT version FROM objections WHERE watch = ?1";
        protected.extend(self.rows(sql, [watch], |row| Ok(row.get::<_, u32>(0)?))?);
        Ok(protected)
    }
}

#[derive(Debug, Default)]
struct Candidates {
    /// Numbers of the versions that let something go, and whether that is the text too.
    versions: Vec<(u32, bool)>,
    texts: BTreeSet<Id>,
    readings: BTreeSet<Id>,
    pages: BTreeSet<Id>,
}

impl Candidates {
    /// The contents that versions hold which do not let go of them, whoever's they are: each is stored once.
    fn used_elsewhere(&self, connection: &Connection, watch: &str) -> Result<BTreeSet<Id>, Fault> {
        let letting_go: BTreeMap<u32, bool> = self.versions.iter().copied().collect();
        let mut used = BTreeSet::new();
        let mut note = |sql: &str, is_text: bool| -> Result<(), Fault> {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id: Option<Id> = row.get(2)?;
                let lets_go = row.get_ref(0)?.as_str().is_ok_and(|of| of == watch)
                    && letting_go.get(&row.get(1)?).is_some_and(|text| *text || !is_text);
                if !lets_go {
                    used.extend(id);
                }
            }
            Ok(())
        };
        note("SELECT watch, number, document FROM versions", true)?;
        note("SELECT watch, number, reading FROM versions", true)?;
        note("SELECT watch, version, body FROM snapshots", false)?;
        note(
            "SELECT watch, number, coalesce(body, document) FROM versions WHERE commit_id IS NOT NULL",
            false,
        )?;
        // A detection of no findings may be a page's bytes as little as these, but what is there stays.
        note("SELECT '', 0, detection FROM versions", false)?;
        note("SELECT '', 0, base FROM latest_pages", false)?;
        Ok(used)
    }
}
