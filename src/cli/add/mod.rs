//! `add`: looks at a page with the user, and puts it on the watchlist.

mod preview;
mod suggestion;

use std::io::{BufRead, ErrorKind, IsTerminal, stdin};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use url::Url;

use super::context::{Context, address, download, lexicon};
use crate::analysis::detect::detect;
use crate::analysis::document::Document;
use crate::analysis::extract::{Explanation, explain};
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::{Origin, Page};
use crate::analysis::suspect::{History, suspect};
use crate::render::{self, Words};
use crate::watchlist::{self, FetchMode, NewWatch, Reading, Watchlist};

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The address of the document; `https://` may be left out.
    #[arg(value_parser = address)]
    url: Url,
    /// `service/document`; else suggested.
    #[arg(long)]
    id: Option<String>,
    /// The service's name for people; else from the address.
    #[arg(long)]
    service: Option<String>,
    /// The document's title; else the page's.
    #[arg(long)]
    title: Option<String>,
    /// CSS selector of what to watch; may be given several times.
    #[arg(long, value_name = "CSS")]
    select: Vec<String>,
    /// CSS selector of what to leave out; may be given several times.
    #[arg(long, value_name = "CSS")]
    remove: Vec<String>,
    /// Fetch with the browser, now and always.
    #[arg(long)]
    browser: bool,
    /// Add it without asking.
    #[arg(short, long)]
    yes: bool,
}

/// A page as it was read.
struct Found {
    page: Page,
    document: Document,
    told: Explanation,
    needs_browser: bool,
}

impl Add {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let watchlist = context.begun_watchlist(None)?;
        let watches = watchlist.as_ref().map_or(&[][..], |list| &list.watches);
        if let Some(watch) = watches.iter().find(|watch| watch.pages.contains(&self.url)) {
            return Err(format!("{} is watched already, as `{}`", self.url, watch.id));
        }
        let own = watchlist.as_ref().map(lexicon).transpose()?;
        let lexicon = own.as_ref().unwrap_or_else(|| Lexicon::builtin());
        let found = self.find(context, lexicon)?;
        let detection = detect(&found.document, lexicon, None);
        let lang = detection.lang.as_deref().unwrap_or("unknown");
        context.print(&preview::preview(
            &found.page,
            &found.document,
            &found.told,
            lang,
            context.ink,
        ));
        let clauses = render::detection(&detection, Words::of("en"), context.ink, context.width);
        context.print(&format!(
            "\n{}\n{clauses}\n",
            context.ink.bold("Today it says of AI training")
        ));
        let watch = self.watch(&found, watchlist.as_ref(), detection.lang.clone());
        let Some(watch) = self.confirm(context, watch)? else {
            context.report("nothing was added");
            return Ok(ExitCode::SUCCESS);
        };
        write(&context.paths.watchlist, &watch)?;
        context.report(&format!(
            "added `{}` to {}; `clausewatch check {}` keeps its first version",
            watch.id,
            context.paths.watchlist.display(),
            watch.id
        ));
        Ok(ExitCode::SUCCESS)
    }

    /// Fetches and reads the page; with the browser where HTTP brings no text.
    fn find(&self, context: &Context, lexicon: &Lexicon) -> Result<Found, String> {
        let reading = Reading {
            select: self.select.clone(),
            remove: self.remove.clone(),
            ranges: Vec::new(),
        };
        let look = |needs_browser| {
            let page = download(context, &self.url, needs_browser)?;
            let (document, told) = explain(&page, &reading).map_err(|error| error.to_string())?;
            let lang = detect(&document, lexicon, None).lang;
            let suspicion = suspect(&[Origin::of(&page)], &document, lang.as_deref(), History::default());
            let found = Found {
                page,
                document,
                told,
                needs_browser,
            };
            Ok::<_, String>((found, suspicion))
        };
        let (found, suspicion) = look(self.browser)?;
        let Some(suspicion) = suspicion else { return Ok(found) };
        let mut refused = format!("{} is not the document: {suspicion}", self.url);
        for frame in &found.told.frames {
            refused.push_str(&format!(
                "; it shows {} in a frame: add that address",
                render::clean_line(frame)
            ));
        }
        if self.browser || !suspicion.may_need_browser() {
            return Err(format!("{refused}; nothing was added"));
        }
        context.report(&format!("{refused}; trying with the browser"));
        match look(true) {
            Ok((found, None)) => Ok(found),
            Ok((_, Some(suspicion))) => Err(format!("{refused}; in the browser: {suspicion}; nothing was added")),
            Err(error) => Err(format!("{refused}; {error}")),
        }
    }

    fn watch(&self, found: &Found, watchlist: Option<&Watchlist>, lang: Option<String>) -> NewWatch {
        let taken: Vec<&str> = watchlist.map_or(Vec::new(), |list| {
            list.watches.iter().map(|watch| watch.id.as_str()).collect()
        });
        let title = self.title.clone().or_else(|| found.document.title.clone());
        let title = title.unwrap_or_else(|| self.url.to_string());
        let service = self.service.clone().unwrap_or_else(|| suggestion::service(&self.url));
        let id = self.id.clone();
        NewWatch {
            id: id.unwrap_or_else(|| suggestion::id(&self.url, &service, &title, &taken)),
            service,
            title,
            url: self.url.to_string(),
            lang: lang.filter(|lang| lang.len() == 2),
            fetch: if self.browser || found.needs_browser {
                FetchMode::Browser
            } else {
                FetchMode::Auto
            },
            select: self.select.clone(),
            remove: self.remove.clone(),
        }
    }

    /// Asks whether to add it, and under which id.
    fn confirm(&self, context: &Context, watch: NewWatch) -> Result<Option<NewWatch>, String> {
        if self.yes {
            return Ok(Some(watch));
        }
        if !stdin().is_terminal() {
            return Err(format!(
                "nobody is there to ask; add `--yes` to add it as `{}`",
                watch.id
            ));
        }
        context.print(&format!(
            "Watch it as `{}`? Enter for yes, n for no, or another id: ",
            watch.id
        ));
        let mut answer = String::new();
        let read = stdin().lock().read_line(&mut answer);
        read.map_err(|error| format!("cannot read the answer: {error}"))?;
        Ok(match answer.trim() {
            "" if answer.is_empty() => None,
            "" | "y" | "Y" | "yes" => Some(watch),
            "n" | "N" | "no" => None,
            id => Some(NewWatch {
                id: id.to_owned(),
                ..watch
            }),
        })
    }
}

/// Appends the watch, if the list is one without a mistake then.
fn write(path: &Path, watch: &NewWatch) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    // A list may lie behind a link; the link must stay.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let before = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        other => other.map_err(failed)?,
    };
    let after = watchlist::append(&before, watch).map_err(|error| format!("{}: {error}", path.display()))?;
    let read = |asked: &Path| match asked == path {
        true => Ok(after.clone()),
        false => std::fs::read_to_string(asked),
    };
    watchlist::parse(&path, &read, jiff::tz::TimeZone::UTC).map_err(|faults| faults.render(false))?;
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(failed)?;
    }
    let beside = path.with_extension("toml.new");
    std::fs::write(&beside, after).map_err(failed)?;
    if let Ok(metadata) = std::fs::metadata(&path) {
        std::fs::set_permissions(&beside, metadata.permissions()).map_err(failed)?;
    }
    std::fs::rename(&beside, &path).map_err(failed)
}
