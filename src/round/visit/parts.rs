//! The document of a visit, from the pages of the watch.
//!
//! Where a watch has several pages, one that fails does not block the others: it stays as the newest version has it,
//! and one that was never read is left out until it is. So nothing of a page that failed looks removed, or new.

use std::sync::Arc;

use super::before::{Before, Known};
use super::fetching::{Answer, never_read};
use super::sha256;
use super::trouble::Trouble;
use crate::analysis::detect::language_of;
use crate::analysis::document::Document;
use crate::analysis::extract::{Parsed, extract};
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::analysis::suspect::{History, Suspicion, suspect};
use crate::round::ACCEPTED_AFTER;
use crate::store::{NewPage, PageMemory};
use crate::watchlist::{Reading, Watch};

/// What a visit read.
#[derive(Debug)]
pub(super) struct Parts {
    pub pages: Vec<NewPage>,
    pub memory: Vec<PageMemory>,
    pub document: Arc<Document>,
    /// The newest version of the same pages, as today's rules read it.
    pub newest: Option<Arc<Document>>,
    /// The watch's pages are not those of the newest version: its owner added some, or removed some.
    pub is_rearranged: bool,
    /// The pages that failed.
    pub trouble: Option<Trouble>,
    /// A page of several was suspect before and is accepted now.
    pub accepted: Option<Suspicion>,
}

/// Reads the answers.
///
/// # Errors
/// None of the pages was read; or one was not, and which part of the newest version it is cannot be told.
pub(super) fn read_parts(
    watch: &Watch,
    before: &Before,
    known: &Known,
    answers: Vec<Answer>,
    lexicon: &Lexicon,
) -> Result<Parts, Trouble> {
    let is_undivided = before.version() > 0 && answers.iter().all(|answer| answer.place.is_none());
    let is_alone = answers.len() == 1;
    let parts: Result<Vec<Part<'_>>, Trouble> = answers
        .into_iter()
        .map(|answer| Part::of(answer, watch, before, known))
        .collect();
    let mut parts = parts?;
    let (doubted, accepted) = if is_alone {
        (None, None)
    } else {
        doubt(&mut parts, watch, before, lexicon)
    };
    let none_read = parts.iter().all(|part| part.fresh.is_err());
    let newest = if is_undivided {
        known.document(watch, before)?
    } else if parts.iter().any(|part| part.known.is_some()) {
        Some(whole(parts.iter().filter_map(Part::before).collect()))
    } else {
        None
    };
    let places = parts.iter().filter(|part| part.stays()).map(|part| part.place);
    let unchanged_places = (0..before.newest.pages.len()).map(Some);
    let is_rearranged = before.version() > 0 && !is_undivided && !places.eq(unchanged_places);

    let (mut pages, mut memory, mut documents, mut troubles) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for part in parts {
        let known_memory = before.memory(part.url.as_str());
        let (taken, remembered) = match (part.fresh, part.known) {
            (Ok(fresh), _) => (Some(fresh), part.memory),
            (Err(trouble), known) => {
                troubles.push(match &known {
                    _ if is_alone => trouble,
                    Some(_) => trouble.but("its last reading stands in for it"),
                    None => trouble.but("the other pages are read without it"),
                });
                let stands_in = known.and_then(|(page, document)| Some((NewPage::of(page?.clone()), document)));
                (stands_in, known_memory)
            }
        };
        memory.push(remembered);
        if let Some((page, document)) = taken {
            pages.push(page);
            documents.push(document);
        }
    }
    let trouble = Trouble::all(troubles).map(|trouble| Trouble { doubted, ..trouble });
    match trouble {
        Some(trouble) if none_read || is_undivided => Err(trouble),
        trouble => Ok(Parts {
            pages,
            memory,
            document: whole(documents),
            newest,
            is_rearranged,
            trouble,
            accepted,
        }),
    }
}

/// Of one page its own document: a page of many megabytes need not lie there twice.
fn whole(mut documents: Vec<Arc<Document>>) -> Arc<Document> {
    match documents.len() {
        1 => documents.swap_remove(0),
        _ => Arc::new(Document::join(
            documents.into_iter().map(Arc::unwrap_or_clone).collect(),
        )),
    }
}

/// A page that the store has taken before its tree is looked through: packed, where it is large.
fn read_page(page: Page, reading: &Reading) -> Result<(NewPage, Arc<Document>), Trouble> {
    let parsed = Parsed::of(&page)?;
    let page = NewPage::of(page);
    Ok((page, Arc::new(parsed.document(reading)?)))
}

