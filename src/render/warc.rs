//! Pages as a WARC file (ISO 28500:2017), which web archives and their tools read.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use crate::analysis::page::Page;

/// A version to be written: its pages as received, and the text read from them.
#[derive(Debug)]
pub struct Archived<'a> {
    /// Names the version among all: the link of its chain, hex.
    pub name: &'a str,
    pub requested: DateTime<Utc>,
    /// With the time of the visit that read each: one that failed stands as it was read before.
    pub pages: Vec<(DateTime<Utc>, &'a Page)>,
    /// The document as Markdown.
    pub markdown: &'a str,
}

/// What was decoded on receipt, or no longer fits the body that is kept.
const OF_THE_WIRE: [&str; 3] = ["content-encoding", "transfer-encoding", "content-length"];

/// The records of a WARC file: a head, then for each version its pages as `response` (or `resource`, where no server answered) and the
/// text as `conversion`.
pub fn warc(software: &str, written: DateTime<Utc>, versions: &[Archived<'_>]) -> Vec<Vec<u8>> {
    let head = format!("software: {software}\r\nformat: WARC File Format 1.1\r\n");
    let mut records = Vec::new();
    let info = [("Content-Type", "application/warc-fields".to_owned())];
    let name = id("warcinfo", &written.to_rfc3339(), 0);
    records.push(record("warcinfo", &name, written, &info, head.as_bytes()));
    for version in versions {
        let mut first = None;
        for (position, (read, page)) in version.pages.iter().enumerate() {
            let id = id("page", version.name, position);
            let (kind, content_type, block) = if page.address.scheme().starts_with("http") {
                ("response", "application/http; msgtype=response".to_owned(), http(page))
            } else {
                let content_type = page.header("content-type").unwrap_or("application/octet-stream");
                ("resource", content_type.to_owned(), page.body.clone())
            };
            let fields = [
                ("WARC-Target-URI", page.address.to_string()),
                ("WARC-Payload-Digest", digest(&page.body)),
                ("Content-Type", content_type),
            ];
            records.push(record(kind, &id, *read, &fields, &block));
            first.get_or_insert((id, page.address.to_string()));
        }
        let Some((source, address)) = first else { continue };
        let fields = [
            ("WARC-Target-URI", address),
            ("WARC-Refers-To", source),
            ("WARC-Payload-Digest", digest(version.markdown.as_bytes())),
            ("Content-Type", "text/markdown; charset=utf-8".to_owned()),
        ];
        let id = id("text", version.name, 0);
        let text = version.markdown.as_bytes();
        records.push(record("conversion", &id, version.requested, &fields, text));
    }
    records
}

fn record(kind: &str, id: &str, date: DateTime<Utc>, fields: &[(&str, String)], block: &[u8]) -> Vec<u8> {
    let date = date.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut head = format!("WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Date: {date}\r\n");
    for (name, value) in fields {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!(
        "WARC-Block-Digest: {}\r\nContent-Length: {}\r\n\r\n",
        digest(block),
        block.len()
    ));
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// The answer as a server would have sent the body that is kept.
fn http(page: &Page) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} \r\n", page.status);
    for (name, value) in &page.headers {
        let prefix = if OF_THE_WIRE.contains(&name.as_str()) {
            "x-archive-orig-"
        } else {
            ""
        };
        head.push_str(&format!("{prefix}{name}: {}\r\n", value.replace(['\r', '\n'], " ")));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", page.body.len()));
    [head.as_bytes(), &page.body].concat()
}

/// The same record has the same name in every export.
fn id(kind: &str, name: &str, position: usize) -> String {
    let digest = Sha256::digest(format!("{kind}\n{name}\n{position}"));
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // RFC 9562, version 8: made by a rule of our own.
    let parts = [&hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..]];
    format!(
        "<urn:uuid:{}-{}-8{}-8{}-{}>",
        parts[0], parts[1], parts[2], parts[3], parts[4]
    )
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", base32(&Sha256::digest(bytes)))
}

/// RFC 4648 with padding, as WARC tools write digests.
fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for group in bytes.chunks(5) {
        let bits = (0..5).fold(0_u64, |bits, at| {
            bits << 8 | u64::from(group.get(at).copied().unwrap_or(0))
        });
        let used = (group.len() * 8).div_ceil(5);
        for at in 0..8 {
            let index = usize::try_from(bits >> (35 - 5 * at) & 31).unwrap_or_default();
            text.push(if at < used { char::from(ALPHABET[index]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn base32_is_that_of_the_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY======"),
            ("foob", "MZXW6YQ="),
            ("foobar", "MZXW6YTBOI======"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn a_compressed_answer_is_kept_as_the_body_that_is_there() {
        let mut page = Page::from_file(Url::parse("https://shop.example/").unwrap(), b"<p>Hello".to_vec());
        page.headers = vec![
            ("content-encoding".into(), "gzip".into()),
            ("x-note".into(), "a\r\nSet-Cookie: b".into()),
        ];
        let answer = String::from_utf8(http(&page)).unwrap();
        assert_eq!(
            answer,
            "HTTP/1.1 200 \r\nx-archive-orig-content-encoding: gzip\r\nx-note: a  Set-Cookie: b\r\ncontent-length: 8\r\n\r\n<p>Hello"
        );
    }
}
