//! What a person must hear of one visit.

mod excerpt;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use self::excerpt::around;
use crate::analysis::compare::{ClauseChange, Event, Severity, clause_key};
use crate::analysis::dates::{DateKind, Dated, dates};
use crate::analysis::diff::{Change, Diff, Hunk};
use crate::analysis::suspect::Suspicion;
use crate::watchlist::{Notify, Objection, Watch};

/// What a person must hear of one visit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Id of the watch, `service/document`.
    pub watch: String,
    pub service: String,
    pub title: String,
    /// The page a person can open.
    pub url: String,
    /// Numbers of the versions compared.
    pub from_version: Option<u32>,
    pub to_version: Option<u32>,
    #[serde(flatten)]
    pub kind: AlertKind,
    pub severity: Severity,
    /// The text was suspect for this at first, and was accepted since it stayed so.
    pub accepted: Option<Suspicion>,
    /// How to object, where the watchlist says so.
    pub objection: Option<Objection>,
    /// What changed around the clauses, cut to what a mail can hold.
    #[serde(default)]
    pub hunks: Vec<Hunk>,
    /// When it takes effect, and until when one may object, as far as the text says.
    #[serde(default)]
    pub dates: Vec<Dated>,
    /// The user objected before this came; it may need another objection.
    #[serde(default)]
    pub objected: Option<DateTime<Utc>>,
    /// It was told before, and is told again.
    #[serde(default)]
    pub reminder: Option<Reminder>,
}

/// Why an alert is told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "lowercase")]
pub enum Reminder {
    /// So many days are left to object.
    Deadline { day: NaiveDate, left: i64 },
    /// In so many days it is in force.
    Effective { day: NaiveDate, left: i64 },
    /// The reader put it off until now.
    Snoozed,
}

/// What the alert is about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlertKind {
    /// Clauses about AI training changed.
    Clauses { changes: Vec<ClauseChange> },
    /// The text changed, no clause about AI training did (told only with `notify = "any-change"`).
    Text { added: u32, removed: u32 },
    /// The watch cannot be read any more.
    Blind { reason: String, failures: u32 },
    /// The server says that there is no such page any more.
    Gone { reason: String },
    /// The server says that the page lies elsewhere for good; it is read there.
    Moved { to: String },
    /// The page lies where it lay before.
    MovedBack,
    /// No host was reached for so many days.
    Network { days: i64 },
    /// Nobody looked for so many days: for this reason, else since clausewatch did not run, which it does now.
    Stale {
        days: i64,
        #[serde(default)]
        reason: Option<String>,
    },
    /// It can be read again.
    #[default]
    Recovered,
}

impl Alert {
    /// An alert about a watch, before the versions are known.
    pub fn new(watch: &Watch, kind: AlertKind) -> Self {
        let severity = match &kind {
            AlertKind::Clauses { changes } => changes.iter().map(|change| change.severity).max(),
            AlertKind::Blind { .. } | AlertKind::Gone { .. } | AlertKind::Network { .. } | AlertKind::Stale { .. } => {
                Some(Severity::Alert)
            }
            AlertKind::Text { .. } | AlertKind::Moved { .. } | AlertKind::MovedBack | AlertKind::Recovered => None,
        };
        Self {
            watch: watch.id.clone(),
            service: watch.service.clone(),
            title: watch.title.clone(),
            url: watch.pages.first().map(ToString::to_string).unwrap_or_default(),
            kind,
            severity: severity.unwrap_or(Severity::Notice),
            objection: watch.objection.clone(),
            ..Self::default()
        }
    }

    /// Drops the changes of clauses that the reader called false; false where nothing is left to tell.
    pub fn without(&mut self, false_clauses: &[String]) -> bool {
        let AlertKind::Clauses { changes } = &mut self.kind else {
            return true;
        };
        let known: Vec<String> = false_clauses.iter().map(|clause| clause_key(clause)).collect();
        changes.retain(|change| !known.contains(&clause_key(&change.finding.text)));
        self.severity = changes
            .iter()
            .map(|change| change.severity)
            .max()
            .unwrap_or(Severity::Notice);
        !changes.is_empty()
    }

    /// The clause changes; none where it tells of something else.
    pub fn changes(&self) -> &[ClauseChange] {
        match &self.kind {
            AlertKind::Clauses { changes } => changes,
            _ => &[],
        }
    }

    /// The last day to object: the watchlist's, else the earliest that the text names.
    pub fn deadline(&self) -> Option<NaiveDate> {
        let told = self
            .objection
            .as_ref()
            .and_then(|objection| objection.deadline.as_ref());
        told.and_then(|day| day.parse().ok())
            .or_else(|| self.day(DateKind::Deadline))
    }

