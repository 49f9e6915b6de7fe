//! How values lie in columns.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::Fault;

/// Policies shrink to a fifth; higher levels cost time and win little.
const LEVEL: i32 = 6;
/// What a stored value may unpack to; pages are far smaller when they are stored.
const UNPACKED: usize = 256 * 1024 * 1024;

pub(super) fn millis(time: DateTime<Utc>) -> i64 {
    time.timestamp_millis()
}

pub(super) fn time(millis: i64) -> Result<DateTime<Utc>, Fault> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| Fault::Damaged(format!("no time: {millis}")))
}

pub(super) fn times(millis: Option<i64>) -> Result<Option<DateTime<Utc>>, Fault> {
    millis.map(time).transpose()
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn pack(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    zstd::bulk::compress(bytes, LEVEL).map_err(|error| Fault::Damaged(format!("cannot compress: {error}")))
}

pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, Fault> {
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
    let size = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(UNPACKED);
    zstd::bulk::decompress(packed, size.min(UNPACKED))
        .map_err(|error| Fault::Damaged(format!("cannot decompress: {error}")))
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Damaged(format!("cannot be written: {error}")))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Damaged(error.to_string()))
}

pub(super) fn packed_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    pack(json(value)?.as_bytes())
}

pub(super) fn from_packed_json<T: DeserializeOwned>(packed: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(&unpack(packed)?).map_err(|error| Fault::Damaged(error.to_string()))
}
