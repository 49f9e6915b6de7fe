//! What changed between the findings of two versions, against all that was ever seen.

use serde::{Deserialize, Serialize};

use crate::analysis::detect::Finding;

/// What happened to a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    ClaimAdded,
    ClaimWidened,
    ClaimRemoved,
    AssuranceAdded,
    AssuranceRemoved,
    ChoiceAdded,
    ChoiceRemoved,
    ChoiceChanged,
}

/// How loud an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Notice,
    Alert,
}

/// What changed about one clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClauseChange {
    pub event: Event,
    pub severity: Severity,
    /// The finding as it stands now; for a removal, as it stood.
    pub finding: Finding,
    /// The finding it replaces, where it was reworded.
    pub before: Option<Finding>,
    /// The clause left and came back.
    pub returned: bool,
    /// What decided, in words a person understands ("a condition was dropped: with your consent").
    pub why: Vec<String>,
}

/// Every finding ever seen in a watch's history.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    pub entries: Vec<LedgerEntry>,
}

/// One finding of the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerEntry {
    /// Row in the store; 0 when new.
    pub id: i64,
    pub finding: Finding,
    /// Number of the first and of the last version that carried it.
    pub first_version: u32,
    pub last_version: u32,
    /// Visits since it was last seen; a removal counts from `Ledger::REMOVAL_VISITS` on.
    pub visits_gone: u32,
    /// The removal was told (or the finding is still there: false).
    pub removal_told: bool,
}

/// Compares the findings of two versions. With an empty ledger only the two count.
pub fn compare(_before: &[Finding], _after: &[Finding], _ledger: &Ledger) -> Vec<ClauseChange> {
    todo!()
}
