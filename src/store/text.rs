//! The text of a version, as the database holds it.

use std::borrow::Cow;
use std::io;
use std::iter::once;
use std::path::PathBuf;

use super::coding::from_json;
use super::content::{Content, Packer};
use super::contents::stands_alone;
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
    pub fn of(document: &Document) -> io::Result<Self> {
        let characters = document.length();
        let (markdown, reading) = match stands_alone(characters) {
            true => large(document)?,
            false => usual(document)?,
        };
        Ok(Self {
            markdown,
            reading,
            characters,
        })
    }
}

fn usual(document: &Document) -> io::Result<(Content, Option<Content>)> {
    let markdown = document.to_markdown();
    let is_whole = document.is_given_by(once(markdown.as_str().into()));
    let reading = (!is_whole).then(|| serde_json::to_vec(document)).transpose()?;
    Ok((Content::of(markdown.into_bytes()), reading.map(Content::of)))
}

/// Its text would be as large as the document, and lie beside it.
fn large(document: &Document) -> io::Result<(Content, Option<Content>)> {
    let mut markdown = Packer::new()?;
    document.write_markdown(&mut markdown)?;
    let markdown = markdown.finish()?;
    let is_whole = markdown.lines().is_ok_and(|lines| document.is_given_by(lines));
    let reading = (!is_whole).then(|| {
        let mut json = Packer::new()?;
        serde_json::to_writer(&mut json, document)?;
        json.finish()
    });
    Ok((Content::Packed(markdown), reading.transpose()?.map(Content::Packed)))
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
        if self.is_reading {
            return from_json(&self.content.bytes()?);
        }
        match &self.content {
            Content::Packed(packed) => {
                let mut lines = packed.lines()?;
                let document = Document::from_markdown_lines(&mut lines);
                lines.end().map(|()| document.titled())
            }
            Content::Plain(text) => {
                // `from_utf8_lossy` takes ten times as long to find that all is well.
                let text = str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed);
                Ok(Document::from_markdown(&text).titled())
            }
        }
    }
}
