//! What a page is written in, told by its bytes first: servers and file names are often wrong.

use crate::analysis::page::Page;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// XHTML too.
    Html,
    Pdf,
    Markdown,
    Json,
    Plain,
}

/// Bytes in which a PDF's mark is looked for: readers allow rubbish before it.
const PDF_MARK_WITHIN: usize = 1024;

impl Format {
    pub(super) fn of(page: &Page, text: &str) -> Self {
        let start = &page.body[..page.body.len().min(PDF_MARK_WITHIN)];
        if start.windows(5).any(|bytes| bytes == b"%PDF-") {
            return Self::Pdf;
        }
        let declared = page.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let path = page.address.path().to_ascii_lowercase();
        if declared.starts_with("text/markdown") || path.ends_with(".md") && !looks_like_html(text) {
            return Self::Markdown;
        }
        let is_json = declared.starts_with("application/json") || text.trim_start().starts_with(['{', '[']);
        if is_json && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
            return Self::Json;
        }
        if !looks_like_html(text) && (declared.starts_with("text/plain") || !text.contains('<')) {
            return Self::Plain;
        }
        Self::Html
    }
}

fn looks_like_html(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let start: String = text.chars().take(200).collect::<String>().to_ascii_lowercase();
    [
        "<!doctype html",
        "<html",
        "<?xml",
        "<head",
        "<body",
        "<!--",
        "<div",
        "<p>",
    ]
    .iter()
    .any(|mark| start.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn bytes_outweigh_what_server_and_name_say() {
        for (path, declared, body, expected) in [
            ("/terms", "text/html", "%PDF-1.7 ...", Format::Pdf),
            ("/terms.md", "text/plain", "# Terms", Format::Markdown),
            ("/terms.md", "text/html", "<!doctype html><p>Terms", Format::Html),
            ("/api", "application/json", "{\"body\": \"<p>Terms\"}", Format::Json),
            (
                "/api",
                "text/html",
                "[] is a pair of brackets. <b>Bold</b>",
                Format::Html,
            ),
            ("/terms.txt", "text/plain", "TERMS\n\na < b", Format::Plain),
            ("/terms", "text/plain", "<html><p>Terms", Format::Html),
            (
                "/terms",
                "application/xhtml+xml",
                "<?xml version=\"1.0\"?><html/>",
                Format::Html,
            ),
        ] {
            let address = Url::parse("https://shop.example").unwrap().join(path).unwrap();
            let mut page = Page::from_file(address, body.as_bytes().to_vec());
            page.headers.push(("content-type".into(), declared.into()));
            assert_eq!(Format::of(&page, body), expected, "{path} {declared}");
        }
    }
}
