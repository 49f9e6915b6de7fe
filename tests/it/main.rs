//! End to end, on real parts.

mod browser;
mod units;
