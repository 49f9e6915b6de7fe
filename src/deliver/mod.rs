//! Sends one message over one channel; knows nothing of alerts.

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

/// A ready channel: its secrets are resolved.
#[derive(Debug)]
pub enum Channel {
    Desktop,
}

impl Channel {
    pub async fn send(&self, _message: &Message) -> Result<(), DeliverError> {
        todo!()
    }
}
