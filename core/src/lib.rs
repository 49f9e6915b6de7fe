//! The core of clausewatch: what the watchlist says, and what reads, compares and judges.
//!
//! A package of its own, because speed or size is chosen by package. The architecture is told in the package above.

pub mod analysis;
pub mod watchlist;
