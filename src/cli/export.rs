//! `export`: what one hands to a lawyer, a register or an archive.

use std::io::Write;
use std::iter::repeat;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::clauses::register;
use super::context::{Context, count};
use super::documents::documents;
use super::history::{number, version};
use super::timeline::stood;
use crate::analysis::page::Page;
use crate::clock;
use crate::render::{Archived, json as as_json, warc};
use crate::store::{Held, Seal, Store, StoreError, Version};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// A watch; with `@N` only its version N.
    #[arg(value_name = "WATCH[@N]")]
    watch: String,
    /// How it is written.
    #[arg(long, value_enum, default_value = "bundle")]
    format: ExportFormat,
    /// Where to write: a folder for a bundle (else named for the watch), a file for the rest (else standard output).
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// A folder a version: pages as received, text, findings, the seal of the chain, and SHA256SUMS.
    Bundle,
    /// A web archive (ISO 28500); compressed where the file's name ends in `.gz`.
    Warc,
    /// The text, with where it is from.
    Markdown,
    Json,
    /// What the document ever said of AI training, for a register.
    Csv,
}

/// A version with all that proves it.
struct Evidence {
    watch: String,
    version: Version,
    /// As read when it was recorded.
    text: String,
    /// `None` where they were let go by `keep`.
    pages: Option<Vec<Page>>,
    /// When each page was read.
    read: Vec<DateTime<Utc>>,
    seal: Seal,
    /// Path and commit, where an archive recorded it.
    archive: Option<(String, String)>,
}

impl Evidence {
    fn pages(&self) -> &[Page] {
        self.pages.as_deref().unwrap_or_default()
    }

