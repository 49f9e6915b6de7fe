//! The changes as an Atom feed (RFC 4287).

use chrono::{DateTime, SecondsFormat, Utc};
use maud::{PreEscaped, html};

use super::Told;
use crate::render::safe::clean_line;

/// Entries in a feed; who follows it reads it more often than that.
const ENTRIES: usize = 100;

/// What came and what went, the newest first.
pub fn feed(documents: &[Told], written: DateTime<Utc>) -> String {
    let mut changes = Vec::new();
    for told in documents {
        for clause in &told.clauses {
            if !clause.is_from_start {
                changes.push((clause.since, "new", clause.first_version, told, clause));
            }
            if let (Some(until), Some(version)) = (clause.until, clause.gone_version) {
                changes.push((until, "gone", version, told, clause));
            }
        }
    }
    changes.sort_by(|one, other| (other.0, &one.3.id).cmp(&(one.0, &other.3.id)));
    changes.truncate(ENTRIES);
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let updated = changes.first().map_or(written, |change| change.0);
    let feed = html! {
        feed xmlns="http://www.w3.org/2005/Atom" {
            title { "What services say of AI training" }
            id { "urn:clausewatch:report" }
            updated { (moment(updated)) }
            author { name { "clausewatch" } }
            @for (at, what, version, told, clause) in &changes {
                entry {
                    title { (clean_line(&told.service)) " · " (clean_line(&told.title)) ": " (clause.stance.name()) " " (what) }
                    id { (format!("urn:clausewatch:{}:{version}:{what}:{:016x}", told.id, hash(&clause.text))) }
                    updated { (moment(*at)) }
                    (PreEscaped(format!("<link rel=\"alternate\" href=\"{}\"/>", escaped(&told.diff_file((*version).max(2))))))
                    content type="text" { (clean_line(&clause.text)) }
                }
            }
        }
    };
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{}\n", feed.into_string())
}

/// FNV-1a: the same for ever, whatever the compiler.
fn hash(text: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}
