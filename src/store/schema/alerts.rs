//! Schema 7: alerts are packed.

use rusqlite::Transaction;

use crate::store::Fault;
use crate::store::coding::{pack, small};

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
