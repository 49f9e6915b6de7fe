//! Alerts, diffs and findings as terminal text, plain text, HTML, Markdown and JSON. Pure.

mod alert;
mod clauses;
mod diff;
mod html;
pub mod json;
mod letter;
mod safe;
mod style;
mod words;

use serde::{Deserialize, Serialize};

pub use alert::{mail, notification, sentence, terminal, test_message};
pub use clauses::{changes, detection, findings};
pub use diff::{diff, diff_markdown, diff_page, diff_stat, folded, side_by_side, unified};
pub use letter::{Letter, letter};
pub use safe::{clean, clean_line};
pub use style::{Ink, wrapped};
pub use words::Words;

/// An alert written for one channel: what a store keeps in its outbox and a channel sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// Something to open, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub label: String,
    pub url: String,
}
