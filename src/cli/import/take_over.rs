//! Recorded versions judged in parallel and written in one place, stretch by stretch.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use chrono::{DateTime, Utc};

use super::git::{Blobs, Repository, Revision};
use crate::analysis::alert::Alert;
use crate::analysis::compare::Ledger;
use crate::cli::progress::Progress;
use crate::round::{Fate, Recorded, Replay};
use crate::store::{Archive, ArchivedVersion, Store, TakenOver};

/// Versions written in one transaction; an interrupted import loses no more.
const STRETCH: usize = 24;
/// How Open Terms Archive names commits that changed its reading, not the service's text.
const UPGRADES: [&str; 2] = ["Apply technical or declaration upgrade", "Refilter"];

/// A document's revisions that are not taken over yet.
pub(super) struct Work<'a> {
    pub path: String,
    pub revisions: Vec<Revision>,
    pub replay: Replay<'a>,
}

/// What a worker hands to the writer.
struct Stretch {
    path: String,
    watch: String,
    based_on: u32,
    versions: Vec<ArchivedVersion>,
    alerts: Vec<(DateTime<Utc>, Alert)>,
    ledger: Ledger,
    /// The last commit that was decided, when one was.
    commit: Option<String>,
    fates: Vec<Fate>,
}

/// Judges on every core, writes on this thread.
pub(super) fn take_over(
    store: &mut Store,
    archive: Archive,
    repository: &Repository,
    mut work: Vec<Work<'_>>,
    end: DateTime<Utc>,
    progress: &mut Progress,
) -> Result<Vec<Fate>, String> {
    // One document is judged in its order: who comes last with the longest leaves the other cores idle.
    work.sort_by_key(|work| Reverse(work.revisions.len()));
    let queue = Mutex::new(VecDeque::from(work));
    let workers = thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut fates = Vec::new();
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Result<Stretch, String>>(2 * workers);
        for _ in 0..workers {
            let (sender, queue) = (sender.clone(), &queue);
            scope.spawn(move || {
                if let Err(error) = judge_all(queue, repository, end, &sender) {
                    // Where the writer gave up nobody waits for this.
                    let _ = sender.send(Err(error));
                }
            });
        }
        drop(sender);
        for stretch in receiver {
            let stretch = stretch?;
            write(store, archive, &stretch)?;
            progress.advance(stretch.fates.len(), &stretch.path);
            fates.extend(stretch.fates);
        }
        Ok(fates)
    })
}

fn judge_all(
    queue: &Mutex<VecDeque<Work<'_>>>,
    repository: &Repository,
    end: DateTime<Utc>,
    sender: &SyncSender<Result<Stretch, String>>,
) -> Result<(), String> {
    let mut blobs = repository.blobs()?;
    loop {
        let next = queue.lock().map(|mut queue| queue.pop_front());
        let Ok(Some(mut work)) = next else { return Ok(()) };
        let revisions = std::mem::take(&mut work.revisions);
        for (index, stretch) in revisions.chunks(STRETCH).enumerate() {
            let next = revisions.get((index + 1) * STRETCH);
            let until = next.map_or(end, |next| next.at);
            let judged = judge(&mut work, stretch, until, next.is_none(), &mut blobs)?;
            if sender.send(Ok(judged)).is_err() {
                return Ok(());
            }
        }
    }
}

fn judge(
    work: &mut Work<'_>,
    revisions: &[Revision],
    until: DateTime<Utc>,
    is_end: bool,
    blobs: &mut Blobs,
) -> Result<Stretch, String> {
    let mut stretch = Stretch {
        path: work.path.clone(),
        watch: work.replay.watch().to_owned(),
        based_on: work.replay.version(),
        versions: Vec::new(),
        alerts: Vec::new(),
        ledger: Ledger::default(),
        commit: None,
        fates: Vec::new(),
    };
    for (index, revision) in revisions.iter().enumerate() {
        let next = revisions.get(index + 1);
        let recorded = Recorded {
            commit: revision.commit.clone(),
            at: revision.at,
            is_upgrade: UPGRADES.iter().any(|words| revision.subject.starts_with(words)),
            body: blobs.read(&revision.blob)?,
        };
        let replayed = work.replay.judge(recorded, next.map_or(until, |next| next.at));
        stretch.versions.extend(replayed.version);
        stretch.alerts.extend(replayed.alerts);
        stretch.fates.push(replayed.fate);
        // A suspect text at the very end may stand yet: the next import looks at it again.
        let is_open = is_end && next.is_none() && matches!(replayed.fate, Fate::Suspect(_));
        if !is_open {
            stretch.commit = Some(revision.commit.clone());
        }
    }
    stretch.ledger = work.replay.ledger().clone();
    Ok(stretch)
}

fn write(store: &mut Store, archive: Archive, stretch: &Stretch) -> Result<(), String> {
    let Some(commit) = &stretch.commit else { return Ok(()) };
    let written = store.take_over(&TakenOver {
        archive,
        path: &stretch.path,
        watch: &stretch.watch,
        based_on: stretch.based_on,
        versions: &stretch.versions,
        alerts: &stretch.alerts,
        ledger: &stretch.ledger,
        commit,
    });
    written.map_err(|error| format!("{error}\nwhat was taken over so far is kept; the same command goes on from there"))
}
