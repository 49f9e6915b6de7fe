//! The tables, as a list of migrations that only grows; `user_version` counts those done.

mod alerts;
mod chained;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::Fault;

pub(super) enum MigrationFault {
    Newer { found: i64, known: i64 },
    Failed(Fault),
}

impl<F: Into<Fault>> From<F> for MigrationFault {
    fn from(fault: F) -> Self {
        Self::Failed(fault.into())
    }
}

/// One step from a schema to the next.
enum Migration {
    Sql(&'static str),
    /// SQL, then what SQL cannot do.
    SqlAnd(&'static str, fn(&Transaction<'_>) -> Result<(), Fault>),
}

use Migration::{Sql, SqlAnd};

const MIGRATIONS: &[Migration] = &[
    Sql(include_str!("1.sql")),
    Sql(include_str!("2.sql")),
    Sql(include_str!("3.sql")),
    SqlAnd(include_str!("4.sql"), chained::fill),
    Sql(include_str!("5.sql")),
    Sql(include_str!("6.sql")),
    SqlAnd(include_str!("7.sql"), alerts::pack_all),
    Sql(include_str!("8.sql")),
    Sql(include_str!("9.sql")),
    Sql(include_str!("10.sql")),
    Sql(include_str!("11.sql")),
    SqlAnd(include_str!("12.sql"), alerts::await_all),
];

/// Brings the tables to this program's form; each migration is done whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), MigrationFault> {
    run(connection, MIGRATIONS)
}

/// Brings the tables to the form of an older program, whose schema this was.
#[cfg(test)]
pub(super) fn migrate_to(connection: &mut Connection, schema: usize) {
    assert!(run(connection, &MIGRATIONS[..schema]).is_ok());
}

/// The schema of this program.
#[cfg(test)]
pub(super) fn newest() -> usize {
    MIGRATIONS.len()
}

fn run(connection: &mut Connection, migrations: &[Migration]) -> Result<(), MigrationFault> {
    let known = i64::try_from(migrations.len()).unwrap_or(i64::MAX);
    loop {
        // The version is read under the write lock: two processes may start at once.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if done > known {
            return Err(MigrationFault::Newer { found: done, known });
        }
        let Some(migration) = usize::try_from(done).ok().and_then(|done| migrations.get(done)) else {
            return Ok(());
        };
        match migration {
            Sql(sql) => transaction.execute_batch(sql)?,
            SqlAnd(sql, code) => {
                transaction.execute_batch(sql)?;
                code(&transaction)?;
            }
        }
        transaction.pragma_update(None, "user_version", done + 1)?;
        transaction.commit()?;
    }
}
