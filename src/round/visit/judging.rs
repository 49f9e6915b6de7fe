//! Reading and judging what was fetched: pure, and off the runtime's threads.

use std::sync::Arc;
use std::time::Duration;

use super::before::{Before, Known};
use super::fetching::{Answer, Place};
use super::parts::{Parts, read_parts};
use super::trouble::Trouble;
use super::{Asked, sha256};
use crate::analysis::compare::{ClauseChange, Ledger};
use crate::analysis::detect::{Detection, Reader};
use crate::analysis::document::Document;
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Origin;
use crate::analysis::review::{Kept, Review, adopt, lasting_removals, review};
use crate::analysis::suspect::Suspicion;
use crate::round::{ACCEPTED_AFTER, CHANGED_AFTER};
use crate::store::{NewPage, PageMemory, StoreError, StoredText, WatchState};
use crate::watchlist::Watch;

/// A document that was read, and the judgement.
#[derive(Debug)]
pub(in crate::round) struct Judged {
    /// Empty where every page is as it was.
    pub pages: Vec<NewPage>,
    pub memory: Vec<PageMemory>,
    /// Of a new version.
    pub stored: Option<StoredText>,
    pub review: Review,
    /// With this visit taken in.
    pub ledger: Ledger,
    pub is_ledger_new: bool,
    pub lasting: Vec<ClauseChange>,
    /// The newest version as today's rules read it, where they changed.
    pub reread: Option<(Arc<Document>, Detection)>,
    /// SHA-256 of the text, to know a suspect one again.
    pub text: String,
    /// It changed, and another visit must find the change too; see [`WatchState::unconfirmed`].
    pub unconfirmed: Option<(String, u32)>,
    /// The text was suspect before and is accepted now.
    pub accepted: Option<Suspicion>,
    /// Pages that failed while others were read.
    pub trouble: Option<Trouble>,
    /// For how long the server says that nothing changes.
    pub fresh_for: Duration,
    pub place: Place,
}

impl Judged {
    /// A visit whose every page is as the newest version has it; `None` where another one must be read and judged.
    pub(in crate::round) fn unchanged(
        asked: &Asked,
        counting: impl FnOnce() -> Result<Option<Ledger>, StoreError>,
    ) -> Result<Option<Self>, StoreError> {
        let newest = &asked.before.newest;
        let known = asked
            .answers
            .iter()
            .map(|answer| answer.place.filter(|_| matches!(answer.page, Ok(None))));
        if newest.number == 0 || asked.before.has_new_rules() || !known.eq((0..newest.pages.len()).map(Some)) {
            return Ok(None);
        }
        let counting = counting()?;
        let is_ledger_new = counting.is_some();
        let mut ledger = counting.unwrap_or_default();
        let lasting = lasting_removals(&mut ledger, newest.number);
        Ok(Some(Self {
            pages: Vec::new(),
            memory: asked.answers.iter().map(|answer| answer.memory.clone()).collect(),
            stored: None,
            review: Review::Unchanged,
            is_ledger_new,
            ledger,
            lasting,
            reread: None,
            text: String::new(),
            unconfirmed: None,
            accepted: None,
            trouble: None,
            fresh_for: asked.fresh_for,
            place: Place::of(&asked.answers),
        }))
    }

    /// Why the whole is not the document.
    pub(super) fn suspicion(&self) -> Option<Suspicion> {
        match self.review {
            Review::Suspect(suspicion) => Some(suspicion),
            _ => None,
        }
    }
}

/// What is to be judged.
pub(super) struct Judging {
    pub watch: Watch,
    pub before: Before,
    pub known: Arc<Known>,
    pub lexicon: Arc<Lexicon>,
    pub answers: Vec<Answer>,
    pub fresh_for: Duration,
}

impl Judging {
    pub(super) fn judge(self) -> Result<Judged, Trouble> {
        let Self {
            watch,
            before,
            known,
            lexicon,
            answers,
            fresh_for,
        } = self;
        let place = Place::of(&answers);
        let Parts {
            pages,
            memory,
            document,
            newest,
            is_rearranged,
            trouble,
            accepted,
        } = read_parts(&watch, &before, &known, answers, &lexicon)?;
        let mut kept = Kept {
            document: newest,
            detection: known.kept.detection.clone(),
            lengths: known.kept.lengths.clone(),
            ledger: known.kept.ledger.clone(),
            ..known.kept
        };
        let mut reader = Reader::of_one(&lexicon);
        let mut reread = None;
        if before.has_new_rules() || is_rearranged {
            // Neither an upgrade of ours nor another list of pages must look like a change of theirs.
            kept.detection = None;
            reader = Reader::new(&lexicon);
            reread = kept.document.as_ref().map(|document| {
                let detection = reader.detect(document, watch.lang.as_deref());
                kept.ledger.reread(&detection.findings, kept.version);
                (Arc::clone(document), detection)
            });
            if let Some((document, detection)) = &reread {
                kept.detection = Some(detection.clone());
                if is_rearranged {
                    kept.lengths = vec![document.length()];
                }
            }
        }
        let text = sha256(document.text());
        // What is suspect changes nothing of what is kept, so it can be reviewed again.
        let origins: Vec<Origin<'_>> = pages.iter().map(NewPage::origin).collect();
        let mut review_of = |accepted| review(&watch, &mut kept, &origins, &document, &mut reader, accepted);
        let mut judgement = review_of(accepted.is_some());
        let mut accepted = accepted;
        if let Review::Suspect(suspicion) = judgement
            && suspicion.may_be_real()
            && before.times_suspect(&text) + 1 >= ACCEPTED_AFTER
        {
            judgement = review_of(true);
            accepted = Some(suspicion);
        }
        if is_rearranged && judgement == Review::Unchanged {
            // Its pages must be kept, or those that joined would join again with each visit.
            judgement = Review::Baseline(adopt(&watch, &mut kept, &document, &mut reader));
        }
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
        let is_kept = unconfirmed.is_none() && matches!(judgement, Review::Baseline(_) | Review::Changed(_));
        // Of a large document what was kept is as large, and was compared.
        kept.document = None;
        let stored = is_kept.then(|| StoredText::of(&document)).transpose();
        let unkept = |error| Trouble::new(format!("{}: its text cannot be kept: {error}", watch.pages[0]));
        Ok(Judged {
            pages,
            memory,
            stored: stored.map_err(unkept)?,
            review: judgement,
            is_ledger_new: kept.ledger != known.kept.ledger,
            ledger: kept.ledger,
            lasting,
            reread,
            text,
            unconfirmed,
            accepted,
            trouble,
            fresh_for,
            place,
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
