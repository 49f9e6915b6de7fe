//! Reads `watchlist.toml` and what it includes, and gathers every fault before anything is done.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use jiff::tz::TimeZone;
use toml::de::DeTable;

use super::fault::{Fault, Faults, Place, Source};
use super::keys::{self, Keys, Objecting, ReadPage, Selection, WRITTEN, web_address};
use super::table::{Table, Text, TextOrTable};
use super::{Channel, ChannelKind, Law, Notify, Objection, Signature, Watch, Watchlist, channel};

/// Far more than a household's list needs, and far less than a site notices.
const DEFAULT_HOST_BUDGET: u32 = 1_000;
const EXAMPLE: &str =
    "add `[[watch]]` with `id = \"service/document\"` and `url = \"https://…\"`, or run `clausewatch add URL`";
const NO_FILE: &str = "`clausewatch init` asks a few questions and writes one, `clausewatch add URL` begins one; or name one with --watchlist";

/// Reads a watchlist and what it includes.
pub fn load(path: &Path) -> Result<Watchlist, Faults> {
    parse(path, &|path| std::fs::read_to_string(path), TimeZone::system())
}

/// Reads a watchlist to which something is to be added: it may watch nothing yet, and include the file that is written
/// next.
pub fn load_begun(path: &Path, coming: Option<&Path>) -> Result<Watchlist, Faults> {
    let is_coming = |path: &Path| coming.is_some_and(|coming| is_same(path, coming));
    let read = |path: &Path| match std::fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_coming(path) => Ok(String::new()),
        text => text,
    };
    parse_begun(path, &read, TimeZone::system())
}

fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path| std::path::absolute(path).map(|path| plain(&path)).ok();
    whole(one) == whole(other)
}

/// Pure: reads a watchlist through `read`; `local` is the time zone of watches that name none.
pub fn parse(path: &Path, read: &dyn Fn(&Path) -> io::Result<String>, local: TimeZone) -> Result<Watchlist, Faults> {
    let watchlist = parse_begun(path, read, local)?;
    if watchlist.watches.is_empty() {
        let fault = Fault::of_file(path, "the watchlist watches nothing", EXAMPLE);
        return Err(Faults::new(vec![fault], &[]));
    }
    Ok(watchlist)
}

fn parse_begun(path: &Path, read: &dyn Fn(&Path) -> io::Result<String>, local: TimeZone) -> Result<Watchlist, Faults> {
    let mut reader = Reader::new(read, local);
    reader.file(path, None, &Keys::default());
    reader.finish()
}

struct Reader<'r> {
    read: &'r dyn Fn(&Path) -> io::Result<String>,
    local: TimeZone,
    faults: Vec<Fault>,
    /// Every file read, in order; the open ones, outermost first.
    files: Vec<PathBuf>,
    open: Vec<PathBuf>,
    contact: Option<String>,
    host_budget: Option<u32>,
    metrics: Option<PathBuf>,
    language: Option<String>,
    signature: Option<Signature>,
    lexicon: Vec<PathBuf>,
    channels: Vec<(Text, Option<Channel>)>,
    objections: Vec<(Text, Objection)>,
    watches: Vec<Draft>,
    /// Where the watch of an id stands in `watches`.
    by_id: HashMap<String, usize>,
}

/// A watch, where its id is written, and what it names that may be described later.
struct Draft {
    watch: Watch,
    id: Place,
    channels: Option<Vec<Text>>,
    objection: Option<Objecting>,
}

impl<'r> Reader<'r> {
    fn new(read: &'r dyn Fn(&Path) -> io::Result<String>, local: TimeZone) -> Self {
        Self {
            read,
            local,
            faults: Vec::new(),
            files: Vec::new(),
            open: Vec::new(),
            contact: None,
            host_budget: None,
            metrics: None,
            language: None,
            signature: None,
            lexicon: Vec::new(),
            channels: Vec::new(),
            objections: Vec::new(),
            watches: Vec::new(),
            by_id: HashMap::new(),
        }
    }

    /// Reads one file; `named` is where another one includes it.
    fn file(&mut self, path: &Path, named: Option<&Place>, defaults: &Keys) {
        let path = plain(path);
        if self.open.contains(&path) {
            let round: Vec<String> = self
                .open
                .iter()
                .chain([&path])
                .map(|path| path.display().to_string())
                .collect();
            if let Some(named) = named {
                let what = format!("this file includes itself: {}", round.join(" -> "));
                self.faults
                    .push(Fault::new(named, what, "remove one `include` of the circle"));
            }
            return;
        }
        if self.files.contains(&path) {
            return;
        }
        let text = match (self.read)(&path) {
            Ok(text) => text,
            Err(error) => {
                let unreadable = || format!("cannot read the watchlist {}: {error}", path.display());
                let (what, remedy) = match error.kind() {
                    io::ErrorKind::NotFound if named.is_none() => ("there is no watchlist yet".to_owned(), NO_FILE),
                    io::ErrorKind::InvalidData => (unreadable(), "save it as UTF-8"),
                    _ => (unreadable(), "let this user read it, or name another with --watchlist"),
                };
                self.faults.push(match named {
                    Some(place) => Fault::new(place, what, "mend the path: it is meant from the file that names it"),
                    None => Fault::of_file(&path, what, remedy),
                });
                return;
            }
        };
        self.files.push(path.clone());
        self.open.push(path.clone());
        let source = Arc::new(Source { path, text });
        self.document(&source, defaults);
        self.open.pop();
    }

