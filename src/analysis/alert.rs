//! What a person must hear of one visit.

use serde::{Deserialize, Serialize};

use crate::analysis::compare::{ClauseChange, Severity};
use crate::analysis::diff::Diff;
use crate::analysis::suspect::Suspicion;
use crate::watchlist::{Notify, Objection, Watch};

/// What a person must hear of one visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Id of the watch, `service/document`.
    pub watch: String,
    pub service: String,
    pub title: String,
    /// The page a person can open.
    pub url: String,
    /// Numbers of the versions compared.
    pub from_version: Option<u32>,
    pub to_version: Option<u32>,
    #[serde(flatten)]
    pub kind: AlertKind,
    pub severity: Severity,
    /// The text was suspect for this at first, and was accepted since it stayed so.
    pub accepted: Option<Suspicion>,
    /// How to object, where the watchlist says so.
    pub objection: Option<Objection>,
}

/// What the alert is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlertKind {
    /// Clauses about AI training changed.
    Clauses { changes: Vec<ClauseChange> },
    /// The text changed, no clause about AI training did (told only with `notify = "any-change"`).
    Text { added: u32, removed: u32 },
    /// The watch cannot be read any more.
    Blind { reason: String, failures: u32 },
    /// It can be read again.
    Recovered,
}

impl Alert {
    /// An alert about a watch, before the versions are known.
    pub fn new(watch: &Watch, kind: AlertKind) -> Self {
        let severity = match &kind {
            AlertKind::Clauses { changes } => changes.iter().map(|change| change.severity).max(),
            AlertKind::Blind { .. } => Some(Severity::Alert),
            AlertKind::Text { .. } | AlertKind::Recovered => None,
        };
        Self {
            watch: watch.id.clone(),
            service: watch.service.clone(),
            title: watch.title.clone(),
            url: watch.pages.first().map(ToString::to_string).unwrap_or_default(),
            from_version: None,
            to_version: None,
            kind,
            severity: severity.unwrap_or(Severity::Notice),
            accepted: None,
            objection: watch.objection.clone(),
        }
    }

    /// Whether the watch's owner wants to hear of it. What fell silent, or speaks again, is always told.
    pub fn is_wanted(&self, notify: Notify) -> bool {
        match (&self.kind, notify) {
            (AlertKind::Blind { .. } | AlertKind::Recovered, _) | (_, Notify::AnyChange) => true,
            (AlertKind::Text { .. }, _) => false,
            (AlertKind::Clauses { .. }, Notify::Notice) => true,
            (AlertKind::Clauses { .. }, Notify::Alert) => self.severity == Severity::Alert,
        }
    }
}

/// The alert about a new version: the loudest changes first. `None` where nothing changed that could be told.
pub fn of_change(watch: &Watch, mut changes: Vec<ClauseChange>, diff: &Diff) -> Option<Alert> {
    if !changes.is_empty() {
        changes.sort_by_key(|change| std::cmp::Reverse(change.severity));
        return Some(Alert::new(watch, AlertKind::Clauses { changes }));
    }
    let (added, removed) = diff.counts();
    (added + removed > 0).then(|| Alert::new(watch, AlertKind::Text { added, removed }))
}
