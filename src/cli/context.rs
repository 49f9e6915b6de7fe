//! What every command needs: where things lie, how to print, and the parts made ready.

use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use chrono::{DateTime, Local, Utc};
use serde_json::Value;
use tracing::Level;
use url::Url;

use super::{Colour, Global, log};
use crate::analysis::lexicon::Lexicon;
use crate::analysis::page::Page;
use crate::fetch::{FailureKind, FetchError, Fetcher, Limits, Request, Validators};
use crate::render::{Ink, clean, fitted};
use crate::round::Watchman;
use crate::settings::{self, Paths};
use crate::store::Store;
use crate::watchlist::{self, Watch, Watchlist};

/// Lines longer than this are hard to read.
const WIDEST: usize = 100;
/// Along longer rows the eye gets lost.
const WIDEST_TABLE: usize = 140;

pub(super) struct Context {
    pub paths: Paths,
    pub ink: Ink,
    /// For text: no wider than can be read with ease.
    pub width: usize,
    /// All that the terminal has.
    pub columns: usize,
    pub quiet: bool,
    is_terminal: bool,
    colours_errors: bool,
    shows_bars: bool,
}

impl Context {
    /// `keeps_log`: the log is all that a person sees of the command, so it says what is done.
    pub(super) fn new(global: Global, keeps_log: bool) -> Self {
        let is_terminal = stdout().is_terminal();
        let colours = |terminal: bool| match global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && !settings::no_color(),
        };
        let level = match global.verbose + u8::from(keeps_log) {
            0 => Level::WARN,
            1 => Level::INFO,
            _ => Level::DEBUG,
        };
        let colours_errors = colours(stderr().is_terminal());
        let for_a_person = !keeps_log && global.verbose == 0;
        log::start(
            if global.quiet { Level::ERROR } else { level },
            for_a_person,
            colours_errors,
        );
        let width = terminal_size::terminal_size().map_or(WIDEST, |(width, _)| usize::from(width.0));
        Self {
            paths: Paths::resolve(global.watchlist, global.state),
            ink: Ink {
                colour: colours(is_terminal),
                links: is_terminal && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            },
            width: width.clamp(40, WIDEST),
            columns: width.max(40),
            quiet: global.quiet,
            is_terminal,
            colours_errors,
            shows_bars: stderr().is_terminal() && !global.quiet && global.verbose == 0,
        }
    }

    /// Whether a bar disturbs nobody: at a terminal, without --quiet, and without a log that would run through it.
    pub(super) fn shows_bars(&self) -> bool {
        self.shows_bars
    }

    /// Whether what goes to standard error may be coloured.
    pub(super) fn colours_errors(&self) -> bool {
        self.colours_errors
    }

    /// For tables.
    pub(super) fn wide(&self) -> usize {
        self.columns.min(WIDEST_TABLE)
    }

    /// At a terminal, without lines too long to be read with ease; whole for files and programs.
    pub(super) fn prose(&self, text: &str) -> String {
        if self.is_terminal {
            fitted(text, self.width)
        } else {
            text.to_owned()
        }
    }

    /// Writes to standard output; a reader who left is no fault.
    pub(super) fn print(&self, text: &str) {
        let text = if self.is_terminal {
            fitted(text, self.columns)
        } else {
            text.to_owned()
        };
        let written = stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush());
        if let Err(error) = written
            && error.kind() != ErrorKind::BrokenPipe
        {
            self.complain(&format!("cannot write: {error}"));
        }
    }

    pub(super) fn print_json(&self, value: &Value) {
        self.print(&format!("{value:#}\n"));
    }

    /// News of the work, on standard error, unless the user wants quiet.
    pub(super) fn report(&self, text: &str) {
        if !self.quiet {
            to_stderr(&fitted_to_errors(&clean(text)));
        }
    }

    pub(super) fn complain(&self, text: &str) {
        let label = if self.colours_errors {
            "\u{1b}[1;31merror\u{1b}[0m"
        } else {
            "error"
        };
        // Faults of the watchlist bring their own label.
        if text.starts_with("error") || text.starts_with('\u{1b}') {
            to_stderr(text);
        } else {
            to_stderr(&fitted_to_errors(&format!("{label}: {text}")));
        }
    }

    /// Shows a long text in the pager where a person looks at it.
    pub(super) fn show(&self, text: &str) {
        let pager = settings::pager().unwrap_or_else(|| "less -FRX".into());
        let mut words = pager.split_whitespace();
        let program = words.next().filter(|_| self.is_terminal && pager != "cat");
        let started = program.map(|program| Command::new(program).args(words).stdin(Stdio::piped()).spawn());
        let Some(Ok(mut child)) = started else {
            return self.print(text);
        };
        if let Some(mut input) = child.stdin.take() {
            // Who leaves the pager early does not read the rest.
            let _ = input.write_all(fitted(text, self.columns).as_bytes());
        }
        let _ = child.wait();
    }

    pub(super) fn watchlist(&self) -> Result<Watchlist, String> {
        watchlist::load(&self.paths.watchlist).map_err(|faults| faults.render(self.colours_errors))
    }

    /// A watchlist to which something is to be added, `coming` being a file that it may include already; `None` where
    /// none is written yet.
    pub(super) fn begun_watchlist(&self, coming: Option<&Path>) -> Result<Option<Watchlist>, String> {
        if !self.paths.watchlist.exists() {
            return Ok(None);
        }
        let read = watchlist::load_begun(&self.paths.watchlist, coming);
        read.map(Some).map_err(|faults| faults.render(self.colours_errors))
    }

    pub(super) fn store(&self) -> Result<Store, String> {
        Store::open(&self.paths.state).map_err(|error| error.to_string())
    }

    /// Everything a round needs.
    pub(super) fn watchman(&self, watchlist: &Watchlist) -> Result<Watchman, String> {
        Ok(Watchman {
            store: self.store()?,
            fetcher: Arc::new(fetcher(watchlist, &self.paths.state)),
            lexicon: Arc::new(lexicon(watchlist)?),
            channels: watchlist.channels.clone(),
            language: watchlist.language.clone(),
            host_budget: watchlist.host_budget,
        })
    }
}

