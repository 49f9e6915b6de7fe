//! Alerts, diffs and findings as terminal text, plain text, HTML, Markdown and JSON. Pure.

use serde::{Deserialize, Serialize};

/// An alert written for one channel: what a store keeps in its outbox and a channel sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Fixed for a version and channel, so that a repeat folds.
    pub id: String,
    /// One line, no control characters.
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// The link a click opens.
    pub link: Option<String>,
    /// Must be seen now.
    pub urgent: bool,
}
