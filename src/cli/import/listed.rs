//! What other tools watched, written as a list to include.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

use super::names::free_id;
use crate::cli::context::{Context, count};
use crate::watchlist::{self, Edge, Range, Reading, Watchlist};

/// One document of another tool's list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Listed {
    pub service: String,
    pub title: String,
    pub pages: Vec<String>,
    pub in_browser: bool,
    pub reading: Reading,
    /// Pages that are read by selectors of their own.
    pub own: Vec<(String, Reading)>,
    /// What of it has no counterpart here.
    pub lost: Vec<String>,
}

/// Where the list is written.
#[derive(Debug, clap::Args)]
pub(super) struct Target {
    /// The list that is written; include it in your watchlist.
    #[arg(short, long, value_name = "FILE", default_value = "imported.toml")]
    output: PathBuf,
}

impl Target {
    /// Writes the watches, and names what is lost of each.
    pub(super) fn write(&self, context: &Context, listed: &[Listed]) -> Result<ExitCode, String> {
        let file = self.output.display();
        if self.output.exists() {
            return Err(format!("{file} is there already; name another file with --output"));
        }
        let known = context.begun_watchlist(Some(&self.output))?;
        let known = known.map(|list| list.watches).unwrap_or_default();
        let mut taken = known.into_iter().map(|watch| watch.id).collect();
        let (list, lost) = list(listed, &mut taken);
        let watches = list.len();
        if watches == 0 {
            return Err(format!("none of it can be carried over:\n{}", lost.join("\n")));
        }
        let mut document = DocumentMut::new();
        let ids: Vec<String> = list
            .iter()
            .filter_map(|table| Some(table["id"].as_str()?.to_owned()))
            .collect();
        document.insert("watch", Item::ArrayOfTables(list));
        std::fs::write(&self.output, document.to_string()).map_err(|error| format!("cannot write {file}: {error}"))?;
        for line in &lost {
            context.report(line);
        }
        let written = format!("{} written to {file}", count(watches, "document"));
        let watchlist = &context.paths.watchlist;
        let is_included = |list: &Watchlist| ids.iter().all(|id| list.watches.iter().any(|watch| watch.id == *id));
        let now = context.begun_watchlist(None).ok().flatten();
        context.report(&if now.as_ref().is_some_and(is_included) {
            format!("{written}, which {} includes", watchlist.display())
        } else {
            let include = beside(watchlist, &self.output).unwrap_or_else(|| self.output.clone());
            format!(
                "{written}; put `include = [\"{}\"]` at the top of {}",
                include.display(),
                watchlist.display()
            )
        });
        Ok(ExitCode::SUCCESS)
    }
}

/// How a watchlist names a file: from its own folder on.
fn beside(watchlist: &Path, file: &Path) -> Option<PathBuf> {
    let (watchlist, file) = (std::path::absolute(watchlist).ok()?, std::path::absolute(file).ok()?);
    Some(
        file.strip_prefix(watchlist.parent()?)
            .map_or_else(|_| file.clone(), Path::to_owned),
    )
}

pub(super) fn list(listed: &[Listed], taken: &mut BTreeSet<String>) -> (ArrayOfTables, Vec<String>) {
    let (mut list, mut lost) = (ArrayOfTables::new(), Vec::new());
    for one in listed {
        let name = format!("{}, {}", one.service, one.title);
        let id = free_id(&one.service, &one.title, taken);
        let table = table(&id, one);
        match fault(&table) {
            None => {
                list.push(table);
                lost.extend(
                    one.lost
                        .iter()
                        .map(|what| format!("{name} ({id}): not carried over: {what}")),
                );
            }
            Some(fault) => {
                taken.remove(&id);
                lost.push(format!("{name}: left out: {fault}"));
            }
        }
    }
    (list, lost)
}

/// What the watchlist would say of it.
fn fault(table: &Table) -> Option<String> {
    let mut alone = DocumentMut::new();
    alone.insert("watch", Item::ArrayOfTables(ArrayOfTables::from_iter([table.clone()])));
    let text = alone.to_string();
    let read = |_: &Path| Ok(text.clone());
    let parsed = watchlist::parse(Path::new("imported.toml"), &read, jiff::tz::TimeZone::UTC);
    let said = parsed.err()?.render(false);
    let first = said.lines().next().unwrap_or_default();
    Some(first.trim_start_matches("error: ").to_owned())
}

