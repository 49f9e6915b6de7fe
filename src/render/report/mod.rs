//! A site of what services say of AI training: opens from disk, needs no script, prints.

mod feed;
mod page;
mod timeline;

use chrono::{DateTime, Utc};
use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use self::feed::feed;
pub use self::page::{index, page};
use crate::analysis::detect::Stance;

/// A document of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// `service/document`.
    pub id: String,
    pub service: String,
    pub title: String,
    /// The page a person can open, where one is known.
    pub url: Option<String>,
    pub clauses: Vec<ToldClause>,
    /// Versions, oldest first.
    pub versions: Vec<(u32, DateTime<Utc>)>,
}

/// A clause, and the time that it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldClause {
    pub stance: Stance,
    pub text: String,
    pub heading: Vec<String>,
    pub since: DateTime<Utc>,
    /// It may be older than the record.
    pub is_from_start: bool,
    pub until: Option<DateTime<Utc>>,
    /// The versions that brought it and that came without it.
    pub first_version: u32,
    pub gone_version: Option<u32>,
}

impl Told {
    /// Name of its page in the site.
    pub fn file(&self) -> String {
        format!("{}.html", self.id.replace('/', "--"))
    }

    /// Name of the diff that ends in a version.
    pub fn diff_file(&self, version: u32) -> String {
        format!("diffs/{}--{version}.html", self.id.replace('/', "--"))
    }

    /// How many clauses a version brought, and how many it came without.
    fn news(&self, version: u32) -> (usize, usize) {
        let count = |is: &dyn Fn(&ToldClause) -> bool| self.clauses.iter().filter(|clause| is(clause)).count();
        (
            count(&|clause| clause.first_version == version && !clause.is_from_start),
            count(&|clause| clause.gone_version == Some(version)),
        )
    }

    fn now(&self, stance: Stance) -> usize {
        let stands = |clause: &&ToldClause| clause.stance == stance && clause.until.is_none();
        self.clauses.iter().filter(stands).count()
    }
}

const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --faint: #5c6370; --rule: #d0d4da; --claim: #b00020; --assurance: #1a7f37; --choice: #0b62c4; --restriction: #7a5c00; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181c; --faint: #9aa3b2; --rule: #3a3f47; --claim: #ff8a8a; --assurance: #6fd08c; --choice: #7db7ff; --restriction: #e0c060; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60em; margin: 2em auto; padding: 0 1em; overflow-wrap: anywhere; }
h1 { font-size: 1.5em; line-height: 1.25; } h2 { font-size: 1.15em; margin-top: 2em; } a { color: var(--choice); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35em .7em .35em 0; border-bottom: 1px solid var(--rule); vertical-align: top; overflow-wrap: break-word; } .day { white-space: nowrap; }
th { font-weight: 600; color: var(--faint); } .count { text-align: right; padding-right: 1.5em; font-variant-numeric: tabular-nums; } .none { color: var(--faint); } dt { margin-top: .7em; } dd { margin: 0; }
.faint { color: var(--faint); font-size: .9em; } .claim { color: var(--claim); } .assurance { color: var(--assurance); } .choice { color: var(--choice); } .restriction { color: var(--restriction); }
blockquote { margin: .3em 0 1.2em; padding-left: .9em; border-left: 4px solid currentColor; } blockquote p { color: var(--ink); margin: 0; } .gone p { color: var(--faint); }
.wide { overflow-x: auto; } svg { width: 100%; min-width: 40em; height: auto; } :target { outline: 2px solid var(--choice); outline-offset: 4px; } svg text { font: 11px system-ui, sans-serif; fill: var(--faint); } svg line { stroke: var(--rule); }
svg .claim { fill: var(--claim); } svg .assurance { fill: var(--assurance); } svg .choice { fill: var(--choice); } svg .restriction { fill: var(--restriction); } svg .change { fill: var(--faint); } svg .news, svg a:hover .change, svg a:focus .change { fill: var(--ink); } svg a:hover rect, svg a:focus rect { opacity: .7; }
@media print { @page { margin: 16mm; } body { font-size: 10.5pt; max-width: none; margin: 0; padding: 0; orphans: 3; widows: 3; } h1, h2 { break-after: avoid; } blockquote, tr, li, svg { break-inside: avoid; } a { color: inherit; }
.wide { overflow: visible; } svg { min-width: 0; max-height: 220mm; } svg text { font-size: 15px; } a[href^=http]::after { content: \" (\" attr(href) \")\"; } }";

fn whole(title: &str, to_feed: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="alternate" type="application/atom+xml" title="Changes" href=(to_feed);
                style { (PreEscaped(STYLE)) }
            }
            body { (content) }
        }
    };
    page.into_string()
}

fn day(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests;
