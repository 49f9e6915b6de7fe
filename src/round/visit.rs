//! One visit: fetch the pages, read them, judge the document. Writes nothing.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::{ACCEPTED_AFTER, CHANGED_AFTER};
use crate::analysis::compare::ClauseChange;
use crate::analysis::detect::{Detection, detect};
use crate::analysis::document::Document;
use crate::analysis::extract::{ExtractError, extract};
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::analysis::review::{Kept, Review, lasting_removals, review};
use crate::analysis::suspect::Suspicion;
use crate::fetch::{FailureKind, FetchError, Fetcher, Request, Validators, host};
use crate::store::{PageMemory, Store, StoreError, WatchState};
use crate::watchlist::{FetchMode, Reading, Watch};

/// What was kept of a watch before the visit.
#[derive(Debug, Clone)]
pub(super) struct Before {
    /// When the visit began.
    pub requested: DateTime<Utc>,
    pub state: Option<WatchState>,
    /// Number of the newest version; 0 for none.
    pub version: u32,
    /// The rules it was read with.
    rules: u64,
    snapshot: Vec<Page>,
    memory: Vec<PageMemory>,
    kept: Kept,
}

impl Before {
    pub(super) fn load(store: &Store, watch: &Watch, requested: DateTime<Utc>) -> Result<Self, StoreError> {
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

    fn page(&self, url: &url::Url) -> Option<&Page> {
        self.snapshot.iter().find(|page| page.requested == *url)
    }

    fn memory(&self, url: &url::Url) -> PageMemory {
        let known = self.memory.iter().find(|memory| memory.url == url.as_str());
        known.cloned().unwrap_or_else(|| PageMemory {
            url: url.to_string(),
            ..PageMemory::default()
        })
    }

    /// Trouble that stood before this visit.
    pub(super) fn failures(&self) -> u32 {
        self.state.as_ref().map_or(0, |state| state.failures)
    }
}

/// What a visit found.
#[derive(Debug)]
pub(super) enum Found {
    Failed {
        what: String,
        /// The host that asks to be left alone, and for how long.
        rest: Option<(String, Duration)>,
        unreached: bool,
        /// The server says that there is no such page.
        gone: bool,
    },
    Judged(Box<Judged>),
}

/// A document that was read, and the judgement.
#[derive(Debug)]
pub(super) struct Judged {
    pub pages: Vec<Page>,
    pub memory: Vec<PageMemory>,
    pub document: Document,
    pub review: Review,
    /// The kept ledger with this visit taken in.
    pub kept: Kept,
    pub lasting: Vec<ClauseChange>,
    /// The newest version as today's rules read it, where they changed.
    pub reread: Option<(Document, Detection)>,
    pub rules: u64,
    /// SHA-256 of the text, to know a suspect one again.
    pub text: String,
    /// It changed, and another visit must find the change too; see [`WatchState::unconfirmed`].
    pub unconfirmed: Option<(String, u32)>,
    /// The text was suspect before and is accepted now.
    pub accepted: Option<Suspicion>,
    /// A page of several that failed; its last snapshot stood in for it.
    pub trouble: Option<FetchError>,
    /// For how long the server says that nothing changes.
    pub fresh_for: Duration,
}

impl Found {
    fn failed(what: String) -> Self {
        Self::Failed {
            what,
            rest: None,
            unreached: false,
            gone: false,
        }
    }

    /// The host that asks to be left alone, and for how long.
    pub(super) fn rest(&self) -> Option<(String, Duration)> {
        match self {
            Self::Failed { rest, .. } => rest.clone(),
            Self::Judged(judged) => judged.trouble.as_ref()?.rest(),
        }
    }

