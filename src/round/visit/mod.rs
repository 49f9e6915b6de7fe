//! One visit: fetch the pages, read them, judge the document. Writes nothing.

mod before;
mod fetching;
mod judging;
mod parts;
mod trouble;

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

pub(super) use self::before::{Before, Known};
pub(super) use self::fetching::Place;
use self::fetching::{Answer, fetch};
pub(super) use self::judging::Judged;
use self::judging::Judging;
pub(super) use self::trouble::Trouble;
use crate::analysis::document::Document;
use crate::analysis::extract::{ExtractError, extract};
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::analysis::suspect::Suspicion;
use crate::fetch::Fetcher;
use crate::store::{Store, StoreError};
use crate::watchlist::{FetchMode, Watch};

/// What a visit found.
#[derive(Debug)]
pub(super) enum Found {
    Failed(Trouble),
    Judged(Box<Judged>),
}

impl Found {
    fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Failed(trouble) => Some(trouble),
            Self::Judged(judged) => judged.trouble.as_ref(),
        }
    }

    /// The host that asks to be left alone, and for how long.
    pub(super) fn rest(&self) -> Option<(String, Duration)> {
        self.trouble()?.rest.clone()
    }

    /// No server was reached at all.
    pub(super) fn is_unreached(&self) -> bool {
        matches!(self, Self::Failed(trouble) if trouble.unreached)
    }

    /// Why what was read, or a part of it, is not the document.
    fn suspicion(&self) -> Option<Suspicion> {
        let of_whole = match self {
            Self::Judged(judged) => judged.suspicion(),
            Self::Failed(_) => None,
        };
        of_whole.or_else(|| self.trouble()?.suspicion)
    }

    fn may_need_browser(&self) -> bool {
        self.suspicion().is_some_and(Suspicion::may_need_browser)
            || self.trouble().is_some_and(|trouble| trouble.may_need_browser)
    }

    /// The less, the more was read.
    fn lack(&self) -> u8 {
        match self {
            Self::Failed(_) => 3,
            Self::Judged(judged) if judged.suspicion().is_some() => 2,
            Self::Judged(judged) => judged.trouble.is_some().into(),
        }
    }
}

/// The rules a watch is read with: what changes this changes readings. Stored with each version.
pub fn rules_hash(lexicon: &Lexicon, watch: &Watch) -> u64 {
    let mut hasher = DefaultHasher::new();
    let reading = format!("{:?}", watch.reading);
    (lexicon.hash(), env!("CARGO_PKG_VERSION"), reading).hash(&mut hasher);
    for own in &watch.own_readings {
        format!("{own:?}").hash(&mut hasher);
    }
    hasher.finish()
}

/// No honest visit takes longer; one that hangs would else hold up its round.
const LONGEST_VISIT: Duration = Duration::from_secs(15 * 60);

/// Pages that are read and judged at a time: each is a tree of many times its bytes.
static JUDGING: Semaphore = Semaphore::const_new(2);
/// Visits whose turn that is, and one more: what others found is written meanwhile, and no thread shall wait for that.
static READY: Semaphore = Semaphore::const_new(3);

/// The right to have a page read and judged next.
pub(super) type Turn = Option<SemaphorePermit<'static>>;

pub(super) async fn turn_to_judge() -> Turn {
    // Only a closed semaphore refuses; nobody closes it.
    READY.acquire().await.ok()
}

/// What the pages of a watch answered.
#[derive(Debug)]
pub(super) struct Asked {
    pub watch: Watch,
    pub before: Before,
    answers: Vec<Answer>,
    fresh_for: Duration,
    in_browser: bool,
}

impl Asked {
    /// What it came to where every page is as it was; needs no page.
    pub(super) fn unchanged(&self, store: &Store) -> Result<Option<Found>, StoreError> {
        let judged = Judged::unchanged(self, || store.ledger_that_counts_visits(&self.watch.id))?;
        Ok(judged.map(|judged| Found::Judged(Box::new(judged))))
    }
}

/// How far a visit has come.
#[derive(Debug)]
pub(super) enum Step {
    Asked(Box<Asked>),
    Done(Box<(Watch, Before, Found)>),
}

