//! One visit: fetch the pages, read them, judge the document. Writes nothing.

mod before;
mod fetching;
mod judging;
mod parts;
mod trouble;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

pub(super) use self::before::Before;
pub(super) use self::fetching::Place;
use self::fetching::fetch;
pub(super) use self::judging::Judged;
use self::judging::Judging;
pub(super) use self::trouble::Trouble;
use crate::analysis::document::Document;
use crate::analysis::extract::{ExtractError, extract};
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::analysis::suspect::Suspicion;
use crate::fetch::Fetcher;
use crate::watchlist::{FetchMode, Reading, Watch};

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
        Found::Failed(Trouble::new(format!(
            "{}: the visit did not end within {} minutes; it is tried again later",
            watch.pages[0],
            LONGEST_VISIT.as_secs() / 60
        )))
    });
    (watch, before, found)
}

/// Fetches, reads and judges; with the browser where HTTP brings no text and the watch leaves the choice.
async fn visit(watch: &Watch, before: &Before, fetcher: &Fetcher, lexicon: &Arc<Lexicon>) -> Found {
    let in_browser = match watch.fetch {
        FetchMode::Browser => true,
        FetchMode::Http => false,
        FetchMode::Auto => watch.pages.iter().any(|url| before.memory(url.as_str()).needs_browser),
    };
    let found = attempt(watch, before, fetcher, lexicon, in_browser).await;
    let suspicion = found.suspicion().filter(|suspicion| suspicion.may_need_browser());
    let Some(suspicion) = suspicion.filter(|_| watch.fetch == FetchMode::Auto && !in_browser) else {
        return found;
    };
    let rendered = attempt(watch, before, fetcher, lexicon, true).await;
    // What HTTP said stands where the browser brings nothing better.
    match (&found, &rendered) {
        _ if rendered.lack() < found.lack() => rendered,
        (Found::Judged(judged), Found::Failed(trouble)) if judged.suspicion().is_some() => Found::Failed(Trouble::new(
            format!("{}: {suspicion}; {}", watch.pages[0], trouble.what),
        )),
        _ => found,
    }
}

async fn attempt(watch: &Watch, before: &Before, fetcher: &Fetcher, lexicon: &Arc<Lexicon>, in_browser: bool) -> Found {
    let (answers, fresh_for) = fetch(watch, before, fetcher, in_browser).await;
    let task = Judging {
        watch: watch.clone(),
        before: before.clone(),
        lexicon: Arc::clone(lexicon),
        answers,
        fresh_for,
    };
    // Reading and judging take up to a second of CPU; and a page that makes them panic must not end the round.
    match tokio::task::spawn_blocking(move || task.judge()).await {
        Ok(Ok(judged)) => Found::Judged(Box::new(judged)),
        Ok(Err(trouble)) => Found::Failed(trouble),
        Err(_) => Found::Failed(Trouble::new(format!(
            "{}: clausewatch stumbled over this page; please report it",
            watch.pages[0]
        ))),
    }
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
