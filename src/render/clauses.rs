//! Findings and clause changes for people.

use super::diff::spans_text;
use super::safe::clean_line;
use super::style::{Ink, wrapped};
use super::words::Words;
use crate::analysis::compare::{ClauseChange, Severity};
use crate::analysis::detect::{Detection, Finding, Stance};
use crate::analysis::diff::words as compare_words;

/// What a document says of AI training, and in which language it was read.
pub fn detection(detection: &Detection, words: &Words, ink: Ink, width: usize) -> String {
    let lang = detection.lang.as_deref().unwrap_or("unknown");
    if !detection.understood {
        return format!("Read, but not understood: there is no lexicon for its language ({lang}).\n");
    }
    let told = findings(&detection.findings, words, ink, width);
    if told.is_empty() {
        return format!("Nothing about AI training (language: {lang}).\n");
    }
    told
}

/// Findings with their quotes; mentions are left out.
pub fn findings(findings: &[Finding], words: &Words, ink: Ink, width: usize) -> String {
    let shown: Vec<String> = findings
        .iter()
        .filter(|finding| finding.stance != Stance::Mention)
        .map(|finding| one(finding, words, ink, width))
        .collect();
    shown.join("\n")
}

fn one(finding: &Finding, words: &Words, ink: Ink, width: usize) -> String {
    let stance = finding.stance.name();
    let label = match finding.stance {
        Stance::Claim => ink.warning(stance),
        Stance::Assurance | Stance::Choice => ink.good(stance),
        Stance::Restriction | Stance::Mention => ink.bold(stance),
    };
    let mut text = format!(
        "{label} {}\n",
        ink.faint(&format!("({})", words.stance(finding.stance)))
    );
    text.push_str(&place(finding, ink, width));
    text.push_str(&format!("{}\n", wrapped(&quoted(finding, words), "    ", width)));
    text
}

/// The headings above a clause, on lines of their own.
pub(super) fn place(finding: &Finding, ink: Ink, width: usize) -> String {
    if finding.heading.is_empty() {
        return String::new();
    }
    let heading = clean_line(&finding.heading.join(" › "));
    let lines = wrapped(&heading, "  ", width);
    let painted: Vec<String> = lines.lines().map(|line| ink.faint(line)).collect();
    format!("{}\n", painted.join("\n"))
}

/// The clause in quotation marks, with its lead-in.
pub fn quoted(finding: &Finding, words: &Words) -> String {
    words.quote(&led_in(finding, &clean_line(&finding.text)))
}

/// The clause, however it is painted, behind its lead-in.
pub(super) fn led_in(finding: &Finding, clause: &str) -> String {
    match &finding.lead_in {
        Some(lead_in) => format!("{} … {clause}", clean_line(lead_in).trim_end_matches(['…', ' '])),
        None => clause.to_owned(),
    }
}

/// Clause changes, the loudest first, with what stood there before.
pub fn changes(changes: &[ClauseChange], words: &Words, ink: Ink, width: usize) -> String {
    if changes.is_empty() {
        return "Nothing changed about AI training.\n".into();
    }
    let told: Vec<String> = changes
        .iter()
        .map(|change| one_change(change, words, ink, width))
        .collect();
    told.join("\n")
}

pub(super) fn one_change(change: &ClauseChange, words: &Words, ink: Ink, width: usize) -> String {
    let sentence = words.event(change.event);
    let mut text = match change.severity {
        Severity::Alert => ink.warning(sentence),
        Severity::Notice => ink.bold(sentence),
    };
    if change.returned {
        text.push_str(&format!(" {}", words.returned()));
    }
    text.push('\n');
    text.push_str(&place(&change.finding, ink, width));
    match &change.before {
        Some(before) => {
            let spans = compare_words(&clean_line(&before.text), &clean_line(&change.finding.text));
            text.push_str(&format!("{}\n", wrapped(&spans_text(&spans, ink), "    ", width)));
        }
        None => text.push_str(&format!(
            "{}\n",
            wrapped(&quoted(&change.finding, words), "    ", width)
        )),
    }
    text
}
