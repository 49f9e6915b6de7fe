//! `report`: a site of what services say of AI training, to open from disk or to put on the web.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::context::Context;
use super::documents::{Known, documents};
use super::progress::Progress;
use super::timeline::stood;
use crate::analysis::diff::diff;
use crate::clock;
use crate::render::{self, Told, ToldClause, Words};
use crate::store::{Held, Store};

#[derive(Debug, Args)]
pub(super) struct Report {
    /// A folder; what an older report left there is replaced.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only these services or ids; repeatable.
    #[arg(long, value_name = "WATCH")]
    only: Vec<String>,
}

impl Report {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let store = context.store()?;
        let mut told = Vec::new();
        for document in documents(context, &store, &self.only)? {
            told.push(tell(&store, document)?);
        }
        let diffs = self.folder.join("diffs");
        std::fs::create_dir_all(&diffs).map_err(|error| format!("cannot make {}: {error}", diffs.display()))?;
        let mut progress = Progress::new(context, told.len(), "documents");
        for told in &told {
            write(&self.folder, &told.file(), &render::report_page(told))?;
            write_diffs(&store, &self.folder, told)?;
            progress.advance(1, &told.id);
        }
        progress.end();
        let now = clock::now();
        write(&self.folder, "index.html", &render::report_index(&told, now))?;
        write(&self.folder, "feed.atom", &render::report_feed(&told, now))?;
        context.report(&format!(
            "{} documents written; open {}",
            told.len(),
            self.folder.join("index.html").display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(store: &Store, document: Known) -> Result<Told, String> {
    let versions = store.log(&document.id).map_err(|error| error.to_string())?;
    let clauses = stood(store, &document.id)?.into_iter().map(|stood| ToldClause {
        stance: stood.entry.finding.stance,
        text: stood.entry.finding.text,
        heading: stood.entry.finding.heading,
        since: stood.since,
        is_from_start: stood.is_from_start,
        until: stood.until,
        first_version: stood.entry.first_version,
        gone_version: stood.until.map(|_| stood.entry.last_version + 1),
    });
    Ok(Told {
        clauses: clauses.collect(),
        versions: versions
            .iter()
            .filter(|line| line.held != Held::Hashes)
            .map(|line| (line.number, line.recorded))
            .collect(),
        id: document.id,
        service: document.service,
        title: document.title,
        url: document.url,
    })
}

fn write_diffs(store: &Store, folder: &Path, told: &Told) -> Result<(), String> {
    let mut before = None;
    for (number, at) in &told.versions {
        let version = store
            .version(&told.id, Some(*number))
            .map_err(|error| error.to_string())?;
        let Some(version) = version else { continue };
        if let Some(before) = before.replace(version.document.clone()) {
            let title = format!(
                "{} · {}: changed on {}",
                told.service,
                told.title,
                at.format("%Y-%m-%d")
            );
            let document = format!("../{}", told.file());
            let changed = diff(&before, &version.document);
            let page = render::diff_page(&title, Some(&document), &changed, Words::of("en"));
            write(folder, &told.diff_file(*number), &page)?;
        }
    }
    Ok(())
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), String> {
    let path = folder.join(name);
    std::fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
