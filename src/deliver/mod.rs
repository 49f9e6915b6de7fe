//! Sends one message over one channel; knows nothing of alerts.

mod desktop;
mod email;

pub use self::email::{Mail, Protection};
use crate::render::Message;

/// A failed delivery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {hint}")]
pub struct DeliverError {
    /// A retry cannot help until a person mends it.
    pub permanent: bool,
    pub what: String,
    pub hint: String,
}

/// A way to tell people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    Desktop,
    Email(Box<Mail>),
}

impl Channel {
    /// Sends a message; ends within about a minute, whatever the other side does.
    ///
    /// # Errors
    /// What kept it from being delivered, and what to do.
    pub async fn send(&self, message: &Message) -> Result<(), DeliverError> {
        match self {
            Self::Desktop => desktop::show(message).await,
            Self::Email(mail) => email::send(mail, message).await,
        }
    }
}

fn failed(permanent: bool, what: impl Into<String>, hint: impl Into<String>) -> DeliverError {
    DeliverError {
        permanent,
        what: what.into(),
        hint: hint.into(),
    }
}