    /// The first day that the text is in force.
    pub fn effective(&self) -> Option<NaiveDate> {
        self.day(DateKind::Effective)
    }

    /// Reads the dates of the changed clauses, and of `diff` those that say from when or until when.
    ///
    /// `read` is the day the text was read; `lang` its language.
    pub fn read_dates(&mut self, lang: &str, read: NaiveDate, diff: Option<&Diff>) {
        let of_change = |change: &ClauseChange| {
            let is_choice = change.finding.concepts.iter().any(|name| name == "choice");
            let lead_in = change.finding.lead_in.as_deref().unwrap_or_default();
            dates(&format!("{lead_in}\n{}", change.finding.text), lang, read, is_choice)
        };
        let standing = self.changes().iter().filter(|change| !change.is_plain_removal());
        let mut found: Vec<Dated> = standing.flat_map(of_change).collect();
        let lines = diff.iter().flat_map(|diff| &diff.hunks).flat_map(|hunk| &hunk.lines);
        let is_new = |change: &&Change| matches!(change, Change::Added(_) | Change::Reworded(_));
        let is_timely = |dated: &Dated| {
            let earliest = read.checked_sub_days(RECENT).unwrap_or(read);
            matches!(dated.kind, DateKind::Effective | DateKind::Deadline)
                && dated.day.is_some_and(|day| day >= earliest)
        };
        let near = lines
            .map(|line| &line.change)
            .filter(is_new)
            .flat_map(|change| dates(&change.text(), lang, read, false));
        found.extend(near.filter(is_timely));
        found.sort_by_key(|dated| (dated.kind, dated.day));
        found.dedup_by_key(|dated| {
            (
                dated.kind,
                dated.day.map_or_else(|| dated.words.clone(), |day| day.to_string()),
            )
        });
        self.dates = found;
    }

    fn day(&self, kind: DateKind) -> Option<NaiveDate> {
        self.dates
            .iter()
            .filter(|dated| dated.kind == kind)
            .filter_map(|dated| dated.day)
            .min()
    }

    /// Where to object: the watchlist's link, else the first link of a changed clause that gives a choice.
    pub fn objection_link(&self) -> Option<&str> {
        let told = self.objection.as_ref().and_then(|objection| objection.url.as_deref());
        let speaks_of_choice = |change: &&ClauseChange| change.finding.concepts.iter().any(|name| name == "choice");
        let links = self
            .changes()
            .iter()
            .filter(speaks_of_choice)
            .flat_map(|change| &change.finding.links);
        told.or_else(|| {
            links
                .map(|link| link.target.as_str())
                .find(|target| target.starts_with("https://"))
        })
    }

    /// Whether the watch's owner wants to hear of it. What fell silent, or speaks again, is always told.
    pub fn is_wanted(&self, notify: Notify) -> bool {
        match (&self.kind, notify) {
            (_, Notify::AnyChange) | (AlertKind::Clauses { .. }, Notify::Notice) => true,
            (AlertKind::Text { .. }, _) => false,
            (AlertKind::Clauses { .. }, Notify::Alert) => self.severity == Severity::Alert,
            // How the watch itself stands.
            _ => true,
        }
    }
}

/// The alert about a new version: the loudest changes first. `None` where nothing changed that could be told.
pub fn of_change(watch: &Watch, mut changes: Vec<ClauseChange>, diff: Option<&Diff>) -> Option<Alert> {
    if !changes.is_empty() {
        changes.sort_by_key(|change| (std::cmp::Reverse(change.severity), rank(change.event)));
        let hunks = diff.map_or_else(Vec::new, |diff| around(&changes, diff));
        return Some(Alert {
            hunks,
            ..Alert::new(watch, AlertKind::Clauses { changes })
        });
    }
    let (added, removed) = diff?.counts();
    (added + removed > 0).then(|| Alert::new(watch, AlertKind::Text { added, removed }))
}

/// What a reader must hear first: the first change makes the headline.
fn rank(event: Event) -> u8 {
    match event {
        Event::ClaimAdded => 0,
        Event::AssuranceRemoved => 1,
        Event::ClaimWidened => 2,
        Event::ChoiceRemoved => 3,
        Event::ChoiceChanged => 4,
        Event::ChoiceAdded => 5,
        Event::AssuranceAdded | Event::ClaimRemoved => 6,
    }
}

/// A text that came into force so long ago is no news of this change.
const RECENT: Days = Days::new(45);
