//! Is this a bot wall, login wall, error page, collapsed or wrong page?

use serde::{Deserialize, Serialize};

use crate::analysis::document::Document;
use crate::analysis::page::Page;

/// Why a page must not become a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suspicion {
    BotWall,
    LoginWall,
    ConsentWall,
    ErrorPage,
    Maintenance,
    TitleOnly,
    ScriptPage,
    OtherLanguage,
    Collapsed,
    OtherDocument,
}

/// What the history says a page should look like.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Lengths of the texts of the versions kept, in characters, oldest first.
    pub lengths: Vec<usize>,
    /// The newest version's document.
    pub last: Option<Document>,
}

/// Tells whether a page and its document look like something else than the document watched.
pub fn suspect(_page: &Page, _document: &Document, _history: &History) -> Option<Suspicion> {
    todo!()
}
