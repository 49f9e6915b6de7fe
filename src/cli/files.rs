//! The pure stages on files: extract, detect, compare.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;
use url::Url;

use crate::analysis::compare::{Ledger, Severity, compare};
use crate::analysis::detect::detect;
use crate::analysis::document::Document;
use crate::analysis::extract::{explain, extract};
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::watchlist::Reading;

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

#[derive(Debug, Args)]
pub struct Extract {
    file: PathBuf,
    /// The page's address, for its links.
    #[arg(long)]
    url: Option<Url>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Say which part of the page was taken and why, and what was left out, instead of the text.
    #[arg(long)]
    explain: bool,
}

#[derive(Debug, Args)]
pub struct Detect {
    file: PathBuf,
    /// The document's language (ISO 639-1), else detected.
    #[arg(long)]
    lang: Option<String>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
pub struct Compare {
    before: PathBuf,
    after: PathBuf,
    /// The documents' language (ISO 639-1), else detected.
    #[arg(long)]
    lang: Option<String>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

fn read(path: &Path, url: Option<&Url>) -> Result<Document, String> {
    extract(&page(path, url)?, &Reading::default()).map_err(|error| error.to_string())
}

fn page(path: &Path, url: Option<&Url>) -> Result<Page, String> {
    let body = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let address = url.cloned().unwrap_or_else(|| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Url::from_file_path(absolute).expect("an absolute path is a file URL")
    });
    let is_markdown = path.extension().is_some_and(|extension| extension == "md");
    let mut page = Page::from_file(address, body);
    if is_markdown {
        page.headers.push(("content-type".into(), "text/markdown".into()));
    }
    Ok(page)
}

impl Extract {
    pub fn run(self) -> Result<ExitCode, String> {
        if self.explain {
            let page = page(&self.file, self.url.as_ref())?;
            let (_, explanation) = explain(&page, &Reading::default()).map_err(|error| error.to_string())?;
            print!("{explanation}");
            return Ok(ExitCode::SUCCESS);
        }
        let document = read(&self.file, self.url.as_ref())?;
        match self.format {
            Format::Text => println!("{}", document.to_text()),
            Format::Markdown => println!("{}", document.to_markdown()),
            Format::Json => println!("{}", json!({ "version": 1, "document": document })),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Detect {
    pub fn run(self) -> Result<ExitCode, String> {
        let document = read(&self.file, None)?;
        let detection = detect(&document, Lexicon::builtin(), self.lang.as_deref());
        let clauses: Vec<_> = detection
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "stance": finding.stance, "text": finding.text, "heading": finding.heading,
                    "confidence": finding.confidence, "why": finding.why, "concepts": finding.concepts,
                })
            })
            .collect();
        println!(
            "{:#}",
            json!({ "version": 1, "lang": detection.lang, "clauses": clauses })
        );
        Ok(ExitCode::SUCCESS)
    }
}

impl Compare {
    pub fn run(self) -> Result<ExitCode, String> {
        let (before, after) = (read(&self.before, None)?, read(&self.after, None)?);
        let lexicon = Lexicon::builtin();
        let lang = self.lang.as_deref();
        let (old, new) = (detect(&before, lexicon, lang), detect(&after, lexicon, lang));
        let changes = compare(&old.findings, &new.findings, &Ledger::default());
        let alert = changes.iter().any(|change| change.severity == Severity::Alert);
        let findings: Vec<_> = changes
            .iter()
            .map(|change| {
                json!({
                    "event": change.event, "severity": change.severity, "stance": change.finding.stance,
                    "text": change.finding.text, "before": change.before.as_ref().map_or("", |before| &before.text),
                    "heading": change.finding.heading, "links": change.finding.links,
                    "dates": change.finding.dates, "why": change.why,
                })
            })
            .collect();
        println!("{:#}", json!({ "version": 1, "alert": alert, "findings": findings }));
        Ok(if alert { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}