fn table(id: &str, listed: &Listed) -> Table {
    let mut table = Table::new();
    table.insert("id", value(id));
    table.insert("service", value(&listed.service));
    table.insert("title", value(&listed.title));
    match listed.pages.as_slice() {
        [one] => table.insert("url", value(one)),
        pages => {
            let pages = pages.iter().map(|page| page_of(page, &listed.own));
            table.insert("pages", value(pages.collect::<Array>()))
        }
    };
    if listed.in_browser {
        table.insert("fetch", value("browser"));
    }
    for (key, array) in selection(&listed.reading) {
        table.insert(key, value(array));
    }
    table
}

fn page_of(page: &str, own: &[(String, Reading)]) -> Value {
    let Some((_, own)) = own.iter().find(|(url, _)| url == page) else {
        return page.into();
    };
    let mut table = InlineTable::from_iter([("url", Value::from(page))]);
    for (key, array) in selection(own) {
        table.insert(key, array.into());
    }
    table.into()
}

fn selection(reading: &Reading) -> impl Iterator<Item = (&'static str, Array)> + use<> {
    let keys = [
        ("select", reading.select.iter().collect()),
        ("remove", reading.remove.iter().collect()),
        ("ranges", reading.ranges.iter().map(range).collect()),
    ];
    keys.into_iter().filter(|(_, array): &(_, Array)| !array.is_empty())
}

fn range(range: &Range) -> InlineTable {
    let edge = |edge: &Edge| -> Value {
        let (side, selector) = match edge {
            Edge::Before(selector) => ("before", selector),
            Edge::After(selector) => ("after", selector),
        };
        InlineTable::from_iter([(side, selector.as_str())]).into()
    };
    InlineTable::from_iter([("from", edge(&range.from)), ("to", edge(&range.to))])
}

/// The service that an address is of: its host, without what stands before every host.
pub(super) fn service_of(address: &str) -> String {
    let host = url::Url::parse(address).ok();
    let host = host.as_ref().and_then(url::Url::host_str).unwrap_or(address);
    host.trim_start_matches("www.").to_owned()
}

/// The document that an address is of, where its list gave it no name.
pub(super) fn title_of(address: &str) -> String {
    let parsed = url::Url::parse(address).ok();
    let path = parsed.as_ref().map_or("", url::Url::path);
    let last = path.split('/').rfind(|part| !part.is_empty()).unwrap_or("page");
    last.to_owned()
}

pub(super) fn read(file: &Path) -> Result<String, String> {
    std::fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selecting(selector: &str) -> Reading {
        Reading {
            select: vec![selector.into()],
            ..Reading::default()
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was_meant_and_what_cannot_be_is_left_out() {
        let good = Listed {
            service: "Straße & Co".into(),
            title: "Terms \"of\" use".into(),
            pages: vec!["https://a.example/1".into(), "https://a.example/2".into()],
            in_browser: true,
            reading: Reading {
                select: vec!["main".into()],
                remove: vec![".ad".into()],
                ranges: vec![Range {
                    from: Edge::Before("h1".into()),
                    to: Edge::After("#end".into()),
                }],
            },
            own: vec![("https://a.example/2".into(), selecting("article"))],
            lost: vec!["the filter `tidy`".into()],
        };
        let bad = Listed {
            reading: selecting("main["),
            ..good.clone()
        };
        let mut taken = BTreeSet::new();
        let (written, lost) = list(&[good.clone(), bad, good.clone()], &mut taken);
        let ids: Vec<_> = written.iter().map(|table| table["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["strae-co/terms-of-use", "strae-co/terms-of-use-2"]);
        assert_eq!(lost.len(), 3, "{lost:?}");
        assert!(
            lost[0].contains("the filter `tidy`") && lost[1].contains("`main[` is no CSS selector"),
            "{lost:?}"
        );
        let mut document = DocumentMut::new();
        document.insert("watch", Item::ArrayOfTables(written));
        let text = document.to_string();
        let read = |_: &Path| Ok(text.clone());
        let list = watchlist::parse(Path::new("x.toml"), &read, jiff::tz::TimeZone::UTC).unwrap();
        let watch = &list.watches[0];
        assert_eq!((&watch.service, &watch.title), (&good.service, &good.title));
        assert_eq!(watch.pages.len(), 2);
        assert_eq!(watch.reading, good.reading);
        let own = Reading {
            remove: vec![".ad".into()],
            ..selecting("article")
        };
        assert_eq!(watch.reading_of(&watch.pages[0]), &good.reading);
        assert_eq!(watch.reading_of(&watch.pages[1]), &own);
    }
}
