//! Mails as HTML. maud escapes all that comes from pages.

use maud::{DOCTYPE, Markup, html};

use super::safe::{clean, clean_line};
use super::words::{Words, fill};
use crate::analysis::alert::{Alert, AlertKind};
use crate::analysis::compare::{ClauseChange, Severity};
use crate::analysis::diff::{Span, words as compare_words};
use crate::watchlist::Objection;

const BODY: &str = "font: 16px/1.5 system-ui, sans-serif; color: #1c1c1c; background: #ffffff; max-width: 44em; margin: 0 auto; padding: 1em";
const QUOTE: &str = "margin: .5em 0; padding: .5em 1em; border-left: 4px solid #b00020; background: #f7f4f4";
const NOTE: &str = "color: #5a5a5a; font-size: 14px";
const ADDED: &str = "background: #d4f5d4; color: #0a4a0a; text-decoration: none";
const REMOVED: &str = "background: #fbdcdc; color: #7a0a0a";
const BUTTON: &str = "display: inline-block; padding: .5em 1em; background: #b00020; color: #ffffff; text-decoration: none; border-radius: 4px";

fn whole(lang: &str, title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
            }
            body style=(BODY) { (content) }
        }
    };
    page.into_string()
}

/// The HTML part of a mail.
pub(super) fn mail(alert: &Alert, headline: &str, words: &Words, lang: &str) -> String {
    let content = html! {
        p style=(NOTE) { (clean_line(&alert.service)) " · " (clean_line(&alert.title)) }
        h1 style="font-size: 22px; line-height: 1.3" { (headline) }
        @if let Some(suspicion) = alert.accepted {
            p { (fill(words.alert("accepted"), &[("reason", &suspicion.to_string())])) }
        }
        (kind(alert, words))
        @if let Some(objection) = &alert.objection { (how_to_object(alert, objection, words)) }
        p { a href=(alert.url) { (words.alert("page")) } }
        @if let (Some(from), Some(to)) = (alert.from_version, alert.to_version) {
            @let command = format!("clausewatch diff {} @{from} @{to}", alert.watch);
            p style=(NOTE) { (fill(words.alert("diff"), &[("command", &command)])) }
        }
        @if matches!(alert.kind, AlertKind::Clauses { .. }) { p style=(NOTE) { (words.alert("unsure")) } }
    };
    whole(lang, headline, &content)
}

fn kind(alert: &Alert, words: &Words) -> Markup {
    match &alert.kind {
        AlertKind::Clauses { changes } => html! { @for one in changes { (change(one, words)) } },
        AlertKind::Blind { failures, .. } => {
            html! { p { (fill(words.alert("blind_since"), &[("failures", &failures.to_string())])) } }
        }
        AlertKind::Text { .. } | AlertKind::Recovered => html! {},
    }
}

fn change(change: &ClauseChange, words: &Words) -> Markup {
    let finding = &change.finding;
    let colour = if change.severity == Severity::Alert {
        ""
    } else {
        "; border-left-color: #5a5a5a"
    };
    html! {
        p style="margin-bottom: 0" {
            strong { (words.event(change.event)) }
            @if change.returned { " " (words.returned()) }
        }
        @if !finding.heading.is_empty() {
            p style=(NOTE) { (words.alert("section")) ": " (clean_line(&finding.heading.join(" › "))) }
        }
        blockquote style=(format!("{QUOTE}{colour}")) {
            @if let Some(lead_in) = &finding.lead_in { span style=(NOTE) { (clean_line(lead_in)) " … " } }
            @match &change.before {
                Some(before) => { (spans(&compare_words(&clean_line(&before.text), &clean_line(&finding.text)))) }
                None => { (clean_line(&finding.text)) }
            }
        }
        @if !finding.dates.is_empty() {
            p style=(NOTE) { (words.alert("dates")) ": " (clean_line(&finding.dates.join(", "))) }
        }
        @for link in finding.links.iter().filter(|link| is_web(&link.target)) {
            p style=(NOTE) { (words.alert("links")) ": " a href=(link.target) { (clean_line(&link.target)) } }
        }
    }
}

/// A page may link to what a mail should not: `javascript:`, `data:`.
fn is_web(target: &str) -> bool {
    target.starts_with("https://") || target.starts_with("http://")
}

fn how_to_object(alert: &Alert, objection: &Objection, words: &Words) -> Markup {
    html! {
        h2 style="font-size: 18px" { (words.alert("object")) }
        @if let Some(url) = &objection.url {
            p {
                a style=(BUTTON) href=(url) { (words.alert("object_link")) }
                @if objection.login { " (" (words.alert("login")) ")" }
            }
        }
        @if let Some(deadline) = &objection.deadline { p { strong { (words.alert("deadline")) ": " (deadline) } } }
        @if !objection.steps.is_empty() { ol { @for step in &objection.steps { li { (step) } } } }
        @if let Some(address) = &objection.address { p { (words.alert("address")) ": " (address) } }
        @if objection.letter.is_some() {
            p style=(NOTE) { (fill(words.alert("letter"), &[("command", &format!("clausewatch object {}", alert.watch))])) }
        }
    }
}

fn spans(spans: &[Span]) -> Markup {
    html! {
        @for span in spans {
            @match span {
                Span::Same(text) => { (clean(text)) }
                Span::Added(text) => { ins style=(ADDED) { (clean(text)) } }
                Span::Removed(text) => { del style=(REMOVED) { (clean(text)) } }
            }
        }
    }
}
