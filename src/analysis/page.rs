//! One response as received, and its bytes as text.

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

/// The body as text: byte order mark, then HTTP charset, then `<meta>`, then detection.
pub fn decode(_page: &Page) -> String {
    todo!()
}
