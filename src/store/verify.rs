//! Is everything as it was recorded?

use rusqlite::{ErrorCode, OptionalExtension};

use super::chain::{Sealed, SealedPage};
use super::coding::{Hash, hex, packed_json, sha256, time, unpack};
use super::contents::Id;
use super::{Fault, Store, StoreError};
use crate::analysis::alert::Alert;
use crate::analysis::compare::LedgerEntry;

/// Adds the damage it finds.
type Check = fn(&Store, &mut Vec<String>) -> Result<(), Fault>;

const NOT_AS_RECORDED: &str = "is not what was recorded";

/// What is said of a damage; a database that fails for another reason is none.
fn trouble(fault: Fault) -> Result<String, Fault> {
    match fault {
        Fault::Damaged(what) => Ok(format!("cannot be read: {what}")),
        Fault::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt) => {
            Ok(format!("cannot be read: {error}"))
        }
        Fault::LetGo => Ok("cannot be read: what it stands on is gone".to_owned()),
        fault => Err(fault),
    }
}

/// A version's row, as far as its link seals it.
struct Row {
    watch: String,
    number: u32,
    requested: i64,
    recorded: i64,
    text: Hash,
    link: Hash,
    commit: Option<Vec<u8>>,
}

/// The text whose SHA-256 is a version's link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub text: String,
    /// Hex.
    pub link: String,
}

impl Store {
    /// What is damaged: pages of the database, contents that are not what their hashes say, broken links of the
    /// chains; empty when all is well.
    ///
    /// # Errors
    /// A database that fails.
    pub fn verify(&self) -> Result<Vec<String>, StoreError> {
        let checks = [
            ("the database", Self::pages_of_the_database as Check),
            ("the contents", Self::contents_not_as_recorded),
            ("the list of versions", Self::newest_without_text),
            ("the chains", Self::broken_links),
            ("pages, ledgers and alerts", Self::beside_the_chains),
        ];
        let mut damage = Vec::new();
        for (part, check) in checks {
            // One damaged table does not hide what is wrong, or well, with the others.
            let failed = check(self, &mut damage).err().map(trouble).transpose();
            if let Some(trouble) = failed.map_err(|fault| self.named(fault))? {
                damage.push(format!("{part}: not all {trouble}"));
            }
        }
        Ok(damage)
    }

