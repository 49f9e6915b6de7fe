//! The tables, as a list of migrations that only grows; `user_version` counts those done.

use rusqlite::{Connection, TransactionBehavior};

pub(super) enum MigrationFault {
    Newer { found: i64, known: i64 },
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for MigrationFault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Times are milliseconds since 1970; bodies, documents and detections are compressed with zstd.
const MIGRATIONS: &[&str] = &["
CREATE TABLE watches (
    id TEXT PRIMARY KEY,
    health TEXT NOT NULL DEFAULT 'new',
    trouble TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    last_visit INTEGER,
    last_read INTEGER,
    last_change INTEGER,
    not_before INTEGER,
    suspect_text TEXT,
    suspect_seen INTEGER NOT NULL DEFAULT 0,
    objected INTEGER
) STRICT;

CREATE TABLE validators (
    watch TEXT NOT NULL REFERENCES watches (id),
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    needs_browser INTEGER NOT NULL,
    PRIMARY KEY (watch, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE bodies (
    sha256 TEXT PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE versions (
    watch TEXT NOT NULL REFERENCES watches (id),
    number INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    document BLOB NOT NULL,
    detection BLOB NOT NULL,
    text_sha256 TEXT NOT NULL,
    characters INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    rules INTEGER NOT NULL,
    PRIMARY KEY (watch, number)
) STRICT;

-- A version's snapshot: one row a page.
CREATE TABLE snapshots (
    watch TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    requested TEXT NOT NULL,
    address TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL REFERENCES bodies (sha256),
    PRIMARY KEY (watch, version, position),
    FOREIGN KEY (watch, version) REFERENCES versions (watch, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    watch TEXT NOT NULL REFERENCES watches (id),
    finding TEXT NOT NULL,
    first_version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    visits_gone INTEGER NOT NULL,
    removal_told INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_of_watch ON ledger (watch);

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    watch TEXT NOT NULL REFERENCES watches (id),
    at INTEGER NOT NULL,
    alert TEXT NOT NULL,
    told INTEGER NOT NULL,
    acknowledged INTEGER,
    false_alarm INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alerts_of_watch ON alerts (watch);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    alert INTEGER NOT NULL REFERENCES alerts (id),
    channel TEXT NOT NULL,
    message TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt INTEGER NOT NULL,
    trouble TEXT,
    delivered INTEGER,
    dropped INTEGER
) STRICT;
CREATE INDEX outbox_open ON outbox (next_attempt) WHERE delivered IS NULL AND dropped IS NULL;
", "
-- digest: it waits for others, to go out as one. folded: it went into that message. dead: since when no retry is likely to help.
ALTER TABLE outbox ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN folded INTEGER REFERENCES outbox (id);
ALTER TABLE outbox ADD COLUMN dead INTEGER;
ALTER TABLE alerts ADD COLUMN snoozed INTEGER;

-- What was objected to: the version that stood then.
CREATE TABLE objections (
    id INTEGER PRIMARY KEY,
    watch TEXT NOT NULL REFERENCES watches (id),
    at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

-- Reminders sent: the day that comes, and how many days were left (-1: a snooze that ended).
CREATE TABLE reminders (
    alert INTEGER NOT NULL REFERENCES alerts (id),
    day TEXT NOT NULL,
    days_left INTEGER NOT NULL,
    PRIMARY KEY (alert, day, days_left)
) STRICT, WITHOUT ROWID;

-- Clauses that the user called a false alarm.
CREATE TABLE false_alarms (
    watch TEXT NOT NULL REFERENCES watches (id),
    clause TEXT NOT NULL,
    lang TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (watch, clause)
) STRICT, WITHOUT ROWID;
", "
ALTER TABLE watches ADD COLUMN moved TEXT;
"];

/// Brings the tables to this program's form; each migration is done whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), MigrationFault> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    loop {
        // The version is read under the write lock: two processes may start at once.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if done > known {
            return Err(MigrationFault::Newer { found: done, known });
        }
        let Some(migration) = usize::try_from(done).ok().and_then(|done| MIGRATIONS.get(done)) else {
            return Ok(());
        };
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", done + 1)?;
        transaction.commit()?;
    }
}
