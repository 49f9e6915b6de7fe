//! The pure stages on files: extract, detect, compare.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;
use url::Url;

use super::context::{Context, address, download, lexicon_in_force};
use crate::analysis::compare::{Ledger, Severity, compare};
use crate::analysis::detect::{Consideration, detect, explain as consider};
use crate::analysis::document::Document;
use crate::analysis::extract::{explain, extract};
use crate::analysis::page::Page;
use crate::render::{self, Words, clean, clean_line, json as as_json};
use crate::watchlist::Reading;

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Extract {
    /// HTML, PDF, Markdown, plain text; or the address of a page.
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// The page's address, for its links.
    #[arg(long, value_parser = address)]
    url: Option<Url>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Say which part of the page was taken and why, and what was left out, instead of the text.
    #[arg(long)]
    explain: bool,
    /// Fetch an address with the browser.
    #[arg(long)]
    browser: bool,
    /// CSS selector of what to keep; may be given several times.
    #[arg(long, value_name = "CSS")]
    select: Vec<String>,
    /// CSS selector of what to drop first; may be given several times.
    #[arg(long, value_name = "CSS")]
    remove: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Detect {
    /// HTML, PDF, Markdown, plain text; or the address of a page.
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// The document's language (ISO 639-1), else detected.
    #[arg(long)]
    lang: Option<String>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Print every clause near the topic, and why it is a finding or none.
    #[arg(long)]
    why: bool,
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    /// The older text: HTML, PDF, Markdown or plain text.
    before: PathBuf,
    /// The newer one.
    after: PathBuf,
    /// The documents' language (ISO 639-1), else detected.
    #[arg(long)]
    lang: Option<String>,
    /// For people, or for programs.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

impl Extract {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let page = source(context, &self.source, self.url.as_ref(), self.browser)?;
        let reading = Reading {
            select: self.select,
            remove: self.remove,
            ranges: Vec::new(),
        };
        if self.explain {
            let (_, explanation) = explain(&page, &reading).map_err(|error| error.to_string())?;
            context.print(&clean(&explanation.to_string()));
            return Ok(ExitCode::SUCCESS);
        }
        let document = extract(&page, &reading).map_err(|error| error.to_string())?;
        match self.format {
            Format::Text => context.print(&format!("{}\n", clean(&document.to_text()))),
            Format::Markdown => context.print(&format!("{}\n", clean(&document.to_markdown()))),
            Format::Json => context.print_json(&json!({ "version": 1, "document": document })),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Detect {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let page = source(context, &self.source, None, false)?;
        let document = extract(&page, &Reading::default()).map_err(|error| error.to_string())?;
        let lexicon = &lexicon_in_force(context)?;
        if self.why {
            let considered = consider(&document, lexicon, self.lang.as_deref());
            context.print(&considered.iter().map(reasons).collect::<String>());
            return Ok(ExitCode::SUCCESS);
        }
        let detection = detect(&document, lexicon, self.lang.as_deref());
        match self.format {
            Format::Json => context.print_json(&as_json::detection(&detection)),
            Format::Text | Format::Markdown => {
                let words = Words::of("en");
                context.print(&render::detection(&detection, words, context.ink, context.width));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Compare {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let (before, after) = (read(&self.before)?, read(&self.after)?);
        let lexicon = &lexicon_in_force(context)?;
        let lang = self.lang.as_deref();
        let (old, new) = (detect(&before, lexicon, lang), detect(&after, lexicon, lang));
        let changes = compare(&old, &new, &Ledger::default(), lexicon);
        match self.format {
            Format::Json => context.print_json(&as_json::changes(&changes)),
            Format::Text | Format::Markdown => {
                context.print(&render::changes(&changes, Words::of("en"), context.ink, context.width));
            }
        }
        let is_alert = changes.iter().any(|change| change.severity == Severity::Alert);
        Ok(ExitCode::from(u8::from(is_alert)))
    }
}

/// A clause near the topic, the rule that decided, and what was seen in it.
fn reasons(considered: &Consideration) -> String {
    let verdict = considered.verdict.as_ref().map_or_else(
        || {
            let nearest = considered.nearest.as_ref();
            let wants = nearest.map(|(rule, lacks)| format!("; the nearest rule, {rule}, wants {}", lacks.join(", ")));
            format!("no finding{}", wants.unwrap_or_default())
        },
        |(rule, stance)| format!("{} by the rule {rule}", format!("{stance:?}").to_lowercase()),
    );
    let mut text = format!("{verdict}\n  “{}”\n", clean_line(&considered.text));
    for reason in &considered.seen {
        text.push_str(&format!("    {}: {}\n", reason.concept, clean_line(&reason.words)));
    }
    if !considered.structure.is_empty() {
        text.push_str(&format!("    structure: {}\n", considered.structure.join(", ")));
    }
    text.push('\n');
    text
}

/// A page from the network, or from a file.
fn source(context: &Context, source: &str, url: Option<&Url>, in_browser: bool) -> Result<Page, String> {
    match Url::parse(source) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => download(context, &url, in_browser),
        _ => page(Path::new(source), url).map_err(|fault| match address(source) {
            Ok(url) if !Path::new(source).exists() => format!("{fault}; to read it from the network write {url}"),
            _ => fault,
        }),
    }
}

pub(super) fn read(path: &Path) -> Result<Document, String> {
    extract(&page(path, None)?, &Reading::default()).map_err(|error| error.to_string())
}

fn page(path: &Path, url: Option<&Url>) -> Result<Page, String> {
    let body = std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let from_path = || {
        let absolute = std::path::absolute(path).ok()?;
        Url::from_file_path(absolute).ok()
    };
    let address = url.cloned().or_else(from_path);
    let address = address.ok_or_else(|| format!("{}: this path is no address; give one with --url", path.display()))?;
    let mut page = Page::from_file(address, body);
    if path.extension().is_some_and(|extension| extension == "md") {
        page.headers.push(("content-type".into(), "text/markdown".into()));
    }
    Ok(page)
}
