//! The pages: an index of services and documents, and one for each document.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::timeline::{news, timeline};
use super::{Told, ToldClause, day, whole};
use crate::analysis::detect::Stance;
use crate::render::safe::clean_line;

const SHOWN: [Stance; 4] = [Stance::Claim, Stance::Assurance, Stance::Choice, Stance::Restriction];

fn meaning(stance: Stance) -> &'static str {
    match stance {
        Stance::Claim => "uses data to train AI",
        Stance::Assurance => "promises not to",
        Stance::Choice => "offers a choice",
        Stance::Restriction => "forbids others to",
        Stance::Mention => "mentions AI",
    }
}

/// What every document says today: who claims the most comes first.
pub fn index(documents: &[Told], written: DateTime<Utc>) -> String {
    let mut sorted: Vec<&Told> = documents.iter().collect();
    sorted.sort_by_key(|told| {
        (
            std::cmp::Reverse(told.now(Stance::Claim)),
            told.service.to_lowercase(),
            &told.id,
        )
    });
    let content = html! {
        h1 { "What services say of AI training" }
        p class="faint" { (documents.len()) " documents, as of " (day(written)) ". Each number is a count of clauses that stand today. " a href="feed.atom" { "Feed of changes" } }
        (services(&sorted))
        h2 { "Documents" }
        div class="wide" {
            table {
                thead { tr {
                    th { "Service" } th { "Document" }
                    @for stance in SHOWN { th title=(meaning(stance)) class=(format!("count {}", stance.name())) { (stance.name()) } }
                    th { "Last change" }
                } }
                tbody {
                    @for told in &sorted {
                        tr id=(told.id) {
                            td { (clean_line(&told.service)) }
                            td { a href=(told.file()) { (clean_line(&told.title)) } }
                            @for stance in SHOWN {
                                @let count = told.now(stance);
                                td class=(format!("count {}", if count > 0 { stance.name() } else { "none" })) { (count) }
                            }
                            td class="day" { @if let Some((_, at)) = told.versions.last() { (day(*at)) } @else { "not read yet" } }
                        }
                    }
                }
            }
        }
        p class="faint" { "Clauses were found by a program; read the quotes before you rely on them." }
    };
    whole("What services say of AI training", "feed.atom", &content)
}

/// The services by what any of their documents says today; each leads to its first in the table.
fn services(sorted: &[&Told]) -> Markup {
    let mut firsts: BTreeMap<&str, &str> = BTreeMap::new();
    for told in sorted {
        firsts.entry(&told.service).or_insert(&told.id);
    }
    let saying = |says: &dyn Fn(&Told) -> bool| -> BTreeSet<&str> {
        let saying = sorted.iter().filter(|told| says(told));
        saying.map(|told| told.service.as_str()).collect()
    };
    let linked = |services: &BTreeSet<&str>| {
        html! {
            @for (index, service) in services.iter().enumerate() {
                @if index > 0 { ", " }
                a href=(format!("#{}", firsts[service])) { (clean_line(service)) }
            }
        }
    };
    let by_stance = SHOWN.map(|stance| (stance, saying(&|told| told.now(stance) > 0)));
    let silent: BTreeSet<&str> = firsts
        .keys()
        .copied()
        .filter(|service| by_stance.iter().all(|(_, saying)| !saying.contains(service)))
        .collect();
    html! {
        dl {
            @for (stance, services) in by_stance.iter().filter(|(_, services)| !services.is_empty()) {
                dt { strong class=(stance.name()) { (stance.name()) } span class="faint" { " " (meaning(*stance)) } }
                dd { (linked(services)) }
            }
            @if !silent.is_empty() {
                dt { strong { "silent" } span class="faint" { " says nothing of it" } }
                dd { (linked(&silent)) }
            }
        }
    }
}

/// One document: its timeline, what stands today, what is gone, and every change.
pub fn page(told: &Told) -> String {
    let title = format!("{} · {}", clean_line(&told.service), clean_line(&told.title));
    let (gone, stands): (Vec<_>, Vec<_>) = told
        .clauses
        .iter()
        .enumerate()
        .partition(|(_, clause)| clause.until.is_some());
    let content = html! {
        p class="faint" { a href="index.html" { "All documents" } }
        h1 { (title) }
        p class="faint" {
            (told.id)
            @if let (Some((_, first)), Some((_, last))) = (told.versions.first(), told.versions.last()) {
                ", " (told.versions.len()) " versions from " (day(*first)) " to " (day(*last))
            }
            @if let Some(url) = told.url.as_ref().filter(|url| url.starts_with("http")) { ", " a href=(url) { "the page itself" } }
        }
        (timeline(told))
        @if told.versions.len() > 1 || !told.clauses.is_empty() { (key(told)) }
        h2 { "What stands" }
        @if stands.is_empty() { p { "Nothing about AI training." } }
        @for (number, one) in stands { (clause(told, number, one)) }
        @if !gone.is_empty() { h2 { "What is gone" } }
        @for (number, one) in gone { (clause(told, number, one)) }
        h2 { "Every change" }
        ul {
            @for pair in told.versions.windows(2).rev() {
                li { a href=(told.diff_file(pair[1].0)) { (day(pair[1].1)) } " (@" (pair[0].0) " to @" (pair[1].0) ")" strong { (news(told, pair[1].0)) } }
            }
        }
    };
    whole(&title, "feed.atom", &content)
}

/// What the colours and marks of the drawing mean.
fn key(told: &Told) -> Markup {
    let is_drawn = |stance: &&Stance| told.clauses.iter().any(|clause| clause.stance == **stance);
    html! {
        p class="faint" {
            @for stance in SHOWN.iter().filter(is_drawn) {
                span class=(stance.name()) { "▬ " (stance.name()) } " " (meaning(*stance)) " · "
            }
            "● a change: large where clauses came or went. Bars lead to their clauses, marks to what changed."
        }
    }
}

fn clause(told: &Told, number: usize, clause: &ToldClause) -> Markup {
    let class = format!(
        "{}{}",
        clause.stance.name(),
        if clause.until.is_some() { " gone" } else { "" }
    );
    let linked = |version: u32, at: DateTime<Utc>| {
        html! {
            @if version > 1 { a href=(told.diff_file(version)) { (day(at)) } } @else { (day(at)) }
        }
    };
    html! {
        blockquote id=(format!("clause-{number}")) class=(class) {
            strong { (clause.stance.name()) }
            span class="faint" {
                " " @if clause.is_from_start { "on or before " } @else { "since " }
                (linked(clause.first_version, clause.since))
                @if let (Some(until), Some(version)) = (clause.until, clause.gone_version) { ", gone " (linked(version, until)) }
                @if !clause.heading.is_empty() { " · " (clean_line(&clause.heading.join(" › "))) }
            }
            p { (clean_line(&clause.text)) }
        }
    }
}
