//! The keys that a watch and `[defaults]` share.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use jiff::tz::{self, TimeZone};
use scraper::Selector;
use url::Url;

use super::crontab::Crontab;
use super::fault::Fault;
use super::likeness::nearest;
use super::table::{Table, Text, suggest};
use super::{Edge, FetchMode, Keep, Notify, Objection, Range, Reading, Schedule, Watch, keep};

#[allow(clippy::expect_used, reason = "every watchlist without a schedule tries it")]
static DEFAULT_SCHEDULE: LazyLock<Arc<Crontab>> =
    LazyLock::new(|| Arc::new(Crontab::parse("0 7,19 * * *").expect("a crontab line")));
const DEFAULT_JITTER_SECONDS: u32 = 15 * 60;
const DEFAULT_CONFIRM_SECONDS: u32 = 10 * 60;
/// Languages that letters and alerts are written in.
pub(super) const WRITTEN: &[(&str, &str)] = &[("de", "de"), ("en", "en"), ("fr", "fr")];

/// What a watch tells, and what a channel takes.
pub(super) const NOTIFY: &[(&str, Notify)] = &[
    ("alert", Notify::Alert),
    ("notice", Notify::Notice),
    ("any-change", Notify::AnyChange),
];

/// How to object: said at the watch, or at a `[objection.NAME]` that several watches share.
#[derive(Debug, Clone)]
pub(super) enum Objecting {
    Here(Objection),
    Named(Text),
}

/// What is said of the part of a page that is the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selection {
    select: Option<Vec<String>>,
    remove: Option<Vec<String>>,
    ranges: Option<Vec<Range>>,
}

impl Selection {
    pub(super) fn read(table: &Table<'_>) -> Self {
        Self {
            select: selectors(table, "select"),
            remove: selectors(table, "remove"),
            ranges: ranges(table),
        }
    }

    /// This, and where it is silent the other; what is selected is said whole.
    fn or(self, other: &Self) -> Self {
        let (select, ranges) = match (self.select, self.ranges) {
            (None, None) => (other.select.clone(), other.ranges.clone()),
            own => own,
        };
        Self {
            select,
            remove: self.remove.or_else(|| other.remove.clone()),
            ranges,
        }
    }

    fn into_reading(self) -> Reading {
        Reading {
            select: self.select.unwrap_or_default(),
            remove: self.remove.unwrap_or_default(),
            ranges: self.ranges.unwrap_or_default(),
        }
    }
}

/// A page of a watch, and how it is read where that is otherwise than the others.
pub(super) struct ReadPage {
    pub(super) url: Url,
    pub(super) own: Selection,
}

/// What is said of a watch, by itself or by the defaults.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    service: Option<String>,
    lang: Option<String>,
    fetch: Option<FetchMode>,
    selection: Selection,
    schedule: Option<Arc<Crontab>>,
    time_zone: Option<TimeZone>,
    jitter_seconds: Option<u32>,
    notify: Option<Notify>,
    confirm_seconds: Option<u32>,
    keep: Option<Keep>,
    pub(super) channels: Option<Vec<Text>>,
    pub(super) objection: Option<Objecting>,
    robots: Option<bool>,
}

impl Keys {
    pub(super) fn read(table: &Table<'_>) -> Self {
        let modes = [
            ("auto", FetchMode::Auto),
            ("http", FetchMode::Http),
            ("browser", FetchMode::Browser),
        ];
        Self {
            service: table.plain_text("service"),
            lang: lang(table),
            fetch: table.choice("fetch", &modes),
            selection: Selection::read(table),
            schedule: schedule(table),
            time_zone: time_zone(table),
            jitter_seconds: span(table, "jitter", "15m"),
            notify: table.choice("notify", NOTIFY),
            confirm_seconds: span(table, "confirm", "10m"),
            keep: keep::read(table),
            channels: table.texts("channels"),
            objection: match table.text_if_any("objection") {
                Some(name) => Some(Objecting::Named(name)),
                None => table.table("objection").map(|table| Objecting::Here(objection(&table))),
            },
            robots: table.flag("robots"),
        }
    }

    /// These, and where they are silent the others.
    pub(super) fn or(self, other: &Self) -> Self {
        let other = other.clone();
        Self {
            service: self.service.or(other.service),
            lang: self.lang.or(other.lang),
            fetch: self.fetch.or(other.fetch),
            selection: self.selection.or(&other.selection),
            schedule: self.schedule.or(other.schedule),
            time_zone: self.time_zone.or(other.time_zone),
            jitter_seconds: self.jitter_seconds.or(other.jitter_seconds),
            notify: self.notify.or(other.notify),
            confirm_seconds: self.confirm_seconds.or(other.confirm_seconds),
            keep: self.keep.or(other.keep),
            channels: self.channels.or(other.channels),
            objection: self.objection.or(other.objection),
            robots: self.robots.or(other.robots),
        }
    }

