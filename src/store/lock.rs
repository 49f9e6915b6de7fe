//! One daemon a state directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::StoreError;

/// Held by the daemon of a state directory for as long as it lives; the kernel frees it, however it dies.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// # Errors
    /// [`StoreError::InUse`] by another process, a directory that cannot be used.
    pub fn take(directory: &Path) -> Result<Self, StoreError> {
        super::make(directory)?;
        let failed = |source| super::unusable(directory, source);
        let mut file = open(directory).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse {
                    path: directory.to_owned(),
                    process: process(&mut file),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let written = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        written.map_err(failed)?;
        Ok(Self { _file: file })
    }

    /// The process of the daemon that holds the directory; `None` where there is none.
    pub fn holder(directory: &Path) -> Option<String> {
        let mut file = File::open(directory.join(NAME)).ok()?;
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)).then(|| process(&mut file))
    }
}

const NAME: &str = "daemon.lock";

fn open(directory: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(directory.join(NAME))
}

fn process(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let number = text.trim();
    if read.is_err() || number.is_empty() {
        "unknown".into()
    } else {
        number.to_owned()
    }
}
