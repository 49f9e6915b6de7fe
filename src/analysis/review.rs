//! The whole pure journey of one document.

use std::borrow::Cow;
use std::sync::Arc;

use crate::analysis::alert::{Alert, AlertKind, of_change};
use crate::analysis::compare::{ClauseChange, Ledger, compare};
use crate::analysis::detect::{Detection, Finding, Reader};
use crate::analysis::diff::{Diff, diff};
use crate::analysis::document::Document;
use crate::analysis::page::Origin;
use crate::analysis::suspect::{History, Suspicion, suspect};
use crate::watchlist::{Notify, Watch};

/// What was kept of a watch.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Number of the newest version; 0 before the first.
    pub version: u32,
    /// Its snapshot as today's rules read it; `None` before the first, or when they cannot.
    pub document: Option<Arc<Document>>,
    /// What today's rules find in it, where that is known already.
    pub detection: Option<Detection>,
    /// Lengths of the texts of the versions, in characters, oldest first.
    pub lengths: Vec<usize>,
    pub ledger: Ledger,
}

/// What one visit found.
#[derive(Debug, Clone, PartialEq)]
pub enum Review {
    /// The first version, or the first that today's rules can read; nothing to compare with.
    Baseline(Detection),
    /// The text is as it was (links, typography and the date of the last update aside).
    Unchanged,
    /// Not the document; it becomes no version.
    Suspect(Suspicion),
    Changed(Box<Verdict>),
}

/// What a new version changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    pub detection: Detection,
    /// `None` where nobody asked to hear of it.
    pub diff: Option<Diff>,
    pub changes: Vec<ClauseChange>,
}

