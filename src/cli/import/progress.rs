//! How far a long work is: a bar that stays on its line of a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use crate::cli::context::Context;
use crate::render::clean_line;

/// Between two looks of the bar, and between two plain lines.
const REDRAW: Duration = Duration::from_millis(100);
const PLAIN: Duration = Duration::from_secs(10);
const BAR: usize = 24;

pub(super) struct Progress {
    total: usize,
    done: usize,
    started: Instant,
    shown: Instant,
    is_terminal: bool,
    is_quiet: bool,
}

impl Progress {
    pub(super) fn new(context: &Context, total: usize) -> Self {
        let now = Instant::now();
        Self {
            total,
            done: 0,
            started: now,
            shown: now,
            is_terminal: stderr().is_terminal(),
            is_quiet: context.quiet,
        }
    }

    pub(super) fn advance(&mut self, by: usize, what: &str) {
        self.done += by;
        let pause = if self.is_terminal { REDRAW } else { PLAIN };
        if self.is_quiet || self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        let percent = self.done * 100 / self.total.max(1);
        let line = format!("{} of {} versions, {:.0} a second", self.done, self.total, self.rate());
        // Where standard error is closed there is nobody to tell.
        let _ = if self.is_terminal {
            let full = BAR * self.done / self.total.max(1);
            let bar: String = (0..BAR).map(|at| if at < full { '━' } else { '╌' }).collect();
            write!(stderr(), "\r\u{1b}[K{bar} {percent:>3} %  {line}  {}", clean_line(what))
        } else {
            writeln!(stderr(), "{percent} %: {line}")
        };
    }

    /// Versions a second so far.
    pub(super) fn rate(&self) -> f64 {
        let done = u32::try_from(self.done).unwrap_or(u32::MAX);
        f64::from(done) / self.started.elapsed().as_secs_f64().max(0.001)
    }

    /// Clears the bar.
    pub(super) fn end(&self) {
        if self.is_terminal && !self.is_quiet {
            let _ = write!(stderr(), "\r\u{1b}[K");
        }
    }
}