    fn pages_of_the_database(&self, damage: &mut Vec<String>) -> Result<(), Fault> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check(5)")?;
        for line in statement.query_map([], |row| row.get::<_, String>(0))? {
            damage.push(line?);
        }
        damage.retain(|line| line != "ok");
        Ok(())
    }

    fn contents_not_as_recorded(&self, damage: &mut Vec<String>) -> Result<(), Fault> {
        let last = |sql| self.connection.query_row(sql, [], |row| row.get::<_, Option<Id>>(0));
        let newest = last("SELECT max(id) FROM contents")
            .or_else(|_| last("SELECT max(seq) FROM sqlite_sequence WHERE name = 'contents'"))?;
        // One by one: a damaged page of the table ends a walk along it.
        for id in 1..=newest.unwrap_or_default() {
            let trouble = match self.is_as_recorded(id) {
                Ok(true) => continue,
                Ok(false) => NOT_AS_RECORDED.to_owned(),
                Err(fault) => trouble(fault)?,
            };
            let used = match self.used_by(id) {
                Err(Fault::Sqlite(_)) => "something that cannot be named".to_owned(),
                used => used?,
            };
            damage.push(format!("{used} (content {id}) {trouble}"));
        }
        Ok(())
    }

    /// What is not there, or was let go, cannot be otherwise than recorded.
    fn is_as_recorded(&self, id: Id) -> Result<bool, Fault> {
        let sql = "SELECT sha256 FROM contents WHERE id = ?1 AND packed IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let name: Option<Hash> = statement.query_row([id], |row| row.get(0)).optional()?;
        match name {
            Some(name) => Ok(sha256(&self.contents().get(id)?) == name),
            None => Ok(true),
        }
    }

    /// What stands in no chain: the pages of the latest visits, ledgers and alerts.
    fn beside_the_chains(&self, damage: &mut Vec<String>) -> Result<(), Fault> {
        let contents = self.contents();
        let pages = "SELECT 'the page ' || address || ' of the latest visit of ' || watch, size, packed, base, sha256 FROM latest_pages";
        self.unsound(damage, pages, |row| {
            let body = unpack(&row.get::<_, Vec<u8>>(2)?, &contents.below(row.get(3)?)?, row.get(1)?)?;
            Ok(sha256(&body) == row.get::<_, Hash>(4)?)
        })?;
        let ledgers = "SELECT 'the ledger of ' || watch, size, entries, base FROM ledgers";
        self.unsound(damage, ledgers, |row| {
            let entries: Vec<LedgerEntry> = contents.packed_json((row.get(1)?, row.get(2)?), row.get(3)?)?;
            Ok(entries.iter().all(|entry| entry.first_version <= entry.last_version))
        })?;
        let alerts = "SELECT 'alert ' || id || ' of ' || watch, watch, size, packed FROM alerts";
        self.unsound(damage, alerts, |row| {
            let alert: Alert = packed_json((row.get(2)?, row.get(3)?))?;
            Ok(alert.watch == row.get::<_, String>(1)?)
        })
    }

    /// The rows, named in their first column, that are damaged or say what they cannot.
    fn unsound(
        &self,
        damage: &mut Vec<String>,
        sql: &str,
        is_sound: impl Fn(&rusqlite::Row<'_>) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let trouble = match is_sound(row) {
                Ok(true) => continue,
                Ok(false) => NOT_AS_RECORDED.to_owned(),
                Err(fault) => trouble(fault)?,
            };
            damage.push(format!("{} {trouble}", row.get::<_, String>(0)?));
        }
        Ok(())
    }

    /// `keep` never lets go of these.
    fn newest_without_text(&self, damage: &mut Vec<String>) -> Result<(), Fault> {
        let sql = "SELECT 'the document of ' || watch || '@' || max(number) || ' is gone' FROM versions \
            JOIN contents ON contents.id = document GROUP BY watch HAVING packed IS NULL";
        let mut statement = self.connection.prepare(sql)?;
        for line in statement.query_map([], |row| row.get(0))? {
            damage.push(line?);
        }
        Ok(())
    }

    /// Names what a person knows of a content.
    fn used_by(&self, id: Id) -> Result<String, Fault> {
        let sql = "SELECT 'the document of ' || watch || '@' || number FROM versions WHERE document = ?1 OR reading = ?1 \
            UNION ALL SELECT 'the findings of ' || watch || '@' || number FROM versions WHERE detection = ?1 \
            UNION ALL SELECT 'the page ' || address || ' of ' || watch || '@' || version FROM snapshots WHERE body = ?1 \
            UNION ALL SELECT 'the page of ' || watch || '@' || number FROM versions WHERE body = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let used = statement
            .query_map([id], |row| row.get::<_, String>(0))?
            .collect::<Result<Vec<_>, _>>()?;
        Ok(match used.as_slice() {
            [] => "something unused".to_owned(),
            [one] => one.clone(),
            [one, others @ ..] => format!("{one} (and {} more)", others.len()),
        })
    }

    /// What seals a version: anybody can hash it again.
    ///
    /// # Errors
    /// A database that fails.
    pub fn seal(&self, watch: &str, number: u32) -> Result<Option<Seal>, StoreError> {
        let find = || {
            let rows = self.rows_of(Some(watch))?;
            let Some(at) = rows.iter().position(|row| row.number == number) else {
                return Ok(None);
            };
            let before = at.checked_sub(1).map(|before| rows[before].link);
            Ok(Some(Seal {
                text: self.sealed(&rows[at])?.text(before.as_ref()),
                link: hex(&rows[at].link),
            }))
        };
        find().map_err(|fault| self.named(fault))
    }

    fn rows_of(&self, watch: Option<&str>) -> Result<Vec<Row>, Fault> {
        let sql = "SELECT watch, number, requested, recorded, sha256, link, commit_id FROM versions JOIN contents ON contents.id = document WHERE watch = coalesce(?1, watch) ORDER BY watch, number";
        let mut statement = self.connection.prepare(sql)?;
        let rows = statement.query_map([watch], |row| {
            Ok(Row {
                watch: row.get(0)?,
                number: row.get(1)?,
                requested: row.get(2)?,
                recorded: row.get(3)?,
                text: row.get(4)?,
                link: row.get(5)?,
                commit: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn broken_links(&self, damage: &mut Vec<String>) -> Result<(), Fault> {
        let mut before: Option<Row> = None;
        for row in self.rows_of(None)? {
            let previous = before.take().filter(|before| before.watch == row.watch);
            if row.number != previous.as_ref().map_or(1, |previous| previous.number + 1) {
                damage.push(format!("{}@{}: a version before it is missing", row.watch, row.number));
            } else if self.sealed(&row)?.link(previous.as_ref().map(|row| &row.link)) != row.link {
                damage.push(format!(
                    "{}@{}: the chain is broken: it, or a version before it, is not as recorded",
                    row.watch, row.number
                ));
            }
            before = Some(row);
        }
        Ok(())
    }

    fn sealed<'a>(&self, row: &'a Row) -> Result<Sealed<'a>, Fault> {
        Ok(Sealed {
            watch: &row.watch,
            number: row.number,
            requested: time(row.requested)?,
            recorded: time(row.recorded)?,
            text: row.text,
            pages: self.sealed_pages(row)?,
            commit: row.commit.as_deref().map(hex),
        })
    }

    fn sealed_pages(&self, row: &Row) -> Result<Vec<SealedPage>, Fault> {
        let sql = if row.commit.is_some() {
            "SELECT '', '', 0, '', sha256, NULL FROM versions JOIN contents ON contents.id = coalesce(body, document) \
                WHERE watch = ?1 AND number = ?2"
        } else {
            "SELECT requested, address, status, headers, sha256, read FROM snapshots JOIN contents ON contents.id = body \
                LEFT JOIN stand_ins USING (watch, version, position) \
                WHERE watch = ?1 AND version = ?2 ORDER BY position"
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let pages = statement.query_map((&row.watch, row.number), |row| {
            Ok(SealedPage {
                requested: row.get(0)?,
                address: row.get(1)?,
                status: row.get(2)?,
                headers: row.get(3)?,
                body: row.get(4)?,
                read: row.get(5)?,
            })
        })?;
        Ok(pages.collect::<Result<_, _>>()?)
    }
}
