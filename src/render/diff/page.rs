//! A diff as one self-contained HTML page. maud escapes all that comes from pages.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::super::safe::{clean, clean_line};
use super::super::words::Words;
use super::{place, said};
use crate::analysis::compare::Severity;
use crate::analysis::diff::{Change, Diff, Line, Mark, Span};
use crate::analysis::document::BlockKind;

const STYLE: &str = "\
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #fff; --faint: #667; --rule: #ccc; --added: #d7f5d7; --removed: #fbdcdc; --alert: #b00020; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181c; --faint: #99a; --rule: #444; --added: #14461f; --removed: #5a1a1f; --alert: #ff8a8a; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46em; margin: 2em auto; padding: 0 1em; overflow-wrap: anywhere; }
a { color: inherit; } h1 { font-size: 1.35em; } h2 { font-size: 1em; border-bottom: 1px solid var(--rule); padding-bottom: .3em; margin-top: 2em; }
.same, .moved { color: var(--faint); } .item { margin-left: 1.5em; } .cell { border-left: 1px solid var(--rule); padding-left: .7em; } .head { font-weight: 600; }
ins { background: var(--added); text-decoration: none; } del { background: var(--removed); }
.mark { margin: 1em 0 -.6em; font-size: .9em; color: var(--faint); } .mark.alert { color: var(--alert); font-weight: 600; } .mark.notice { color: var(--ink); font-weight: 600; }
.marked { border-left: 4px solid var(--alert); padding-left: .8em; }
@media print { @page { margin: 16mm; } body { font-size: 10.5pt; max-width: none; margin: 0; padding: 0; orphans: 3; widows: 3; } h1, h2, .mark { break-after: avoid; }
ins, del { print-color-adjust: exact; } ins { text-decoration: underline; } a[href^=http]::after { content: \" (\" attr(href) \")\"; } }";

/// A diff as a page of its own: no script, no other file; light and dark. `document` is the address of the page it is of.
pub fn diff_page(title: &str, document: Option<&str>, diff: &Diff, words: &Words) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (clean_line(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                @if let Some(document) = document { p class="same" { a href=(document) { "The document" } } }
                h1 { (clean_line(title)) }
                @if diff.hunks.is_empty() { p { "The same text." } }
                @for hunk in &diff.hunks {
                    h2 { (place(hunk)) }
                    @for line in &hunk.lines { (one_line(line, words)) }
                }
            }
        }
    };
    page.into_string()
}

fn one_line(line: &Line, words: &Words) -> Markup {
    let is_alert = |mark: &Mark| {
        matches!(
            mark,
            Mark::Change {
                severity: Severity::Alert,
                ..
            }
        )
    };
    let class = [
        match line.change {
            Change::Same(_) => "same",
            Change::Moved(_) => "moved",
            _ => "changed",
        },
        match line.kind {
            BlockKind::Heading(_) => "head",
            BlockKind::Item { .. } => "item",
            BlockKind::Cell { .. } => "cell",
            BlockKind::Paragraph | BlockKind::Preformatted => "text",
        },
        if line.marks.iter().any(is_alert) { "marked" } else { "" },
    ];
    html! {
        @for mark in &line.marks {
            @let (label, meaning) = said(*mark, words);
            p class=(format!("mark {label}")) { (label) ": " (meaning) }
        }
        p class=(class.join(" ").trim()) {
            @match &line.change {
                Change::Same(text) => { (clean(text)) }
                Change::Moved(text) => { "↕ " (clean(text)) }
                Change::Added(text) => { ins { (clean(text)) } }
                Change::Removed(text) => { del { (clean(text)) } }
                Change::Reworded(spans) => {
                    @for span in spans {
                        @match span {
                            Span::Same(text) => { (clean(text)) }
                            Span::Added(text) => { ins { (clean(text)) } }
                            Span::Removed(text) => { del { (clean(text)) } }
                        }
                    }
                }
            }
        }
    }
}
