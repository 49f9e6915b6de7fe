//! `diff`: what changed, word by word.

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use url::Url;

use super::context::{Context, choose_one, fetcher, lexicon, moment, runtime, tried_once};
use super::files::read;
use super::history::{kept, number, version};
use crate::analysis::compare::{Ledger, compare};
use crate::analysis::detect::{Detection, detect};
use crate::analysis::diff::{Diff, diff};
use crate::analysis::document::Document;
use crate::analysis::extract::extract;
use crate::analysis::lexicon::Lexicon;
use crate::fetch::{Request, Validators};
use crate::render::{self, Words, json as as_json};
use crate::watchlist::{FetchMode, Watch};

/// A terminal narrower than this has no room for two columns.
const ROOM_FOR_TWO: usize = 90;

#[derive(Debug, Args)]
#[command(after_help = "\
Which texts:
  WATCH           the last change of a watch: its newest version and the one before
  WATCH @A        version A and the newest
  WATCH @A @B     version A and version B
  BEFORE AFTER    two files
  URL             what is kept of a watched page, and the page as it is now (also: WATCH --live)")]
pub(super) struct DiffTexts {
    /// A watch, the address of a watched page, or the older file.
    #[arg(value_name = "WATCH|URL|BEFORE", required = true)]
    what: String,
    /// The older version, or the newer file.
    #[arg(value_name = "@A|AFTER")]
    from: Option<String>,
    /// The newer version.
    #[arg(value_name = "@B", value_parser = number)]
    to: Option<u32>,
    /// Compare with the page as it is now; nothing of it is kept.
    #[arg(long, conflicts_with = "to")]
    live: bool,
    /// The older text on the left, the newer one on the right, where the terminal is wide enough.
    #[arg(short = 'y', long, conflicts_with_all = ["stat", "format"])]
    side_by_side: bool,
    /// Only how much changed under which heading.
    #[arg(long, conflicts_with = "format")]
    stat: bool,
    /// Only what is named: the changed clauses about AI training.
    #[arg(long, value_enum, value_name = "WHAT")]
    only: Option<Only>,
    /// Show long unchanged texts whole.
    #[arg(long)]
    full: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: DiffFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    Clauses,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// By heading, words marked.
    Text,
    /// Lines of Markdown, as `diff -u` would.
    Unified,
    /// Marked words, for a forum or an issue.
    Markdown,
    /// One page, with nothing outside it.
    Html,
    /// For programs.
    Json,
}

/// Two texts and what they are called.
struct Texts {
    before: (String, Document),
    after: (String, Document),
    lang: Option<String>,
}