fn to_stderr(line: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(stderr(), "{line}");
}

/// No wider than the terminal, where standard error is one.
pub(super) fn fitted_to_errors(text: &str) -> String {
    match terminal_size::terminal_size_of(stderr()) {
        Some((width, _)) => fitted(text, usize::from(width.0).max(40)),
        None => text.to_owned(),
    }
}

/// The fetcher that a watchlist asks for.
pub(super) fn fetcher(watchlist: &Watchlist, state: &Path) -> Fetcher {
    let profiles = state.join("browser");
    Fetcher::new(watchlist.contact.as_deref(), profiles, Limits::default())
}

/// The shipped lexicon with the user's own files.
pub(super) fn lexicon(watchlist: &Watchlist) -> Result<Lexicon, String> {
    let mut sources = Vec::new();
    for path in &watchlist.lexicon {
        for file in files_of(path)? {
            let read = std::fs::read_to_string(&file);
            sources.push(
                read.map_err(|error| {
                    format!("{}: {error}; it is named in `lexicon` of the watchlist", file.display())
                })?,
            );
        }
    }
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    Lexicon::builtin().extended(&sources).map_err(|error| error.to_string())
}

/// The lexicon of the watchlist in force; the shipped one where there is none to be read.
pub(super) fn lexicon_in_force(context: &Context) -> Result<Lexicon, String> {
    match context.watchlist() {
        Ok(watchlist) => lexicon(&watchlist),
        Err(_) => Lexicon::builtin().extended(&[]).map_err(|error| error.to_string()),
    }
}

fn files_of(path: &Path) -> Result<Vec<PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |error| format!("{}: {error}; it is named in `lexicon` of the watchlist", path.display());
    let entries = std::fs::read_dir(path)
        .map_err(failed)?
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    let mut files: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    Ok(files)
}

/// The watches that a name means: an id, a service, or all of them without a name.
pub(super) fn choose<'a>(watchlist: &'a Watchlist, names: &[String]) -> Result<Vec<&'a Watch>, String> {
    if names.is_empty() {
        return Ok(watchlist.watches.iter().collect());
    }
    let mut chosen: Vec<&Watch> = Vec::new();
    for name in names {
        let means = |watch: &&Watch| {
            let service = watch.id.split('/').next().unwrap_or_default();
            watch.id == *name || service == name.trim_end_matches('/') || watch.service.eq_ignore_ascii_case(name)
        };
        let found: Vec<&Watch> = watchlist.watches.iter().filter(means).collect();
        if found.is_empty() {
            let near: Vec<&str> = watchlist.watches.iter().map(|watch| watch.id.as_str()).collect();
            return Err(unknown(name, &near));
        }
        chosen.extend(
            found
                .into_iter()
                .filter(|watch| !chosen.iter().any(|other| other.id == watch.id))
                .collect::<Vec<_>>(),
        );
    }
    Ok(chosen)
}

