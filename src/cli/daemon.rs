//! `daemon`: the scheduler, for systemd.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::context::{Context, fetcher, lexicon, runtime};
use crate::daemon;
use crate::round::channels;

/// What a page in work may take to end after SIGTERM.
const LAST_MOMENTS: Duration = Duration::from_secs(3);

pub(super) fn run(context: &Context) -> Result<ExitCode, String> {
    let watchlist = context.watchlist()?;
    let watchman = context.watchman(&watchlist)?;
    let runtime = runtime()?;
    let reload = |watchman: &mut crate::round::Watchman| {
        let watchlist = context.watchlist()?;
        watchman.lexicon = Arc::new(lexicon(&watchlist)?);
        watchman.fetcher = Arc::new(fetcher(&watchlist, &context.paths.state)?);
        watchman.channels = channels(&watchlist);
        watchman.language.clone_from(&watchlist.language);
        Ok(watchlist)
    };
    let result = runtime.block_on(daemon::run(watchman, watchlist, reload));
    runtime.shutdown_timeout(LAST_MOMENTS);
    result.map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}
