//! Alerts, diffs and findings as terminal text, plain text, HTML, Markdown and JSON. Pure.

mod alert;
mod clauses;
mod csv;
mod diff;
mod html;
pub mod json;
mod letter;
mod marks;
mod message;
mod report;
mod safe;
mod sample;
mod sentence;
mod style;
mod table;
#[cfg(test)]
mod tests;
mod warc;
mod words;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use alert::{sentence, summary, terminal};
pub use clauses::{changes, detection, findings, quoted};
pub use csv::csv;
pub use diff::{diff, diff_markdown, diff_page, diff_stat, folded, side_by_side, unified};
pub use letter::{Letter, letter};
pub use message::{Form, digest, message};
pub use report::{Told, ToldClause, feed as report_feed, index as report_index, page as report_page};
pub use safe::{clean, clean_line, escape_markup};
pub use sample::sample;
pub use style::{Ink, fitted, wrapped};
pub use table::{Column, Table};
pub use warc::{Archived, warc};
pub use words::Words;

/// An alert written for one channel: what a store keeps in its outbox and a channel sends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Fixed for an alert and channel, so that a repeat folds.
    pub id: String,
    /// One line, no control characters.
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// What a person may open from it, the first first.
    pub links: Vec<Link>,
    /// Must be seen now.
    pub urgent: bool,
    /// The watch it is about: its messages make one thread.
    #[serde(default)]
    pub watch: String,
    /// When it was written; a repeat has the same.
    #[serde(default)]
    pub written: DateTime<Utc>,
    /// The one of a channel's recipients it goes to, where each has a message of their own.
    #[serde(default)]
    pub recipient: Option<String>,
    /// What a way to see the HTML is called, where a channel offers it.
    #[serde(default)]
    pub show_label: String,
    /// The alert (or `alerts` of a digest) for programs, version 1.
    #[serde(default)]
    pub alert: Value,
}

/// Something to open, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub label: String,
    pub url: String,
}
