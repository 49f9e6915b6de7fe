//! The scheduler: wake, who is due, round, flush.

use crate::round::Watchman;
use crate::watchlist::Watchlist;

/// Runs until `shutdown` resolves; `reload` yields a fresh watchlist at each SIGHUP.
pub async fn run(_watchman: Watchman, _watchlist: Watchlist, _shutdown: impl Future<Output = ()>) {
    todo!()
}
