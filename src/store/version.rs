//! A version's row, its contents and its link of the chain.

use std::iter::once;

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;

use super::Fault;
use super::chain::{Sealed, SealedPage};
use super::coding::{Hash, from_hex, json, millis, small};
use super::content::NewPage;
use super::contents::{Contents, Id, stands_alone};
use super::record::PageMemory;
use super::text::StoredText;
use crate::analysis::detect::{Detection, Stance};
use crate::analysis::document::Document;

/// A version about to be written.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub watch: &'a str,
    pub number: u32,
    pub requested: DateTime<Utc>,
    pub recorded: DateTime<Utc>,
    /// Of its text, as people read it.
    pub characters: usize,
    pub detection: &'a Detection,
    pub rules: u64,
    /// Its pages were asked for whatever robots.txt says.
    pub robots_ignored: bool,
    pub snapshot: Snapshot<'a>,
    /// When its pages were read.
    pub memory: &'a [PageMemory],
}

impl Row<'_> {
    /// When a page was read that stands in for one that failed.
    fn stood_in(&self, page: &NewPage) -> Option<i64> {
        let memory = self
            .memory
            .iter()
            .find(|memory| memory.url == page.requested.as_str())?;
        memory.read.filter(|read| *read != self.requested).map(millis)
    }
}

/// What a version was read from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Snapshot<'a> {
    Pages {
        pages: &'a [NewPage],
        text: &'a StoredText,
    },
    /// A file of an archive; the commit is hexadecimal.
    Archived {
        commit: &'a str,
        body: &'a [u8],
    },
}

/// So many older versions are tried.
const FLAPS: u32 = 6;
/// So many of a service's other documents are tried.
const SIBLINGS: u32 = 8;

/// Findings by stance, as `status` shows them.
fn count(detection: &Detection, stance: Stance) -> u32 {
    let of_stance = |finding: &&crate::analysis::detect::Finding| finding.stance == stance;
    small(detection.findings.iter().filter(of_stance).count())
}

/// What a new version resembles: the one before it, else one of those before that (pages flap).
#[derive(Debug, Default)]
struct Older {
    link: Option<Hash>,
    documents: Vec<Id>,
    readings: Vec<Id>,
    detections: Vec<Id>,
}

pub(super) fn insert(contents: Contents<'_>, row: &Row<'_>) -> Result<(), Fault> {
    let older = older(contents, row)?;
    let (bodies, pages, commit) = bodies(contents, row, &older)?;
    let text = match row.snapshot {
        Snapshot::Pages { text, .. } => put_text(contents, text, &older)?,
        // What an archive recorded is a text already.
        Snapshot::Archived { body, .. } => Text {
            sha256: pages[0].body,
            id: bodies[0],
            size: body.len(),
            reading: None,
        },
    };
    let detection = detection(contents, row.detection, &older.detections, (text.id, text.size))?;
    let sealed = Sealed {
        watch: row.watch,
        number: row.number,
        requested: row.requested,
        recorded: row.recorded,
        text: text.sha256,
        pages,
        commit,
    };
    let of = |stance| count(row.detection, stance);
    let insert = "INSERT INTO versions (watch, number, requested, recorded, document, reading, detection, characters, lang, understood, \
        findings, claims, assurances, choices, restrictions, rules, link) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
    contents.connection.prepare_cached(insert)?.execute(rusqlite::params![
        row.watch,
        row.number,
        millis(row.requested),
        millis(row.recorded),
        text.id,
        text.reading,
        detection,
        small(row.characters),
        row.detection.lang,
        row.detection.understood,
        small(row.detection.findings.len()),
        of(Stance::Claim),
        of(Stance::Assurance),
        of(Stance::Choice),
        of(Stance::Restriction),
        row.rules.cast_signed(),
        sealed.link(older.link.as_ref()),
    ])?;
    if row.robots_ignored {
        let update = "UPDATE versions SET robots_ignored = 1 WHERE watch = ?1 AND number = ?2";
        contents
            .connection
            .prepare_cached(update)?
            .execute((row.watch, row.number))?;
    }
    insert_snapshot(contents, row, &sealed, &bodies)
}

/// A version's text, and what is read in it where that is something else.
struct Text {
    sha256: Hash,
    id: Id,
    size: usize,
    reading: Option<Id>,
}

fn put_text(contents: Contents<'_>, text: &StoredText, older: &Older) -> Result<Text, Fault> {
    let (id, sha256) = contents.put_content(&text.markdown, &older.documents, None)?;
    let put = |reading| contents.put_content(reading, &older.readings, Some(id));
    let reading = text.reading.as_ref().map(put).transpose()?;
    Ok(Text {
        sha256,
        id,
        size: text.markdown.size(),
        reading: reading.map(|(id, _)| id),
    })
}

/// Findings quote the text that they are of; a large one would be unpacked for a few sentences.
fn detection(
    contents: Contents<'_>,
    detection: &Detection,
    bases: &[Id],
    (text, size): (Id, usize),
) -> Result<Id, Fault> {
    let source = Some(text).filter(|_| !detection.findings.is_empty() && !stands_alone(size));
    Ok(contents.put(json(detection)?.as_bytes(), bases, source)?.0)
}

fn older(contents: Contents<'_>, row: &Row<'_>) -> Result<Older, Fault> {
    let sql = "SELECT link, document, detection, reading FROM versions WHERE watch = ?1 AND number < ?2 \
        ORDER BY number DESC LIMIT ?3";
    let mut statement = contents.connection.prepare_cached(sql)?;
    let mut rows = statement.query((row.watch, row.number, FLAPS))?;
    let mut older = Older::default();
    while let Some(row) = rows.next()? {
        older.link = match older.link {
            None => Some(row.get(0)?),
            link => link,
        };
        older.documents.push(row.get(1)?);
        older.detections.push(row.get(2)?);
        older.readings.extend(row.get::<_, Option<Id>>(3)?);
    }
    Ok(older)
}

