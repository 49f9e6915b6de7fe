//! Mails as HTML. maud escapes all that comes from pages.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::alert::{date_lines, diff_command, headline, listed, notes, object_command, place_of, why};
use super::marks::{decisive, pieces};
use super::safe::{clean, clean_line};
use super::words::{Words, fill};
use crate::analysis::alert::Alert;
use crate::analysis::compare::{ClauseChange, Severity};
use crate::analysis::detect::Finding;
use crate::analysis::diff::{Change, Hunk, Span, words as compare_words};

/// One column for phones; the colours of a dark client where it says that it is one.
const STYLE: &str = include_str!("mail.css");

fn whole(lang: &str, title: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { div.page { (content) } }
        }
    };
    page.into_string()
}

/// The HTML part of a mail.
pub(super) fn mail(alert: &Alert, title: &str, words: &Words, lang: &str) -> String {
    let content = html! {
        (one_alert(alert, words))
        @if !alert.changes().is_empty() { p.note { (words.alert("unsure")) } }
    };
    whole(lang, title, &content)
}

/// Several alerts in one mail.
pub(super) fn digest(alerts: &[&Alert], title: &str, words: &Words, lang: &str) -> String {
    let content = html! {
        h1 { (title) }
        ul { @for alert in alerts { li { (listed(alert, words)) } } }
        @for alert in alerts { hr; (one_alert(alert, words)) }
        p.note { (words.alert("unsure")) }
    };
    whole(lang, title, &content)
}

fn one_alert(alert: &Alert, words: &Words) -> Markup {
    html! {
        p.note { (clean_line(&place_of(alert))) }
        h1 { (headline(alert, words)) }
        @for note in notes(alert, words) { p { (note) } }
        @for line in date_lines(alert, words) { p.date { (line) } }
        @if !alert.changes().is_empty()
            && let Some(url) = alert.objection_link().filter(|url| is_web(url)) {
            p {
                a.button href=(clean_line(url)) { (words.alert("object_link")) }
                @if alert.objection.as_ref().is_some_and(|objection| objection.login) { " (" (words.alert("login")) ")" }
            }
        }
        @for one in alert.changes() { (change(one, words)) }
        @if !alert.changes().is_empty() { (how_to_object(alert, words)) }
        @if !alert.hunks.is_empty() {
            h2 { (words.alert("around")) }
            @for hunk in &alert.hunks { (one_hunk(hunk)) }
        }
        @if !alert.url.is_empty() { p { a href=(clean_line(&alert.url)) { (words.alert("page")) } } }
        @if let Some(command) = diff_command(alert) { p.note { (fill(words.alert("diff"), &[("command", &command)])) } }
    }
}

fn change(change: &ClauseChange, words: &Words) -> Markup {
    let finding = &change.finding;
    let loud = change.severity == Severity::Alert;
    html! {
        h2 {
            (words.label(change.event))
            @if change.returned { " · " (words.returned()) }
        }
        @if !finding.heading.is_empty() { p.note { (clean_line(&finding.heading.join(" › "))) } }
        blockquote.loud[loud] {
            @if let Some(lead_in) = &finding.lead_in { span.note { (clean_line(lead_in)) " … " } }
            @match &change.before {
                Some(before) => { (spans(&compare_words(&clean_line(&before.text), &clean_line(&finding.text)))) }
                None => { (marked(finding)) }
            }
        }
        @for link in finding.links.iter().filter(|link| is_web(&link.target)) {
            p.note { (words.alert("links")) (words.colon()) a href=(clean_line(&link.target)) { (clean_line(&link.target)) } }
        }
        p.note { (why(finding, words)) }
    }
}

fn marked(finding: &Finding) -> Markup {
    let clause = clean_line(&finding.text);
    let decisive = decisive(finding);
    html! {
        @for piece in pieces(&clause, &decisive) {
            @if piece.decisive { strong { (piece.text) } } @else { (piece.text) }
        }
    }
}

/// A page may link to what a mail should not: `javascript:`, `data:`.
fn is_web(target: &str) -> bool {
    target.starts_with("https://") || target.starts_with("http://")
}

fn how_to_object(alert: &Alert, words: &Words) -> Markup {
    html! {
        h2 { (words.alert("object")) }
        @if let Some(objection) = &alert.objection {
            @if !objection.steps.is_empty() { ol { @for step in &objection.steps { li { (clean_line(step)) } } } }
            @if let Some(address) = &objection.address { p { (words.labelled(words.alert("address"), &clean_line(address))) } }
        }
        p.note { (fill(words.alert("letter"), &[("command", &object_command(alert))])) }
    }
}

fn spans(spans: &[Span]) -> Markup {
    html! {
        @for span in spans {
            @match span {
                Span::Same(text) => { (clean(text)) }
                Span::Added(text) => { ins { (clean(text)) } }
                Span::Removed(text) => { del { (clean(text)) } }
            }
        }
    }
}

fn one_hunk(hunk: &Hunk) -> Markup {
    html! {
        h3 { (clean_line(&hunk.heading.join(" › "))) }
        @for line in &hunk.lines {
            @match &line.change {
                Change::Same(text) => { p.note { (clean(text)) } }
                Change::Moved(text) => { p.note { "↕ " (clean(text)) } }
                Change::Added(text) => { p { ins { (clean(text)) } } }
                Change::Removed(text) => { p { del { (clean(text)) } } }
                Change::Reworded(words) => { p { (spans(words)) } }
            }
        }
    }
}