    /// The watch, without its channels and objection: they are found by name when all files are read.
    pub(super) fn into_watch(self, id: String, title: Option<String>, pages: Vec<ReadPage>, local: TimeZone) -> Watch {
        let (service, document) = id.split_once('/').unwrap_or((&id, &id));
        let is_own = |page: &&ReadPage| page.own != Selection::default();
        let reading_of = |page: &ReadPage| (page.url.clone(), page.own.clone().or(&self.selection).into_reading());
        let own_readings = pages.iter().filter(is_own).map(reading_of).collect();
        Watch {
            service: self.service.unwrap_or_else(|| service.to_owned()),
            title: title.unwrap_or_else(|| document.to_owned()),
            pages: pages.into_iter().map(|page| page.url).collect(),
            lang: self.lang,
            fetch: self.fetch.unwrap_or_default(),
            own_readings,
            reading: self.selection.into_reading(),
            schedule: Schedule {
                crontab: self.schedule.unwrap_or_else(|| Arc::clone(&DEFAULT_SCHEDULE)),
                time_zone: self.time_zone.unwrap_or(local),
                jitter_seconds: self.jitter_seconds.unwrap_or(DEFAULT_JITTER_SECONDS),
            },
            notify: self.notify.unwrap_or_default(),
            confirm_seconds: self.confirm_seconds.unwrap_or(DEFAULT_CONFIRM_SECONDS),
            keep: self.keep.unwrap_or_default(),
            channels: Vec::new(),
            objection: None,
            robots: self.robots.unwrap_or(true),
            id,
        }
    }
}

/// A web address, checked.
pub(super) fn web_address(table: &Table<'_>, text: &Text) -> Option<Url> {
    let refuse = |what: String, remedy: &str| {
        table.fault(Fault::new(&text.place, what, remedy));
        None
    };
    match Url::parse(&text.text) {
        Err(error) => refuse(
            format!("`{}` is no address: {error}", text.text),
            "copy it from the browser; it starts with `https://`",
        ),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => refuse(
            format!("an address cannot start with `{}:`", url.scheme()),
            "only pages at `https://` or `http://` can be read",
        ),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => refuse(
            "an address cannot hold a name or password".into(),
            "remove what stands before the `@`: the watchlist holds no secrets",
        ),
        Ok(url) => Some(url),
    }
}

fn lang(table: &Table<'_>) -> Option<String> {
    let text = table.text("lang")?;
    let is_code = (2..=3).contains(&text.text.len()) && text.text.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_code {
        let what = format!("`{}` is no language code", text.text);
        table.fault(Fault::new(
            &text.place,
            what,
            "write two small letters such as `de`, or leave `lang` out to have it detected",
        ));
    }
    is_code.then_some(text.text)
}

fn selectors(table: &Table<'_>, key: &'static str) -> Option<Vec<String>> {
    let texts = table.texts(key)?;
    texts.into_iter().map(|text| selector(table, text)).collect()
}

fn selector(table: &Table<'_>, text: Text) -> Option<String> {
    if let Err(error) = Selector::parse(&text.text) {
        let what = format!("`{}` is no CSS selector: {error}", text.text);
        let remedy =
            "write it as in a style sheet, such as `main`, `#content`, `.article-body` or `div[role=\"main\"]`";
        table.fault(Fault::new(&text.place, what, remedy));
        return None;
    }
    Some(text.text)
}

const RANGE: &str = "write `ranges = [{ from = { before = \"h1\" }, to = { after = \"#end\" } }]`";

fn ranges(table: &Table<'_>) -> Option<Vec<Range>> {
    let tables = table.tables("ranges", RANGE)?;
    let read = |range: &Table<'_>| {
        let (from, to) = (edge(range, "from"), edge(range, "to"));
        range.refuse_unknown();
        Some(Range { from: from?, to: to? })
    };
    tables.iter().map(read).collect()
}

fn edge(range: &Table<'_>, key: &'static str) -> Option<Edge> {
    let Some(edge) = range.table(key) else {
        range.fault(Fault::new(&range.place, format!("a range needs `{key}`"), RANGE));
        return None;
    };
    let (before, after) = (edge.text("before"), edge.text("after"));
    edge.refuse_unknown();
    match (before, after) {
        (Some(text), None) => selector(&edge, text).map(Edge::Before),
        (None, Some(text)) => selector(&edge, text).map(Edge::After),
        _ => {
            let what = format!("`{key}` needs either `before` or `after`");
            edge.fault(Fault::new(&edge.place, what, RANGE));
            None
        }
    }
}

