//! The text of a version, as the database holds it.

use std::borrow::Cow;
use std::path::PathBuf;

use super::coding::from_json;
use super::content::Content;
use super::{Fault, StoreError, named};
use crate::analysis::document::Document;

/// A document to be written. To make it takes no database, and as long as all else that is written of a version.
#[derive(Debug)]
pub struct StoredText {
    pub(super) markdown: Content,
    /// The document as JSON, where its Markdown does not give it back.
    pub(super) reading: Option<Content>,
    /// As people read it.
    pub(super) characters: usize,
}

impl StoredText {
    /// # Errors
    /// A document that JSON cannot hold.
    pub fn of(document: &Document) -> Result<Self, serde_json::Error> {
        let markdown = document.to_markdown();
        let is_whole = document.is_given_by(&markdown);
        let markdown = Content::of(markdown.into_bytes());
        let reading = (!is_whole).then(|| serde_json::to_vec(document)).transpose()?;
        Ok(Self {
            markdown,
            reading: reading.map(Content::of),
            characters: document.length(),
        })
    }
}

/// What a version says, not read yet: that takes no database either.
#[derive(Debug)]
pub struct RecordedText {
    pub(super) content: Content,
    /// Of a document whose Markdown does not give it back: JSON.
    pub(super) is_reading: bool,
    /// The database.
    pub(super) path: PathBuf,
}

impl RecordedText {
    /// # Errors
    /// Damage.
    pub fn document(&self) -> Result<Document, StoreError> {
        self.read().map_err(|fault| named(&self.path, fault))
    }

    pub(super) fn read(&self) -> Result<Document, Fault> {
        let bytes = self.content.bytes()?;
        match self.is_reading {
            true => from_json(&bytes),
            false => Ok(document(&bytes)),
        }
    }
}

/// The document that a stored text says.
pub(super) fn document(text: &[u8]) -> Document {
    // `from_utf8_lossy` takes ten times as long to find that all is well.
    let text = str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed);
    Document::from_markdown(&text).titled()
}
