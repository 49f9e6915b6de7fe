//! Signals, and the service manager: what it asks, and what it wants to hear.

use std::cell::Cell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::time::Duration;

use nix::sys::signal::{SigSet, Signal as Number};
use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep};

/// No visit takes so long; where none ended meanwhile, the round hangs.
const STUCK_AFTER: Duration = Duration::from_secs(30 * 60);

/// A call that was taken from the kernel is heard within this.
const LAST_CALLS: Duration = Duration::from_millis(10);

fn calls() -> SigSet {
    SigSet::from_iter([Number::SIGTERM, Number::SIGINT, Number::SIGHUP])
}

/// What somebody asks of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Stop,
    Reload,
}

/// When work was last seen to go on.
#[derive(Debug, Clone)]
pub(super) struct Progress(Rc<Cell<Instant>>);

impl Progress {
    fn new() -> Self {
        Self(Rc::new(Cell::new(Instant::now())))
    }

    pub(super) fn made(&self) {
        self.0.set(Instant::now());
    }

    fn is_stuck(&self, now: Instant) -> bool {
        now.duration_since(self.0.get()) > STUCK_AFTER
    }
}

/// Where calls come in while work is done.
pub(super) struct Desk {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
    pulse: Interval,
    progress: Progress,
}

impl Desk {
    pub(super) fn open() -> std::io::Result<Self> {
        let beat = sd_notify::watchdog_enabled().map_or(Duration::from_secs(30), |limit| limit / 3);
        let mut pulse = interval(beat.max(Duration::from_millis(100)));
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let desk = Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            pulse,
            progress: Progress::new(),
        };
        desk.reopen();
        Ok(desk)
    }

    /// Lets calls wait in the kernel, where they outlive this program; those that came before are still heard.
    pub(super) async fn close(&mut self) -> Result<(), Call> {
        if let Err(error) = calls().thread_block() {
            tracing::warn!("cannot let signals wait: {error}");
        }
        let heard = self.attend(pin!(sleep(LAST_CALLS))).await;
        if heard.is_err() {
            self.reopen();
        }
        heard
    }

    pub(super) fn reopen(&self) {
        if let Err(error) = calls().thread_unblock() {
            tracing::warn!("cannot listen for signals: {error}");
        }
    }

    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Lets work go on until it is done or somebody calls.
    ///
    /// The pulse beats in the task that works, and only as long as the work goes on: where either hangs, the service
    /// manager starts us anew.
    pub(super) async fn attend<T>(&mut self, mut work: Pin<&mut impl Future<Output = T>>) -> Result<T, Call> {
        self.progress.made();
        let mut is_told = false;
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                _ = self.terminate.recv() => return Err(Call::Stop),
                _ = self.interrupt.recv() => return Err(Call::Stop),
                _ = self.hang_up.recv() => return Err(Call::Reload),
                _ = self.pulse.tick() => {
                    if !self.progress.is_stuck(Instant::now()) {
                        tell(&[NotifyState::Watchdog]);
                    } else if !std::mem::replace(&mut is_told, true) {
                        tracing::error!("no visit has ended for {} minutes; please report it", STUCK_AFTER.as_secs() / 60);
                    }
                }
            }
        }
    }
}

/// Without a service manager nobody listens, and that is no fault.
pub(super) fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!("cannot speak to the service manager: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_ends_no_visit_for_long_is_stuck_until_one_ends() {
        let progress = Progress::new();
        let later = Instant::now() + STUCK_AFTER;
        assert!(!progress.is_stuck(later - Duration::from_secs(1)));
        assert!(progress.is_stuck(later + Duration::from_secs(1)));
        progress.0.set(later);
        assert!(!progress.is_stuck(later + Duration::from_secs(1)));
    }
}
