//! Figures for Prometheus, by way of the textfile collector of its node_exporter.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::agenda::{Agenda, Entry};
use crate::store::Health;

/// In the text format 0.0.4.
pub(super) fn text(agenda: &Agenda<'_>, undelivered: usize, now: DateTime<Utc>) -> String {
    let mut text = String::new();
    let head = |text: &mut String, name: &str, help: &str| {
        let _ = writeln!(
            text,
            "# HELP clausewatch_{name} {help}\n# TYPE clausewatch_{name} gauge"
        );
    };
    for (name, help, value) in [
        ("watches", "Documents watched.", agenda.len() as f64),
        (
            "outbox_messages",
            "Messages that wait for their delivery.",
            undelivered as f64,
        ),
        (
            "last_turn_timestamp_seconds",
            "When the daemon last looked who is due.",
            seconds(now),
        ),
    ] {
        head(&mut text, name, help);
        let _ = writeln!(text, "clausewatch_{name} {value}");
    }
    head(&mut text, "build_info", "The version that runs.");
    let _ = writeln!(
        text,
        "clausewatch_build_info{{version=\"{}\"}} 1",
        env!("CARGO_PKG_VERSION")
    );
    head(&mut text, "watch_health", "1 for the health that a watch is in.");
    for entry in agenda.entries() {
        let health = health(entry);
        let _ = writeln!(
            text,
            "clausewatch_watch_health{{watch=\"{}\",service=\"{}\",health=\"{health}\"}} 1",
            escaped(&entry.watch.id),
            escaped(&entry.watch.service)
        );
    }
    type Figure = (&'static str, &'static str, fn(&Entry<'_>) -> Option<f64>);
    let figures: [Figure; 6] = [
        ("watch_failures", "Failed visits in a row.", |entry| {
            entry.state.as_ref().map(|state| state.failures.into())
        }),
        ("watch_versions", "Versions kept.", |entry| {
            entry.state.as_ref().map(|state| state.versions.into())
        }),
        ("watch_last_visit_timestamp_seconds", "The last visit.", |entry| {
            entry.state.as_ref()?.last_visit.map(seconds)
        }),
        (
            "watch_last_read_timestamp_seconds",
            "The last visit that read the document.",
            |entry| entry.state.as_ref()?.last_read.map(seconds),
        ),
        (
            "watch_last_change_timestamp_seconds",
            "The last new version.",
            |entry| entry.state.as_ref()?.last_change.map(seconds),
        ),
        (
            "watch_next_visit_timestamp_seconds",
            "When it is visited next.",
            |entry| entry.next.map(seconds),
        ),
    ];
    for (name, help, figure) in figures {
        head(&mut text, name, help);
        for (entry, value) in agenda
            .entries()
            .iter()
            .filter_map(|entry| Some((entry, figure(entry)?)))
        {
            let watch = escaped(&entry.watch.id);
            let _ = writeln!(text, "clausewatch_{name}{{watch=\"{watch}\"}} {value}");
        }
    }
    text
}

fn health(entry: &Entry<'_>) -> &'static str {
    match entry.state.as_ref().map(|state| state.health) {
        None | Some(Health::New) => "new",
        Some(Health::Ok) => "ok",
        Some(Health::Troubled) => "trouble",
        Some(Health::Blind) => "blind",
        Some(Health::Gone) => "gone",
        Some(Health::Stale) => "stale",
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact for 285,000 years")]
fn seconds(time: DateTime<Utc>) -> f64 {
    time.timestamp() as f64
}

/// The value of a label. The format would keep other control characters, and a terminal would obey them.
fn escaped(text: &str) -> String {
    let shown: String = text
        .chars()
        .filter(|sign| *sign == '\n' || !sign.is_control())
        .collect();
    shown.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Whole or not at all: the collector may come at any time. It runs as another user, so all may read it.
pub(super) fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .prefix(".clausewatch-")
        .permissions(std::fs::Permissions::from_mode(0o644))
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    // The umask may have taken rights away.
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_makes_no_figures_of_its_own() {
        assert_eq!(
            escaped("Shop\"} 1\r\nclausewatch_watches 0\u{1b}[2J\\"),
            "Shop\\\"} 1\\nclausewatch_watches 0[2J\\\\"
        );
    }
}
