//! Why a page was not read.

use std::time::Duration;

use crate::analysis::extract::ExtractError;
use crate::analysis::suspect::Suspicion;
use crate::fetch::{FailureKind, FetchError};

/// Why a page, or a watch, was not read.
#[derive(Debug, Clone, Default)]
pub(in crate::round) struct Trouble {
    /// What happened, where, and what to do.
    pub what: String,
    /// The host that asks to be left alone, and for how long.
    pub rest: Option<(String, Duration)>,
    /// No server was reached.
    pub unreached: bool,
    /// The server says that there is no such page.
    pub gone: bool,
    /// The server turns away what is no browser.
    pub may_need_browser: bool,
    /// There is a page, and it is not the document.
    pub suspicion: Option<Suspicion>,
    /// SHA-256 of what was read of the suspect pages, and for how many visits it has stood.
    pub doubted: Option<(String, u32)>,
}

impl Trouble {
    pub(in crate::round) fn new(what: String) -> Self {
        Self {
            what,
            ..Self::default()
        }
    }

    /// The same, with what became of the page.
    pub(super) fn but(self, outcome: &str) -> Self {
        Self {
            what: format!("{}; {outcome}", self.what),
            ..self
        }
    }

    /// Several as one; nothing for none.
    pub(super) fn all(troubles: Vec<Self>) -> Option<Self> {
        troubles.into_iter().reduce(|whole, other| Self {
            what: if whole.what.contains(&other.what) {
                whole.what
            } else {
                format!("{}; {}", whole.what, other.what)
            },
            rest: whole.rest.or(other.rest),
            unreached: whole.unreached && other.unreached,
            gone: whole.gone && other.gone,
            may_need_browser: whole.may_need_browser || other.may_need_browser,
            // One that a browser may end comes first.
            suspicion: [other.suspicion, whole.suspicion]
                .into_iter()
                .flatten()
                .max_by_key(|suspicion| suspicion.may_need_browser()),
            doubted: whole.doubted.or(other.doubted),
        })
    }
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Self {
        Self {
            what: error.to_string(),
            rest: error.rest(),
            unreached: error.unreached,
            gone: error.kind == FailureKind::Gone,
            may_need_browser: error.may_need_browser,
            ..Self::default()
        }
    }
}

impl From<ExtractError> for Trouble {
    fn from(error: ExtractError) -> Self {
        Self::new(error.to_string())
    }
}
