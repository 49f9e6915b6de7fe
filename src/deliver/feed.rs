//! An Atom feed (RFC 4287) in a file, for a feed reader or a web server.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use atom_syndication::{Content, Entry, Feed, Generator, Link, Text};
use sha2::{Digest, Sha256};

use super::{DeliverError, failed};
use crate::render::{Message, clean};
use crate::settings::below_home;

/// Older entries fall out; readers have them.
const ENTRIES: usize = 100;

/// Puts the message at the top of the feed; one that is there already is replaced.
pub(super) async fn append(path: &Path, message: &Message) -> Result<(), DeliverError> {
    let (path, message) = (below_home(path), message.clone());
    let written = tokio::task::spawn_blocking(move || write(&path, &message)).await;
    written.unwrap_or_else(|error| {
        Err(failed(
            false,
            format!("cannot write the feed: {error}"),
            "it is tried again later",
        ))
    })
}

fn write(path: &PathBuf, message: &Message) -> Result<(), DeliverError> {
    let fault = |what: String| {
        let what = format!("the feed {}: {what}", path.display());
        failed(
            false,
            what,
            "look at `path` of the channel; move a file away that is no feed of clausewatch",
        )
    };
    let mut feed = match fs::read(path) {
        Ok(bytes) => Feed::read_from(&bytes[..]).map_err(|error| fault(error.to_string()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Feed {
            title: Text::plain("clausewatch"),
            id: urn(&path.display().to_string()),
            generator: Some(Generator {
                value: "clausewatch".into(),
                ..Generator::default()
            }),
            ..Feed::default()
        },
        Err(error) => return Err(fault(error.to_string())),
    };
    let entry = entry(message);
    feed.entries.retain(|other| other.id != entry.id);
    feed.entries.insert(0, entry);
    feed.entries.truncate(ENTRIES);
    feed.updated = message.written.fixed_offset();
    // Whole or not at all: a reader may come at any time.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let draft = folder.join(format!(
        ".{}.new",
        path.file_name().unwrap_or_default().to_string_lossy()
    ));
    let put = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = fs::File::create(&draft)?;
        feed.write_to(&mut file).map_err(std::io::Error::other)?.flush()?;
        file.sync_all()?;
        fs::rename(&draft, path)
    };
    put().map_err(|error| fault(error.to_string()))
}

fn entry(message: &Message) -> Entry {
    let html = message.html.clone().map(|html| Content {
        value: Some(html),
        content_type: Some("html".into()),
        ..Content::default()
    });
    Entry {
        title: Text::plain(message.subject.clone()),
        id: urn(&message.id),
        updated: message.written.fixed_offset(),
        published: Some(message.written.fixed_offset()),
        links: message
            .links
            .iter()
            .take(1)
            .map(|link| Link {
                href: link.url.clone(),
                rel: "alternate".into(),
                ..Link::default()
            })
            .collect(),
        summary: Some(Text::plain(clean(&message.text))),
        content: html,
        ..Entry::default()
    }
}

/// An id that is a URI, as Atom wants it.
fn urn(name: &str) -> String {
    let digest = Sha256::digest(name.as_bytes());
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}
