//! Transactions. What a power cut may take back is written without a flush of the disk, and where several visits end
//! together, as one transaction for all.

use rusqlite::TransactionBehavior;

use super::contents::{Contents, Recent};
use super::{Fault, Store, StoreError};

/// Whether what may be taken back is gathered.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gathering {
    #[default]
    No,
    /// With the next that is written.
    Begins,
    Begun,
}

impl Store {
    /// From here on, what a power cut may take back is written with [`Store::write_gathered`]; other processes must wait for
    /// that if they write.
    pub(crate) fn gather(&mut self) {
        if self.gathering == Gathering::No {
            self.gathering = Gathering::Begins;
        }
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// A database that fails; nothing of it is written then.
    pub(crate) fn write_gathered(&mut self) -> Result<(), StoreError> {
        let written = self.commit_gathered();
        self.gathering = Gathering::No;
        written.map_err(|fault| self.named(fault))
    }

    fn commit_gathered(&mut self) -> Result<(), Fault> {
        if self.gathering != Gathering::Begun {
            return Ok(());
        }
        self.gathering = Gathering::Begins;
        let committed = self.connection.execute_batch("COMMIT");
        if committed.is_err() {
            self.recent.forget();
            // SQLite may have done so itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.connection.execute_batch("PRAGMA synchronous = FULL")?;
        Ok(committed?)
    }

    /// One transaction, flushed to the disk: done whole or not at all. What was gathered before is written first.
    pub(super) fn transact<T>(&mut self, work: impl FnOnce(Contents<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        self.commit_gathered()?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(Contents::of_visit(&transaction, &self.recent));
        finished(done, &self.recent, || transaction.commit())
    }

    /// The same, where a power cut may take it back.
    pub(super) fn transact_unflushed<T>(
        &mut self,
        work: impl FnOnce(Contents<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if self.gathering != Gathering::No {
            return self.join(work);
        }
        self.gather();
        let done = self.join(work);
        let written = self.commit_gathered();
        self.gathering = Gathering::No;
        written.and(done)
    }

    fn join<T>(&mut self, work: impl FnOnce(Contents<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.gathering == Gathering::Begins {
            self.connection.execute_batch("PRAGMA synchronous = NORMAL")?;
            if let Err(error) = self.connection.execute_batch("BEGIN IMMEDIATE") {
                self.connection.execute_batch("PRAGMA synchronous = FULL")?;
                return Err(error.into());
            }
            self.gathering = Gathering::Begun;
        }
        // What fails takes nothing of the others with it.
        let savepoint = self.connection.savepoint()?;
        let done = work(Contents::of_visit(&savepoint, &self.recent));
        finished(done, &self.recent, || savepoint.commit())
    }
}

fn finished<T>(
    done: Result<T, Fault>,
    recent: &Recent,
    commit: impl FnOnce() -> rusqlite::Result<()>,
) -> Result<T, Fault> {
    let done = done.and_then(|done| {
        commit()?;
        Ok(done)
    });
    if done.is_err() {
        recent.forget();
    }
    done
}