fn schedule(table: &Table<'_>) -> Option<Arc<Crontab>> {
    let text = table.text("schedule")?;
    match Crontab::parse(&text.text) {
        Ok(crontab) => Some(Arc::new(crontab)),
        Err(error) => {
            let place = text.place.within(&text.text, error.span);
            table.fault(Fault::new(&place, error.what, error.remedy));
            None
        }
    }
}

fn time_zone(table: &Table<'_>) -> Option<TimeZone> {
    let text = table.text("time_zone")?;
    let zone = TimeZone::get(&text.text).ok();
    if zone.is_none() {
        let names: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let remedy = match nearest(&text.text, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name one as in `Europe/Berlin`, or `UTC`; without one the machine's own is taken".into(),
        };
        table.fault(Fault::new(
            &text.place,
            format!("unknown time zone `{}`", text.text),
            remedy,
        ));
    }
    zone
}

/// A span such as `15m`: seconds, minutes or hours.
fn span(table: &Table<'_>, key: &'static str, example: &str) -> Option<u32> {
    let text = table.text(key)?;
    let unit = text.text.chars().last().and_then(|unit| match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3600),
        _ => None,
    });
    let amount = text
        .text
        .get(..text.text.len().saturating_sub(1))
        .and_then(|amount| amount.parse::<u32>().ok());
    let seconds = amount
        .zip(unit)
        .and_then(|(amount, unit)| amount.checked_mul(unit))
        .filter(|all| *all <= 86_400);
    if seconds.is_none() {
        let what = format!("`{}` is no span of time up to a day", text.text);
        table.fault(Fault::new(
            &text.place,
            what,
            format!("write `{key} = \"{example}\"` (s, m or h), or \"0s\" for none"),
        ));
    }
    seconds
}

pub(super) fn objection(table: &Table<'_>) -> Objection {
    let url = table
        .text("url")
        .and_then(|text| web_address(table, &text).map(|_| text.text));
    let deadline = table.day("deadline").and_then(|text| {
        let day = text.text.parse::<NaiveDate>().ok();
        if day.is_none() {
            let what = format!("`{}` is no day", text.text);
            table.fault(Fault::new(
                &text.place,
                what,
                "write year, month, day, as in \"2025-05-26\"",
            ));
        }
        day.map(|day| day.to_string())
    });
    let objection = Objection {
        url,
        login: table.flag("login").unwrap_or_default(),
        steps: table
            .texts("steps")
            .unwrap_or_default()
            .into_iter()
            .map(|text| text.text)
            .collect(),
        letter: table.choice("letter", WRITTEN).map(str::to_owned),
        address: table.plain_text("address"),
        deadline,
    };
    table.refuse_unknown();
    objection
}

/// `service/document`, checked.
pub(super) fn id(table: &Table<'_>) -> Option<Text> {
    let Some(text) = table.text("id") else {
        let remedy = "add `id = \"service/document\"`, such as `id = \"ebay/privacy\"`";
        table.fault(Fault::new(&table.place, "this watch has no `id`", remedy));
        return None;
    };
    let is_part = |part: &str| {
        let starts_well = part.starts_with(|letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_.".contains(letter);
        starts_well && part.chars().all(is_plain)
    };
    let is_good = text
        .text
        .split_once('/')
        .is_some_and(|(service, document)| is_part(service) && is_part(document));
    if !is_good {
        let what = format!("`{}` cannot be an id", text.text);
        let remedy = "write `service/document` in small letters, digits, `-`, `_` and `.`, such as `ebay/privacy`";
        table.fault(Fault::new(&text.place, what, remedy));
    }
    is_good.then_some(text)
}

/// Paths are meant from the file that names them; `~` stays for who reads them.
pub(super) fn beside(file: &Path, named: &str) -> std::path::PathBuf {
    if named.starts_with("~/") {
        return named.into();
    }
    file.parent().unwrap_or(Path::new("")).join(named)
}

/// The channels that a watch names, each checked against those there are.
pub(super) fn known_channels(names: &[Text], there: &[&str], faults: &mut Vec<Fault>) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        if !there.contains(&name.text.as_str()) {
            faults.push(unknown("channel", name, there));
        } else if !found.contains(&name.text) {
            found.push(name.text.clone());
        }
    }
    found
}

/// A name under which nothing is described.
pub(super) fn unknown(table: &str, name: &Text, there: &[&str]) -> Fault {
    let mut remedy = format!("describe it under `[{table}.{}]`", name.text);
    let suggestion = suggest(&name.text, there);
    if suggestion.ends_with('?') {
        remedy = format!("{suggestion} Else {remedy}");
    }
    Fault::new(&name.place, format!("there is no {table} `{}`", name.text), remedy)
}
