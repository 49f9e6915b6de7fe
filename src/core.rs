//! The core of clausewatch: what the watchlist says, and what reads, compares and judges.
//!
//! A package of its own, `core/Cargo.toml`, because speed or size is chosen by package; its rooms lie beside the others.
//! The architecture is told in `lib.rs`.

#![forbid(unsafe_code)]

pub mod analysis;
pub mod watchlist;
