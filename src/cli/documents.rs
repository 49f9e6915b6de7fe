//! The documents there is something to say of: those watched, and those whose history was taken over.

use super::context::{Context, unknown};
use super::import::names;
use crate::store::Store;

/// A document, as people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub id: String,
    pub service: String,
    pub title: String,
    /// The page a person can open; none for a history that was taken over.
    pub url: Option<String>,
}

/// The documents that these names mean (ids or services); all of them without a name.
pub(super) fn documents(context: &Context, store: &Store, wanted: &[String]) -> Result<Vec<Known>, String> {
    let archived = store.archived_documents().map_err(|error| error.to_string())?;
    // Histories can be read without a watchlist.
    let watches = if archived.is_empty() || context.paths.watchlist.exists() {
        context.watchlist()?.watches
    } else {
        Vec::new()
    };
    let mut known: Vec<Known> = watches
        .iter()
        .map(|watch| Known {
            id: watch.id.clone(),
            service: watch.service.clone(),
            title: watch.title.clone(),
            url: watch.pages.first().map(ToString::to_string),
        })
        .collect();
    for document in archived {
        if known.iter().all(|other| other.id != document.watch) {
            let (service, title) = names(&document.path);
            known.push(Known {
                id: document.watch,
                service: service.to_owned(),
                title: title.to_owned(),
                url: None,
            });
        }
    }
    for name in wanted {
        if !known.iter().any(|known| known.is_meant(name)) {
            let ids: Vec<&str> = known.iter().map(|known| known.id.as_str()).collect();
            return Err(unknown(name, &ids));
        }
    }
    known.retain(|known| wanted.is_empty() || wanted.iter().any(|name| known.is_meant(name)));
    Ok(known)
}

impl Known {
    fn is_meant(&self, name: &str) -> bool {
        let service = self.id.split('/').next().unwrap_or_default();
        self.id == name || service == name.trim_end_matches('/') || self.service.eq_ignore_ascii_case(name)
    }
}
