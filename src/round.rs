//! One pass over the due watches: load, fetch, review, record in one transaction, flush the outbox.

use chrono::{DateTime, Utc};

use crate::analysis::alert::Alert;
use crate::analysis::detect::Detection;
use crate::deliver::Channel;
use crate::fetch::Fetcher;
use crate::store::{Store, StoreError};
use crate::watchlist::Watch;

/// What a round works with.
#[derive(Debug)]
pub struct Watchman {
    pub store: Store,
    pub fetcher: Fetcher,
    /// By name.
    pub channels: Vec<(String, Channel)>,
    /// Language of the alerts.
    pub language: String,
}

/// What a visit came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Baseline(Detection),
    Unchanged,
    Changed(Option<Alert>),
    Suspect(String),
    Failed(String),
}

/// One check of one watch.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    pub watch: String,
    pub outcome: Outcome,
}

/// Visits the watches, politely, and records each; `on_visit` hears of each when it is done.
pub async fn round(
    _watchman: &mut Watchman,
    _watches: &[&Watch],
    _now: impl Fn() -> DateTime<Utc>,
    _on_visit: impl FnMut(&Visit),
) -> Result<Vec<Visit>, StoreError> {
    todo!()
}

/// Sends what is due in the outbox; returns how many were delivered and how many are left.
pub async fn flush(_watchman: &mut Watchman, _now: DateTime<Utc>) -> Result<(usize, usize), StoreError> {
    todo!()
}
