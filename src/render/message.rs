//! Alerts as messages: long for mails and feeds, short for notifications and chats.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::alert::{around, headline, listed, object_command, sentence, terminal};
use super::clauses::led_in;
use super::safe::clean_line;
use super::style::{Ink, wrapped};
use super::words::{Words, fill};
use super::{Link, Message, html, json as as_json};
use crate::analysis::alert::Alert;
use crate::analysis::compare::Severity;
use crate::analysis::detect::Finding;
use crate::watchlist::ChannelKind;

/// Mail programs show as much without breaking lines themselves.
const MAIL_WIDTH: usize = 76;
/// What a notification shows of a clause.
const EXCERPT: usize = 220;
/// What a notification or a chat shows of a digest, in alerts and in pages to open.
const LISTED: usize = 12;
const OPENED: usize = 3;
const LISTED_EACH: usize = 300;
/// What of a subject a mail program shows, at most.
const SUBJECT: usize = 200;
const PLAIN: Ink = Ink::PLAIN;

/// How much a channel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A mail or an entry of a feed: text and HTML, with everything.
    Long,
    /// A notification or a line of a chat.
    Short,
}

impl Form {
    pub fn of(channel: &ChannelKind) -> Self {
        match channel {
            ChannelKind::Email(_) | ChannelKind::Feed(_) => Self::Long,
            ChannelKind::Desktop | ChannelKind::Webhook(_) | ChannelKind::Command(_) => Self::Short,
        }
    }
}

/// The alert as a message. `id` is fixed for the alert and channel.
pub fn message(alert: &Alert, id: String, lang: &str, form: Form, written: DateTime<Utc>) -> Message {
    let words = Words::of(lang);
    let headline = headline(alert, words);
    let text = match form {
        Form::Long => long(alert, words),
        Form::Short => short(alert, words),
    };
    Message {
        id,
        html: Some(html::mail(alert, &headline, words, lang)),
        subject: cut(&headline, SUBJECT),
        text,
        links: links(alert, words),
        urgent: alert.severity == Severity::Alert,
        watch: alert.watch.clone(),
        written,
        recipient: None,
        show_label: words.alert("see_diff").to_owned(),
        alert: with_sentence(alert, words),
    }
}

impl Message {
    /// The message for programs, version 1.
    pub fn to_json(&self) -> Value {
        json!({ "version": 1, "id": self.id, "written": self.written, "subject": self.subject, "text": self.text,
            "urgent": self.urgent, "links": self.links, "alert": self.alert })
    }
}

/// Several alerts in one message, the loudest first.
pub fn digest(alerts: &[Alert], id: String, lang: &str, form: Form, written: DateTime<Utc>) -> Message {
    let words = Words::of(lang);
    let mut sorted: Vec<&Alert> = alerts.iter().collect();
    sorted.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
    let title = fill(words.alert("digest"), &[("count", &alerts.len().to_string())]);
    let mut services: Vec<&str> = Vec::new();
    for alert in &sorted {
        if !services.contains(&alert.service.as_str()) {
            services.push(&alert.service);
        }
    }
    let list: Vec<String> = sorted
        .iter()
        .map(|alert| cut(&listed(alert, words), LISTED_EACH))
        .collect();
    let text = match form {
        Form::Short => {
            let mut lines: Vec<String> = list.iter().take(LISTED).map(|line| format!("- {line}")).collect();
            let left = list.len().saturating_sub(LISTED);
            if left > 0 {
                lines.push(fill(words.alert("more"), &[("count", &left.to_string())]));
            }
            lines.join("\n")
        }
        Form::Long => {
            let item = |line: &String| format!("- {}", wrapped(line, "  ", MAIL_WIDTH).trim_start());
            let overview: Vec<String> = list.iter().map(item).collect();
            let each: Vec<String> = sorted.iter().map(|alert| long(alert, words)).collect();
            let rule = format!("\n{}\n\n", "-".repeat(MAIL_WIDTH));
            format!("{}\n{rule}{}", overview.join("\n"), each.join(&rule))
        }
    };
    Message {
        id,
        subject: cut(&clean_line(&words.labelled(&title, &services.join(", "))), SUBJECT),
        text,
        html: Some(html::digest(&sorted, &title, words, lang)),
        links: pages(&sorted),
        urgent: sorted.iter().any(|alert| alert.severity == Severity::Alert),
        // Several documents make a thread of their own.
        watch: "clausewatch/digest".into(),
        written,
        recipient: None,
        show_label: words.alert("see_diff").to_owned(),
        alert: json!({ "alerts": sorted.iter().map(|alert| with_sentence(alert, words)).collect::<Vec<_>>() }),
    }
}

fn with_sentence(alert: &Alert, words: &Words) -> Value {
    let mut value = as_json::alert(alert);
    value["sentence"] = json!(sentence(alert, words));
    value
}

fn long(alert: &Alert, words: &Words) -> String {
    let mut text = terminal(alert, words, PLAIN, MAIL_WIDTH);
    text.push_str(&around(alert, words, PLAIN, MAIL_WIDTH));
    if !alert.changes().is_empty() {
        text.push_str(&format!("\n{}\n", wrapped(words.alert("unsure"), "", MAIL_WIDTH)));
    }
    text
}

fn short(alert: &Alert, words: &Words) -> String {
    let mut lines = vec![clean_line(&alert.title)];
    if let Some(first) = alert.changes().first() {
        lines.push(quoted_excerpt(&first.finding, words));
        lines.push(words.labelled(words.alert("object"), &object_command(alert)));
    }
    lines.join("\n")
}

fn links(alert: &Alert, words: &Words) -> Vec<Link> {
    let link = |label: &'static str, url: &str| Link {
        label: words.alert(label).to_owned(),
        url: clean_line(url),
    };
    let mut links = Vec::new();
    if !alert.url.is_empty() {
        links.push(link("page", &alert.url));
    }
    if !alert.changes().is_empty() {
        links.extend(alert.objection_link().map(|url| link("object_link", url)));
    }
    links
}

/// The pages of several alerts, by the names of their documents.
fn pages(alerts: &[&Alert]) -> Vec<Link> {
    let link = |alert: &&Alert| Link {
        label: clean_line(&format!("{}: {}", alert.service, alert.title)),
        url: clean_line(&alert.url),
    };
    let mut links: Vec<Link> = alerts.iter().map(link).filter(|link| !link.url.is_empty()).collect();
    links.dedup();
    links.truncate(OPENED);
    links
}

fn quoted_excerpt(finding: &Finding, words: &Words) -> String {
    let clause = led_in(finding, &clean_line(&finding.text));
    words.quote(&cut(&clause, EXCERPT))
}

/// The first words of a text, as many as there is room for.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most).collect();
    let at_word = cut.rfind(' ').map_or(cut.as_str(), |space| &cut[..space]);
    format!("{at_word} …")
}
