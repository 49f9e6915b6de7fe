//! What the fuzz targets do with their input. A test of the project does the same with each file of `seeds`.

use std::io;
use std::path::Path;

use clausewatch::analysis::compare::{Ledger, compare};
use clausewatch::analysis::detect::detect;
use clausewatch::analysis::document::Document;
use clausewatch::analysis::extract::extract;
use clausewatch::analysis::lexicon::Lexicon;
use clausewatch::analysis::page::{Page, decode};
use clausewatch::schedule::next_due;
use clausewatch::watchlist::{Faults, Reading, Watchlist, parse};
use url::Url;

fn page(kind: &str, body: &[u8]) -> Page {
    let address = Url::parse("https://shop.example/privacy").unwrap();
    let mut page = Page::from_file(address, body.to_vec());
    page.headers.push(("content-type".into(), kind.into()));
    page
}

fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

fn read_list(text: &str) -> Result<Watchlist, Faults> {
    let read = |path: &Path| -> io::Result<String> {
        if path == Path::new("watchlist.toml") {
            Ok(text.to_owned())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    };
    let berlin = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    parse(Path::new("watchlist.toml"), &read, berlin)
}

/// Bytes to text: the first line is the Content-Type, the rest the body.
pub fn charset(input: &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let kind = text(parts.next().unwrap_or_default());
    let _ = decode(&page(&kind, parts.next().unwrap_or_default()));
}

/// A moment (four bytes: seconds since 1970) and a crontab line: the next moment it means in a zone with gaps and overlaps.
pub fn crontab(input: &[u8]) {
    let Some((seconds, line)) = input.split_first_chunk() else {
        return;
    };
    let line = text(line).replace(['\\', '"', '\n', '\r'], " ");
    let list = format!("[[watch]]\nid = \"a/b\"\nurl = \"https://a.example\"\nschedule = \"{line}\"\n");
    let after = chrono::DateTime::from_timestamp(u32::from_le_bytes(*seconds).into(), 0).unwrap();
    for watch in read_list(&list).iter().flat_map(|list| &list.watches) {
        let due = next_due(watch, after);
        assert!(
            due.is_none_or(|due| due > after),
            "{line}: {due:?} is not after {after}"
        );
    }
}

/// What a server says in headers and in robots.txt.
pub fn headers(input: &[u8]) {
    clausewatch::fetch::read_foreign_headers(input);
}

/// A page to its document: whatever a server sends as HTML ends in a document or an error, and in time.
pub fn html(input: &[u8]) {
    let _ = extract(&page("text/html", input), &Reading::default());
}

/// A lexicon, which others may have written.
pub fn lexicon(input: &[u8]) {
    let _ = Lexicon::builtin().extended(&[&text(input)]);
}

/// Lists of other programs and the log of an archive's git repository.
pub fn lists(input: &[u8]) {
    clausewatch::cli::read_foreign_lists(&text(input));
}

/// The text of an archive to a document, and through its stored form again.
pub fn markdown(input: &[u8]) {
    let stored = Document::from_markdown(&text(input)).to_markdown();
    let read = Document::from_markdown(&stored).to_markdown();
    assert_eq!(read, stored, "what was stored is read as it was written");
}

/// A PDF to its document.
pub fn pdf(input: &[u8]) {
    let _ = extract(&page("application/pdf", input), &Reading::default());
}

/// Two versions of a policy, parted by a NUL: whatever they say is judged, and a version beside itself is no change.
pub fn verdict(input: &[u8]) {
    let text = text(input);
    let (before, after) = text.split_once('\0').unwrap_or(("", &text));
    let lexicon = Lexicon::builtin();
    let judge = |text: &str| detect(&Document::from_markdown(text), lexicon, None);
    let (before, after) = (judge(before), judge(after));
    compare(&before, &after, &Ledger::default(), lexicon);
    let again = compare(&after, &after, &Ledger::default(), lexicon);
    assert!(again.is_empty(), "the same text changes nothing: {again:?}");
}

/// A watchlist, which others may have written.
pub fn watchlist(input: &[u8]) {
    if let Err(faults) = read_list(&text(input)) {
        let _ = faults.render(false);
    }
}
