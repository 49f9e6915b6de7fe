//! An alert on a terminal, and as plain text.

use super::clauses::{led_in, place};
use super::diff::{diff, spans_text};
use super::marks::{decisive, pieces};
use super::safe::clean_line;
use super::sentence::of_changes;
use super::style::{Ink, wrapped};
use super::words::{Words, fill};
use crate::analysis::alert::{Alert, AlertKind, Reminder};
use crate::analysis::compare::{ClauseChange, Severity};
use crate::analysis::dates::DateKind;
use crate::analysis::detect::Finding;
use crate::analysis::diff::{Diff, words as compare_words};

/// What happened, in one sentence that names the service.
pub fn sentence(alert: &Alert, words: &Words) -> String {
    let text = match &alert.kind {
        AlertKind::Clauses { changes } => return clean_line(&of_changes(&alert.service, changes, words)),
        AlertKind::Text { added, removed } => {
            let (added, removed) = (added.to_string(), removed.to_string());
            fill(words.alert("text_changed"), &[("added", &added), ("removed", &removed)])
        }
        AlertKind::Blind { reason, .. } => fill(words.alert("blind"), &[("reason", reason.trim_end_matches('.'))]),
        AlertKind::Gone { reason } => fill(words.alert("gone"), &[("reason", reason.trim_end_matches('.'))]),
        AlertKind::Moved { to } => fill(words.alert("moved"), &[("to", to)]),
        AlertKind::MovedBack => words.alert("moved_back").to_owned(),
        AlertKind::Network { days } => fill(words.alert("network"), &[("days", &days.to_string())]),
        AlertKind::Stale { days, reason: None } => fill(words.alert("stale"), &[("days", &days.to_string())]),
        AlertKind::Stale {
            days,
            reason: Some(reason),
        } => fill(
            words.alert("held_up"),
            &[("days", &days.to_string()), ("reason", reason)],
        ),
        AlertKind::Recovered => words.alert("recovered").to_owned(),
    };
    clean_line(&format!("{} ({}): {text}", alert.service, alert.title))
}

/// The alert on a terminal, or as plain text.
pub fn terminal(alert: &Alert, words: &Words, ink: Ink, width: usize) -> String {
    let mut text = format!("{}\n", wrapped(&clean_line(&place_of(alert)), "", width));
    text.push_str(&format!(
        "{}\n",
        wrapped(&ink.warning(&headline(alert, words)), "", width)
    ));
    for line in notes(alert, words) {
        text.push_str(&format!("{}\n", wrapped(&line, "", width)));
    }
    for change in alert.changes() {
        text.push_str(&format!("\n{}", one_change(change, words, ink, width)));
    }
    text.push_str(&dates(alert, words));
    if !alert.changes().is_empty() {
        text.push_str(&how_to_object(alert, words, ink, width));
    }
    if !alert.url.is_empty() {
        text.push_str(&format!(
            "\n{}\n",
            words.labelled(words.alert("page"), &clean_line(&alert.url))
        ));
    }
    if let Some(command) = diff_command(alert) {
        text.push_str(&format!("{}\n", fill(words.alert("diff"), &[("command", &command)])));
    }
    text
}

/// The document, for the line above the headline.
pub(super) fn place_of(alert: &Alert) -> String {
    format!("{} · {} ({})", alert.service, alert.title, alert.watch)
}

/// What happened, and until when one can act.
pub(super) fn headline(alert: &Alert, words: &Words) -> String {
    let mut text = sentence(alert, words);
    if let Some(reminder) = alert.reminder {
        return format!("{} {text}", reminder_text(reminder, words));
    }
    if let Some(day) = alert.deadline().filter(|_| is_to_act_on(alert)) {
        text = format!("{text} {}", fill(words.alert("act_now"), &[("day", &words.day(day))]));
    }
    text
}

/// The headline among others, which may be about other documents of the same service.
pub(super) fn listed(alert: &Alert, words: &Words) -> String {
    let headline = headline(alert, words);
    match alert.changes() {
        [] => headline,
        _ => format!("{headline} ({})", clean_line(&alert.title)),
    }
}

/// What happened, until when one can act, and from when it holds.
pub fn summary(alert: &Alert, words: &Words) -> String {
    let effective = alert.effective().map(|day| words.day(day));
    let effective = effective.map(|day| format!(" {} {day}.", words.phrase("date", "effective")));
    headline(alert, words) + &effective.unwrap_or_default()
}

fn reminder_text(reminder: Reminder, words: &Words) -> String {
    let (key, day, left) = match reminder {
        Reminder::Deadline { day, left } => ("reminder_deadline", day, left),
        Reminder::Effective { day, left } => ("reminder_effective", day, left),
        Reminder::Snoozed => return words.alert("reminder").to_owned(),
    };
    let days = match left {
        0 => words.phrase("date", "today").to_owned(),
        1 => words.phrase("date", "tomorrow").to_owned(),
        _ => fill(words.phrase("date", "in_days"), &[("days", &left.to_string())]),
    };
    fill(words.alert(key), &[("day", &words.day(day)), ("days", &days)])
}

fn is_to_act_on(alert: &Alert) -> bool {
    !alert.changes().is_empty() && alert.severity == Severity::Alert
}

/// What must be known beside the headline, a line each.
pub(super) fn notes(alert: &Alert, words: &Words) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(objected) = alert.objected.filter(|_| is_to_act_on(alert)) {
        notes.push(fill(
            words.alert("objected"),
            &[("day", &words.day(objected.date_naive()))],
        ));
    }
    if let Some(suspicion) = alert.accepted {
        notes.push(fill(words.alert("accepted"), &[("reason", &suspicion.to_string())]));
    }
    match &alert.kind {
        AlertKind::Clauses { changes } if changes.len() > 1 => {
            notes.push(fill(
                words.alert("clauses_more"),
                &[("count", &changes.len().to_string())],
            ));
        }
        AlertKind::Blind { failures, .. } => {
            notes.push(fill(words.alert("blind_since"), &[("failures", &failures.to_string())]));
        }
        AlertKind::Gone { .. } | AlertKind::Moved { .. } => notes.push(words.alert("new_address").to_owned()),
        _ => {}
    }
    notes
}

