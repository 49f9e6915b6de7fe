//! `daemon`: the scheduler, for systemd.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::context::{Context, fetcher, lexicon, runtime};
use crate::daemon;
use crate::round::Watchman;
use crate::store::Lock;
use crate::watchlist::{Faults, load};

/// What a page in work may take to end after SIGTERM.
const LAST_MOMENTS: Duration = Duration::from_secs(1);

pub(super) fn run(context: &Context) -> Result<ExitCode, String> {
    let watchlist = context.watchlist()?;
    let _lock = Lock::take(&context.paths.state).map_err(|error| error.to_string())?;
    let watchman = context.watchman(&watchlist)?;
    let runtime = runtime()?;
    let reload = |watchman: &mut Watchman| {
        let lines = |faults: Faults| faults.iter().map(|fault| format!("{fault}\n")).collect::<String>();
        let watchlist = load(&context.paths.watchlist).map_err(lines)?;
        let lexicon = lexicon(&watchlist)?;
        let fetcher = fetcher(&watchlist, &context.paths.state);
        // Whom we talked to a moment ago is forgotten with a fetcher.
        if fetcher.user_agent() != watchman.fetcher.user_agent() {
            watchman.fetcher = Arc::new(fetcher);
        }
        watchman.lexicon = Arc::new(lexicon);
        watchman.channels = watchlist.channels.clone();
        watchman.language.clone_from(&watchlist.language);
        watchman.host_budget = watchlist.host_budget;
        Ok(watchlist)
    };
    let result = runtime.block_on(daemon::run(watchman, watchlist, reload));
    runtime.shutdown_timeout(LAST_MOMENTS);
    result.map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}