    fn document(&mut self, source: &Arc<Source>, defaults: &Keys) {
        let place = |span| Place {
            source: Arc::clone(source),
            span,
        };
        let (document, errors) = DeTable::parse_recoverable(&source.text);
        if !errors.is_empty() {
            // What else such a file says may be a consequence, so its syntax is all that is told.
            for error in &errors {
                let span = error.span().unwrap_or(0..0);
                let what = format!("this is no TOML: {}", error.message().replace('\n', ", "));
                let remedy = "mend this line: keys and strings are written as in `title = \"…\"`";
                self.faults.push(Fault::new(&place(span), what, remedy));
            }
            return;
        }
        let desk = RefCell::new(std::mem::take(&mut self.faults));
        let top = Table::new("", place(0..0), document.get_ref(), &desk);
        let includes = self.top(&top, defaults);
        self.faults = desk.take();
        for (include, defaults) in includes {
            let path = keys::beside(&source.path, &include.text);
            self.file(&path, Some(&include.place), &defaults);
        }
    }

    /// Reads the keys of a file; returns what it includes, with the defaults for it.
    fn top(&mut self, top: &Table<'_>, outer: &Keys) -> Vec<(Text, Keys)> {
        let contact = top.text("contact");
        if let Some(contact) = &contact
            && contact.text.parse::<lettre::Address>().is_err()
        {
            web_address(top, contact);
        }
        let language = top.choice("language", WRITTEN).map(str::to_owned);
        let signature = top.table("signature").map(|table| {
            let signature = Signature {
                name: table.plain_text("name"),
                account: table.plain_text("account"),
                email: table.plain_text("email"),
                law: table
                    .choice("law", &[("gdpr", Law::Gdpr), ("fadp", Law::Fadp)])
                    .unwrap_or_default(),
            };
            table.refuse_unknown();
            signature
        });
        let metrics = top.text("metrics");
        let metrics = metrics.map(|path| keys::beside(&path.place.source.path, &path.text));
        self.metrics = self.metrics.take().or(metrics);
        self.host_budget = self.host_budget.or(top.number("host_budget", 1_000_000));
        self.contact = self.contact.take().or(contact.map(|contact| contact.text));
        self.language = self.language.take().or(language);
        self.signature = self.signature.take().or(signature);

        for lexicon in top.texts("lexicon").unwrap_or_default() {
            let path = keys::beside(&lexicon.place.source.path, &lexicon.text);
            match (self.read)(&path) {
                Err(error) if error.kind() != io::ErrorKind::IsADirectory => {
                    let what = format!("cannot read the lexicon {}: {error}", path.display());
                    let remedy = "mend the path: it is meant from the file that names it";
                    top.fault(Fault::new(&lexicon.place, what, remedy));
                }
                _ => self.lexicon.push(path),
            }
        }

        let defaults = top.table("defaults").map(|table| {
            let keys = Keys::read(&table);
            table.refuse_unknown();
            keys
        });
        let defaults = defaults.unwrap_or_default().or(outer);

        for (name, table) in top.named_tables("channel") {
            let channel = channel::read(&name, &table);
            match self.channels.iter().find(|(other, _)| other.text == name.text) {
                Some((first, _)) => {
                    let remedy = "give it another name, with `kind` to say what it is";
                    top.fault(second(
                        format!("a second channel `{}`", name.text),
                        remedy,
                        &name.place,
                        &first.place,
                    ));
                }
                None => self.channels.push((name, channel)),
            }
        }
        for (name, table) in top.named_tables("objection") {
            let objection = keys::objection(&table);
            match self.objections.iter().find(|(other, _)| other.text == name.text) {
                Some((first, _)) => {
                    let what = format!("a second objection `{}`", name.text);
                    top.fault(second(what, "give it another name", &name.place, &first.place));
                }
                None => self.objections.push((name, objection)),
            }
        }
        for table in top.tables("watch", EXAMPLE).unwrap_or_default() {
            self.watch(&table, &defaults);
            table.refuse_unknown();
        }
        let includes = top.texts("include").unwrap_or_default();
        top.refuse_unknown();
        includes
            .into_iter()
            .map(|include| (include, defaults.clone()))
            .collect()
    }