/// Judges a document read now against what was kept, and takes its findings into the ledger.
///
/// `accepted`: this text was suspect for several visits and is taken as it is. A removal with nothing in its
/// place is left to [`lasting_removals`]: the clause may be back with the next visit.
pub fn review(
    watch: &Watch,
    kept: &mut Kept,
    pages: &[Origin<'_>],
    document: &Document,
    reader: &mut Reader<'_>,
    accepted: bool,
) -> Review {
    let last = kept.document.as_deref();
    if last.is_some_and(|last| last.same_text(document)) {
        return Review::Unchanged;
    }
    let mut read = |document| reader.detect(document, watch.lang.as_deref());
    let detection = read(document);
    let known = kept.detection.as_ref();
    let last = last.map(|last| (last, known.map_or_else(|| Cow::Owned(read(last)), Cow::Borrowed)));
    let history = History {
        lengths: &kept.lengths,
        last: last.as_ref().map(|(last, before)| (*last, before.lang.as_deref())),
    };
    let suspicion = suspect(pages, document, detection.lang.as_deref(), history);
    if let Some(suspicion) = suspicion.filter(|suspicion| !(accepted && suspicion.may_be_real())) {
        return Review::Suspect(suspicion);
    }
    let Some((last, before)) = last else {
        kept.ledger.record(&detection.findings, kept.version + 1);
        return Review::Baseline(detection);
    };
    kept.ledger.reread(&before.findings, kept.version);
    let mut changes = compare(&before, &detection, &kept.ledger, reader.lexicon());
    settle(&mut kept.ledger, &before.findings, &changes);
    changes.retain(|change| !change.is_plain_removal());
    kept.ledger.record(&detection.findings, kept.version + 1);
    let is_told = !changes.is_empty() || watch.notify == Notify::AnyChange;
    let diff = is_told.then(|| diff(last, document));
    Review::Changed(Box::new(Verdict {
        detection,
        diff,
        changes,
    }))
}

/// Takes a document for the newest version as it should have been read: no change of the service's, so no events.
pub fn adopt(watch: &Watch, kept: &mut Kept, document: &Document, reader: &mut Reader<'_>) -> Detection {
    let detection = reader.detect(document, watch.lang.as_deref());
    // What is not found any more was not taken back.
    kept.ledger.reread(&[], kept.version);
    kept.ledger.record(&detection.findings, kept.version + 1);
    detection
}

/// Only a clause that is gone with nothing in its place is still to be told of.
fn settle(ledger: &mut Ledger, before: &[Finding], changes: &[ClauseChange]) {
    let is_gone = |finding: &Finding| {
        changes
            .iter()
            .any(|change| change.is_plain_removal() && change.finding.text == finding.text)
    };
    for finding in before.iter().filter(|finding| !is_gone(finding)) {
        ledger.settle_replaced(finding);
    }
}

/// Counts a visit that read version `newest`, and returns what stayed gone long enough to be told.
pub fn lasting_removals(ledger: &mut Ledger, newest: u32) -> Vec<ClauseChange> {
    ledger.count_visit(newest);
    ledger.take_lasting_removals()
}

/// The alert about what a visit found, removals that lasted included.
pub fn alert(watch: &Watch, review: &Review, lasting: Vec<ClauseChange>) -> Option<Alert> {
    match review {
        Review::Suspect(_) | Review::Baseline(_) => None,
        Review::Unchanged => (!lasting.is_empty()).then(|| Alert::new(watch, AlertKind::Clauses { changes: lasting })),
        Review::Changed(verdict) => {
            let changes = verdict.changes.iter().cloned().chain(lasting).collect();
            of_change(watch, changes, verdict.diff.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use url::Url;

    use super::*;
    use crate::analysis::compare::{Event, Severity};
    use crate::analysis::lexicon::Lexicon;
    use crate::analysis::page::Page;

    const POLICY: &str = "# Privacy\n\nWe keep your name and address to send you what you bought in our shop, and \
        delete both ten years later. We never sell them. Our cookies remember your basket and your language.";
    const CLAIM: &str = "We use your photos to train our AI models.";
    const PROMISE: &str = "We do not use your personal data to train AI models.";

    struct History {
        watch: Watch,
        kept: Kept,
    }

    impl History {
        fn new(notify: &str) -> Self {
            let text =
                format!("[[watch]]\nid = \"shop/privacy\"\nurl = \"https://shop.example/\"\nnotify = \"{notify}\"\n");
            let read = |_: &Path| -> std::io::Result<String> { Ok(text.clone()) };
            let watch = crate::watchlist::parse(Path::new("w.toml"), &read, jiff::tz::TimeZone::UTC)
                .unwrap()
                .watches
                .remove(0);
            Self {
                watch,
                kept: Kept::default(),
            }
        }

        /// One visit that finds this text; what it found, and what is told.
        fn visit(&mut self, text: &str) -> (Review, Option<Alert>) {
            let page = Page::from_file(Url::parse("https://shop.example/").unwrap(), Vec::new());
            let document = Document::from_markdown(text);
            let review = review(
                &self.watch,
                &mut self.kept,
                &[Origin::of(&page)],
                &document,
                &mut Reader::new(Lexicon::builtin()),
                false,
            );
            if matches!(review, Review::Baseline(_) | Review::Changed(_)) {
                self.kept.version += 1;
                self.kept.document = Some(Arc::new(document));
                self.kept.lengths.push(text.chars().count());
            }
            let lasting = lasting_removals(&mut self.kept.ledger, self.kept.version);
            let alert = alert(&self.watch, &review, lasting).filter(|alert| alert.is_wanted(self.watch.notify));
            (review, alert)
        }
    }

    fn events(alert: Option<Alert>) -> Vec<(Event, bool)> {
        match alert.map(|alert| alert.kind) {
            Some(AlertKind::Clauses { changes }) => {
                changes.iter().map(|change| (change.event, change.returned)).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_first_visit_is_a_baseline_and_tells_nothing() {
        let (review, alert) = History::new("any-change").visit(&format!("{POLICY}\n\n{CLAIM}"));
        assert!(matches!(review, Review::Baseline(detection) if detection.findings.len() == 1));
        assert_eq!(alert, None);
    }

    #[test]
    fn a_new_claim_is_told_once_and_its_return_only_as_a_notice() {
        let mut history = History::new("notice");
        let with_claim = format!("{POLICY}\n\n{CLAIM}");
        history.visit(POLICY);
        assert_eq!(events(history.visit(&with_claim).1), [(Event::ClaimAdded, false)]);
        assert_eq!(history.visit(&with_claim).0, Review::Unchanged);
        assert_eq!(events(history.visit(POLICY).1), [], "gone for one visit");
        let returned = history.visit(&with_claim).1.unwrap();
        assert_eq!(returned.severity, Severity::Notice);
        assert_eq!(events(Some(returned)), [(Event::ClaimAdded, true)]);
    }

    #[test]
    fn a_promise_that_stays_away_is_told_at_the_third_visit_and_only_then() {
        let mut history = History::new("alert");
        history.visit(&format!("{POLICY}\n\n{PROMISE}"));
        let told: Vec<_> = (0..5).map(|_| events(history.visit(POLICY).1)).collect();
        assert_eq!(
            told,
            [vec![], vec![], vec![(Event::AssuranceRemoved, false)], vec![], vec![]]
        );
    }

    #[test]
    fn other_changes_are_told_to_who_asks_for_any() {
        let changed = POLICY.replace("ten years", "two years");
        for (notify, tells) in [("alert", false), ("notice", false), ("any-change", true)] {
            let mut history = History::new(notify);
            history.visit(POLICY);
            assert_eq!(history.visit(&changed).1.is_some(), tells, "{notify}");
        }
    }

    #[test]
    fn a_collapsed_page_changes_nothing() {
        let mut history = History::new("any-change");
        let long = format!(
            "{POLICY}\n\n{CLAIM}\n\n{}",
            "More of the text of this policy stands here. ".repeat(30)
        );
        history.visit(&long);
        let (review, alert) = history.visit("# Privacy\n\nWe keep your name and address to send you what you bought.");
        assert_eq!((review, alert), (Review::Suspect(Suspicion::Collapsed), None));
        assert_eq!(history.visit(&long).0, Review::Unchanged);
    }
}
