//! Every finding ever seen in a watch's history.

use super::similar::key;
use super::{ClauseChange, removed};
use crate::analysis::detect::Finding;

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
    /// The removal was told (while the finding is there: false).
    pub removal_told: bool,
}

impl Ledger {
    /// A clause that is gone for fewer visits may be a page that flaps.
    pub const REMOVAL_VISITS: u32 = 3;

    /// Whether this clause, with this stance, was ever seen.
    pub fn knows(&self, finding: &Finding) -> bool {
        let text = key(&finding.text);
        self.entries
            .iter()
            .any(|entry| entry.finding.stance == finding.stance && key(&entry.finding.text) == text)
    }

    /// Takes in the findings of a version.
    pub fn record(&mut self, findings: &[Finding], version: u32) {
        for finding in findings {
            let text = key(&finding.text);
            let same =
                |entry: &&mut LedgerEntry| entry.finding.stance == finding.stance && key(&entry.finding.text) == text;
            match self.entries.iter_mut().find(same) {
                Some(entry) => {
                    entry.finding = finding.clone();
                    entry.last_version = version;
                    entry.visits_gone = 0;
                    entry.removal_told = false;
                }
                None => self.entries.push(LedgerEntry {
                    id: 0,
                    finding: finding.clone(),
                    first_version: version,
                    last_version: version,
                    visits_gone: 0,
                    removal_told: false,
                }),
            }
        }
    }

    /// Takes in version `newest` as today's rules read it: what they no longer find did not leave the text.
    pub fn reread(&mut self, findings: &[Finding], newest: u32) {
        for entry in self.entries.iter_mut().filter(|entry| entry.last_version == newest) {
            entry.removal_told = true;
        }
        self.record(findings, newest);
    }

    /// Counts a visit that read the newest version (or found it unchanged): who is not in it is gone once more.
    pub fn count_visit(&mut self, newest: u32) {
        for entry in self.entries.iter_mut().filter(|entry| entry.last_version < newest) {
            entry.visits_gone = entry.visits_gone.saturating_add(1);
        }
    }

    /// Removals that have lasted long enough and were not told yet; they count as told from now on.
    pub fn take_lasting_removals(&mut self) -> Vec<ClauseChange> {
        let lasting = |entry: &&mut LedgerEntry| !entry.removal_told && entry.visits_gone >= Self::REMOVAL_VISITS;
        let mut changes = Vec::new();
        for entry in self.entries.iter_mut().filter(lasting) {
            entry.removal_told = true;
            changes.extend(removed(&entry.finding));
        }
        changes
    }

    /// A clause that was replaced by another wording was told (or judged no news) with that.
    pub fn settle_replaced(&mut self, replaced: &Finding) {
        for entry in self
            .entries
            .iter_mut()
            .filter(|entry| entry.finding.stance == replaced.stance && entry.finding.text == replaced.text)
        {
            entry.removal_told = true;
        }
    }
}
