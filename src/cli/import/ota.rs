//! `import ota`: years of recorded versions, judged as visits would have judged them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use chrono::{DateTime, Utc};
use clap::Args;

use super::git::{Repository, Revision};
use super::progress::Progress;
use crate::analysis::alert::Alert;
use crate::analysis::compare::Ledger;
use crate::analysis::lexicon::Lexicon;
use crate::cli::context::{Context, lexicon};
use crate::round::{Fate, Recorded, Replay};
use crate::store::{Archive, ArchivedDocument, ArchivedVersion, Store, TakenOver};
use crate::watchlist::{self, Watch};

#[derive(Debug, Args)]
pub(super) struct Ota {
    /// A git repository of versions, bare or not: a clone of one that Open Terms Archive publishes, or of a bundle.
    #[arg(value_name = "REPO")]
    repository: PathBuf,
    /// Only documents whose path fits, `*` for anything: `Facebook/*`, `*/Privacy Policy.md`. Repeatable.
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
}

/// Versions written in one transaction; an interrupted import loses no more.
const STRETCH: usize = 24;
/// How Open Terms Archive names commits that changed its reading, not the service's text.
const UPGRADES: [&str; 2] = ["Apply technical or declaration upgrade", "Refilter"];

/// A document's revisions that are not taken over yet.
struct Work<'a> {
    path: String,
    revisions: Vec<Revision>,
    replay: Replay<'a>,
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

impl Ota {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let repository = Repository::open(&self.repository)?;
        let root = repository.root()?;
        let revisions = repository.revisions()?;
        let end = revisions.iter().map(|revision| revision.at).max().unwrap_or_default();
        let documents = self.documents(revisions)?;
        // Without a watchlist the shipped lexicon reads.
        let lexicon = match context.watchlist() {
            Ok(watchlist) => lexicon(&watchlist)?,
            Err(fault) if context.paths.watchlist.exists() => return Err(fault),
            Err(_) => Lexicon::builtin().extended(&[]).map_err(|error| error.to_string())?,
        };
        let mut store = context.store()?;
        let work = pending(&store, &root, documents, &lexicon)?;
        let archive = store.archive(&root).map_err(|error| error.to_string())?;
        let total = work.iter().map(|work| work.revisions.len()).sum();
        if total == 0 {
            context.report("nothing new: every version of this archive is here already");
            return Ok(ExitCode::SUCCESS);
        }
        let mut progress = Progress::new(context, total);
        let fates = take_over(&mut store, archive, &repository, work, end, &mut progress)?;
        progress.end();
        context.report(&summary(&fates, progress.rate()));
        Ok(ExitCode::SUCCESS)
    }

    /// The revisions of each document, oldest first.
    fn documents(&self, revisions: Vec<Revision>) -> Result<BTreeMap<String, Vec<Revision>>, String> {
        let repository = self.repository.display();
        let files = revisions.len();
        let is_document = |revision: &Revision| revision.path.ends_with(".md") && revision.path.contains('/');
        let mut documents: BTreeMap<String, Vec<Revision>> = BTreeMap::new();
        for revision in revisions.into_iter().filter(is_document) {
            documents.entry(revision.path.clone()).or_default().push(revision);
        }
        if documents.is_empty() {
            return Err(format!(
                "{repository} holds no versions: none of its {files} files is named SERVICE/DOCUMENT.md; \
                 take a repository of versions (its name ends in `-versions`), not of snapshots or declarations"
            ));
        }
        let count = documents.len();
        documents.retain(|path, _| self.only.is_empty() || self.only.iter().any(|pattern| fits(path, pattern)));
        if documents.is_empty() {
            return Err(format!(
                "none of the {count} documents of {repository} fits {}; `*` stands for anything, as in `Facebook/*`",
                self.only.join(", ")
            ));
        }
        for revisions in documents.values_mut() {
            // The archive's history was rewritten now and then: commits do not stand in the order of their dates.
            revisions.sort_by_key(|revision| revision.at);
        }
        Ok(documents)
    }
}

/// Whether a path fits a pattern; case does not count, and `*` is anything.
fn fits(path: &str, pattern: &str) -> bool {
    let (path, pattern) = (path.to_lowercase(), pattern.to_lowercase());
    let path = if pattern.ends_with(".md") {
        &path
    } else {
        path.trim_end_matches(".md")
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// What of the documents is not taken over yet.
fn pending<'a>(
    store: &Store,
    root: &str,
    documents: BTreeMap<String, Vec<Revision>>,
    lexicon: &'a Lexicon,
) -> Result<Vec<Work<'a>>, String> {
    let known = store.archived_documents().map_err(|error| error.to_string())?;
    let states = store.states().map_err(|error| error.to_string())?;
    let mut taken: BTreeSet<String> = known.iter().map(|document| document.watch.clone()).collect();
    taken.extend(
        states
            .into_iter()
            .filter(|state| state.versions > 0)
            .map(|state| state.watch),
    );
    let mut work = Vec::new();
    for (path, mut revisions) in documents {
        let before = known
            .iter()
            .find(|document| document.root == root && document.path == path);
        let watch = match before {
            Some(before) => {
                revisions = after(before, revisions)?;
                before.watch.clone()
            }
            None => free_id(&path, &mut taken),
        };
        if revisions.is_empty() {
            continue;
        }
        let replay = Replay::load(store, watch_of(&watch, &path)?, &path, lexicon);
        work.push(Work {
            replay: replay.map_err(|error| error.to_string())?,
            path,
            revisions,
        });
    }
    Ok(work)
}

