//! Sends one message over one channel; knows nothing of alerts.

mod command;
mod desktop;
mod email;
mod feed;
mod webhook;

use std::time::Duration;

pub use self::desktop::notification_service;
pub use self::email::try_mail;
use crate::render::Message;
use crate::settings::{ChannelKind, SecretSource, secret};

/// A failed delivery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}; {hint}")]
pub struct DeliverError {
    /// A retry cannot help until a person mends it.
    pub permanent: bool,
    /// The other side asks for so long a pause.
    pub pause: Option<Duration>,
    pub what: String,
    pub hint: String,
}

/// Sends a message over a channel; ends within about a minute, whatever the other side does.
///
/// # Errors
/// What kept it from being delivered, and what to do.
pub async fn send(channel: &ChannelKind, message: &Message) -> Result<(), DeliverError> {
    match channel {
        ChannelKind::Desktop => desktop::show(message).await,
        ChannelKind::Email(email) => email::send(email, message).await,
        ChannelKind::Webhook(webhook) => webhook::post(webhook, message).await,
        ChannelKind::Command(argv) => command::run(argv, message).await,
        ChannelKind::Feed(path) => feed::append(path, message).await,
    }
}

/// Read for each message anew, so that a mended secret is taken at once; never held.
async fn read_secret(source: SecretSource) -> Result<String, DeliverError> {
    let read = tokio::task::spawn_blocking(move || secret(&source)).await;
    match read {
        Ok(Ok(secret)) => Ok(secret),
        Ok(Err(error)) => Err(failed(false, error.what, error.hint)),
        Err(error) => Err(failed(
            false,
            format!("cannot read the secret: {error}"),
            "it is tried again later",
        )),
    }
}

fn failed(permanent: bool, what: impl Into<String>, hint: impl Into<String>) -> DeliverError {
    DeliverError {
        permanent,
        pause: None,
        what: what.into(),
        hint: hint.into(),
    }
}
