//! Bytes on their way into the database and out of it.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Write};

use sha2::{Digest, Sha256};
use url::Url;
use zstd::stream::{read, write};

use super::Fault;
use super::coding::{Hash, QUICK_ALONE_LEVEL, WIDEST_WINDOW, pack_quickly, sha256, small, unpack};
use super::contents::stands_alone;
use crate::analysis::page::{Origin, Page};

/// Bytes as the database takes them and gives them. Those that stand on no others lie packed: a page of many megabytes
/// takes a fraction of the memory so, while it is read and judged.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Plain(Vec<u8>),
    Packed(Packed),
}

/// Bytes packed without their like.
#[derive(Debug, Clone)]
pub(super) struct Packed {
    pub sha256: Hash,
    /// Unpacked.
    pub size: u32,
    pub bytes: Vec<u8>,
}

impl Content {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        if !stands_alone(bytes.len()) {
            return Self::Plain(bytes);
        }
        match pack_quickly(&bytes, &[]) {
            Ok(packed) => Self::Packed(Packed {
                sha256: sha256(&bytes),
                size: small(bytes.len()),
                // It was made with room for bytes that no packing makes smaller.
                bytes: packed.into_boxed_slice().into_vec(),
            }),
            // It is told when they are written.
            Err(_) => Self::Plain(bytes),
        }
    }

    pub(super) fn bytes(&self) -> Result<Cow<'_, [u8]>, Fault> {
        match self {
            Self::Plain(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::Packed(packed) => Ok(Cow::Owned(unpack(&packed.bytes, &[], packed.size)?)),
        }
    }

    /// Unpacked.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Plain(bytes) => bytes.len(),
            Self::Packed(packed) => packed.size as usize,
        }
    }

    pub(super) fn sha256(&self) -> Hash {
        match self {
            Self::Plain(bytes) => sha256(bytes),
            Self::Packed(packed) => packed.sha256,
        }
    }
}

/// Packs what is written to it without ever holding it whole.
pub(super) struct Packer {
    encoder: write::Encoder<'static, Vec<u8>>,
    sha256: Sha256,
    size: usize,
}

impl Packer {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            encoder: write::Encoder::new(Vec::new(), QUICK_ALONE_LEVEL)?,
            sha256: Sha256::new(),
            size: 0,
        })
    }

    pub(super) fn finish(self) -> io::Result<Packed> {
        Ok(Packed {
            sha256: self.sha256.finalize().into(),
            size: small(self.size),
            bytes: self.encoder.finish()?,
        })
    }
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.encoder.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.size += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.encoder.flush()
    }
}

impl Packed {
    /// The text in it.
    pub(super) fn lines(&self) -> Result<Lines<'_>, Fault> {
        let mut decoder = read::Decoder::with_buffer(&*self.bytes).map_err(|error| unreadable(&error))?;
        decoder
            .window_log_max(WIDEST_WINDOW)
            .map_err(|error| unreadable(&error))?;
        Ok(Lines {
            reader: BufReader::new(decoder.take(self.size.into())),
            missing: self.size as usize,
            damage: None,
        })
    }
}

/// The lines of a packed text, so many bytes of them at a time.
const AT_A_TIME: usize = 64 * 1024;

pub(super) struct Lines<'p> {
    reader: BufReader<io::Take<read::Decoder<'static, &'p [u8]>>>,
    /// Bytes to come.
    missing: usize,
    damage: Option<Fault>,
}

impl Lines<'_> {
    /// Whether it was all, and sound.
    pub(super) fn end(self) -> Result<(), Fault> {
        match self.damage {
            Some(damage) => Err(damage),
            None if self.missing > 0 => Err(Fault::Damaged(format!("{} bytes are missing", self.missing))),
            None => Ok(()),
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Cow<'static, str>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut lines = Vec::with_capacity(2 * AT_A_TIME);
        while lines.len() < AT_A_TIME {
            match self.reader.read_until(b'\n', &mut lines) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    self.damage = Some(unreadable(&error));
                    return None;
                }
            }
        }
        self.missing -= lines.len();
        let lines = String::from_utf8(lines).unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into());
        (!lines.is_empty()).then_some(Cow::Owned(lines))
    }
}

fn unreadable(error: &io::Error) -> Fault {
    Fault::Damaged(format!("cannot decompress: {error}"))
}

/// A page as the database takes it.
#[derive(Debug)]
pub struct NewPage {
    pub(super) requested: Url,
    pub(super) address: Url,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Content,
    /// Of a packed body.
    beginning: Vec<u8>,
}

impl NewPage {
    pub fn of(page: Page) -> Self {
        let beginning = match stands_alone(page.body.len()) {
            true => Origin::of(&page).source.to_vec(),
            false => Vec::new(),
        };
        Self {
            requested: page.requested,
            address: page.address,
            status: page.status,
            headers: page.headers,
            body: Content::of(page.body),
            beginning,
        }
    }

    pub fn origin(&self) -> Origin<'_> {
        let source = match &self.body {
            Content::Plain(bytes) => bytes,
            Content::Packed(_) => &self.beginning,
        };
        Origin::new(&self.requested, &self.address, source)
    }
}
