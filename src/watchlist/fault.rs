//! Faults of a watchlist, shown with file, line, the line with a mark under the fault, and the remedy.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// A file that was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) source: Arc<Source>,
    pub(super) span: Range<usize>,
}

impl Place {
    /// A part of the string written here, where its text is written as it is meant.
    pub(super) fn within(&self, meant: &str, part: Range<usize>) -> Self {
        let written = self.source.text.get(self.span.clone()).unwrap_or_default();
        let start = match written.find(meant) {
            Some(quote) if !meant.is_empty() => self.span.start + quote,
            _ => return self.clone(),
        };
        Self {
            source: Arc::clone(&self.source),
            span: start + part.start..start + part.end,
        }
    }

    fn line(&self) -> usize {
        let before = self.source.text.as_bytes().iter().take(self.span.start);
        before.filter(|byte| **byte == b'\n').count() + 1
    }
}

/// One thing that is wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    path: PathBuf,
    place: Option<Place>,
    what: String,
    remedy: String,
    /// Another place that belongs to it, and what it is.
    also: Option<(Place, &'static str)>,
}

impl Fault {
    pub(super) fn new(place: &Place, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            path: place.source.path.clone(),
            place: Some(place.clone()),
            what: what.into(),
            remedy: remedy.into(),
            also: None,
        }
    }

    /// A fault of a whole file, which could not be read.
    pub(super) fn of_file(path: &Path, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            place: None,
            what: what.into(),
            remedy: remedy.into(),
            also: None,
        }
    }

    pub(super) fn with(mut self, place: &Place, label: &'static str) -> Self {
        self.also = Some((place.clone(), label));
        self
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Counted from one; `None` when the whole file is meant.
    pub fn line(&self) -> Option<usize> {
        self.place.as_ref().map(Place::line)
    }

    pub fn what(&self) -> &str {
        &self.what
    }

    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    fn start(&self) -> usize {
        self.place.as_ref().map_or(0, |place| place.span.start)
    }

    fn group(&self) -> Group<'_> {
        let group = Group::with_title(Level::ERROR.primary_title(self.what.as_str()));
        let group = match &self.place {
            None => group.element(Origin::path(self.path.display().to_string())),
            Some(place) => {
                let snippet = |place: &Place| {
                    Snippet::source(place.source.text.clone()).path(place.source.path.display().to_string())
                };
                let primary = snippet(place).annotation(AnnotationKind::Primary.span(place.span.clone()));
                match &self.also {
                    None => group.element(primary),
                    Some((other, label)) => {
                        let note = AnnotationKind::Context.span(other.span.clone()).label(*label);
                        if other.source == place.source {
                            group.element(primary.annotation(note))
                        } else {
                            group.element(primary).element(snippet(other).annotation(note))
                        }
                    }
                }
            }
        };
        group.element(Level::HELP.message(self.remedy.as_str()))
    }
}

/// One line, for a log.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line() {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}; {}", self.what, self.remedy)
    }
}

/// All that is wrong with a watchlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// In the order they are written in, file by file as they were read.
    pub(super) fn new(mut faults: Vec<Fault>, read: &[PathBuf]) -> Self {
        let rank = |fault: &Fault| read.iter().position(|path| *path == fault.path);
        faults.sort_by_key(|fault| (rank(fault), fault.start()));
        faults.dedup();
        Self(faults)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// What a person reads: every fault with its line, a mark and the remedy.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let rendered: Vec<String> = self.iter().map(|fault| renderer.render(&[fault.group()])).collect();
        rendered.join("\n\n")
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Faults {}