    /// No server was reached at all.
    pub(super) fn is_unreached(&self) -> bool {
        matches!(self, Self::Failed { unreached: true, .. })
    }
}

impl From<FetchError> for Found {
    fn from(error: FetchError) -> Self {
        Self::Failed {
            what: error.to_string(),
            rest: error.rest(),
            unreached: error.unreached,
            gone: error.kind == FailureKind::Gone,
        }
    }
}

impl From<ExtractError> for Found {
    fn from(error: ExtractError) -> Self {
        Self::failed(error.to_string())
    }
}

/// The rules a watch is read with: what changes this changes readings. Stored with each version.
pub fn rules_hash(lexicon: &Lexicon, reading: &Reading) -> u64 {
    let mut hasher = DefaultHasher::new();
    (lexicon.hash(), env!("CARGO_PKG_VERSION"), format!("{reading:?}")).hash(&mut hasher);
    hasher.finish()
}

/// No honest visit takes longer; one that hangs would else hold up its round.
const LONGEST_VISIT: Duration = Duration::from_secs(15 * 60);

/// A visit that ends, whatever the pages do to it.
pub(super) async fn visit_in_time(
    watch: Watch,
    before: Before,
    fetcher: Arc<Fetcher>,
    lexicon: Arc<Lexicon>,
) -> (Watch, Before, Found) {
    let visiting = visit(&watch, &before, &fetcher, &lexicon);
    let found = tokio::time::timeout(LONGEST_VISIT, visiting).await.unwrap_or_else(|_| {
        Found::failed(format!(
            "{}: the visit did not end within {} minutes; it is tried again later",
            watch.pages[0],
            LONGEST_VISIT.as_secs() / 60
        ))
    });
    (watch, before, found)
}

/// Fetches, reads and judges; with the browser where HTTP brings no text and the watch leaves the choice.
async fn visit(watch: &Watch, before: &Before, fetcher: &Fetcher, lexicon: &Arc<Lexicon>) -> Found {
    let needs_browser = |memory: &PageMemory| memory.needs_browser;
    let in_browser = match watch.fetch {
        FetchMode::Browser => true,
        FetchMode::Http => false,
        FetchMode::Auto => watch.pages.iter().any(|url| needs_browser(&before.memory(url))),
    };
    let mut found = attempt(watch, before, fetcher, lexicon, in_browser).await;
    if watch.fetch == FetchMode::Auto && !in_browser && may_need_browser(&found) {
        let rendered = attempt(watch, before, fetcher, lexicon, true).await;
        // What HTTP said stands where the browser brings nothing better.
        if matches!(&rendered, Found::Judged(judged) if !matches!(judged.review, Review::Suspect(_))) {
            found = rendered;
        } else if let (Found::Judged(judged), Found::Failed { what, .. }) = (&found, &rendered)
            && let Review::Suspect(suspicion) = judged.review
        {
            found = Found::failed(format!("{}: {suspicion}; {what}", watch.pages[0]));
        }
    }
    found
}

fn may_need_browser(found: &Found) -> bool {
    match found {
        Found::Judged(judged) => matches!(judged.review, Review::Suspect(suspicion) if suspicion.may_need_browser()),
        Found::Failed { .. } => false,
    }
}

async fn attempt(watch: &Watch, before: &Before, fetcher: &Fetcher, lexicon: &Arc<Lexicon>, in_browser: bool) -> Found {
    let (pages, memory, trouble, fresh_for) = match fetch(watch, before, fetcher, in_browser).await {
        Ok(fetched) => fetched,
        Err(error) => return error.into(),
    };
    let task = Judging {
        watch: watch.clone(),
        before: before.clone(),
        lexicon: Arc::clone(lexicon),
        pages,
        memory,
        trouble,
        fresh_for,
    };
    // Reading and judging take up to a second of CPU; and a page that makes them panic must not end the round.
    match tokio::task::spawn_blocking(move || task.judge()).await {
        Ok(Ok(judged)) => Found::Judged(Box::new(judged)),
        Ok(Err(error)) => error.into(),
        Err(_) => Found::failed(format!(
            "{}: clausewatch stumbled over this page; please report it",
            watch.pages[0]
        )),
    }
}

/// Fetches every page; one that fails is stood in for by its last snapshot.
async fn fetch(
    watch: &Watch,
    before: &Before,
    fetcher: &Fetcher,
    in_browser: bool,
) -> Result<(Vec<Page>, Vec<PageMemory>, Option<FetchError>, Duration), FetchError> {
    let (mut pages, mut memories, mut trouble) = (Vec::new(), Vec::new(), None::<FetchError>);
    let mut fresh_for = Duration::MAX;
    let mut answered = false;
    for url in &watch.pages {
        let mut memory = before.memory(url);
        let known = before.page(url);
        memory.needs_browser = in_browser;
        let validators = Validators {
            etag: memory.etag.clone().filter(|_| known.is_some() && !in_browser),
            last_modified: memory.last_modified.clone().filter(|_| known.is_some() && !in_browser),
        };
        let request = Request {
            url,
            in_browser,
            robots: watch.robots,
            lang: watch.lang.as_deref(),
            validators,
        };
        let resting = trouble.clone().filter(|error| asks_for_rest(error, url));
        let fetched = match resting {
            Some(error) => Err(error),
            None => fetcher.fetch(&request).await,
        };
        answered |= fetched.is_ok();
        fresh_for = fresh_for.min(fetched.as_ref().map_or(Duration::ZERO, |fetched| fetched.fresh_for));
        let page = match (fetched.map(|fetched| fetched.page), known) {
            (Ok(Some(page)), _) => {
                memory.etag = page.header("etag").map(str::to_owned);
                memory.last_modified = page.header("last-modified").map(str::to_owned);
                *page
            }
            (Ok(None), Some(known)) => known.clone(),
            (Ok(None), None) => continue,
            (Err(error), Some(known)) if watch.pages.len() > 1 => {
                trouble = Some(error);
                known.clone()
            }
            (Err(error), _) => return Err(error),
        };
        pages.push(page);
        memories.push(memory);
    }
    match trouble {
        Some(error) if !answered => Err(error),
        trouble => Ok((pages, memories, trouble, fresh_for)),
    }
}

/// A host that asked to be left alone is not asked for the next page, either.
fn asks_for_rest(error: &FetchError, url: &url::Url) -> bool {
    error.rest().is_some_and(|(resting, _)| resting == host(url))
}

struct Judging {
    watch: Watch,
    before: Before,
    lexicon: Arc<Lexicon>,
    pages: Vec<Page>,
    memory: Vec<PageMemory>,
    trouble: Option<FetchError>,
    fresh_for: Duration,
}

impl Judging {
    fn judge(self) -> Result<Judged, ExtractError> {
        let Self {
            watch,
            before,
            lexicon,
            pages,
            memory,
            trouble,
            fresh_for,
        } = self;
        let rules = rules_hash(&lexicon, &watch.reading);
        let mut kept = before.kept;
        let same_bytes = before.version > 0
            && pages.len() == before.snapshot.len()
            && pages
                .iter()
                .zip(&before.snapshot)
                .all(|(page, known)| page.body == known.body);
        let same_rules = rules == before.rules;
        let mut reread = None;
        if before.version > 0 && !same_rules {
            // An upgrade of ours must not look like a change of theirs.
            kept.detection = None;
            kept.document = read(&before.snapshot, &watch.reading).ok();
            reread = kept.document.as_ref().map(|document| {
                let detection = detect(document, &lexicon, watch.lang.as_deref());
                kept.ledger.reread(&detection.findings, kept.version);
                (document.clone(), detection)
            });
        }
        let document = match (&kept.document, same_bytes) {
            (Some(document), true) => document.clone(),
            _ => read(&pages, &watch.reading)?,
        };
        let text = sha256(&document.to_text());
        let suspect = before.state.as_ref().and_then(|state| state.suspect.clone());
        let seen = suspect.filter(|(known, _)| *known == text).map_or(0, |(_, seen)| seen);
        let review_of = |accepted| {
            let mut kept = kept.clone();
            let review = review(&watch, &mut kept, &pages, &document, &lexicon, accepted);
            (review, kept)
        };
        let (mut judgement, mut after) = review_of(false);
        let mut accepted = None;
        if let Review::Suspect(suspicion) = judgement
            && suspicion.may_be_real()
            && seen + 1 >= ACCEPTED_AFTER
        {
            (judgement, after) = review_of(true);
            accepted = Some(suspicion);
        }
        kept = after;
        let is_new = matches!(judgement, Review::Changed(_)) && accepted.is_none() && watch.confirm_seconds > 0;
        let unconfirmed = is_new
            .then(|| unconfirmed(before.state.as_ref(), &text))
            .flatten()
            .map(|seen| (text.clone(), seen));
        let newest = match judgement {
            Review::Baseline(_) | Review::Changed(_) => kept.version + 1,
            Review::Unchanged | Review::Suspect(_) => kept.version,
        };
        let lasting = match judgement {
            Review::Suspect(_) => Vec::new(),
            _ => lasting_removals(&mut kept.ledger, newest),
        };
        Ok(Judged {
            pages,
            memory,
            document,
            review: judgement,
            kept,
            lasting,
            reread,
            rules,
            text,
            unconfirmed,
            accepted,
            trouble,
            fresh_for,
        })
    }
}

/// For how many visits in a row there was a change, as long as that is not enough to believe this one.
fn unconfirmed(before: Option<&WatchState>, text: &str) -> Option<u32> {
    let Some((known, seen)) = before.and_then(|state| state.unconfirmed.as_ref()) else {
        return Some(1);
    };
    (known != text && seen + 1 < CHANGED_AFTER).then_some(seen + 1)
}

fn read(pages: &[Page], reading: &Reading) -> Result<Document, ExtractError> {
    let documents = pages
        .iter()
        .map(|page| extract(page, reading))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Document::join(documents))
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
