//! The language files as they are written.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::DeflateDecoder;

/// A language file: one that is shipped, packed by the build script, or a user's own.
#[derive(Debug, Clone, Hash)]
pub(super) enum Source {
    Shipped(&'static [u8]),
    Own(String),
}

impl Source {
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Own(text) => text.into(),
            Self::Shipped(packed) => {
                let mut text = String::new();
                // What the build script packed is whole.
                let _ = DeflateDecoder::new(*packed).read_to_string(&mut text);
                text.into()
            }
        }
    }
}

macro_rules! shipped {
    ($($code:literal),+ $(,)?) => {
        /// Codes and files of the languages that are shipped.
        pub(super) const SHIPPED: &[(&str, Source)] =
            &[$(($code, Source::Shipped(include_bytes!(concat!(env!("OUT_DIR"), "/", $code, ".toml.z"))))),+];
    };
}

shipped!(
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "ja", "ko", "lt", "lv", "mt",
    "nb", "nl", "pl", "pt", "ro", "sk", "sl", "sv", "tr", "uk", "zh"
);
