//! `import ota`: years of recorded versions, judged as visits would have judged them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::git::{Repository, Revision};
use super::names::{fits, free_id, names};
use super::take_over::{Work, take_over};
use crate::analysis::lexicon::Lexicon;
use crate::cli::context::{Context, lexicon};
use crate::cli::progress::Progress;
use crate::round::{Fate, Replay};
use crate::store::{ArchivedDocument, Store};
use crate::watchlist::{self, Watch};

/// How Open Terms Archive names commits that record a text, today and in its first years.
const RECORDS: [&str; 3] = ["First record", "Record new changes", "Start tracking"];

#[derive(Debug, Args)]
pub(super) struct Ota {
    /// A git repository of versions, bare or not: a clone of one that Open Terms Archive publishes, or of a bundle.
    #[arg(value_name = "REPO")]
    repository: PathBuf,
    /// Only documents whose path fits, `*` for anything: `Facebook/*`, `*/Privacy Policy.md`. Repeatable.
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,
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
        let before = store.size().map_err(|error| error.to_string())?;
        let mut progress = Progress::new(context, total, "versions");
        let fates = take_over(&mut store, archive, &repository, work, end, &mut progress)?;
        progress.end();
        tidy(&mut store, before);
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
        let is_record = |revision: &Revision| RECORDS.iter().any(|words| revision.subject.starts_with(words));
        if !documents.values().flatten().any(is_record) {
            return Err(format!(
                "{repository} is no archive of versions: none of its commits is named as Open Terms Archive names them \
                 (`First record of SERVICE DOCUMENT`); take a repository whose name ends in `-versions`"
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

/// Documents written by turns lie scattered: where they are most of the state, its tables are put in order.
fn tidy(store: &mut Store, before: u64) {
    if store.size().is_ok_and(|size| size / 2 > before) {
        // A full disk or a daemon at work leave all as it is, which is sound.
        if let Err(error) = store.vacuum() {
            tracing::debug!(%error, "not tidied");
        }
    }
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
            None => {
                let (service, title) = names(&path);
                free_id(service, title, &mut taken)
            }
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

/// A watch with the defaults, for a document that is not fetched.
fn watch_of(id: &str, path: &str) -> Result<Watch, String> {
    let (service, title) = names(path);
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let (id, service, title) = (quoted(id), quoted(service), quoted(title));
    let text = format!(
        "[[watch]]\nid = {id}\nservice = {service}\ntitle = {title}\nurl = \"https://archive.invalid/\"\nchannels = []\n"
    );
    let source = |_: &Path| Ok(text.clone());
    let parsed = watchlist::parse(Path::new("archive.toml"), &source, jiff::tz::TimeZone::UTC);
    let mut parsed = parsed.map_err(|faults| faults.render(false))?;
    let mut watch = parsed.watches.remove(0);
    watch.pages.clear();
    Ok(watch)
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
    fn any_name_makes_a_watch() {
        assert!(watch_of("a/b", "It's \"quoted\"/x\\y.md").is_ok());
    }
}
