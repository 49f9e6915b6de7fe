//! A recorded history, judged version by version as visits would have judged it.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{ACCEPTED_AFTER, rules_hash};
use crate::analysis::alert::{Alert, AlertKind};
use crate::analysis::compare::Ledger;
use crate::analysis::detect::Reader;
use crate::analysis::extract::extract;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::{Origin, Page};
use crate::analysis::review::{Kept, Review, adopt, alert, lasting_removals, review};
use crate::analysis::suspect::Suspicion;
use crate::store::{ArchivedVersion, Store, StoreError, archived_page};
use crate::watchlist::Watch;

/// Visits that are counted while one version stood: enough for whatever must last.
const VISITS: u32 = 200;

/// A version as an archive recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Hex.
    pub commit: String,
    pub at: DateTime<Utc>,
    /// The archive read the same page otherwise: no change of the service's.
    pub is_upgrade: bool,
    pub body: Vec<u8>,
}

/// What became of a recorded version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Version,
    /// A version without events: the archive read the page otherwise.
    Upgrade,
    SameText,
    Suspect(Suspicion),
    /// Nothing of it could be read.
    Unreadable,
}

/// A document whose history is replayed.
#[derive(Debug)]
pub struct Replay<'a> {
    watch: Watch,
    path: String,
    reader: Reader<'a>,
    rules: u64,
    kept: Kept,
}

/// What one recorded version came to.
#[derive(Debug)]
pub struct Replayed {
    pub fate: Fate,
    pub version: Option<ArchivedVersion>,
    /// What would have been told, and when.
    pub alerts: Vec<(DateTime<Utc>, Alert)>,
}

impl<'a> Replay<'a> {
    /// Goes on where the store's history of the watch ends.
    ///
    /// # Errors
    /// A state that cannot be read.
    pub fn load(store: &Store, watch: Watch, path: &str, lexicon: &'a Lexicon) -> Result<Self, StoreError> {
        let rules = rules_hash(lexicon, &watch);
        let newest = store.version(&watch.id, None)?;
        let log = store.log(&watch.id)?;
        let kept = Kept {
            version: newest.as_ref().map_or(0, |version| version.number),
            lengths: log.iter().map(|line| line.characters as usize).collect(),
            ledger: store.ledger(&watch.id)?,
            detection: newest
                .as_ref()
                .filter(|version| version.rules == rules)
                .map(|version| version.detection.clone()),
            document: newest.map(|version| Arc::new(version.document)),
        };
        Ok(Self {
            watch,
            path: path.to_owned(),
            reader: Reader::new(lexicon),
            rules,
            kept,
        })
    }

    pub fn watch(&self) -> &str {
        &self.watch.id
    }

    /// Number of the newest version; 0 for none.
    pub fn version(&self) -> u32 {
        self.kept.version
    }

    pub fn ledger(&self) -> &Ledger {
        &self.kept.ledger
    }

    /// Judges a recorded version that stood until the next was recorded; an archive looks once a day.
    pub fn judge(&mut self, recorded: Recorded, until: DateTime<Utc>) -> Replayed {
        let visits = u32::try_from((until - recorded.at).num_days().max(0)).unwrap_or(u32::MAX);
        let visits = visits.saturating_add(1).min(VISITS);
        let Recorded {
            commit,
            at,
            is_upgrade,
            body,
        } = recorded;
        let page = archived_page(&self.path, body);
        let Ok(document) = extract(&page, &self.watch.reading).map(Arc::new) else {
            return Replayed {
                fate: Fate::Unreadable,
                version: None,
                alerts: Vec::new(),
            };
        };
        let (judgement, accepted) = if is_upgrade && self.kept.document.is_some() {
            let detection = adopt(&self.watch, &mut self.kept, &document, &mut self.reader);
            (Review::Baseline(detection), None)
        } else {
            self.reviewed(&page, &document, visits)
        };
        let fate = match &judgement {
            Review::Suspect(suspicion) => Fate::Suspect(*suspicion),
            Review::Unchanged => Fate::SameText,
            _ if is_upgrade => Fate::Upgrade,
            Review::Baseline(_) | Review::Changed(_) => Fate::Version,
        };
        let detection = match &judgement {
            Review::Baseline(detection) => Some(detection.clone()),
            Review::Changed(verdict) => Some(verdict.detection.clone()),
            Review::Suspect(_) | Review::Unchanged => None,
        };
        let before = self.kept.version;
        let version = detection.map(|detection| {
            self.kept.version += 1;
            let characters = document.length();
            self.kept.lengths.push(characters);
            self.kept.document = Some(document);
            self.kept.detection = Some(detection.clone());
            ArchivedVersion {
                commit,
                recorded: at,
                body: page.body,
                characters,
                detection,
                rules: self.rules,
            }
        });
        let alerts = match fate {
            Fate::Suspect(_) | Fate::Unreadable => Vec::new(),
            _ => self.alerts(&judgement, accepted, before, at, visits),
        };
        Replayed { fate, version, alerts }
    }

    fn reviewed(
        &mut self,
        page: &Page,
        document: &crate::analysis::document::Document,
        visits: u32,
    ) -> (Review, Option<Suspicion>) {
        let pages = &[Origin::of(page)];
        let judgement = review(&self.watch, &mut self.kept, pages, document, &mut self.reader, false);
        match judgement {
            Review::Suspect(suspicion) if suspicion.may_be_real() && visits >= ACCEPTED_AFTER => {
                let accepted = review(&self.watch, &mut self.kept, pages, document, &mut self.reader, true);
                (accepted, Some(suspicion))
            }
            judgement => (judgement, None),
        }
    }

    /// What this version's visits would have told.
    fn alerts(
        &mut self,
        judgement: &Review,
        accepted: Option<Suspicion>,
        before: u32,
        at: DateTime<Utc>,
        visits: u32,
    ) -> Vec<(DateTime<Utc>, Alert)> {
        let mut alerts = Vec::new();
        for visit in 0..visits {
            let lasting = lasting_removals(&mut self.kept.ledger, self.kept.version);
            let told = match visit {
                0 => alert(&self.watch, judgement, lasting),
                _ => alert(&self.watch, &Review::Unchanged, lasting),
            };
            let told = told.filter(|told| matches!(told.kind, AlertKind::Clauses { .. }));
            alerts.extend(told.map(|mut told| {
                told.from_version = Some(before).filter(|before| *before > 0 && *before < self.kept.version);
                told.to_version = Some(self.kept.version);
                told.accepted = accepted;
                (at + TimeDelta::days(visit.into()), told)
            }));
        }
        alerts
    }
}
