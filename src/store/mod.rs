//! The state: snapshots, versions, ledger, alerts and outbox in one SQLite database.

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::analysis::alert::Alert;
use crate::analysis::compare::Ledger;
use crate::analysis::detect::Detection;
use crate::analysis::document::Document;

/// A failed access to the state: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path}: {source}")]
    Sqlite { path: String, source: rusqlite::Error },
}

/// The state directory's database.
#[derive(Debug)]
pub struct Store {}

/// How a watch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Never visited.
    New,
    Ok,
    /// The last page was no document of ours; not yet told.
    Suspect,
    /// Too many failures; told.
    Blind,
}

/// A line of `status`.
#[derive(Debug, Clone)]
pub struct WatchState {
    pub watch: String,
    pub health: Health,
    /// What is wrong, when something is.
    pub trouble: Option<String>,
    pub failures: u32,
    pub last_visit: Option<DateTime<Utc>>,
    /// The last visit that read the document.
    pub last_read: Option<DateTime<Utc>>,
    pub last_change: Option<DateTime<Utc>>,
    /// Not before this moment (back-off, Retry-After).
    pub not_before: Option<DateTime<Utc>>,
    pub versions: u32,
}

/// A document kept.
#[derive(Debug, Clone)]
pub struct Version {
    pub number: u32,
    pub recorded: DateTime<Utc>,
    pub document: Document,
    pub detection: Detection,
    /// SHA-256 of the document's Markdown, hex.
    pub text_sha256: String,
}

/// An alert as kept.
#[derive(Debug, Clone)]
pub struct StoredAlert {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub alert: Alert,
    pub acknowledged: Option<DateTime<Utc>>,
}

impl Store {
    /// Opens (and migrates, and creates with mode 0700) the state directory.
    pub fn open(_directory: &Path) -> Result<Self, StoreError> {
        todo!()
    }

    pub fn states(&self) -> Result<Vec<WatchState>, StoreError> {
        todo!()
    }

    pub fn state(&self, _watch: &str) -> Result<Option<WatchState>, StoreError> {
        todo!()
    }

    /// Numbers and times of the versions, oldest first.
    pub fn log(&self, _watch: &str) -> Result<Vec<VersionLine>, StoreError> {
        todo!()
    }

    /// Version `number`, or the newest.
    pub fn version(&self, _watch: &str, _number: Option<u32>) -> Result<Option<Version>, StoreError> {
        todo!()
    }

    pub fn ledger(&self, _watch: &str) -> Result<Ledger, StoreError> {
        todo!()
    }

    /// Newest first.
    pub fn alerts(&self, _watch: Option<&str>) -> Result<Vec<StoredAlert>, StoreError> {
        todo!()
    }

    pub fn acknowledge(&mut self, _alert: i64, _at: DateTime<Utc>) -> Result<bool, StoreError> {
        todo!()
    }
}

/// A line of `log`.
#[derive(Debug, Clone)]
pub struct VersionLine {
    pub number: u32,
    pub recorded: DateTime<Utc>,
    pub characters: usize,
    pub findings: usize,
    pub text_sha256: String,
}
