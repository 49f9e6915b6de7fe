//! Paths, limits and secrets; the only reader of the environment.

use std::path::PathBuf;

/// Where things lie.
#[derive(Debug, Clone)]
pub struct Paths {
    pub watchlist: PathBuf,
    /// The state directory, mode 0700.
    pub state: PathBuf,
}

impl Paths {
    /// What the command line says, else the environment, else systemd's directories, else XDG's.
    pub fn resolve(_watchlist: Option<PathBuf>, _state: Option<PathBuf>) -> Self {
        todo!()
    }
}
