//! A made-up alert, to see what alerts look like and whether they arrive.

use chrono::NaiveDate;

use super::words::Words;
use crate::analysis::alert::{Alert, AlertKind};
use crate::analysis::compare::{ClauseChange, Event, Severity};
use crate::analysis::dates::{DateKind, Dated};
use crate::analysis::detect::{Finding, Reason, Stance};
use crate::analysis::diff::{Change, Hunk, Line};
use crate::analysis::document::BlockKind;
use crate::watchlist::Objection;

/// An alert about a service that does not exist, in a reader's language.
pub fn sample(lang: &str) -> Alert {
    let words = Words::of(lang);
    let text = words.alert("sample").to_owned();
    let heading = vec![words.alert("sample_title").to_owned(), "AI".to_owned()];
    let concepts = ["data.messages", "data.personal", "party.third", "service", "train"];
    let change = ClauseChange {
        event: Event::ClaimAdded,
        severity: Severity::Alert,
        finding: Finding {
            stance: Stance::Claim,
            actor: None,
            text: text.clone(),
            heading: heading.clone(),
            lead_in: None,
            links: Vec::new(),
            dates: Vec::new(),
            confidence: 0.95,
            concepts: concepts.map(str::to_owned).to_vec(),
            why: words.alert("sample_words").split(" | ").map(decided).collect(),
        },
        before: None,
        returned: false,
        why: Vec::new(),
    };
    let line = |change| Line {
        kind: BlockKind::Paragraph,
        change,
        marks: Vec::new(),
    };
    let before = words.alert("sample_before").to_owned();
    Alert {
        watch: "example/privacy".into(),
        service: format!("{}: Example", words.alert("test_mark")),
        title: words.alert("sample_title").to_owned(),
        url: "https://example.org/privacy".into(),
        from_version: Some(1),
        to_version: Some(2),
        kind: AlertKind::Clauses { changes: vec![change] },
        severity: Severity::Alert,
        accepted: None,
        objection: Some(Objection {
            url: Some("https://example.org/object".into()),
            login: true,
            steps: vec![words.alert("sample_step").to_owned()],
            deadline: Some("2030-05-26".into()),
            ..Objection::default()
        }),
        hunks: vec![Hunk {
            heading,
            lines: vec![line(Change::Same(before)), line(Change::Added(text))],
        }],
        dates: vec![Dated {
            kind: DateKind::Effective,
            words: words.alert("sample_date").to_owned(),
            day: NaiveDate::from_ymd_opt(2030, 6, 1),
        }],
        objected: None,
        reminder: None,
    }
}

fn decided(words: &str) -> Reason {
    Reason {
        concept: "train".into(),
        words: words.to_owned(),
    }
}
