//! `daemon`: the scheduler, for systemd.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use super::context::{Context, fetcher, lexicon, runtime};
use crate::daemon;
use crate::round::Watchman;
use crate::store::Lock;
use crate::watchlist::{Faults, Watchlist, load};

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
    let begin_anew = |watchman: &Watchman, watchlist: &Watchlist| {
        if is_in_force(context, watchman, watchlist) {
            let error = replace_itself();
            tracing::debug!("the memory of the round is kept: {error}");
        }
    };
    let result = runtime.block_on(daemon::run(watchman, watchlist, reload, begin_anew));
    runtime.shutdown_timeout(LAST_MOMENTS);
    result.map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// Whether what lies on the disk is what the daemon works by: what was written meanwhile waits for a reload.
fn is_in_force(context: &Context, watchman: &Watchman, watchlist: &Watchlist) -> bool {
    let on_disk = load(&context.paths.watchlist).ok();
    on_disk.is_some_and(|on_disk| {
        let same_words = lexicon(&on_disk).is_ok_and(|words| words.hash() == watchman.lexicon.hash());
        same_words && on_disk == *watchlist
    })
}

/// Puts this program in its own place, as the same process; returns only why it could not. One that was replaced on the
/// disk is not found, and so is not begun before somebody starts it.
fn replace_itself() -> std::io::Error {
    let mut words = std::env::args_os();
    let name = words.next().unwrap_or_default();
    match std::env::current_exe() {
        Ok(program) => Command::new(program).arg0(name).args(words).exec(),
        Err(error) => error,
    }
}
