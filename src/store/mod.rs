//! The state: snapshots, versions, ledger, alerts and outbox in one SQLite database.
//!
//! A visit is written whole or not at all; readers never wait for it (WAL). Every call takes milliseconds, so the round calls
//! it from its own task.

mod acts;
mod archive;
mod chain;
mod coding;
mod content;
mod contents;
mod hosts;
mod keep;
mod lock;
mod outbox;
mod read;
mod record;
mod schema;
#[cfg(test)]
mod tests;
mod text;
mod transact;
mod upkeep;
mod verify;
mod version;

use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, ffi};
use url::Url;

use self::coding::sha256;
use crate::analysis::alert::Alert;
use crate::analysis::detect::Detection;
use crate::analysis::document::Document;

pub use acts::{FalseAlarm, KeptObjection, Reminded};
pub use archive::{Archive, ArchivedDocument, ArchivedVersion, TakenOver, archived_page};
pub use content::NewPage;
pub use hosts::{HostState, Learned, Turn};
pub use keep::LetGo;
pub use lock::Lock;
pub use outbox::{Due, DueDigest, Trouble};
pub use record::{Kept, NewAlert, NewMessage, NewVersion, PageMemory, Record, Recorded, Reread};
pub use text::{RecordedText, StoredText};
pub use verify::Seal;

/// A failed access to the state: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot use the state directory {path}: {source}; make it writable for you, or name another with --state")]
    Directory { path: PathBuf, source: std::io::Error },
    #[error("cannot write the copy {path}: {source}; name a file in a folder that is there and is yours")]
    Copy { path: PathBuf, source: std::io::Error },
    #[error("the state in {path} was written by a newer clausewatch (format {found}, known {known}); upgrade this one")]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("the state in {path} fails: {source}; `clausewatch verify` looks for damage")]
    Sqlite { path: PathBuf, source: rusqlite::Error },
    #[error(
        "the state in {path} holds what cannot be read ({what}); restore a backup, or move the file away to start anew"
    )]
    Damaged { path: PathBuf, what: String },
    #[error("the disk that holds {path} is full; nothing of this was written: make room, then do it again")]
    Full { path: PathBuf },
    #[error(
        "a clausewatch daemon (process {process}) watches with the state in {path} already; stop it first, or name another with --state"
    )]
    InUse { path: PathBuf, process: String },
    #[error(
        "what is asked for was let go by `keep` of the watchlist; its hash stays in the chain, see `clausewatch log`"
    )]
    LetGo,
    #[error("another clausewatch recorded a visit of {watch} meanwhile; this one's is dropped")]
    Overtaken { watch: String },
}

/// What SQLite or a stored value says, before it is known which file it is about.
#[derive(Debug)]
enum Fault {
    Sqlite(rusqlite::Error),
    Damaged(String),
    Overtaken(String),
    LetGo,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// The state directory's database.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    connection: Connection,
    recent: contents::Recent,
    gathering: transact::Gathering,
}

/// How a watch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Never read.
    New,
    Ok,
    /// The last visit failed, or the page was no document of ours; not yet told.
    Troubled,
    /// Too many failures; told.
    Blind,
    /// The server says that there is no such page any more; told.
    Gone,
    /// Due for long, and held up; told.
    Stale,
}

impl Health {
    /// The reader was told that the watch is not read.
    pub fn is_told(self) -> bool {
        matches!(self, Self::Blind | Self::Gone | Self::Stale)
    }
}

/// A line of `status`.
#[derive(Debug, Clone, PartialEq)]
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
    /// SHA-256 of the suspect text last seen, and for how many visits it has stood.
    pub suspect: Option<(String, u32)>,
    /// SHA-256 of the changed text last seen, which another visit must find too, and for how many visits in a row
    /// there was a change.
    pub unconfirmed: Option<(String, u32)>,
    pub versions: u32,
    /// What the newest version says.
    pub says: Option<Stances>,
    /// Where a page lies for good now, when that was told.
    pub moved: Option<String>,
    /// When the user objected, if they said so.
    pub objected: Option<DateTime<Utc>>,
}

/// A document kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub number: u32,
    /// When its first page was asked for.
    pub requested: DateTime<Utc>,
    pub recorded: DateTime<Utc>,
    pub document: Document,
    pub detection: Detection,
    /// SHA-256 of the document's Markdown, hex.
    pub text_sha256: String,
    /// Hash of the rules it was read with.
    pub rules: u64,
    /// Its pages were asked for whatever robots.txt says.
    pub robots_ignored: bool,
}

/// The newest version, without its bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newest {
    /// 0 for none.
    pub number: u32,
    /// Hash of the rules it was read with.
    pub rules: u64,
    /// In the order of the watch.
    pub pages: Vec<NewestPage>,
}

