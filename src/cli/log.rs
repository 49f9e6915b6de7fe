//! What happens beside the work: for the journal, for programs, or in words for a person at a command.

use std::fmt;
use std::io::{IsTerminal, stderr};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::context::fitted_to_errors;
use crate::settings;

/// `for_a_person`: at a command that prints what it does, so that only what went wrong is said, in words.
pub(super) fn start(level: &str, for_a_person: bool, colours: bool) {
    // lettre prints the password at DEBUG, and the libraries below say nothing for people.
    let filter = EnvFilter::new(format!("error,clausewatch={level}"));
    let registry = tracing_subscriber::registry().with(filter);
    let journal = settings::logs_to_journal()
        .then(|| tracing_journald::layer().ok())
        .flatten();
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr);
    // A second start in one process (tests) keeps the first log.
    let _ = match journal {
        Some(journal) => registry
            .with(journal.with_field_prefix(Some("CLAUSEWATCH".into())))
            .try_init(),
        None if for_a_person => registry.with(lines.event_format(Words { colours })).try_init(),
        None => registry
            .with(
                lines
                    .without_time()
                    .with_target(false)
                    .with_ansi(stderr().is_terminal() && !settings::no_color()),
            )
            .try_init(),
    };
}

/// `warning: …`, as compilers say it.
struct Words {
    colours: bool,
}

impl<S, N> FormatEvent<S, N> for Words
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut message = Message(String::new());
        event.record(&mut message);
        let (label, colour) = match *event.metadata().level() {
            Level::ERROR => ("error", "\u{1b}[1;31m"),
            Level::WARN => ("warning", "\u{1b}[1;33m"),
            _ => ("note", "\u{1b}[1m"),
        };
        let label = if self.colours {
            format!("{colour}{label}\u{1b}[0m")
        } else {
            label.to_owned()
        };
        writeln!(writer, "{}", fitted_to_errors(&format!("{label}: {}", message.0)))
    }
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
