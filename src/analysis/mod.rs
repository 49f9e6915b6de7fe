//! The pure core: from the bytes of a page to what a person must hear.
//!
//! Nothing here knows a clock, a disk, a network or async; every stage runs from the command line on files.

pub mod alert;
pub mod compare;
pub mod dates;
pub mod detect;
pub mod diff;
pub mod document;
pub mod extract;
pub mod lexicon;
pub mod page;
mod recall;
pub mod review;
pub mod segment;
mod sentence;
pub mod suspect;
