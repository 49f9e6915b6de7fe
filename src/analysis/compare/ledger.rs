//! Every finding ever seen in a watch's history.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};

use super::similar::key;
use super::{ClauseChange, Severity, removed};
use crate::analysis::detect::{Finding, Stance};

/// Every finding ever seen in a watch's history.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    pub entries: Vec<LedgerEntry>,
}

/// One finding of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub finding: Finding,
    /// Number of the first and of the last version that carried it.
    pub first_version: u32,
    pub last_version: u32,
    /// Visits since it was last seen; a removal counts from `Ledger::REMOVAL_VISITS` on.
    pub visits_gone: u32,
    /// The removal was told (while the finding is there: false).
    pub removal_told: bool,
    /// How often it left and came back.
    #[serde(default)]
    pub returns: u32,
}

impl LedgerEntry {
    /// A clause that flaps must stay away four times as long for each of its returns until its removal counts.
    fn removal_visits(&self) -> u32 {
        Ledger::REMOVAL_VISITS << (2 * self.returns).min(16)
    }

    /// Gone, and nobody was told yet: each visit counts.
    fn is_counted(&self, newest: u32) -> bool {
        self.last_version < newest && !self.removal_told
    }
}

impl Ledger {
    /// A clause that is gone for fewer visits may be a page that flaps.
    pub const REMOVAL_VISITS: u32 = 3;

    /// What makes two findings the same clause.
    pub(super) fn clause(finding: &Finding) -> (Stance, String) {
        (finding.stance, key(&finding.text))
    }

    /// The index of each clause's entry.
    pub(super) fn by_clause(&self) -> HashMap<(Stance, String), usize> {
        let entries = self.entries.iter().enumerate();
        entries
            .map(|(index, entry)| (Self::clause(&entry.finding), index))
            .collect()
    }

    /// Takes in the findings of a version.
    pub fn record(&mut self, findings: &[Finding], version: u32) {
        let mut known = self.by_clause();
        for finding in findings {
            match known.entry(Self::clause(finding)) {
                Entry::Occupied(index) => {
                    let entry = &mut self.entries[*index.get()];
                    entry.returns += u32::from(entry.last_version + 1 < version);
                    entry.finding = finding.clone();
                    entry.last_version = version;
                    entry.visits_gone = 0;
                    entry.removal_told = false;
                }
                Entry::Vacant(place) => {
                    place.insert(self.entries.len());
                    self.entries.push(LedgerEntry {
                        finding: finding.clone(),
                        first_version: version,
                        last_version: version,
                        visits_gone: 0,
                        removal_told: false,
                        returns: 0,
                    });
                }
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

    /// Whether visits that find version `newest` unchanged still change something here.
    pub fn counts_visits(&self, newest: u32) -> bool {
        self.entries.iter().any(|entry| entry.is_counted(newest))
    }

    /// Counts a visit that read the newest version (or found it unchanged): who is not in it is gone once more.
    pub fn count_visit(&mut self, newest: u32) {
        for entry in self.entries.iter_mut().filter(|entry| entry.is_counted(newest)) {
            entry.visits_gone = entry.visits_gone.saturating_add(1);
        }
    }

    /// Removals that have lasted long enough and were not told yet; they count as told from now on.
    pub fn take_lasting_removals(&mut self) -> Vec<ClauseChange> {
        let lasting = |entry: &&mut LedgerEntry| !entry.removal_told && entry.visits_gone >= entry.removal_visits();
        let mut changes = Vec::new();
        for entry in self.entries.iter_mut().filter(lasting) {
            entry.removal_told = true;
            // After the first return none is told, so a claim's next removal says what the reader was told before.
            let is_old_news = entry.returns > 1;
            changes.extend(removed(&entry.finding).filter(|change| !is_old_news || change.severity == Severity::Alert));
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