/// Asks for the pages; ends, whatever they do to it. `leaves`: nothing more is asked of their hosts in this round.
pub(super) async fn ask(watch: Watch, before: Before, fetcher: Arc<Fetcher>, leaves: bool) -> Step {
    let in_browser = match watch.fetch {
        FetchMode::Browser => true,
        FetchMode::Http => false,
        FetchMode::Auto => watch.pages.iter().any(|url| before.memory(url.as_str()).needs_browser),
    };
    let asked = timeout(LONGEST_VISIT, fetch(&watch, &before, &fetcher, in_browser)).await;
    if leaves {
        fetcher.leave(&watch.pages);
    }
    match asked {
        Ok((answers, fresh_for)) => Step::Asked(Box::new(Asked {
            watch,
            before,
            answers,
            fresh_for,
            in_browser,
        })),
        Err(_) => Step::Done(Box::new((watch.clone(), before, endless(&watch)))),
    }
}

/// Reads and judges what the pages answered; ends, whatever they do to it.
pub(super) async fn judge(
    asked: Asked,
    known: Known,
    turn: Turn,
    fetcher: Arc<Fetcher>,
    lexicon: Arc<Lexicon>,
) -> Step {
    let Asked {
        watch,
        before,
        answers,
        fresh_for,
        in_browser,
    } = asked;
    let judging = Judging {
        watch: watch.clone(),
        before: before.clone(),
        known: Arc::new(known),
        lexicon,
        answers,
        fresh_for,
    };
    let found = timeout(LONGEST_VISIT, judge_or_render(judging, turn, &fetcher, in_browser)).await;
    let found = found.unwrap_or_else(|_| endless(&watch));
    Step::Done(Box::new((watch, before, found)))
}

fn endless(watch: &Watch) -> Found {
    Found::Failed(Trouble::new(format!(
        "{}: the visit did not end within {} minutes; it is tried again later",
        watch.pages[0],
        LONGEST_VISIT.as_secs() / 60
    )))
}

/// With the browser where HTTP brings no text and the watch leaves the choice.
async fn judge_or_render(judging: Judging, turn: Turn, fetcher: &Fetcher, in_browser: bool) -> Found {
    if judging.watch.fetch != FetchMode::Auto || in_browser {
        return judged(judging, turn).await;
    }
    let (watch, before) = (judging.watch.clone(), judging.before.clone());
    let (known, lexicon) = (Arc::clone(&judging.known), Arc::clone(&judging.lexicon));
    let found = judged(judging, turn).await;
    if !found.may_need_browser() {
        return found;
    }
    let url = watch.pages[0].clone();
    let (answers, fresh_for) = fetch(&watch, &before, fetcher, true).await;
    let judging = Judging {
        watch,
        before,
        known,
        lexicon,
        answers,
        fresh_for,
    };
    let rendered = judged(judging, turn_to_judge().await).await;
    // What HTTP said stands where the browser brings nothing better.
    match (&found, &rendered) {
        _ if rendered.lack() < found.lack() => rendered,
        (Found::Judged(judged), Found::Failed(trouble)) => match judged.suspicion() {
            Some(suspicion) => Found::Failed(Trouble::new(format!("{url}: {suspicion}; {}", trouble.what))),
            None => found,
        },
        (Found::Failed(refused), Found::Failed(trouble)) => Found::Failed(refused.clone().but(&trouble.what)),
        _ => found,
    }
}

async fn judged(judging: Judging, _turn: Turn) -> Found {
    let url = judging.watch.pages[0].clone();
    let _thread = JUDGING.acquire().await;
    // Reading and judging take up to a second of CPU; and a page that makes them panic must not end the round.
    match tokio::task::spawn_blocking(move || judging.judge()).await {
        Ok(Ok(judged)) => Found::Judged(Box::new(judged)),
        Ok(Err(trouble)) => Found::Failed(trouble),
        Err(_) => Found::Failed(Trouble::new(format!(
            "{url}: clausewatch stumbled over this page; please report it"
        ))),
    }
}

fn read(pages: &[Page], watch: &Watch) -> Result<Document, ExtractError> {
    let documents = pages
        .iter()
        .map(|page| extract(page, watch.reading_of(&page.requested)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Document::join(documents))
}

fn sha256<'t>(text: impl Iterator<Item = Cow<'t, str>>) -> String {
    let hashed = text.fold(Sha256::new(), |hasher, part| hasher.chain_update(&*part));
    let digest = hashed.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