/// The one watch that a name means.
pub(super) fn choose_one<'a>(watchlist: &'a Watchlist, name: &str) -> Result<&'a Watch, String> {
    let found = choose(watchlist, &[name.to_owned()])?;
    match found.as_slice() {
        [one] => Ok(one),
        several => {
            let ids: Vec<&str> = several.iter().map(|watch| watch.id.as_str()).collect();
            Err(format!(
                "`{name}` means several watches; name one of {}",
                ids.join(", ")
            ))
        }
    }
}

/// Says what there is instead, the likeliest first.
pub(super) fn unknown(name: &str, ids: &[&str]) -> String {
    format!(
        "there is no watch `{name}`; {}",
        meant(name, ids).unwrap_or_else(|| "nothing is watched yet".into())
    )
}

/// Less alike than this, nobody meant it.
const ALIKE: f32 = 0.5;

/// "did you mean …?", or what there is where nothing is like it; the likeliest first. `None` where there is nothing.
pub(super) fn meant(name: &str, known: &[&str]) -> Option<String> {
    let name = name.to_lowercase();
    let ratio = |known: &str| watchlist::likeness(&name, &known.to_lowercase());
    // Of an id `ebay/privacy` the service may be what was meant.
    let likeness = |known: &str| ratio(known).max(ratio(known.split('/').next().unwrap_or_default()));
    let mut ranked: Vec<(f32, &str)> = known.iter().map(|known| (likeness(known), *known)).collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(other.1)));
    // A word and a command may have one name.
    ranked.dedup();
    let names = |ranked: &[(f32, &str)]| ranked.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    let alike = ranked.partition_point(|(likeness, _)| *likeness >= ALIKE);
    match ranked.len() {
        0 => None,
        _ if alike > 0 => Some(format!("did you mean {}?", names(&ranked[..alike.min(5)]))),
        1..=5 => Some(format!("there is {}", names(&ranked))),
        _ => Some(format!("there is {}, and more", names(&ranked[..5]))),
    }
}

/// A web address as a person types it, with or without `https://`.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let (host, _) = text.split_once(['/', ':']).unwrap_or((text, ""));
    let whole = if text.contains("://") || !host.contains('.') {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&whole).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| "it is no web address; one looks like https://shop.example/privacy".into())
}

/// A moment on the wall clock of the machine.
pub(super) fn moment(time: DateTime<Utc>) -> String {
    time.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string()
}

/// How long ago, or how far ahead, in one unit: "3 h ago", "in 2 d".
pub(super) fn relative(time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (time - now).num_seconds();
    let span = match seconds.unsigned_abs() {
        0..60 => return "now".to_owned(),
        size @ 60..3_600 => format!("{} min", size / 60),
        size @ 3_600..172_800 => format!("{} h", size / 3_600),
        size => format!("{} d", size / 86_400),
    };
    if seconds < 0 {
        format!("{span} ago")
    } else {
        format!("in {span}")
    }
}

/// "1 alert", "2 alerts".
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A runtime for the commands that fetch or send.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, String> {
    // One thread waits for all answers; reading and judging have threads of their own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| format!("cannot start the runtime: {error}"))
}

/// One page from the network, politely, as a watch without a watchlist would be.
pub(super) fn download(context: &Context, url: &Url, in_browser: bool) -> Result<Page, String> {
    let contact = context.watchlist().ok().and_then(|watchlist| watchlist.contact);
    let profiles = context.paths.state.join("browser");
    let fetcher = Fetcher::new(contact.as_deref(), profiles, Limits::default());
    let request = Request {
        url,
        in_browser,
        robots: true,
        lang: None,
        wanted: &[],
        validators: Validators::default(),
    };
    let fetched = runtime()?
        .block_on(fetcher.fetch(&request))
        .map_err(|error| tried_once(&error))?;
    let unasked = || format!("{url}: the server says that nothing changed, though it was not asked");
    fetched.page.map(|page| *page).ok_or_else(unasked)
}

/// A failure that no later visit will mend.
pub(super) fn tried_once(error: &FetchError) -> String {
    match error.kind {
        FailureKind::Transient => format!(
            "{}: {}; look whether the address is right and this machine is online",
            error.url, error.what
        ),
        _ => error.to_string(),
    }
}
