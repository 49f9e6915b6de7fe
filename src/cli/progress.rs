//! How far a long work is: a bar that stays on the last line of a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::context::Context;
use crate::render::clean_line;

/// Between two plain lines.
const PLAIN: Duration = Duration::from_secs(10);
const REDRAW: Duration = Duration::from_millis(120);

pub(super) struct Progress<'a> {
    context: &'a Context,
    bar: ProgressBar,
    noun: &'static str,
    total: u64,
    shown: Instant,
}

impl<'a> Progress<'a> {
    /// `noun` is what is counted: "versions".
    pub(super) fn new(context: &'a Context, total: usize, noun: &'static str) -> Self {
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let target = if context.shows_bars() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = format!("{{bar:24}} {{percent:>3}} %  {{human_pos}} of {{human_len}} {noun}  {{wide_msg}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style.progress_chars("━━╌"));
        }
        bar.enable_steady_tick(REDRAW);
        Self {
            context,
            bar,
            noun,
            total,
            shown: Instant::now(),
        }
    }

    /// So much more is done, the last of it `what`.
    pub(super) fn advance(&mut self, by: usize, what: &str) {
        self.bar.inc(u64::try_from(by).unwrap_or_default());
        if !self.bar.is_hidden() {
            self.bar.set_message(clean_line(what));
        } else if self.shown.elapsed() >= PLAIN {
            self.shown = Instant::now();
            let done = self.bar.position();
            let percent = done * 100 / self.total.max(1);
            self.context
                .report(&format!("{percent} %: {done} of {} {}", self.total, self.noun));
        }
    }

    /// A line that stays, above the bar.
    pub(super) fn line(&self, text: &str) {
        self.bar.suspend(|| self.context.report(text));
    }

    /// So many a second so far.
    pub(super) fn rate(&self) -> f64 {
        let done = u32::try_from(self.bar.position()).unwrap_or(u32::MAX);
        f64::from(done) / self.bar.elapsed().as_secs_f64().max(0.001)
    }

    /// Clears the bar.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
