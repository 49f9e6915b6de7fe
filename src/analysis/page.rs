//! One response as received, and its bytes as text.

use std::borrow::Cow;

use chardetng::EncodingDetector;
use encoding_rs::Encoding;
use url::Url;

/// One response as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The address asked for.
    pub requested: Url,
    /// The address that answered, after redirects.
    pub address: Url,
    /// HTTP status code.
    pub status: u16,
    /// Header names in lower case, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body after content decoding (gzip, brotli, zstd).
    pub body: Vec<u8>,
}

impl Page {
    /// A page that came from a file, not from a server.
    pub fn from_file(address: Url, body: Vec<u8>) -> Self {
        Self {
            requested: address.clone(),
            address,
            status: 200,
            headers: Vec::new(),
            body,
        }
    }

    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What of a page tells whether it is the document.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'p> {
    /// The address asked for.
    pub requested: &'p Url,
    /// The address that answered.
    pub address: &'p Url,
    /// The beginning of the body.
    pub source: &'p [u8],
}

impl<'p> Origin<'p> {
    /// The part of a source in which marks are looked for.
    const BEGINNING: usize = 256 * 1024;

    /// `body`: or its beginning.
    pub fn new(requested: &'p Url, address: &'p Url, body: &'p [u8]) -> Self {
        Self {
            requested,
            address,
            source: &body[..body.len().min(Self::BEGINNING)],
        }
    }

    pub fn of(page: &'p Page) -> Self {
        Self::new(&page.requested, &page.address, &page.body)
    }
}

/// The body as text: byte order mark, then HTTP charset, then `<meta>`, then detection.
pub fn decode(page: &Page) -> Cow<'_, str> {
    let encoding = http_charset(page)
        .or_else(|| meta_charset(&page.body))
        .unwrap_or_else(|| detected(&page.body));
    // `decode` itself obeys a byte order mark first.
    encoding.decode(&page.body).0
}

fn http_charset(page: &Page) -> Option<&'static Encoding> {
    let (_, parameters) = page.header("content-type")?.split_once(';')?;
    let charset = parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then_some(value)
    })?;
    Encoding::for_label(charset.trim().trim_matches(['"', '\'']).as_bytes())
}

/// Bytes in which HTML's prescan looks for a declaration; the standard asks for 1024, but real pages
/// put scripts before it.
const PRESCAN: usize = 4096;

/// `<meta charset=…>`, `<meta … content="…; charset=…">` or `<?xml … encoding="…"?>`.
fn meta_charset(body: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&body[..body.len().min(PRESCAN)]).to_ascii_lowercase();
    let declared = head
        .match_indices("charset")
        .map(|(at, key)| (at, at + key.len()))
        .find_map(|(at, end)| {
            let tag = head[..at].rfind('<')?;
            head[tag..].starts_with("<meta").then(|| label(&head[end..]))?
        });
    let xml = || {
        let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
        label(declaration.split_once("encoding")?.1)
    };
    let encoding = Encoding::for_label(declared.or_else(xml)?.as_bytes())?;
    // A declaration that could be read as ASCII cannot be UTF-16 (HTML standard, 13.2.3.2).
    Some(if encoding.is_ascii_compatible() {
        encoding
    } else {
        encoding_rs::UTF_8
    })
}

/// The value behind an attribute's name.
fn label(rest: &str) -> Option<&str> {
    let value = rest
        .trim_start()
        .strip_prefix('=')?
        .trim_start()
        .trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| matches!(c, '"' | '\'' | '>' | ';' | '/') || c.is_whitespace())?;
    Some(&value[..end]).filter(|label| !label.is_empty())
}

fn detected(body: &[u8]) -> &'static Encoding {
    // The detector would weigh every encoding to say the same.
    if std::str::from_utf8(body).is_ok() {
        return encoding_rs::UTF_8;
    }
    let mut detector = EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(body, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(content_type: Option<&str>, body: &[u8]) -> Page {
        let address = Url::parse("https://shop.example/terms").expect("a URL");
        let mut page = Page::from_file(address, body.to_vec());
        page.headers
            .extend(content_type.map(|value| ("content-type".to_owned(), value.to_owned())));
        page
    }

    #[test]
    fn the_byte_order_mark_beats_the_header() {
        let page = page(Some("text/html; charset=windows-1252"), "\u{feff}für".as_bytes());
        assert_eq!(decode(&page), "für");
    }

    #[test]
    fn the_header_beats_the_meta_element() {
        let page = page(Some("text/html; Charset=\"iso-8859-1\""), b"<meta charset=utf-8>f\xfcr");
        assert_eq!(decode(&page), "<meta charset=utf-8>für");
    }

    #[test]
    fn meta_elements_old_and_new_and_xml_are_read() {
        for head in [
            "<meta charset=\"windows-1251\">",
            "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>",
            "<?xml version=\"1.0\" encoding=\"windows-1251\"?>",
        ] {
            let body = [head.as_bytes(), b"\xc4\xe0"].concat();
            assert_eq!(decode(&page(Some("text/html"), &body)), format!("{head}Да"));
        }
    }

    #[test]
    fn without_any_word_of_it_the_bytes_decide() {
        assert_eq!(
            decode(&page(None, "Erklärung für Nutzer".as_bytes())),
            "Erklärung für Nutzer"
        );
        let latin = b"Wir erkl\xe4ren f\xfcr alle Nutzer, da\xdf wir \xfcber Daten sprechen.";
        assert!(decode(&page(None, latin)).contains("erklären für alle Nutzer, daß"));
    }
}
