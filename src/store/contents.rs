//! The bytes of pages, documents and detections: each once, under its SHA-256, compressed against what it
//! resembles.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Fault;
use super::coding::{Hash, from_json, json, pack, pack_quickly, pack_thoroughly, sha256, small, unpack};
use super::content::{Content, Packed};

/// What reading one content may unpack in all, in bytes; beyond it a key frame starts anew.
const REACH: u64 = 6 * 1024 * 1024;
/// Bytes beyond which a content stands on no other.
const ALONE: usize = REACH as usize / 2;
/// Contents on the way to a key frame.
const DEEPEST: u32 = 64;
/// A content this many times smaller than its bytes found its like; no other base is tried.
const ALIKE: usize = 16;
/// And one this many times smaller is small enough: to pack it thoroughly takes five times the time.
const NEARLY_ALIKE: usize = 14;
/// Contents kept unpacked, whatever their size: those that the next ones are compressed against.
const RECENT: usize = 12;
/// And as many more as are on the way to a key frame, whose findings stand on the texts of that way; in bytes.
const WAY: usize = 8 * 1024 * 1024;
const LONGEST_WAY: usize = 4 * DEEPEST as usize;
/// What stays of them between two visits, in bytes: the next one is of another document, and its pages need the room.
const BETWEEN: usize = 1024 * 1024;

/// Row of a content.
pub(super) type Id = i64;

#[derive(Debug, Clone)]
struct Unpacked {
    id: Id,
    base: Option<Id>,
    depth: u32,
    bytes: Rc<Vec<u8>>,
}

/// The contents read or written last, unpacked.
#[derive(Debug, Default)]
pub(super) struct Recent(RefCell<VecDeque<Unpacked>>);

impl Recent {
    fn find(&self, id: Id) -> Option<Unpacked> {
        self.0.borrow().iter().find(|recent| recent.id == id).cloned()
    }

    fn remember(&self, unpacked: Unpacked) {
        let mut recent = self.0.borrow_mut();
        if recent.iter().any(|known| known.id == unpacked.id) {
            return;
        }
        recent.push_front(unpacked);
        let fitting = fitting(&recent, WAY).min(LONGEST_WAY);
        recent.truncate(fitting.max(RECENT));
    }

    /// Makes room at the end of a visit.
    pub(super) fn shrink(&self) {
        let mut recent = self.0.borrow_mut();
        let fitting = fitting(&recent, BETWEEN);
        recent.truncate(fitting);
    }

    /// A transaction that was rolled back gives its rows' numbers away again.
    pub(super) fn forget(&self) {
        self.0.borrow_mut().clear();
    }
}

/// How many of them take so many bytes.
fn fitting(recent: &VecDeque<Unpacked>, most: usize) -> usize {
    let mut bytes = 0;
    let fits = |known: &&Unpacked| {
        bytes += known.bytes.len();
        bytes <= most
    };
    recent.iter().take_while(fits).count()
}

/// The contents of a database.
#[derive(Clone, Copy)]
pub(super) struct Contents<'a> {
    pub connection: &'a Connection,
    pub recent: &'a Recent,
    pub effort: Effort,
}

/// How small contents are packed.
#[derive(Clone, Copy)]
pub(super) enum Effort {
    /// Nearly half of the time that a first visit took went into its last bytes.
    Visit,
    History,
}

impl<'a> Contents<'a> {
    pub(super) fn of_visit(connection: &'a Connection, recent: &'a Recent) -> Self {
        Self {
            connection,
            recent,
            effort: Effort::Visit,
        }
    }
}