/// A page of the newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestPage {
    pub requested: Url,
    /// Of its body.
    pub sha256: [u8; 32],
    /// In bytes.
    pub size: u32,
}

impl NewestPage {
    /// Whether its body is this one.
    pub fn has(&self, body: &[u8]) -> bool {
        self.size as usize == body.len() && self.sha256 == sha256(body)
    }
}

/// A page of several that is as an earlier visit read it: the last one failed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    pub watch: String,
    pub url: String,
    pub read: DateTime<Utc>,
}

/// A line of `log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    pub number: u32,
    pub recorded: DateTime<Utc>,
    pub characters: u32,
    pub findings: u32,
    pub text_sha256: String,
    /// Of the chain over all versions of the watch, hex.
    pub link: String,
    /// Where an archive recorded it, hex.
    pub commit: Option<String>,
    pub held: Held,
}

/// What of a version is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    All,
    /// Its pages were let go by `keep`.
    Text,
    /// Its text too.
    Hashes,
}

/// How many findings of each stance a version has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stances {
    /// ISO 639-1, when it could be told.
    pub lang: Option<String>,
    /// False when there is no lexicon for that language.
    pub understood: bool,
    pub claims: u32,
    pub assurances: u32,
    pub choices: u32,
    pub restrictions: u32,
}

/// An alert as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredAlert {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub alert: Alert,
    /// False where the watch's `notify` asks for silence about it.
    pub told: bool,
    pub acknowledged: Option<DateTime<Utc>>,
    /// Put off until then.
    pub snoozed: Option<DateTime<Utc>>,
    pub false_alarm: bool,
    /// Of a history that was taken over; never sent.
    pub historical: bool,
}

/// Bytes of a page of the database: most of what is kept is a few hundred bytes long, and what is longer ends in one.
const PAGE: u32 = 1024;

/// Another process may hold the write lock while it records.
const BUSY: Duration = Duration::from_secs(10);
/// Statements that stay prepared: a visit needs some thirty.
const STATEMENTS: usize = 64;

impl Store {
    /// Opens (and migrates, and creates with mode 0700) the state directory.
    ///
    /// # Errors
    /// A directory that cannot be used, a database of a newer program, or a damaged one.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        make(directory)?;
        let path = directory.join("clausewatch.sqlite");
        let sqlite = |source| named(&path, Fault::Sqlite(source));
        let is_new = !path.exists();
        let mut connection = Connection::open(&path).map_err(sqlite)?;
        if is_new {
            let private = std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600));
            private.map_err(|source| unusable(directory, source))?;
        }
        connection.busy_timeout(BUSY).map_err(sqlite)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Only a new database takes it.
        connection.pragma_update(None, "page_size", PAGE).map_err(sqlite)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(sqlite)?;
        // A power cut may not take back a visit whose mail was sent.
        connection.pragma_update(None, "synchronous", "FULL").map_err(sqlite)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(sqlite)?;
        // Else every other watch that is asked for has its query planned anew.
        connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
            .map_err(sqlite)?;
        schema::migrate(&mut connection).map_err(|fault| match fault {
            schema::MigrationFault::Newer { found, known } => StoreError::Newer {
                path: path.clone(),
                found,
                known,
            },
            schema::MigrationFault::Failed(fault) => named(&path, fault),
        })?;
        Ok(Self {
            path,
            connection,
            recent: contents::Recent::default(),
            gathering: transact::Gathering::default(),
        })
    }

    fn named(&self, fault: Fault) -> StoreError {
        named(&self.path, fault)
    }
}

fn make(directory: &Path) -> Result<(), StoreError> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|source| unusable(directory, source))
}

/// A state directory that the system refuses.
fn unusable(directory: &Path, source: std::io::Error) -> StoreError {
    let path = directory.to_owned();
    if source.kind() == ErrorKind::StorageFull {
        StoreError::Full { path }
    } else {
        StoreError::Directory { path, source }
    }
}

fn named(path: &Path, fault: Fault) -> StoreError {
    let path = path.to_owned();
    match fault {
        Fault::Sqlite(source) => match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            // Even who only reads needs an index of the log, beside the database.
            Some(ErrorCode::SystemIoFailure)
                if source.sqlite_extended_error_code() == Some(ffi::SQLITE_IOERR_SHMSIZE) =>
            {
                StoreError::Full { path }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged {
                path,
                what: source.to_string(),
            },
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::Directory {
                path: path.parent().unwrap_or(&path).to_owned(),
                source: std::io::Error::other(source),
            },
            _ => StoreError::Sqlite { path, source },
        },
        Fault::Damaged(what) => StoreError::Damaged { path, what },
        Fault::Overtaken(watch) => StoreError::Overtaken { watch },
        Fault::LetGo => StoreError::LetGo,
    }
}
