//! Notifications on the desktop (Desktop Notifications Specification 1.2, over the session bus).

use std::process::Stdio;
use std::time::Duration;

use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse, Timeout, Urgency};
use tokio::process::Command;
use tokio::time::timeout;

use super::{DeliverError, failed};
use crate::render::{Link, Message};

/// A bus that accepts a connection and says nothing would hold us for ever.
const LIMIT: Duration = Duration::from_secs(10);

/// Shows a message. An urgent one stays until it is closed; a click opens its first link while this program runs.
pub(super) async fn show(message: &Message) -> Result<(), DeliverError> {
    let mut notification = Notification::new();
    notification
        .appname("clausewatch")
        .summary(&message.subject)
        .body(&escaped(&message.text))
        .icon("dialog-warning")
        .hint(Hint::Category("network".into()))
        .hint(Hint::DesktopEntry("clausewatch".into()))
        .urgency(if message.urgent {
            Urgency::Critical
        } else {
            Urgency::Normal
        })
        .timeout(if message.urgent {
            Timeout::Never
        } else {
            Timeout::Default
        });
    for (number, link) in message.links.iter().enumerate() {
        notification.action(&action(number), &link.label);
    }
    // Its blocking calls panic inside a runtime; this one does not block.
    let shown = timeout(LIMIT, notification.show_async()).await;
    let handle = match shown {
        Ok(Ok(handle)) => handle,
        Ok(Err(error)) => return Err(failed(false, format!("cannot show a notification: {error}"), HINT)),
        Err(_) => {
            let what = format!("the desktop's session bus did not answer within {} s", LIMIT.as_secs());
            return Err(failed(false, what, HINT));
        }
    };
    if !message.links.is_empty() {
        tokio::spawn(follow_clicks(handle, message.links.clone()));
    }
    Ok(())
}

const HINT: &str = "it needs a desktop session with a notification service, so run clausewatch there, as its user \
    (systemctl --user), or take a mail channel; it is tried again later";

/// A click on the notification itself is the action `default`.
fn action(number: usize) -> String {
    if number == 0 {
        "default".into()
    } else {
        format!("link-{number}")
    }
}

async fn follow_clicks(handle: NotificationHandle, links: Vec<Link>) {
    let mut chosen = None;
    handle
        .wait_for_action_async(|response: &NotificationResponse| {
            if let NotificationResponse::Action(name) = response {
                chosen = links
                    .iter()
                    .enumerate()
                    .find(|(number, _)| action(*number) == *name)
                    .map(|(_, link)| link);
            } else if matches!(response, NotificationResponse::Default) {
                chosen = links.first();
            }
        })
        .await;
    if let Some(link) = chosen {
        open(&link.url).await;
    }
}

async fn open(url: &str) {
    let started = Command::new("xdg-open")
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await;
    if let Err(error) = started {
        tracing::warn!("cannot open {url} with xdg-open: {error}");
    }
}

/// The body is markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
