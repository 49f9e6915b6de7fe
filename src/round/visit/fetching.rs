//! The pages of a watch, asked for one after the other.

use std::time::Duration;

use url::Url;

use super::before::Before;
use super::trouble::Trouble;
use crate::analysis::page::Page;
use crate::fetch::{Fetcher, Request, Validators, host};
use crate::store::PageMemory;
use crate::watchlist::Watch;

/// What became of one page of the watch.
#[derive(Debug)]
pub(super) struct Answer {
    pub url: Url,
    /// `None` where it is as the newest version has it.
    pub page: Result<Option<Page>, Trouble>,
    /// What to remember if the page is taken.
    pub memory: PageMemory,
    /// Its place in the last snapshot.
    pub place: Option<usize>,
    /// Where the server says that it lies for good now.
    moved: Option<Url>,
}

/// Where the pages lie.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::round) enum Place {
    AsAsked,
    /// One of them lies there for good.
    Moved(String),
    /// A browser does not say, nor does a page that failed.
    Untold,
}

impl Place {
    pub(super) fn of(answers: &[Answer]) -> Self {
        let moved = answers
            .iter()
            .filter_map(|answer| Some((answer.moved.as_ref()?, &answer.url)));
        let is_told = |answer: &Answer| answer.page.is_ok() && !answer.memory.needs_browser;
        match moved.into_iter().find(|(to, asked)| is_elsewhere(to, asked)) {
            Some((to, _)) => Self::Moved(to.to_string()),
            None if answers.iter().all(is_told) => Self::AsAsked,
            None => Self::Untold,
        }
    }
}

/// Not the same place by another name.
fn is_elsewhere(to: &Url, asked: &Url) -> bool {
    let place = |url: &Url| {
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
        let path = url.path().trim_end_matches('/').to_owned();
        (host, path, url.query().map(str::to_owned))
    };
    place(to) != place(asked)
}

/// Asks for every page; also for how long the server says that nothing changes.
pub(super) async fn fetch(
    watch: &Watch,
    before: &Before,
    fetcher: &Fetcher,
    in_browser: bool,
) -> (Vec<Answer>, Duration) {
    let mut answers: Vec<Answer> = Vec::new();
    let mut fresh_for = Duration::MAX;
    for (url, place) in watch.pages.iter().zip(before.places(&watch.pages)) {
        let known = place.and_then(|place| before.page(place));
        let mut memory = before.memory(url.as_str());
        memory.needs_browser = in_browser;
        memory.read = Some(before.requested);
        let validators = Validators {
            etag: memory.etag.clone().filter(|_| known.is_some() && !in_browser),
            last_modified: memory.last_modified.clone().filter(|_| known.is_some() && !in_browser),
        };
        let request = Request {
            url,
            in_browser,
            robots: watch.robots,
            lang: watch.lang.as_deref(),
            wanted: &watch.reading_of(url).select,
            validators,
        };
        let mut troubles = answers.iter().filter_map(|answer| answer.page.as_ref().err());
        let resting = troubles.find(|trouble| asks_for_rest(trouble, url)).cloned();
        let fetched = match resting {
            Some(trouble) => Err(trouble),
            None => fetcher.fetch(&request).await.map_err(Trouble::from),
        };
        fresh_for = fresh_for.min(fetched.as_ref().map_or(Duration::ZERO, |fetched| fetched.fresh_for));
        let moved = fetched.as_ref().ok().and_then(|fetched| fetched.moved.clone());
        let page = match (fetched.map(|fetched| fetched.page), known) {
            (Ok(Some(page)), _) => {
                memory.etag = page.header("etag").map(str::to_owned);
                memory.last_modified = page.header("last-modified").map(str::to_owned);
                let is_known = known.is_some_and(|known| known.has(&page.body));
                Ok((!is_known).then_some(*page))
            }
            (Ok(None), Some(_)) => Ok(None),
            (Ok(None), None) => Err(never_read(url)),
            (Err(trouble), _) => Err(trouble),
        };
        answers.push(Answer {
            url: url.clone(),
            page,
            memory,
            place,
            moved,
        });
    }
    (answers, fresh_for)
}

pub(super) fn never_read(url: &Url) -> Trouble {
    Trouble::new(format!(
        "{url}: the server says that it did not change, but it was never read; it is tried again later"
    ))
}

/// A host that asked to be left alone is not asked for the next page, either.
fn asks_for_rest(trouble: &Trouble, url: &Url) -> bool {
    trouble.rest.as_ref().is_some_and(|(resting, _)| *resting == host(url))
}