type Bodies = (Vec<Id>, Vec<SealedPage>, Option<String>);

fn bodies(contents: Contents<'_>, row: &Row<'_>, older: &Older) -> Result<Bodies, Fault> {
    match row.snapshot {
        Snapshot::Archived { commit, body } => {
            let bases = if older.documents.is_empty() {
                let of_siblings =
                    "SELECT watch, number AS version, document AS body FROM versions WHERE commit_id IS NOT NULL";
                ids(contents, &siblings(of_siblings), [row.watch])?
            } else {
                older.documents.clone()
            };
            let (id, sha256) = contents.put(body, &bases, None)?;
            let page = SealedPage {
                requested: String::new(),
                address: String::new(),
                status: 0,
                headers: String::new(),
                body: sha256,
                read: None,
            };
            Ok((vec![id], vec![page], Some(commit.to_owned())))
        }
        Snapshot::Pages { pages, .. } => {
            let sql = "SELECT body FROM snapshots WHERE watch = ?1 AND position = ?2 AND version < ?3 ORDER BY version DESC LIMIT 2";
            let (mut bodies, mut sealed) = (Vec::new(), Vec::new());
            for (position, page) in (0_u32..).zip(pages) {
                let mut bases = ids(contents, sql, (row.watch, position, row.number))?;
                if bases.is_empty() {
                    bases = ids(
                        contents,
                        &siblings("SELECT watch, version, body FROM snapshots"),
                        [row.watch],
                    )?;
                }
                let (id, sha256) = contents.put_page(&page.body, &bases)?;
                bodies.push(id);
                sealed.push(SealedPage {
                    requested: page.requested.to_string(),
                    address: page.address.to_string(),
                    status: page.status,
                    headers: json(&page.headers)?,
                    body: sha256,
                    read: row.stood_in(page),
                });
            }
            Ok((bodies, sealed, None))
        }
    }
}

/// The first pages of the service's other documents, which have much in common: menus, scripts, clauses.
fn siblings(pages: &str) -> String {
    // '0' is the sign behind '/'.
    format!(
        "WITH service AS (SELECT substr(?1, 1, instr(?1, '/') - 1) AS name) \
         SELECT body FROM (SELECT body, min(version) FROM ({pages}), service \
         WHERE watch > name || '/' AND watch < name || '0' AND watch <> ?1 GROUP BY watch LIMIT {SIBLINGS})"
    )
}

fn ids(contents: Contents<'_>, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Id>, Fault> {
    let mut statement = contents.connection.prepare_cached(sql)?;
    let ids = statement.query_map(parameters, |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn insert_snapshot(contents: Contents<'_>, row: &Row<'_>, sealed: &Sealed<'_>, bodies: &[Id]) -> Result<(), Fault> {
    if let Snapshot::Archived { commit, .. } = row.snapshot {
        let commit = from_hex(commit).ok_or_else(|| Fault::Damaged(format!("no commit: {commit}")))?;
        let update = "UPDATE versions SET commit_id = ?3 WHERE watch = ?1 AND number = ?2";
        contents
            .connection
            .prepare_cached(update)?
            .execute((row.watch, row.number, commit))?;
        return Ok(());
    }
    let insert = "INSERT INTO snapshots (watch, version, position, requested, address, status, headers, body) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let mut statement = contents.connection.prepare_cached(insert)?;
    for ((position, page), body) in (0_u32..).zip(&sealed.pages).zip(bodies) {
        let (requested, address, headers) = (&page.requested, &page.address, &page.headers);
        statement.execute((
            row.watch,
            row.number,
            position,
            requested,
            address,
            page.status,
            headers,
            body,
        ))?;
        if let Some(read) = page.read {
            let stands_in = "INSERT INTO stand_ins (watch, version, position, read) VALUES (?1, ?2, ?3, ?4)";
            contents
                .connection
                .execute(stands_in, (row.watch, row.number, position, read))?;
        }
    }
    Ok(())
}

/// Today's rules read a version otherwise; what was recorded stays.
pub(super) fn reread(
    contents: Contents<'_>,
    watch: &str,
    number: u32,
    (document, detection, rules): (&Document, &Detection, u64),
) -> Result<(), Fault> {
    let sql = "SELECT document, detection FROM versions WHERE watch = ?1 AND number = ?2";
    let kept: Option<(Id, Id)> = contents
        .connection
        .query_row(sql, (watch, number), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((kept, before)) = kept else { return Ok(()) };
    let text = contents.get(kept)?;
    let reading = match str::from_utf8(&text).is_ok_and(|text| document.is_given_by(once(text.into()))) {
        true => None,
        false => Some(contents.put(json(document)?.as_bytes(), &[], Some(kept))?.0),
    };
    let detection_id = self::detection(contents, detection, &[before], (kept, text.len()))?;
    let of = |stance| count(detection, stance);
    let update = "UPDATE versions SET reading = ?3, detection = ?4, lang = ?5, understood = ?6, findings = ?7, claims = ?8, \
        assurances = ?9, choices = ?10, restrictions = ?11, rules = ?12 WHERE watch = ?1 AND number = ?2";
    contents.connection.execute(
        update,
        rusqlite::params![
            watch,
            number,
            reading,
            detection_id,
            detection.lang,
            detection.understood,
            small(detection.findings.len()),
            of(Stance::Claim),
            of(Stance::Assurance),
            of(Stance::Choice),
            of(Stance::Restriction),
            rules.cast_signed(),
        ],
    )?;
    Ok(())
}
