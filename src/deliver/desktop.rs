//! Notifications on the desktop (Desktop Notifications Specification 1.2, over the session bus).

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Stdio;
use std::time::Duration;

use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse, Timeout, Urgency};
use sha2::{Digest, Sha256};
use tokio::process::Command;
use tokio::time::timeout;

use super::{DeliverError, failed};
use crate::render::{Message, escape_markup};
use crate::settings;

/// A bus that accepts a connection and says nothing would hold us for ever.
const LIMIT: Duration = Duration::from_secs(10);

/// Shows a message. An urgent one stays until it is closed; a click opens its first link while this program runs.
pub(super) async fn show(message: &Message) -> Result<(), DeliverError> {
    let mut notification = Notification::new();
    notification
        .appname("clausewatch")
        .summary(&message.subject)
        .body(&escape_markup(&message.text))
        // A repeat takes the place of what is shown already.
        .id(number(&message.id))
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
    if message.html.is_some() {
        notification.action(REPORT, &message.show_label);
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
    if !message.links.is_empty() || message.html.is_some() {
        tokio::spawn(follow_clicks(handle, message.clone()));
    }
    Ok(())
}

/// The name of the service that would show notifications, where one answers at once. Not for use inside a runtime.
pub fn notification_service() -> Option<String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(notify_rust::get_server_information()));
    let answer = receiver.recv_timeout(LIMIT / 5).ok()?;
    answer.ok().map(|service| service.name)
}

const HINT: &str = "it needs a desktop session with a notification service, so run clausewatch there, as its user \
    (systemctl --user), or take a mail channel";

/// A click on the notification itself is the action `default`.
fn action(number: usize) -> String {
    if number == 0 {
        "default".into()
    } else {
        format!("link-{number}")
    }
}

/// The action that shows the whole alert in the browser.
const REPORT: &str = "report";

/// Large numbers, which a notification service does not give by itself.
fn number(id: &str) -> u32 {
    let digest = Sha256::digest(id.as_bytes());
    digest
        .iter()
        .take(4)
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
        | 0x4000_0000
}

async fn follow_clicks(handle: NotificationHandle, message: Message) {
    let mut chosen = None;
    handle
        .wait_for_action_async(|response: &NotificationResponse| match response {
            NotificationResponse::Action(name) => chosen = Some(name.clone()),
            NotificationResponse::Default => chosen = Some(action(0)),
            _ => {}
        })
        .await;
    match (chosen.as_deref(), &message.html) {
        (Some(REPORT), Some(html)) => match report(&message.id, html) {
            Ok(path) => open(&path.display().to_string()).await,
            Err(error) => tracing::warn!("cannot write the alert for the browser: {error}"),
        },
        (Some(name), _) => {
            let link = message
                .links
                .iter()
                .enumerate()
                .find(|(number, _)| action(*number) == name);
            if let Some((_, link)) = link {
                open(&link.url).await;
            }
        }
        (None, _) => {}
    }
}

/// Writes the alert where only this user reads it.
fn report(id: &str, html: &str) -> std::io::Result<std::path::PathBuf> {
    let name = format!("clausewatch-{}.html", number(id));
    let path = settings::runtime_directory().join(name);
    // Never through a file that somebody else laid there.
    if let Err(error) = std::fs::remove_file(&path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(html.as_bytes())?;
    Ok(path)
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