    fn pages_read(&self) -> impl Iterator<Item = (DateTime<Utc>, &Page)> {
        let read = self.read.iter().copied().chain(repeat(self.version.requested));
        read.zip(self.pages())
    }
}

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let store = context.store()?;
        let (watch, wanted) = match self.watch.split_once('@') {
            Some((watch, digits)) => (watch, Some(number(digits)?)),
            None => (self.watch.as_str(), None),
        };
        let newest = version(&store, watch, wanted)?.number;
        let (numbers, gone) = match wanted {
            Some(number) => (vec![number], 0),
            None => whole_versions(&store, watch)?,
        };
        if gone > 0 {
            let versions = count(gone, "version");
            context.report(&format!("left out: {versions} whose texts were let go by `keep`"));
        }
        let all = || {
            let evidence = numbers.iter().map(|number| evidence(&store, watch, *number));
            evidence.collect::<Result<Vec<_>, _>>()
        };
        let written = match self.format {
            ExportFormat::Bundle => {
                let folder = self
                    .output
                    .unwrap_or_else(|| PathBuf::from(self.watch.replace('/', "-")));
                return bundle(context, &folder, &all()?);
            }
            ExportFormat::Warc => {
                let records = web_archive(&all()?);
                let ends_with_gz = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "gz");
                if self.output.as_ref().is_some_and(ends_with_gz) {
                    compressed(&records)?
                } else {
                    records.concat()
                }
            }
            ExportFormat::Markdown => markdown(&evidence(&store, watch, newest)?).into_bytes(),
            ExportFormat::Json => {
                let versions: Vec<Value> = all()?.iter().map(as_value).collect();
                format!("{:#}\n", json!({ "version": 1, "versions": versions })).into_bytes()
            }
            ExportFormat::Csv => {
                let known = documents(context, &store, &[watch.to_owned()])?;
                let found = known
                    .into_iter()
                    .map(|document| stood(&store, &document.id).map(|clauses| (document, clauses)))
                    .collect::<Result<Vec<_>, _>>()?;
                register(&found).into_bytes()
            }
        };
        match self.output {
            Some(file) => write(&file, &written)?,
            None => std::io::stdout()
                .write_all(&written)
                .map_err(|error| format!("cannot write: {error}"))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The versions whose texts are there, and how many were let go.
fn whole_versions(store: &Store, watch: &str) -> Result<(Vec<u32>, usize), String> {
    let log = store.log(watch).map_err(|error| error.to_string())?;
    let whole = log.iter().filter(|line| line.held != Held::Hashes);
    let whole: Vec<u32> = whole.map(|line| line.number).collect();
    let gone = log.len() - whole.len();
    Ok((whole, gone))
}

fn evidence(store: &Store, watch: &str, number: u32) -> Result<Evidence, String> {
    let failed = |error: StoreError| error.to_string();
    let seal = store.seal(watch, number).map_err(failed)?;
    Ok(Evidence {
        watch: watch.to_owned(),
        version: version(store, watch, Some(number))?,
        text: store.recorded_text(watch, number).map_err(failed)?.unwrap_or_default(),
        pages: match store.snapshot(watch, number) {
            Err(StoreError::LetGo) => None,
            pages => Some(pages.map_err(failed)?),
        },
        read: store.read_times(watch, number).map_err(failed)?,
        seal: seal.ok_or_else(|| format!("{watch}@{number} has no seal"))?,
        archive: store.provenance(watch, number).map_err(failed)?,
    })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    std::fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn as_value(evidence: &Evidence) -> Value {
    let version = &evidence.version;
    let page = |(read, page): (DateTime<Utc>, &Page)| {
        json!({ "read": read, "requested": page.requested.as_str(), "address": page.address.as_str(), "status": page.status, "headers": page.headers,
                "bytes": page.body.len(), "sha256": sha256(&page.body) })
    };
    let archive = evidence.archive.as_ref();
    let archive = archive.map(|(path, commit)| json!({ "path": path, "commit": commit }));
    json!({
        "watch": evidence.watch, "number": version.number, "requested": version.requested, "recorded": version.recorded,
        "pages": evidence.pages_read().map(page).collect::<Vec<_>>(), "pages_let_go": evidence.pages.is_none(), "archive": archive, "robots_ignored": version.robots_ignored,
        "text_sha256": version.text_sha256, "chain_sha256": evidence.seal.link, "chain_seals": evidence.seal.text,
        "document": evidence.text, "detection": as_json::detection(&version.detection),
    })
}

/// Each record by itself, as WARC tools look for them.
fn compressed(records: &[Vec<u8>]) -> Result<Vec<u8>, String> {
    let mut file = Vec::new();
    for record in records {
        let mut encoder = GzEncoder::new(&mut file, Compression::best());
        let written = encoder.write_all(record).and_then(|()| encoder.finish().map(drop));
        written.map_err(|error| format!("cannot compress: {error}"))?;
    }
    Ok(file)
}

fn web_archive(all: &[Evidence]) -> Vec<Vec<u8>> {
    let versions: Vec<Archived<'_>> = all
        .iter()
        .map(|evidence| Archived {
            name: &evidence.seal.link,
            requested: evidence.version.requested,
            pages: evidence.pages_read().collect(),
            markdown: &evidence.text,
        })
        .collect();
    let software = concat!("clausewatch/", env!("CARGO_PKG_VERSION"));
    warc(software, clock::now(), &versions)
}

/// Where a version is from, then its text.
fn markdown(evidence: &Evidence) -> String {
    let version = &evidence.version;
    let mut text = format!("# {} @{}\n\n", evidence.watch, version.number);
    text.push_str(&format!("- recorded: {}\n", version.recorded.to_rfc3339()));
    if let Some((path, commit)) = &evidence.archive {
        text.push_str(&format!("- recorded by an archive: {path}, commit {commit}\n"));
    }
    if version.robots_ignored {
        text.push_str("- asked for whatever robots.txt says\n");
    }
    for (read, page) in evidence.pages_read().filter(|_| evidence.archive.is_none()) {
        let stood_in = match read {
            read if read == version.requested => String::new(),
            read => format!(", as it was read on {}: the visit failed to", read.to_rfc3339()),
        };
        text.push_str(&format!(
            "- page: {} (HTTP status {}, SHA-256 {}{stood_in})\n",
            page.address,
            page.status,
            sha256(&page.body)
        ));
    }
    text.push_str(&format!("- SHA-256 of the text: {}\n", version.text_sha256));
    text.push_str(&format!(
        "- SHA-256 of the chain up to here: {}\n\n---\n\n",
        evidence.seal.link
    ));
    text.push_str(&evidence.text);
    text
}

/// A folder for one version, or with a folder for each.
fn bundle(context: &Context, folder: &Path, all: &[Evidence]) -> Result<ExitCode, String> {
    if folder.exists() {
        return Err(format!(
            "{} is there already; name another with --output",
            folder.display()
        ));
    }
    for evidence in all {
        let folder = match all {
            [_] => folder.to_owned(),
            _ => folder.join(format!("{:04}", evidence.version.number)),
        };
        let made = std::fs::create_dir_all(&folder);
        made.map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let mut sums = String::new();
        for (name, bytes) in files(evidence) {
            write(&folder.join(&name), &bytes)?;
            sums.push_str(&format!("{}  {name}\n", sha256(&bytes)));
        }
        write(&folder.join("SHA256SUMS"), sums.as_bytes())?;
    }
    context.report(&format!(
        "{} written to {}; `sha256sum -c SHA256SUMS` checks it, and `sha256sum seal.json` is the chain's link",
        if all.len() == 1 {
            "one version".to_owned()
        } else {
            format!("{} versions", all.len())
        },
        folder.display()
    ));
    Ok(ExitCode::SUCCESS)
}

fn files(evidence: &Evidence) -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        ("seal.json".to_owned(), evidence.seal.text.clone().into_bytes()),
        (
            "version.json".to_owned(),
            format!("{:#}\n", as_value(evidence)).into_bytes(),
        ),
        ("document.md".to_owned(), evidence.text.clone().into_bytes()),
    ];
    for (position, page) in evidence.pages().iter().enumerate() {
        let kind = page.header("content-type").unwrap_or_default();
        let ending = match kind.split(';').next().unwrap_or_default().trim() {
            "text/html" | "application/xhtml+xml" => "html",
            "application/pdf" => "pdf",
            "text/markdown" => "md",
            _ => "bin",
        };
        files.push((format!("page-{}.{ending}", position + 1), page.body.clone()));
    }
    files
}