/// The revisions behind the one that was taken over last.
fn after(before: &ArchivedDocument, revisions: Vec<Revision>) -> Result<Vec<Revision>, String> {
    let at = revisions.iter().position(|revision| revision.commit == before.commit);
    let at = at.ok_or_else(|| {
        format!(
            "the history of {} in this archive was rewritten since it was taken over as {}: it has no commit {} any more; \
             take the archive over anew into an empty state directory (--state)",
            before.path, before.watch, before.commit
        )
    })?;
    Ok(revisions.into_iter().skip(at + 1).collect())
}

/// `facebook/privacy-policy`, or with a number behind it where that is taken.
fn free_id(path: &str, taken: &mut BTreeSet<String>) -> String {
    let slug = |text: &str| {
        let mut slug = String::new();
        for sign in text.to_lowercase().chars() {
            match sign {
                sign if sign.is_alphanumeric() => slug.push(sign),
                _ if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
                _ => {}
            }
        }
        slug.trim_end_matches('-').to_owned()
    };
    let (service, title) = names(path);
    let id = format!("{}/{}", slug(service), slug(title));
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let free = std::iter::once(id.clone())
        .chain(numbered)
        .find(|id| !taken.contains(id));
    let free = free.unwrap_or(id);
    taken.insert(free.clone());
    free
}

/// Service and document of a path.
pub(in crate::cli) fn names(path: &str) -> (&str, &str) {
    let (service, title) = path.rsplit_once('/').unwrap_or(("archive", path));
    (service, title.trim_end_matches(".md"))
}

/// A watch with the defaults, for a document that is not fetched.
fn watch_of(id: &str, path: &str) -> Result<Watch, String> {
    let (service, title) = names(path);
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let (id, service, title) = (quoted(id), quoted(service), quoted(title));
    let text = format!(
        "[[watch]]\nid = {id}\nservice = {service}\ntitle = {title}\nurl = \"https://archive.invalid/\"\nchannels = []\n"
    );
    let source = |_: &Path| Ok(text.clone());
    let parsed = watchlist::parse(Path::new("archive.toml"), &source, chrono_tz::UTC);
    let mut parsed = parsed.map_err(|faults| faults.render(false))?;
    let mut watch = parsed.watches.remove(0);
    watch.pages.clear();
    Ok(watch)
}

/// Judges on every core, writes on this thread.
fn take_over(
    store: &mut Store,
    archive: Archive,
    repository: &Repository,
    work: Vec<Work<'_>>,
    end: DateTime<Utc>,
    progress: &mut Progress,
) -> Result<Vec<Fate>, String> {
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
    blobs: &mut super::git::Blobs,
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

fn summary(fates: &[Fate], rate: f64) -> String {
    let count = |is: fn(&Fate) -> bool| fates.iter().filter(|fate| is(fate)).count();
    let parts = [
        (count(|fate| *fate == Fate::Version), "became versions"),
        (
            count(|fate| *fate == Fate::Upgrade),
            "became versions without events: the archive read the page otherwise",
        ),
        (
            count(|fate| *fate == Fate::SameText),
            "say what the version before says",
        ),
        (
            count(|fate| matches!(fate, Fate::Suspect(_))),
            "are not the document: walls, errors, collapsed pages",
        ),
        (count(|fate| *fate == Fate::Unreadable), "cannot be read"),
    ];
    let mut text = format!("{} recorded versions, {rate:.0} a second", fates.len());
    for (count, what) in parts.iter().filter(|(count, _)| *count > 0) {
        text.push_str(&format!("\n{count:>6} {what}"));
    }
    text.push_str("\nsee `clausewatch alerts --historical`, `clausewatch clauses` and `clausewatch log WATCH`");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_services_and_documents() {
        let path = "Facebook/Privacy Policy.md";
        for pattern in [
            "Facebook/*",
            "*/privacy policy",
            "*privacy*",
            "facebook/Privacy Policy.md",
            "F*/*y",
        ] {
            assert!(fits(path, pattern), "{pattern}");
        }
        for pattern in ["Face", "Facebook", "X/*", "*terms*", "Facebook/Privacy"] {
            assert!(!fits(path, pattern), "{pattern}");
        }
    }

    #[test]
    fn ids_are_free_and_stay_readable() {
        let mut taken = BTreeSet::from(["meta-ai/terms-of-service".to_owned()]);
        assert_eq!(
            free_id("Meta AI/Terms of Service.md", &mut taken),
            "meta-ai/terms-of-service-2"
        );
        assert_eq!(free_id("eBay (DE)/Über uns.md", &mut taken), "ebay-de/über-uns");
        assert!(watch_of("a/b", "It's \"quoted\"/x\\y.md").is_ok());
    }
}
