//! What was made of the texts of one document, for the next one: versions share nearly all of their texts.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// So many bytes of a document's texts are remembered.
const REMEMBERED: usize = 1024 * 1024;

/// Values by the texts that they were made of, in this document and in the one before.
#[derive(Debug)]
pub(crate) struct Recall<T> {
    room: usize,
    bytes: usize,
    now: HashMap<String, Arc<T>, RandomState>,
    before: HashMap<String, Arc<T>, RandomState>,
}

impl<T> Recall<T> {
    /// Remembers one document.
    pub(crate) fn new() -> Self {
        Self::with_room(REMEMBERED)
    }

    /// Remembers nothing.
    pub(crate) fn none() -> Self {
        Self::with_room(0)
    }

    fn with_room(room: usize) -> Self {
        Self {
            room,
            bytes: 0,
            now: HashMap::default(),
            before: HashMap::default(),
        }
    }

    /// Another document begins.
    pub(crate) fn turn(&mut self) {
        self.bytes = 0;
        self.before = std::mem::take(&mut self.now);
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::with_room(self.room);
    }

    pub(crate) fn get(&mut self, text: &str, make: impl FnOnce() -> T) -> Arc<T> {
        self.get_if(text, |_| true, make)
    }

    /// The value of a text, made where there is none that `fits`.
    pub(crate) fn get_if(&mut self, text: &str, fits: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> Arc<T> {
        if let Some(known) = self.now.get(text).filter(|known| fits(known)) {
            return Arc::clone(known);
        }
        let (key, value) = match self.before.remove_entry(text) {
            Some((key, known)) if fits(&known) => (Some(key), known),
            _ => (None, Arc::new(make())),
        };
        if self.bytes < self.room {
            self.bytes += text.len();
            self.now
                .insert(key.unwrap_or_else(|| text.to_owned()), Arc::clone(&value));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of documents, one after another, that had to be looked at.
    fn looked_at(recall: &mut Recall<usize>, documents: &[&[&str]]) -> Vec<String> {
        let mut looked_at = Vec::new();
        for texts in documents {
            recall.turn();
            for text in *texts {
                recall.get(text, || {
                    looked_at.push((*text).to_owned());
                    text.len()
                });
            }
        }
        looked_at
    }

    #[test]
    fn a_text_is_looked_at_once_until_a_document_is_without_it() {
        let documents: &[&[&str]] = &[&["a", "b", "a"], &["b", "c"], &["b", "a"]];
        assert_eq!(looked_at(&mut Recall::new(), documents), ["a", "b", "c", "a"]);
        assert_eq!(looked_at(&mut Recall::none(), &documents[..1]), ["a", "b", "a"]);
    }

    #[test]
    fn what_fits_no_more_is_made_again() {
        let mut recall = Recall::new();
        assert_eq!(*recall.get("a", || 1), 1);
        assert_eq!(*recall.get_if("a", |known| *known == 2, || 2), 2);
        recall.turn();
        assert_eq!(*recall.get_if("a", |known| *known == 3, || 3), 3);
        assert_eq!(*recall.get("a", || 4), 3);
    }

    #[test]
    fn a_document_without_end_is_not_remembered_whole() {
        let mut recall = Recall::new();
        let long = "long ".repeat(REMEMBERED / 5 + 1);
        assert_eq!(
            looked_at(&mut recall, &[&[&long, "b"], &[&long, "b"]]),
            [&long, "b", "b"]
        );
    }
}
