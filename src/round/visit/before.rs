//! What was kept of a watch before a visit.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use super::trouble::Trouble;
use super::{read, rules_hash};
use crate::analysis::document::Document;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::analysis::review::Kept;
use crate::store::{Newest, NewestPage, PageMemory, RecordedText, Store, StoreError, WatchState};
use crate::watchlist::Watch;

/// What a visit asks with, and what tells whether the answers bring anything new.
#[derive(Debug, Clone)]
pub(in crate::round) struct Before {
    /// When the visit began.
    pub requested: DateTime<Utc>,
    pub state: Option<WatchState>,
    /// Hash of today's rules.
    pub(in crate::round) rules: u64,
    pub(super) newest: Newest,
    memory: Vec<PageMemory>,
}

impl Before {
    pub(in crate::round) fn load(
        store: &Store,
        lexicon: &Lexicon,
        watch: &Watch,
        requested: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            requested,
            rules: rules_hash(lexicon, watch),
            state: store.state(&watch.id)?,
            newest: store.newest_version(&watch.id)?,
            memory: store.validators(&watch.id)?,
        })
    }

    /// Number of the newest version; 0 for none.
    pub(in crate::round) fn version(&self) -> u32 {
        self.newest.number
    }

    /// Today's rules are not those that the newest version was read with.
    pub(super) fn has_new_rules(&self) -> bool {
        self.newest.number > 0 && self.newest.rules != self.rules
    }

    pub(super) fn page(&self, place: usize) -> Option<&NewestPage> {
        self.newest.pages.get(place)
    }

    /// Where in the snapshot each page of the watch is: by its address, else in the place of one that the watch
    /// no longer has, when only addresses were changed.
    pub(super) fn places(&self, pages: &[Url]) -> Vec<Option<usize>> {
        let known = &self.newest.pages;
        let is_as_long = pages.len() == known.len();
        let of = |(place, url): (usize, &Url)| {
            let same = known.iter().position(|page| page.requested == *url);
            let instead = || {
                let before = known.get(place).filter(|_| is_as_long)?;
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

/// What was kept of a watch, to judge against.
#[derive(Debug, Default)]
pub(in crate::round) struct Known {
    /// The pages of the newest version, where they must be read again; else none.
    pub(super) snapshot: Vec<Page>,
    /// Of the newest version; read when it is compared, for a large one is large.
    text: Option<RecordedText>,
    /// Without the document.
    pub(super) kept: Kept,
}

impl Known {
    pub(in crate::round) fn load(store: &Store, watch: &Watch, before: &Before) -> Result<Self, StoreError> {
        let number = before.version();
        let Some((text, detection)) = store.unread(&watch.id, number)? else {
            return Ok(Self::default());
        };
        let lengths = store.log(&watch.id)?;
        // Of one page alone the text was kept, which says what it said.
        let is_alone = watch.pages.len() == 1 && before.newest.pages.len() == 1;
        let is_read_again = before.has_new_rules() || !is_alone;
        Ok(Self {
            snapshot: match is_read_again {
                true => store.snapshot(&watch.id, number)?,
                false => Vec::new(),
            },
            text: Some(text),
            kept: Kept {
                version: number,
                detection: Some(detection),
                document: None,
                lengths: lengths.iter().map(|line| line.characters as usize).collect(),
                ledger: store.ledger(&watch.id)?,
            },
        })
    }

    /// The document of the newest version, as today's rules read it.
    pub(super) fn document(&self, watch: &Watch, before: &Before) -> Result<Option<Arc<Document>>, Trouble> {
        if before.has_new_rules() {
            return Ok(read(&self.snapshot, watch).ok().map(Arc::new));
        }
        let document = self.text.as_ref().map(RecordedText::document).transpose();
        let unread = |error| Trouble::new(format!("{}: what was kept of it: {error}", watch.pages[0]));
        Ok(document.map_err(unread)?.map(Arc::new))
    }
}