/// One page of the watch.
struct Part<'k> {
    url: url::Url,
    fresh: Result<(NewPage, Arc<Document>), Trouble>,
    /// As the newest version has it; without the page where that was not needed.
    known: Option<(Option<&'k Page>, Arc<Document>)>,
    place: Option<usize>,
    memory: PageMemory,
}

impl<'k> Part<'k> {
    fn of(answer: Answer, watch: &Watch, before: &Before, known: &'k Known) -> Result<Self, Trouble> {
        let reading = watch.reading_of(&answer.url);
        let stored = answer.place.and_then(|place| known.snapshot.get(place));
        let page = answer.page.and_then(|page| {
            let page = page.or_else(|| stored.cloned());
            page.ok_or_else(|| never_read(&answer.url))
        });
        let is_as_before = page
            .as_ref()
            .is_ok_and(|page| stored.is_some_and(|stored| stored.body == page.body));
        let read_known = || match (answer.place, before.newest.pages.len()) {
            (None, _) => Ok(None),
            (Some(_), 1) => known.document(watch, before),
            (Some(_), _) => Ok(stored.and_then(|stored| extract(stored, reading).ok()).map(Arc::new)),
        };
        let (fresh, known) = if is_as_before {
            let known = read_known()?;
            let fresh = page.and_then(|page| match &known {
                Some(document) => Ok((NewPage::of(page), Arc::clone(document))),
                None => read_page(page, reading),
            });
            (fresh, known)
        } else {
            // The fresh one first: so the tree of a large page and what was kept of it do not lie there together.
            (page.and_then(|page| read_page(page, reading)), read_known()?)
        };
        let known = known.map(|document| (stored, document));
        Ok(Self {
            url: answer.url,
            fresh,
            known,
            place: answer.place,
            memory: answer.memory,
        })
    }

    fn stays(&self) -> bool {
        self.fresh.is_ok() || self.known.is_some()
    }

    /// What of it is compared with: a page that joins the others is no news.
    fn before(&self) -> Option<Arc<Document>> {
        let known = self.known.as_ref().map(|(_, document)| document);
        let fresh = self.fresh.as_ref().ok().map(|(_, document)| document);
        known.or(fresh).cloned()
    }

    /// Why this page is not the one that it was.
    fn suspicion(&self, watch: &Watch, lexicon: &Lexicon) -> Option<Suspicion> {
        let (page, document) = self.fresh.as_ref().ok()?;
        let known = self.known.as_ref().map(|(_, known)| known.as_ref());
        if known.is_some_and(|known| known.same_text(document)) {
            return None;
        }
        let lang = |document| language_of(document, lexicon, watch.lang.as_deref());
        let (lengths, last_lang) = (known.map(Document::length), known.and_then(lang));
        let history = History {
            lengths: lengths.as_slice(),
            last: known.map(|known| (known, last_lang.as_deref())),
        };
        suspect(&[page.origin()], document, lang(document).as_deref(), history)
    }
}

/// Takes the suspect pages for failed, unless they stood like that for several visits. Also the hash of what was
/// suspect with the number of visits, and what was accepted.
fn doubt(
    parts: &mut [Part<'_>],
    watch: &Watch,
    before: &Before,
    lexicon: &Lexicon,
) -> (Option<(String, u32)>, Option<Suspicion>) {
    let suspicions: Vec<Option<Suspicion>> = parts.iter().map(|part| part.suspicion(watch, lexicon)).collect();
    let may_be_real = |suspicion: &Option<Suspicion>| suspicion.is_some_and(Suspicion::may_be_real);
    let some_may = suspicions.iter().any(may_be_real);
    // A wall reads otherwise each time; it must not hide that another page stands still.
    let suspects = parts.iter().zip(&suspicions).filter(|(_, suspicion)| match some_may {
        true => may_be_real(suspicion),
        false => suspicion.is_some(),
    });
    if suspicions.iter().all(Option::is_none) {
        return (None, None);
    }
    let texts = suspects.filter_map(|(part, _)| part.fresh.as_ref().ok());
    let text = sha256(texts.flat_map(|(_, document)| document.text()));
    let seen = before.times_suspect(&text) + 1;
    let mut accepted = None;
    for (part, suspicion) in parts.iter_mut().zip(suspicions) {
        let Some(suspicion) = suspicion else { continue };
        if suspicion.may_be_real() && seen >= ACCEPTED_AFTER {
            accepted = Some(suspicion);
        } else {
            part.fresh = Err(Trouble {
                suspicion: Some(suspicion),
                ..Trouble::new(format!("{}: {suspicion}", part.url))
            });
        }
    }
    (Some((text, seen)), accepted)
}
