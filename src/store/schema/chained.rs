//! Schema 4: what lay in `old_versions`, `old_snapshots`, `bodies` and `ledger` is written anew.

use rusqlite::{OptionalExtension, Transaction};
use serde::de::DeserializeOwned;
use url::Url;

use crate::analysis::compare::{Ledger, LedgerEntry};
use crate::analysis::detect::Detection;
use crate::analysis::document::Document;
use crate::analysis::page::Page;
use crate::store::coding::{from_json, pack_json, time};
use crate::store::contents::{Contents, Effort, Recent};
use crate::store::text::StoredText;
use crate::store::version::{Row, Snapshot, insert};
use crate::store::{Fault, NewPage};

pub(super) fn fill(transaction: &Transaction<'_>) -> Result<(), Fault> {
    let recent = Recent::default();
    let contents = Contents {
        connection: transaction,
        recent: &recent,
        effort: Effort::History,
    };
    versions(contents, transaction)?;
    ledgers(transaction)?;
    transaction
        .execute_batch("DROP TABLE old_snapshots; DROP TABLE old_versions; DROP TABLE bodies; DROP TABLE ledger")?;
    Ok(())
}

fn versions(contents: Contents<'_>, transaction: &Transaction<'_>) -> Result<(), Fault> {
    let sql = "SELECT watch, number, recorded, document, detection, rules FROM old_versions ORDER BY watch, number";
    let mut statement = transaction.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (watch, number): (String, u32) = (row.get(0)?, row.get(1)?);
        let recorded = time(row.get(2)?)?;
        let pages = pages(transaction, &watch, number)?;
        let (document, detection): (Document, Detection) = (
            unpacked(&row.get::<_, Vec<u8>>(3)?)?,
            unpacked(&row.get::<_, Vec<u8>>(4)?)?,
        );
        let text = StoredText::of(&document).map_err(|error| Fault::Damaged(error.to_string()))?;
        insert(
            contents,
            &Row {
                watch: &watch,
                number,
                requested: recorded,
                recorded,
                characters: text.characters,
                detection: &detection,
                rules: row.get::<_, i64>(5)?.cast_unsigned(),
                robots_ignored: false,
                snapshot: Snapshot::Pages {
                    pages: &pages,
                    text: &text,
                },
                memory: &[],
            },
        )?;
    }
    Ok(())
}

fn pages(transaction: &Transaction<'_>, watch: &str, number: u32) -> Result<Vec<NewPage>, Fault> {
    let sql = "SELECT requested, address, status, headers, body FROM old_snapshots WHERE watch = ?1 AND version = ?2 ORDER BY position";
    let mut statement = transaction.prepare_cached(sql)?;
    let mut rows = statement.query((watch, number))?;
    let mut pages = Vec::new();
    while let Some(row) = rows.next()? {
        let url = |text: String| Url::parse(&text).map_err(|error| Fault::Damaged(format!("`{text}`: {error}")));
        let name: String = row.get(4)?;
        let body: Option<Vec<u8>> = transaction
            .query_row("SELECT bytes FROM bodies WHERE sha256 = ?1", [&name], |row| row.get(0))
            .optional()?;
        let body = body.ok_or_else(|| Fault::Damaged(format!("the page {name} is missing")))?;
        pages.push(NewPage::of(Page {
            requested: url(row.get(0)?)?,
            address: url(row.get(1)?)?,
            status: row.get(2)?,
            headers: from_json(row.get::<_, String>(3)?.as_bytes())?,
            body: bytes(&body)?,
        }));
    }
    Ok(pages)
}

fn ledgers(transaction: &Transaction<'_>) -> Result<(), Fault> {
    let mut watches = transaction.prepare("SELECT DISTINCT watch FROM ledger")?;
    let watches = watches
        .query_map([], |row| row.get::<_, String>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let sql = "SELECT finding, first_version, last_version, visits_gone, removal_told FROM ledger WHERE watch = ?1 ORDER BY id";
    for watch in watches {
        let mut statement = transaction.prepare_cached(sql)?;
        let mut rows = statement.query([&watch])?;
        let mut ledger = Ledger::default();
        while let Some(row) = rows.next()? {
            ledger.entries.push(LedgerEntry {
                finding: from_json(row.get::<_, String>(0)?.as_bytes())?,
                first_version: row.get(1)?,
                last_version: row.get(2)?,
                visits_gone: row.get(3)?,
                removal_told: row.get(4)?,
                returns: 0,
            });
        }
        let (size, entries) = pack_json(&ledger.entries)?;
        let insert = "INSERT INTO ledgers (watch, size, entries) VALUES (?1, ?2, ?3)";
        transaction.prepare_cached(insert)?.execute((&watch, size, entries))?;
    }
    Ok(())
}

fn bytes(packed: &[u8]) -> Result<Vec<u8>, Fault> {
    zstd::stream::decode_all(packed).map_err(|error| Fault::Damaged(format!("cannot decompress: {error}")))
}

fn unpacked<T: DeserializeOwned>(packed: &[u8]) -> Result<T, Fault> {
    from_json(&bytes(packed)?)
}
