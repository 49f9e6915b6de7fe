//! One line a visit. `watch` and `event` become fields of the journal.

use crate::round::{Outcome, Visit};

pub(super) fn visit(visit: &Visit) {
    let watch = visit.watch.as_str();
    match &visit.outcome {
        Outcome::Baseline(detection) => {
            let clauses = detection.findings.len();
            tracing::info!(
                watch,
                event = "baseline",
                "first reading: {clauses} clauses about AI training"
            );
        }
        Outcome::Unchanged => tracing::info!(watch, event = "unchanged", "unchanged"),
        Outcome::Changed => {
            let alerts = visit.alerts.len();
            tracing::info!(watch, event = "changed", alerts, "a new version");
        }
        Outcome::Unconfirmed => {
            tracing::info!(
                watch,
                event = "unconfirmed",
                "changed; told when another visit finds it too"
            );
        }
        Outcome::Suspect(what) => tracing::warn!(watch, event = "suspect", "{what}"),
        Outcome::Failed(what) => tracing::warn!(watch, event = "failed", "{what}"),
        Outcome::Overtaken => {
            tracing::info!(watch, event = "overtaken", "visited by another clausewatch meanwhile");
        }
        Outcome::Postponed(why) => tracing::info!(watch, event = "postponed", "{why}"),
    }
}