    fn watch(&mut self, table: &Table<'_>, defaults: &Keys) {
        let id = keys::id(table);
        let title = table.plain_text("title");
        let pages = pages(table);
        let keys = Keys::read(table).or(defaults);
        let Some(id) = id else { return };
        if let Some(first) = self.by_id.get(&id.text).map(|first| &self.watches[*first]) {
            let what = format!("a second watch with the id `{}`", id.text);
            let remedy = "give it another id: the history of a document hangs on it";
            table.fault(second(what, remedy, &id.place, &first.id));
            return;
        }
        let (channels, objection) = (keys.channels.clone(), keys.objection.clone());
        self.by_id.insert(id.text.clone(), self.watches.len());
        let watch = keys.into_watch(id.text, title, pages, self.local.clone());
        self.watches.push(Draft {
            watch,
            id: id.place,
            channels,
            objection,
        });
    }

    fn finish(mut self) -> Result<Watchlist, Faults> {
        let desktop = "desktop";
        let mut there: Vec<&str> = self.channels.iter().map(|(name, _)| name.text.as_str()).collect();
        // The desktop needs no description.
        let implied = !there.contains(&desktop);
        let mut all: Vec<String> = there.iter().map(ToString::to_string).collect();
        if implied {
            there.push(desktop);
        }
        if all.is_empty() {
            all.push(desktop.to_owned());
        }
        let objections: Vec<&str> = self.objections.iter().map(|(name, _)| name.text.as_str()).collect();
        for draft in &mut self.watches {
            draft.watch.channels = match &draft.channels {
                Some(names) => keys::known_channels(names, &there, &mut self.faults),
                None => all.clone(),
            };
            draft.watch.objection = match draft.objection.take() {
                Some(Objecting::Here(objection)) => Some(objection),
                Some(Objecting::Named(name)) => {
                    let found = self.objections.iter().find(|(other, _)| other.text == name.text);
                    if found.is_none() {
                        self.faults.push(keys::unknown("objection", &name, &objections));
                    }
                    found.map(|(_, objection)| objection.clone())
                }
                None => None,
            };
        }
        if !self.faults.is_empty() {
            return Err(Faults::new(self.faults, &self.files));
        }
        let mut channels: Vec<Channel> = self.channels.into_iter().filter_map(|(_, channel)| channel).collect();
        let watches: Vec<Watch> = self.watches.into_iter().map(|draft| draft.watch).collect();
        if implied
            && watches
                .iter()
                .any(|watch| watch.channels.iter().any(|name| name == desktop))
        {
            channels.push(Channel {
                name: desktop.to_owned(),
                kind: ChannelKind::Desktop,
                notify: Notify::AnyChange,
                digest: Channel::DESKTOP_DIGEST,
                at_once: false,
            });
        }
        Ok(Watchlist {
            contact: self.contact,
            host_budget: self.host_budget.unwrap_or(DEFAULT_HOST_BUDGET),
            metrics: self.metrics,
            language: self.language.unwrap_or_else(|| "en".to_owned()),
            signature: self.signature.unwrap_or_default(),
            lexicon: self.lexicon,
            channels,
            watches,
        })
    }
}

fn second(what: String, remedy: &str, place: &Place, first: &Place) -> Fault {
    Fault::new(place, what, remedy).with(first, "the first")
}

fn pages(table: &Table<'_>) -> Vec<ReadPage> {
    let remedy = "write `url = \"https://…\"`, or `pages = [\"https://…\", …]` for a document on several pages";
    let several = "write `pages = [\"https://…\", { url = \"https://…\", select = \"main\" }]`";
    let plain = |text: &Text| {
        let url = web_address(table, text)?;
        let own = Selection::default();
        Some(ReadPage { url, own })
    };
    match (table.text("url"), table.texts_or_tables("pages", several)) {
        (Some(url), None) => plain(&url).into_iter().collect(),
        (None, Some(pages)) if !pages.is_empty() => {
            let read = |page: &TextOrTable<'_>| match page {
                TextOrTable::Text(text) => plain(text),
                TextOrTable::Table(page) => page_of_its_own(page, several),
            };
            pages.iter().filter_map(read).collect()
        }
        (Some(url), Some(_)) => {
            table.fault(Fault::new(&url.place, "a watch has either `url` or `pages`", remedy));
            Vec::new()
        }
        _ => {
            table.fault(Fault::new(&table.place, "this watch has no page", remedy));
            Vec::new()
        }
    }
}

fn page_of_its_own(page: &Table<'_>, example: &str) -> Option<ReadPage> {
    let url = page.text("url");
    if url.is_none() {
        page.fault(Fault::new(&page.place, "this page has no `url`", example));
    }
    let own = Selection::read(page);
    page.refuse_unknown();
    let url = web_address(page, &url?)?;
    Some(ReadPage { url, own })
}

/// Without `.` and, where that is safe to say, `..`: the same file has one name.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
