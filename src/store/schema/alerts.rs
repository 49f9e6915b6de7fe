//! Schema 7: alerts are packed. Schema 12: those that somebody may be reminded of are known by their days.

use rusqlite::Transaction;

use crate::store::Fault;
use crate::store::acts::await_day;
use crate::store::coding::{pack, packed_json, small};

pub(super) fn pack_all(transaction: &Transaction<'_>) -> Result<(), Fault> {
    let mut alerts = transaction.prepare("SELECT id, alert FROM alerts")?;
    let mut rows = alerts.query([])?;
    while let Some(row) = rows.next()? {
        let (id, alert): (i64, String) = (row.get(0)?, row.get(1)?);
        let update = "UPDATE alerts SET size = ?2, packed = ?3 WHERE id = ?1";
        let packed = pack(alert.as_bytes(), &[])?;
        transaction
            .prepare_cached(update)?
            .execute((id, small(alert.len()), packed))?;
    }
    transaction.execute_batch("ALTER TABLE alerts DROP COLUMN alert")?;
    Ok(())
}

pub(super) fn await_all(transaction: &Transaction<'_>) -> Result<(), Fault> {
    let mut alerts = transaction.prepare("SELECT id, size, packed, snoozed IS NOT NULL FROM alerts WHERE told")?;
    let mut rows = alerts.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        await_day(transaction, id, &packed_json((row.get(1)?, row.get(2)?))?)?;
        if row.get(3)? {
            transaction.execute("INSERT OR IGNORE INTO awaited (alert) VALUES (?1)", [id])?;
        }
    }
    Ok(())
}
