//! Bytes on their way into the database and out of it.

use std::borrow::Cow;

use url::Url;

use super::Fault;
use super::coding::{Hash, pack_quickly, sha256, small, unpack};
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

    pub(super) fn sha256(&self) -> Hash {
        match self {
            Self::Plain(bytes) => sha256(bytes),
            Self::Packed(packed) => packed.sha256,
        }
    }
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

    pub fn requested(&self) -> &Url {
        &self.requested
    }

    pub fn origin(&self) -> Origin<'_> {
        let source = match &self.body {
            Content::Plain(bytes) => bytes,
            Content::Packed(_) => &self.beginning,
        };
        Origin::new(&self.requested, &self.address, source)
    }
}
