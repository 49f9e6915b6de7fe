//! The watchlist: which documents of which services to watch, when, and whom to tell.

mod append;
mod channel;
mod crontab;
mod fault;
mod keep;
mod keys;
mod likeness;
mod read;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use url::Url;

pub use append::{NewWatch, append};
pub use crontab::{Crontab, CrontabError};
pub use fault::{Fault, Faults};
pub use keep::Keep;
pub use likeness::likeness;
pub use read::{load, load_begun, parse};

/// Everything `watchlist.toml` (and what it includes) says.
#[derive(Debug, Clone, PartialEq)]
pub struct Watchlist {
    /// Who answers for the visits: a URL or mail address put into the User-Agent.
    pub contact: Option<String>,
    /// Requests a host and day, beyond which it is left alone until the next.
    pub host_budget: u32,
    /// Where the daemon writes its figures for Prometheus.
    pub metrics: Option<std::path::PathBuf>,
    /// The language alerts are written in (`de`, `en`, `fr`).
    pub language: String,
    /// Name and account the letters of objection are signed with.
    pub signature: Signature,
    /// Files and folders of the user's own lexicon.
    pub lexicon: Vec<std::path::PathBuf>,
    pub channels: Vec<Channel>,
    pub watches: Vec<Watch>,
}

/// One document of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// `service/document`, stable for ever.
    pub id: String,
    pub service: String,
    pub title: String,
    /// One page, or several joined to one document, in order.
    pub pages: Vec<Url>,
    /// ISO 639-1; else detected.
    pub lang: Option<String>,
    pub fetch: FetchMode,
    pub reading: Reading,
    /// Pages of several that are read otherwise.
    pub own_readings: Vec<(Url, Reading)>,
    pub schedule: Schedule,
    pub notify: Notify,
    /// The daemon looks again so much later before it believes a change; 0: it believes it at once.
    pub confirm_seconds: u32,
    pub keep: Keep,
    /// Names of channels.
    pub channels: Vec<String>,
    pub objection: Option<Objection>,
    /// Obey robots.txt (the default).
    pub robots: bool,
}

impl Watch {
    /// Which part of one of its pages is the document.
    pub fn reading_of(&self, page: &Url) -> &Reading {
        let own = self.own_readings.iter().find(|(url, _)| url == page);
        own.map_or(&self.reading, |(_, reading)| reading)
    }
}

/// How a page is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FetchMode {
    /// HTTP first, the browser when the text is not there.
    #[default]
    Auto,
    Http,
    Browser,
}

/// Which part of a page is the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// CSS selectors of what to keep; all of them must match. Empty: the main text is found.
    pub select: Vec<String>,
    /// CSS selectors of what to drop first.
    pub remove: Vec<String>,
    /// From the first match of `from` to the next match of `to`.
    pub ranges: Vec<Range>,
}

/// A stretch of a page between two selectors.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Range {
    pub from: Edge,
    pub to: Edge,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edge {
    Before(String),
    After(String),
}

/// When a watch is visited: a crontab line, a time zone, and how far visits are spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Shared by the watches that take it from the defaults: to understand a line a thousand times is felt.
    pub crontab: Arc<Crontab>,
    pub time_zone: TimeZone,
    /// Visits start up to this many seconds late, the same for a watch every time.
    pub jitter_seconds: u32,
}

/// The least that a person wants to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notify {
    #[default]
    Alert,
    Notice,
    AnyChange,
}

/// How to object at a service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Objection {
    pub url: Option<String>,
    /// The link works only after logging in.
    #[serde(default)]
    pub login: bool,
    #[serde(default)]
    pub steps: Vec<String>,
    /// Language of the ready letter (`de`, `en`, `fr`).
    pub letter: Option<String>,
    /// Where a letter goes: a mail address or a postal one.
    pub address: Option<String>,
    /// Last day to object, ISO 8601.
    pub deadline: Option<String>,
}

/// Who signs a letter, and under which law.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    pub name: Option<String>,
    /// User name or mail address at the service.
    pub account: Option<String>,
    /// Where the letter comes from, where `account` is no mail address.
    pub email: Option<String>,
    pub law: Law,
}

/// The law that a letter of objection stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Law {
    /// The General Data Protection Regulation of the European Union.
    #[default]
    Gdpr,
    /// The Federal Act on Data Protection of Switzerland.
    Fadp,
}

/// A way to tell people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The name watches refer to, unique.
    pub name: String,
    pub kind: ChannelKind,
    /// The least that goes over it.
    pub notify: Notify,
    pub digest: Option<Digest>,
    /// Alerts of the top severity do not wait for a digest.
    pub at_once: bool,
}

impl Channel {
    /// Ten services that change on one day are one notification to read, not ten to click away.
    pub(super) const DESKTOP_DIGEST: Option<Digest> = Some(Digest::Round);

    /// Who gets a message of their own, so that one who is refused keeps it from nobody else.
    pub fn recipients(&self) -> Vec<Option<String>> {
        match &self.kind {
            ChannelKind::Email(email) => email.to.iter().cloned().map(Some).collect(),
            _ => vec![None],
        }
    }
}

/// When what waits for a channel goes out as one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// What one round found.
    Round,
    Daily,
    Weekly,
}

/// What a channel is, as written in the watchlist; secrets are only named, never held here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelKind {
    Desktop,
    Email(Email),
    Webhook(Webhook),
    /// A program and its arguments; the alert stands on its standard input as JSON.
    Command(Vec<String>),
    /// The path of an Atom feed.
    Feed(std::path::PathBuf),
}

/// An address that takes alerts over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub address: Address,
    pub template: Template,
    /// Signs the body (HMAC-SHA256).
    pub secret: Option<SecretSource>,
    /// Sent as `Authorization: Bearer`.
    pub token: Option<SecretSource>,
}

/// A web address, or where one that is a secret lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Told(Url),
    Secret(SecretSource),
}

/// The form that a webhook's receiver understands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// The alert as clausewatch's own JSON, version 1.
    Json,
    Ntfy {
        topic: String,
    },
    Slack,
    Matrix {
        room: String,
    },
    Discord,
}

/// A mail channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub from: String,
    pub to: Vec<String>,
    pub user: Option<String>,
    pub password: Option<SecretSource>,
}

/// How a mail connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    Implicit,
    StartTls,
    /// Loopback only.
    None,
}

/// Where a secret is read from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretSource {
    File(std::path::PathBuf),
    /// Name of a systemd credential.
    Credential(String),
    /// A command whose first output line is the secret.
    Command(Vec<String>),
}
