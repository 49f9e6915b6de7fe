//! The marks of pages that are not the document, which are data.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::analysis::page::Origin;

/// The marks of one kind of page.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Signs {
    #[serde(default)]
    pub source: Vec<String>,
    #[serde(default)]
    pub text: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Marks {
    pub bot_wall: Signs,
    pub login_wall: Signs,
    pub consent_wall: Signs,
    pub error_page: Signs,
    pub maintenance: Signs,
    pub script_page: Signs,
}

/// Empty only if the data file is broken; a test reads it.
pub(super) static MARKS: LazyLock<Marks> =
    LazyLock::new(|| toml::from_str(include_str!("../../lexicon/walls.toml")).unwrap_or_default());

/// The start of a page's source, in lower case.
pub(super) fn source_of(page: &Origin<'_>) -> String {
    String::from_utf8_lossy(page.source).to_ascii_lowercase()
}
