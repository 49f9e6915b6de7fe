//! What was kept of a watch before a visit.

use chrono::{DateTime, Utc};
use url::Url;

use crate::analysis::page::Page;
use crate::analysis::review::Kept;
use crate::store::{PageMemory, Store, StoreError, WatchState};
use crate::watchlist::Watch;

/// What was kept of a watch before the visit.
#[derive(Debug, Clone)]
pub(in crate::round) struct Before {
    /// When the visit began.
    pub requested: DateTime<Utc>,
    pub state: Option<WatchState>,
    /// Number of the newest version; 0 for none.
    pub version: u32,
    /// The rules it was read with.
    pub(super) rules: u64,
    pub(super) snapshot: Vec<Page>,
    memory: Vec<PageMemory>,
    pub(super) kept: Kept,
}

impl Before {
    pub(in crate::round) fn load(store: &Store, watch: &Watch, requested: DateTime<Utc>) -> Result<Self, StoreError> {
        let newest = store.version(&watch.id, None)?;
        let version = newest.as_ref().map_or(0, |version| version.number);
        let snapshot = if version > 0 {
            store.snapshot(&watch.id, version)?
        } else {
            Vec::new()
        };
        let lengths = store
            .log(&watch.id)?
            .iter()
            .map(|line| line.characters as usize)
            .collect();
        Ok(Self {
            requested,
            state: store.state(&watch.id)?,
            version,
            rules: newest.as_ref().map_or(0, |version| version.rules),
            snapshot,
            memory: store.validators(&watch.id)?,
            kept: Kept {
                version,
                detection: newest.as_ref().map(|version| version.detection.clone()),
                document: newest.map(|version| version.document),
                lengths,
                ledger: store.ledger(&watch.id)?,
            },
        })
    }

    /// Where in the snapshot each page of the watch is: by its address, else in the place of one that the watch
    /// no longer has, when only addresses were changed.
    pub(super) fn places(&self, pages: &[Url]) -> Vec<Option<usize>> {
        let is_as_long = pages.len() == self.snapshot.len();
        let of = |(place, url): (usize, &Url)| {
            let same = self.snapshot.iter().position(|page| page.requested == *url);
            let instead = || {
                let before = self.snapshot.get(place).filter(|_| is_as_long)?;
                (!pages.contains(&before.requested)).then_some(place)
            };
            same.or_else(instead)
        };
        pages.iter().enumerate().map(of).collect()
    }

    pub(super) fn memory(&self, url: &str) -> PageMemory {
        let known = self.memory.iter().find(|memory| memory.url == url);
        known.cloned().unwrap_or_else(|| PageMemory {
            url: url.to_string(),
            ..PageMemory::default()
        })
    }

    /// Where a page lay for good.
    pub(in crate::round) fn moved(&self) -> Option<String> {
        self.state.as_ref().and_then(|state| state.moved.clone())
    }

    /// Trouble that stood before this visit.
    pub(in crate::round) fn failures(&self) -> u32 {
        self.state.as_ref().map_or(0, |state| state.failures)
    }

    /// For how many visits in a row this text was suspect.
    pub(in crate::round) fn times_suspect(&self, text: &str) -> u32 {
        let suspect = self.state.as_ref().and_then(|state| state.suspect.as_ref());
        suspect.filter(|(known, _)| known == text).map_or(0, |(_, seen)| *seen)
    }
}
