//! What programs read: versioned copies (`"version": 1`), never the inner types.

use serde_json::{Value, json};

use crate::analysis::alert::{Alert, AlertKind};
use crate::analysis::compare::{ClauseChange, Severity};
use crate::analysis::detect::{Detection, Finding};
use crate::analysis::diff::{Change, Diff, Line, Mark, Span};
use crate::analysis::document::Link;

/// One finding.
pub fn finding(finding: &Finding) -> Value {
    json!({
        "stance": finding.stance, "actor": finding.actor, "data": finding.data().collect::<Vec<_>>(),
        "conditions": finding.conditions().collect::<Vec<_>>(),
        "text": finding.text, "heading": finding.heading, "lead_in": finding.lead_in,
        "links": links(&finding.links), "dates": finding.dates, "confidence": finding.confidence,
        "concepts": finding.concepts, "why": why(finding),
    })
}

fn links(links: &[Link]) -> Vec<&str> {
    links.iter().map(|link| link.target.as_str()).collect()
}

fn why(finding: &Finding) -> Vec<Value> {
    let reason = |reason: &crate::analysis::detect::Reason| json!({ "concept": reason.concept, "words": reason.words });
    finding.why.iter().map(reason).collect()
}

/// What a document says of AI training.
pub fn detection(detection: &Detection) -> Value {
    let clauses: Vec<Value> = detection.findings.iter().map(finding).collect();
    json!({ "version": 1, "lang": detection.lang, "understood": detection.understood, "clauses": clauses })
}

fn change(change: &ClauseChange) -> Value {
    json!({
        "event": change.event, "severity": change.severity, "stance": change.finding.stance, "text": change.finding.text,
        "before": change.before.as_ref().map_or("", |before| &before.text), "heading": change.finding.heading,
        "lead_in": change.finding.lead_in, "links": links(&change.finding.links), "dates": change.finding.dates,
        "returned": change.returned, "why": change.why, "seen": why(&change.finding),
    })
}

/// What changed about AI training between two documents.
pub fn changes(changes: &[ClauseChange]) -> Value {
    let alert = changes.iter().any(|change| change.severity == Severity::Alert);
    let findings: Vec<Value> = changes.iter().map(change).collect();
    json!({ "version": 1, "alert": alert, "findings": findings })
}

/// One alert.
pub fn alert(alert: &Alert) -> Value {
    let (kind, details) = match &alert.kind {
        AlertKind::Clauses { changes } => ("clauses", json!(changes.iter().map(change).collect::<Vec<_>>())),
        AlertKind::Text { added, removed } => ("text", json!({ "added": added, "removed": removed })),
        AlertKind::Blind { reason, failures } => ("blind", json!({ "reason": reason, "failures": failures })),
        AlertKind::Gone { reason } => ("gone", json!({ "reason": reason })),
        AlertKind::Moved { to } => ("moved", json!({ "to": to })),
        AlertKind::MovedBack => ("moved_back", Value::Null),
        AlertKind::Network { days } => ("network", json!({ "days": days })),
        AlertKind::Stale { days, reason } => ("stale", json!({ "days": days, "reason": reason })),
        AlertKind::Recovered => ("recovered", Value::Null),
    };
    json!({
        "watch": alert.watch, "service": alert.service, "title": alert.title, "url": alert.url,
        "from_version": alert.from_version, "to_version": alert.to_version, "severity": alert.severity,
        "kind": kind, "details": details, "accepted": alert.accepted, "objection": alert.objection,
        "objection_link": alert.objection_link(), "deadline": alert.deadline(), "effective": alert.effective(),
        "dates": alert.dates, "objected": alert.objected, "reminder": alert.reminder,
    })
}

/// A diff.
pub fn diff(diff: &Diff) -> Value {
    let span = |span: &Span| match span {
        Span::Same(text) => json!({ "same": text }),
        Span::Added(text) => json!({ "added": text }),
        Span::Removed(text) => json!({ "removed": text }),
    };
    let mark = |mark: &Mark| match mark {
        Mark::Change {
            event,
            severity,
            returned,
        } => json!({ "event": event, "severity": severity, "returned": returned }),
        Mark::Stays { stance } => json!({ "stance": stance }),
    };
    let line = |line: &Line| {
        let (change, key, value) = match &line.change {
            Change::Same(text) => ("same", "text", json!(text)),
            Change::Added(text) => ("added", "text", json!(text)),
            Change::Removed(text) => ("removed", "text", json!(text)),
            Change::Moved(text) => ("moved", "text", json!(text)),
            Change::Reworded(spans) => ("reworded", "words", spans.iter().map(span).collect()),
        };
        json!({ "change": change, key: value, "marks": line.marks.iter().map(mark).collect::<Vec<_>>() })
    };
    let hunks: Vec<Value> = diff
        .hunks
        .iter()
        .map(|hunk| json!({ "heading": hunk.heading, "lines": hunk.lines.iter().map(line).collect::<Vec<_>>() }))
        .collect();
    json!({ "version": 1, "hunks": hunks })
}