impl Contents<'_> {
    /// Stores bytes, once, and gives their name with their id. `bases`: what they may resemble, the likeliest first; `source`: what they were made from.
    pub(super) fn put(&self, bytes: &[u8], bases: &[Id], source: Option<Id>) -> Result<(Id, Hash), Fault> {
        self.store(bytes, bases, source, bytes.len() <= BETWEEN)
    }

    /// As `put`.
    pub(super) fn put_content(&self, content: &Content, bases: &[Id], source: Option<Id>) -> Result<(Id, Hash), Fault> {
        match content {
            Content::Plain(bytes) => self.put(bytes, bases, source),
            Content::Packed(packed) => self.put_packed(packed),
        }
    }

    /// Stores the bytes of a page: nothing that its visit stores besides stands on them.
    pub(super) fn put_page(&self, body: &Content, bases: &[Id]) -> Result<(Id, Hash), Fault> {
        match body {
            Content::Plain(bytes) => self.store(bytes, bases, None, false),
            Content::Packed(packed) => self.put_packed(packed),
        }
    }

    fn put_packed(&self, packed: &Packed) -> Result<(Id, Hash), Fault> {
        let name = packed.sha256;
        let id = match self.find(&name)? {
            Some((id, true)) => id,
            Some((id, false)) => {
                self.bring_back(id, &packed.bytes)?;
                id
            }
            None => self.insert(&name, (None, None), 0, packed.size, &packed.bytes)?,
        };
        Ok((id, name))
    }

    /// Puts bytes in their place again that retention let go.
    fn bring_back(&self, id: Id, packed: &[u8]) -> Result<(), Fault> {
        let update = "UPDATE contents SET base = NULL, source = NULL, depth = 0, packed = ?2 WHERE id = ?1";
        self.connection.prepare_cached(update)?.execute((id, packed))?;
        Ok(())
    }

    fn insert(
        &self,
        name: &Hash,
        (base, source): (Option<Id>, Option<Id>),
        depth: u32,
        size: u32,
        packed: &[u8],
    ) -> Result<Id, Fault> {
        let insert = "INSERT INTO contents (sha256, base, source, depth, size, packed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.connection
            .prepare_cached(insert)?
            .execute((name, base, source, depth, size, packed))?;
        Ok(self.connection.last_insert_rowid())
    }

    fn store(&self, bytes: &[u8], bases: &[Id], source: Option<Id>, is_remembered: bool) -> Result<(Id, Hash), Fault> {
        let name = sha256(bytes);
        if let Some((id, is_there)) = self.find(&name)? {
            if !is_there {
                self.bring_back(id, &pack(bytes, &[])?)?;
            }
            return Ok((id, name));
        }
        let source = source.map(|id| self.unpacked(id)).transpose()?;
        let source = source.filter(|source| is_near(source.depth, bytes.len()));
        let (base, packed) = self.smallest(bytes, bases, source.as_ref())?;
        let below = base.as_ref().into_iter().chain(&source);
        let depth = below.map(|below| below.depth + 1).max().unwrap_or_default();
        let base = base.map(|base| base.id);
        let below = (base, source.map(|source| source.id));
        let id = self.insert(&name, below, depth, small(bytes.len()), &packed)?;
        if is_remembered {
            self.recent.remember(Unpacked {
                id,
                base,
                depth,
                bytes: Rc::new(bytes.to_vec()),
            });
        }
        Ok((id, name))
    }

    /// Bytes packed, and the base that they resemble the most.
    fn smallest(
        &self,
        bytes: &[u8],
        bases: &[Id],
        source: Option<&Unpacked>,
    ) -> Result<(Option<Unpacked>, Vec<u8>), Fault> {
        let mut best: Option<(Vec<u8>, Unpacked)> = None;
        let is_smaller = |packed: &[u8], times: usize| packed.len() * times < bytes.len();
        for base in bases {
            let Some(base) = self.footing(*base, bytes.len())? else {
                continue;
            };
            let packed = pack_quickly(bytes, &prefix(source, Some(&base)))?;
            let is_found = is_smaller(&packed, ALIKE);
            if best.as_ref().is_none_or(|(least, _)| packed.len() < least.len()) {
                best = Some((packed, base));
            }
            if is_found {
                break;
            }
        }
        let (quick, base) = best.unzip();
        let prefix = || prefix(source, base.as_ref());
        let packed = match (self.effort, quick) {
            (Effort::Visit, Some(quick)) => quick,
            (Effort::Visit, None) => pack_quickly(bytes, &prefix())?,
            (Effort::History, Some(quick)) if is_smaller(&quick, NEARLY_ALIKE) => pack(bytes, &prefix())?,
            (Effort::History, _) => pack_thoroughly(bytes, &prefix())?,
        };
        Ok((base, packed))
    }

    /// What a content of this size may stand on: the base, or halfway down to its key frame where too much stands
    /// between the two; nothing where that was let go.
    fn footing(&self, base: Id, size: usize) -> Result<Option<Unpacked>, Fault> {
        let unpacked = |id| match self.unpacked(id) {
            Err(Fault::LetGo) => Ok(None),
            unpacked => unpacked.map(Some),
        };
        let mut footing = unpacked(base)?;
        if footing.as_ref().is_some_and(|base| !is_near(base.depth, size)) {
            while let Some(base) = footing.as_ref().filter(|base| !is_near(2 * base.depth, size)) {
                footing = base.base.map(unpacked).transpose()?.flatten();
            }
        }
        Ok(footing)
    }

    /// The bytes of a content.
    pub(super) fn get(&self, id: Id) -> Result<Rc<Vec<u8>>, Fault> {
        Ok(self.unpacked(id)?.bytes)
    }

    /// The bytes of a content; packed where they stand alone.
    pub(super) fn content(&self, id: Id) -> Result<Content, Fault> {
        let sql = "SELECT sha256, size, packed FROM contents WHERE id = ?1 AND size > ?2 AND packed IS NOT NULL \
            AND base IS NULL AND source IS NULL";
        let packed = self
            .connection
            .prepare_cached(sql)?
            .query_row((id, small(ALONE)), |row| {
                Ok(Packed {
                    sha256: row.get(0)?,
                    size: row.get(1)?,
                    bytes: row.get(2)?,
                })
            })
            .optional()?;
        match packed {
            Some(packed) => Ok(Content::Packed(packed)),
            None => Ok(Content::Plain(self.get(id)?.to_vec())),
        }
    }

    /// Drops the bytes of contents; what was compressed against them is compressed anew against what they stood on.
    pub(super) fn let_go(&self, gone: &BTreeSet<Id>) -> Result<(), Fault> {
        let stand: BTreeMap<Id, (Option<Id>, Option<Id>)> = self
            .connection
            .prepare("SELECT id, base, source FROM contents WHERE base IS NOT NULL OR source IS NOT NULL")?
            .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
            .collect::<Result<_, _>>()?;
        let below = |id: Id| stand.get(&id).and_then(|(base, _)| *base);
        let kept = |id: Option<Id>| std::iter::successors(id, |id| below(*id)).find(|id| !gone.contains(id));
        let update = "UPDATE contents SET base = ?2, source = ?3, packed = ?4 WHERE id = ?1";
        for (id, (base, source)) in &stand {
            let is_let_down = base.iter().chain(source).any(|below| gone.contains(below));
            if gone.contains(id) || !is_let_down {
                continue;
            }
            let bytes = self.get(*id)?;
            let (base, source) = (kept(*base), kept(*source));
            let below = |id: Option<Id>| id.map(|id| self.unpacked(id)).transpose();
            let packed = pack(&bytes, &prefix(below(source)?.as_ref(), below(base)?.as_ref()))?;
            self.connection
                .prepare_cached(update)?
                .execute((id, base, source, packed))?;
        }
        let drop = "UPDATE contents SET base = NULL, source = NULL, packed = NULL WHERE id = ?1";
        for id in gone {
            self.connection.prepare_cached(drop)?.execute([id])?;
        }
        Ok(())
    }

    /// The bytes that something outside stands on.
    pub(super) fn below(&self, base: Option<Id>) -> Result<Rc<Vec<u8>>, Fault> {
        base.map_or_else(|| Ok(Rc::default()), |base| self.get(base))
    }

    /// Size and bytes of a value that resembles a content.
    pub(super) fn pack_json<T: Serialize>(&self, value: &T, base: Option<Id>) -> Result<(u32, Vec<u8>), Fault> {
        let text = json(value)?;
        Ok((small(text.len()), pack_quickly(text.as_bytes(), &self.below(base)?)?))
    }

    /// What `pack_json` was given.
    pub(super) fn packed_json<T: DeserializeOwned>(
        &self,
        (size, packed): (u32, Vec<u8>),
        base: Option<Id>,
    ) -> Result<T, Fault> {
        from_json(&unpack(&packed, &self.below(base)?, size)?)
    }

    fn find(&self, name: &Hash) -> Result<Option<(Id, bool)>, Fault> {
        let sql =
            "SELECT id, packed IS NOT NULL FROM contents WHERE substr(sha256, 1, 8) = substr(?1, 1, 8) AND sha256 = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement
            .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }

    fn unpacked(&self, id: Id) -> Result<Unpacked, Fault> {
        if let Some(recent) = self.recent.find(id) {
            return Ok(recent);
        }
        let sql = "SELECT base, source, depth, size, packed FROM contents WHERE id = ?1";
        type Row = (Option<Id>, Option<Id>, u32, u32, Option<Vec<u8>>);
        let row: Option<Row> = self
            .connection
            .prepare_cached(sql)?
            .query_row([id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })
            .optional()?;
        let Some((base, source, depth, size, packed)) = row else {
            return Err(Fault::Damaged(format!("content {id} is missing")));
        };
        let packed = packed.ok_or(Fault::LetGo)?;
        // What is read before must have been written before: no damage makes this run in circles.
        if base.is_some_and(|base| base >= id) || source.is_some_and(|source| source >= id) {
            return Err(Fault::Damaged(format!("content {id} has no sound base")));
        }
        // The base first: on the way up from the key frame each source stands on one just read.
        let below = base.map(|base| self.unpacked(base)).transpose()?;
        let source = source.map(|source| self.unpacked(source)).transpose()?;
        let bytes = unpack(&packed, &prefix(source.as_ref(), below.as_ref()), size)?;
        let unpacked = Unpacked {
            id,
            base,
            depth,
            bytes: Rc::new(bytes),
        };
        // What is longer is read by itself, and would lie beside the page that it is compared with.
        if unpacked.bytes.len() <= BETWEEN {
            self.recent.remember(unpacked.clone());
        }
        Ok(unpacked)
    }
}

/// Whether a content of this size stands on no other.
pub(super) fn stands_alone(size: usize) -> bool {
    size > ALONE
}

/// Whether a content of this size may stand on one of that depth.
fn is_near(depth: u32, size: usize) -> bool {
    let unpacked = (u64::from(depth) + 2).saturating_mul(size as u64);
    depth < DEEPEST && unpacked <= REACH
}

/// The likeliest last: near matches cost the least.
fn prefix<'a>(source: Option<&'a Unpacked>, base: Option<&'a Unpacked>) -> Cow<'a, [u8]> {
    match (source, base) {
        (None, None) => Cow::default(),
        (Some(one), None) | (None, Some(one)) => Cow::Borrowed(&one.bytes),
        (Some(source), Some(base)) => Cow::Owned([source.bytes.as_slice(), &base.bytes].concat()),
    }
}