/// One changed clause: what happened to it, where it stands, its words, and why it was taken for one.
fn one_change(change: &ClauseChange, words: &Words, ink: Ink, width: usize) -> String {
    let label = words.label(change.event);
    let mut text = match change.severity {
        Severity::Alert => ink.warning(label),
        Severity::Notice => ink.bold(label),
    };
    if change.returned {
        text.push_str(&format!(" {}", words.returned()));
    }
    text.push('\n');
    text.push_str(&place(&change.finding, ink, width));
    let quote = match &change.before {
        Some(before) => spans_text(
            &compare_words(&clean_line(&before.text), &clean_line(&change.finding.text)),
            ink,
        ),
        None => marked(&change.finding, words, ink),
    };
    text.push_str(&format!("{}\n", wrapped(&quote, "    ", width)));
    for link in &change.finding.links {
        text.push_str(&format!(
            "    {}\n",
            words.labelled(words.alert("links"), &clean_line(&link.target))
        ));
    }
    text.push_str(&format!(
        "{}\n",
        wrapped(&ink.faint(&why(&change.finding, words)), "    ", width)
    ));
    text
}

/// The clause in quotation marks, what decided in bold or between stars.
fn marked(finding: &Finding, words: &Words, ink: Ink) -> String {
    let clause = clean_line(&finding.text);
    let decisive = decisive(finding);
    let bold = |text: &str| {
        if ink.colour {
            ink.bold(text)
        } else {
            format!("*{text}*")
        }
    };
    let pieces = pieces(&clause, &decisive).into_iter();
    let quoted: String = pieces
        .map(|piece| {
            if piece.decisive {
                bold(piece.text)
            } else {
                piece.text.to_owned()
            }
        })
        .collect();
    words.quote(&led_in(finding, &quoted))
}

/// How sure, and because of which words.
pub(super) fn why(finding: &Finding, words: &Words) -> String {
    let percent = (finding.confidence * 100.0).round().to_string();
    let clause = clean_line(&finding.text);
    let decisive = decisive(finding);
    let mut named: Vec<String> = Vec::new();
    for piece in pieces(&clause, &decisive).iter().filter(|piece| piece.decisive) {
        let quoted = words.quote(piece.text);
        if !named.contains(&quoted) {
            named.push(quoted);
        }
    }
    // What a clause says by its place in a list may have no word of its own.
    let phrase = if named.is_empty() { "sure" } else { "why" };
    fill(
        words.alert(phrase),
        &[("percent", &percent), ("words", &named.join(", "))],
    )
}

/// The dates of the text, a line each: what happens then, the day, and the words that say so.
pub(super) fn date_lines(alert: &Alert, words: &Words) -> Vec<String> {
    let line = |dated: &crate::analysis::dates::Dated| {
        let kind = match dated.kind {
            DateKind::Effective => "effective",
            DateKind::Deadline => "deadline",
            DateKind::Notice => "notice",
            DateKind::Mentioned => "mentioned",
        };
        let said = clean_line(&dated.words);
        let day = dated.day.map(|day| words.day(day)).filter(|day| *day != said);
        let day = day.map_or_else(|| said.clone(), |day| format!("{day} ({})", words.quote(&said)));
        words.labelled(words.phrase("date", kind), &day)
    };
    alert.dates.iter().map(line).collect()
}

fn dates(alert: &Alert, words: &Words) -> String {
    let lines: String = date_lines(alert, words)
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

fn how_to_object(alert: &Alert, words: &Words, ink: Ink, width: usize) -> String {
    let mut lines = Vec::new();
    if let Some(url) = alert.objection_link() {
        let login = alert.objection.as_ref().is_some_and(|objection| objection.login);
        let login = if login {
            format!(" ({})", words.alert("login"))
        } else {
            String::new()
        };
        lines.push(format!("  {}{login}", clean_line(url)));
    }
    if let Some(objection) = &alert.objection {
        for (number, step) in (1..).zip(&objection.steps) {
            let step = wrapped(&clean_line(step), "     ", width);
            lines.push(format!("  {number}. {}", step.trim_start()));
        }
        if let Some(address) = &objection.address {
            lines.push(format!(
                "  {}",
                words.labelled(words.alert("address"), &clean_line(address))
            ));
        }
    }
    lines.push(format!(
        "  {}",
        fill(words.alert("letter"), &[("command", &object_command(alert))])
    ));
    format!("\n{}\n{}\n", ink.bold(words.alert("object")), lines.join("\n"))
}

/// The command that shows all that changed.
pub(super) fn diff_command(alert: &Alert) -> Option<String> {
    let (from, to) = (alert.from_version?, alert.to_version?);
    Some(format!("clausewatch diff {} @{from} @{to}", alert.watch))
}

pub(super) fn object_command(alert: &Alert) -> String {
    format!("clausewatch object {}", alert.watch)
}

/// What changed around the clauses, for a mail.
pub(super) fn around(alert: &Alert, words: &Words, ink: Ink, width: usize) -> String {
    if alert.hunks.is_empty() {
        return String::new();
    }
    let hunks = Diff {
        hunks: alert.hunks.clone(),
    };
    format!("\n{}\n\n{}", words.alert("around"), diff(&hunks, words, ink, width))
}