impl DiffTexts {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, String> {
        let Some(texts) = self.texts(context)? else {
            context.report(&format!("{} has one version so far: nothing to compare", self.what));
            return Ok(ExitCode::SUCCESS);
        };
        if self.format == DiffFormat::Unified {
            let names = (texts.before.0.as_str(), texts.after.0.as_str());
            context.show(&render::unified(&texts.before.1, &texts.after.1, names));
            return Ok(ExitCode::SUCCESS);
        }
        let title = format!("{} to {}", texts.before.0, texts.after.0);
        let own = context
            .watchlist()
            .ok()
            .map(|watchlist| lexicon(&watchlist))
            .transpose()?;
        let changed = self.changed(&texts, own.as_ref().unwrap_or_else(|| Lexicon::builtin()));
        let words = Words::of("en");
        match self.format {
            DiffFormat::Json => context.print_json(&as_json::diff(&changed)),
            DiffFormat::Markdown => context.print(&format!("# {title}\n\n{}", render::diff_markdown(&changed, words))),
            DiffFormat::Html => context.print(&render::diff_page(&title, None, &changed, words)),
            DiffFormat::Text | DiffFormat::Unified => {
                let body = if changed.hunks.is_empty() {
                    nothing(self.only).to_owned()
                } else if self.stat {
                    render::diff_stat(&changed, context.ink, context.width)
                } else if self.side_by_side && context.columns >= ROOM_FOR_TWO {
                    render::side_by_side(&changed, words, context.ink, context.columns)
                } else {
                    render::diff(&changed, words, context.ink, context.width)
                };
                context.show(&format!("{title}\n\n{body}"));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn changed(&self, texts: &Texts, lexicon: &Lexicon) -> Diff {
        let mut changed = marked(&texts.before.1, &texts.after.1, texts.lang.as_deref(), lexicon);
        if self.only == Some(Only::Clauses) {
            changed = changed.only_clauses();
        }
        if self.full || self.format == DiffFormat::Json {
            changed
        } else {
            render::folded(changed)
        }
    }

    /// The two texts; `None` where only one is there yet.
    fn texts(&self, context: &Context) -> Result<Option<Texts>, String> {
        let from = self.from.as_deref();
        if let Some(after) = from.filter(|text| number(text).is_err()) {
            if !Path::new(&self.what).exists() {
                let what = &self.what;
                return Err(format!(
                    "`{after}` is no version (write `@3`), and `{what}` is no file to compare it with"
                ));
            }
            return Ok(Some(Texts {
                before: (self.what.clone(), read(Path::new(&self.what))?),
                after: (after.to_owned(), read(Path::new(after))?),
                lang: None,
            }));
        }
        let from = from.map(number).transpose()?;
        match Url::parse(&self.what) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => {
                let watchlist = context.watchlist()?;
                let watched = watchlist.watches.iter().find(|watch| watch.pages.contains(&url));
                let watch =
                    watched.ok_or_else(|| format!("{url} is not watched; `clausewatch add {url}` would watch it"))?;
                live(context, watch, from).map(Some)
            }
            _ if self.live => live(context, choose_one(&context.watchlist()?, &self.what)?, from).map(Some),
            _ => self.kept(context, from),
        }
    }

    fn kept(&self, context: &Context, from: Option<u32>) -> Result<Option<Texts>, String> {
        let store = context.store()?;
        let watch = kept(&store, &self.what)?;
        let newer = version(&store, &watch, self.to)?;
        let last_but_one = newer.number.checked_sub(1).filter(|number| *number > 0);
        let Some(from) = from.or(last_but_one) else {
            return Ok(None);
        };
        let older = version(&store, &watch, Some(from))?;
        let name =
            |version: &crate::store::Version| format!("{watch} @{} ({})", version.number, moment(version.recorded));
        Ok(Some(Texts {
            before: (name(&older), older.document),
            after: (name(&newer), newer.document),
            lang: newer.detection.lang,
        }))
    }
}

/// What changed, with the clauses about AI training marked.
pub(super) fn marked(before: &Document, after: &Document, lang: Option<&str>, lexicon: &Lexicon) -> Diff {
    let find = |document| detect(document, lexicon, lang);
    let (old, new, mut changed) = std::thread::scope(|scope| {
        let (old, new) = (scope.spawn(|| find(before)), scope.spawn(|| find(after)));
        let changed = diff(before, after);
        let found = |thread: std::thread::ScopedJoinHandle<'_, Detection>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        (found(old), found(new), changed)
    });
    changed.mark(&compare(&old, &new, &Ledger::default(), lexicon), &new.findings);
    changed
}

fn nothing(only: Option<Only>) -> &'static str {
    match only {
        Some(Only::Clauses) => "nothing changed about AI training\n",
        None => "the same text\n",
    }
}

/// What is kept of a watch, and its pages as they are now.
fn live(context: &Context, watch: &Watch, from: Option<u32>) -> Result<Texts, String> {
    let store = context.store()?;
    let older = version(&store, &watch.id, from)?;
    let memory = store.validators(&watch.id).map_err(|error| error.to_string())?;
    let watchlist = context.watchlist()?;
    let fetcher = fetcher(&watchlist, &context.paths.state);
    let documents = runtime()?.block_on(async {
        let mut documents = Vec::new();
        for url in &watch.pages {
            let remembered = memory.iter().find(|memory| memory.url == url.as_str());
            let request = Request {
                url,
                in_browser: watch.fetch == FetchMode::Browser || remembered.is_some_and(|memory| memory.needs_browser),
                robots: watch.robots,
                lang: watch.lang.as_deref(),
                wanted: &watch.reading_of(url).select,
                validators: Validators::default(),
            };
            let fetched = fetcher.fetch(&request).await.map_err(|error| tried_once(&error))?;
            let Some(page) = fetched.page else {
                return Err(format!(
                    "{url}: the server says that nothing changed, though it was not asked"
                ));
            };
            documents.push(extract(&page, watch.reading_of(url)).map_err(|error| format!("{url}: {error}"))?);
        }
        Ok(documents)
    })?;
    Ok(Texts {
        before: (
            format!("{} @{} ({})", watch.id, older.number, moment(older.recorded)),
            older.document,
        ),
        after: ("now".into(), Document::join(documents)),
        lang: watch.lang.clone().or(older.detection.lang),
    })
}
