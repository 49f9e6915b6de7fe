//! How values lie in columns.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use zstd::zstd_safe::{CCtx, CParameter, DCtx, DParameter, get_error_name};

use super::Fault;

/// With its like as prefix, higher levels cost five times the time and win three bytes in a hundred; a search twice as
/// long as the level's own wins two for next to nothing.
const USUAL: &[CParameter] = &[CParameter::CompressionLevel(10), CParameter::SearchLog(6)];
/// A fifth of the time for one byte in ten more: what a visit waits for, and what tells of several the likest. The level
/// below is as fast again, but loses its place in long pages: a history of them becomes a third larger.
const QUICK: &[CParameter] = &[CParameter::CompressionLevel(3)];
/// Without its like, the level below is a tenth faster in a first check, for two bytes in a hundred.
pub(super) const QUICK_ALONE_LEVEL: i32 = 2;
const QUICK_ALONE: &[CParameter] = &[CParameter::CompressionLevel(QUICK_ALONE_LEVEL)];
/// What resembles nothing makes two thirds of a history: there it wins seven in a hundred. Content with a match of 48
/// bytes it looks for no longer one, which takes a fifth of the time away.
const THOROUGH: &[CParameter] = &[CParameter::CompressionLevel(17), CParameter::TargetLength(48)];
/// Bytes that are packed thoroughly in some hundredths of a second; of pages, which are longer, it wins three in a hundred.
const SOON: usize = 192 * 1024;
/// Windows are as wide as the prefix and the text together, within what zstd accepts.
const WINDOWS: std::ops::RangeInclusive<u32> = 10..=WIDEST_WINDOW;
pub(super) const WIDEST_WINDOW: u32 = 30;

/// What a stored value may unpack to; pages are far smaller when they are stored.
const LARGEST: u32 = 256 * 1024 * 1024;

/// SHA-256 as it is stored.
pub(super) type Hash = [u8; 32];

pub(super) fn millis(time: DateTime<Utc>) -> i64 {
    time.timestamp_millis()
}

pub(super) fn time(millis: i64) -> Result<DateTime<Utc>, Fault> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| Fault::Damaged(format!("no time: {millis}")))
}

pub(super) fn times(millis: Option<i64>) -> Result<Option<DateTime<Utc>>, Fault> {
    millis.map(time).transpose()
}

pub(super) fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of a hexadecimal number; `None` where it is none.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |sign: u8| char::from(sign).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

fn window(prefix: &[u8], size: usize) -> u32 {
    let whole = (prefix.len() + size).max(1);
    (usize::BITS - whole.leading_zeros()).clamp(*WINDOWS.start(), *WINDOWS.end())
}

/// Compresses what will be read again with the same prefix.
pub(super) fn pack(bytes: &[u8], prefix: &[u8]) -> Result<Vec<u8>, Fault> {
    pack_with(USUAL, bytes, prefix)
}

/// The same, in a fifth of the time.
pub(super) fn pack_quickly(bytes: &[u8], prefix: &[u8]) -> Result<Vec<u8>, Fault> {
    let effort = if prefix.is_empty() { QUICK_ALONE } else { QUICK };
    pack_with(effort, bytes, prefix)
}

/// The same, as small as a history that comes in once can wait for.
pub(super) fn pack_thoroughly(bytes: &[u8], prefix: &[u8]) -> Result<Vec<u8>, Fault> {
    let effort = if bytes.len() > SOON { USUAL } else { THOROUGH };
    pack_with(effort, bytes, prefix)
}

fn pack_with(effort: &[CParameter], bytes: &[u8], prefix: &[u8]) -> Result<Vec<u8>, Fault> {
    let failed = |code| Fault::Damaged(format!("cannot compress: {}", get_error_name(code)));
    let mut context = CCtx::create();
    for parameter in effort {
        context.set_parameter(*parameter).map_err(failed)?;
    }
    context
        .set_parameter(CParameter::WindowLog(window(prefix, bytes.len())))
        .map_err(failed)?;
    context.ref_prefix(prefix).map_err(failed)?;
    let mut packed = Vec::with_capacity(zstd::zstd_safe::compress_bound(bytes.len()));
    context.compress2(&mut packed, bytes).map_err(failed)?;
    Ok(packed)
}

/// A count or size as a column holds it.
pub(super) fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What `pack` was given, `size` bytes of it.
pub(super) fn unpack(packed: &[u8], prefix: &[u8], size: u32) -> Result<Vec<u8>, Fault> {
    if size > LARGEST {
        return Err(Fault::Damaged(format!("no size: {size}")));
    }
    let size = size as usize;
    let failed = |code| Fault::Damaged(format!("cannot decompress: {}", get_error_name(code)));
    let mut context = DCtx::create();
    context
        .set_parameter(DParameter::WindowLogMax(*WINDOWS.end()))
        .map_err(failed)?;
    context.ref_prefix(prefix).map_err(failed)?;
    let mut bytes = Vec::with_capacity(size);
    context.decompress(&mut bytes, packed).map_err(failed)?;
    if bytes.len() != size {
        return Err(Fault::Damaged(format!(
            "{} bytes where {size} were stored",
            bytes.len()
        )));
    }
    Ok(bytes)
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Damaged(format!("cannot be written: {error}")))
}

/// Size and bytes of a value that stands on no other.
pub(super) fn pack_json<T: Serialize>(value: &T) -> Result<(u32, Vec<u8>), Fault> {
    let text = json(value)?;
    Ok((small(text.len()), pack_quickly(text.as_bytes(), &[])?))
}

/// What `pack_json` was given.
pub(super) fn packed_json<T: DeserializeOwned>((size, packed): (u32, Vec<u8>)) -> Result<T, Fault> {
    from_json(&unpack(&packed, &[], size)?)
}

pub(super) fn from_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(text).map_err(|error| Fault::Damaged(error.to_string()))
}
