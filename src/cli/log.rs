//! What happens beside the work: for the journal, for programs, or in words for a person at a command.

use std::fmt;
use std::io::{IsTerminal, stderr};

use chrono::Local;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{filter::Targets, fmt as lines};

use super::context::fitted_to_errors;
use crate::clock;
use crate::render::{clean, clean_line};
use crate::settings;

/// `for_a_person`: at a command that prints what it does, so that only what went wrong is said, in words.
pub(super) fn start(level: Level, for_a_person: bool, colours: bool) {
    // lettre prints the password at DEBUG, and the libraries below say nothing for people.
    let filter = Targets::new()
        .with_default(Level::ERROR)
        .with_target("clausewatch", level);
    let registry = tracing_subscriber::registry().with(filter);
    let journal = settings::logs_to_journal()
        .then(|| tracing_journald::layer().ok())
        .flatten();
    // A second start in one process (tests) keeps the first log.
    let _ = match journal {
        Some(journal) => registry
            .with(journal.with_field_prefix(Some("CLAUSEWATCH".into())))
            .try_init(),
        None if for_a_person => {
            let words = lines::layer().with_writer(stderr).event_format(Words { colours });
            registry.with(words).try_init()
        }
        None => {
            let colours = stderr().is_terminal() && !settings::no_color();
            registry.with(plain_lines(stderr, colours)).try_init()
        }
    };
}

/// One line an event, whatever a server or a title says in it: else a page could write lines of its own into the log.
fn plain_lines<S>(writer: impl for<'w> MakeWriter<'w> + 'static, colours: bool) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let fields = debug_fn(|writer, field, value| match field.name() {
        "message" => write!(writer, "{}", clean_line(&format!("{value:?}"))),
        name => write!(writer, "{name}={}", clean_line(&format!("{value:?}"))),
    });
    lines::layer()
        .with_writer(writer)
        .with_timer(WallClock)
        .with_target(false)
        .with_ansi(colours)
        .fmt_fields(fields.delimited(" "))
}

/// What no supervisor adds where a log is a file.
struct WallClock;

impl FormatTime for WallClock {
    fn format_time(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let now = clock::now().with_timezone(&Local);
        write!(writer, "{}", now.format("%Y-%m-%dT%H:%M:%S%:z"))
    }
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
            self.0 = clean(&format!("{value:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex, PoisonError};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_a_server_says_makes_no_lines_and_steers_no_terminal() {
        let written = Written::default();
        let writer = written.clone();
        let log = tracing_subscriber::registry().with(plain_lines(move || writer.clone(), false));
        let said = "404\u{1b}[2J\r\nERROR all is lost\u{202e}";
        tracing::subscriber::with_default(log, || tracing::error!(watch = said, "it says {said}"));
        let bytes = written.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("it says 404[2J ERROR all is lost"), "{text}");
        assert!(!text.trim_end().contains(char::is_control), "{text:?}");
    }
}
