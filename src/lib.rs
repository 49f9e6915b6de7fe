//! clausewatch reads the small print: it watches policies and terms, and tells when a service
//! gives itself the right to train AI with people's data.

pub mod analysis;
pub mod cli;
pub mod clock;
pub mod daemon;
pub mod deliver;
pub mod fetch;
pub mod render;
pub mod round;
pub mod schedule;
pub mod settings;
pub mod store;
pub mod watchlist;
