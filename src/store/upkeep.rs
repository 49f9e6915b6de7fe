//! Copies, and room.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::{Fault, Store, StoreError, named};

/// Pages copied at a time; between two steps others may write.
const STEP: i32 = 1024;

impl Store {
    /// Copies the state, while others use it, to a file of the owner's alone; what stood there is replaced at the end.
    ///
    /// # Errors
    /// A file that cannot be written, a database that fails.
    pub fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let failed = |source| StoreError::Copy {
            path: file.to_owned(),
            source,
        };
        let mut part = file.as_os_str().to_owned();
        part.push(".part");
        let part = Path::new(&part);
        let copied = self.copy(part).map_err(|fault| match named(part, fault) {
            StoreError::Directory { source, .. } => failed(source),
            error => error,
        });
        if let Err(error) = copied {
            // Half a copy is none; where even that cannot be removed, its name says what it is.
            let _ = std::fs::remove_file(part);
            return Err(error);
        }
        std::fs::set_permissions(part, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
        std::fs::rename(part, file).map_err(failed)
    }

    fn copy(&self, file: &Path) -> Result<(), Fault> {
        let mut copy = Connection::open(file)?;
        Backup::new(&self.connection, &mut copy)?.run_to_completion(STEP, Duration::ZERO, None)?;
        // A copy must open without the log beside it.
        copy.pragma_update(None, "journal_mode", "DELETE")?;
        let found: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if found == "ok" {
            Ok(())
        } else {
            Err(Fault::Damaged(found))
        }
    }

    /// Gives unused room back to the disk; returns the size before and after, in bytes.
    ///
    /// # Errors
    /// A database that fails, a disk without room for the copy that this needs.
    pub fn vacuum(&mut self) -> Result<(u64, u64), StoreError> {
        let before = self.size()?;
        let tidy = self
            .connection
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize");
        tidy.map_err(|error| self.named(error.into()))?;
        Ok((before, self.size()?))
    }

    /// Between two rounds: gives the memory back that the last one needed.
    ///
    /// # Errors
    /// A database that fails.
    pub(crate) fn rest(&self) -> Result<(), StoreError> {
        self.recent.forget();
        let shrunk = self.connection.execute_batch("PRAGMA shrink_memory");
        shrunk.map_err(|error| self.named(error.into()))
    }

    /// Bytes of the database.
    ///
    /// # Errors
    /// A file that cannot be looked at.
    pub fn size(&self) -> Result<u64, StoreError> {
        let metadata = std::fs::metadata(&self.path);
        let size = metadata.map(|metadata| metadata.len());
        size.map_err(|source| StoreError::Directory {
            path: self.path.clone(),
            source,
        })
    }
}
