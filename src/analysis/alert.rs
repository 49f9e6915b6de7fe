//! What a person must hear of one visit.

use serde::{Deserialize, Serialize};

use crate::analysis::compare::{ClauseChange, Severity};

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
    pub kind: AlertKind,
    pub severity: Severity,
    /// How to object, where the watchlist or the text says so.
    pub objection: Option<crate::watchlist::Objection>,
}

/// What the alert is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlertKind {
    /// Clauses about AI training changed.
    Clauses { changes: Vec<ClauseChange> },
    /// The text changed, no clause about AI training did (only with `notify = "any-change"`).
    Text { added: u32, removed: u32 },
    /// The watch cannot be read any more.
    Blind { reason: String, failures: u32 },
    /// It can be read again.
    Recovered,
}
