//! clausewatch reads the small print: it watches policies and terms, keeps every version, and tells
//! when a service gives itself the right to train AI with people's data, weakens a promise, or changes
//! the means to object.
//!
//! # Map
//!
//! Fetching, keeping and telling are the shell; reading, comparing and judging are pure functions from
//! text to findings, in [`analysis`]. Every stage of the core runs from the command line on files
//! (`extract`, `detect`, `compare`).
//!
//! | room | what it does | may use |
//! |---|---|---|
//! | [`watchlist`] | `watchlist.toml` to [`watchlist::Watchlist`]; faults with line, mark and remedy | nothing of ours |
//! | [`clock`] | the only reader of the clock | nothing of ours |
//! | [`settings`] | paths, limits, secrets; the only reader of the environment | watchlist |
//! | [`schedule`] | pure: when is a watch due | watchlist |
//! | [`analysis`] | the pure core: page to document to clauses to findings to changes to alert | watchlist |
//! | [`render`] | pure: alerts, diffs and findings as text, HTML, Markdown, JSON | watchlist, analysis |
//! | [`fetch`] | HTTP and the browser, politely | watchlist, analysis |
//! | [`store`] | one SQLite database: snapshots, versions, ledger, alerts, outbox | watchlist, analysis, render |
//! | [`deliver`] | sends one message over one channel | render, settings |
//! | [`round`] | one pass over the due watches | all above but clock, schedule, settings |
//! | [`daemon`] | wakes, asks who is due, runs a round | round, store, schedule, clock, deliver |
//! | [`cli`] | parses, calls, prints; the only place that prints | everything |
//!
//! [`watchlist`] and [`analysis`] are the package `clausewatch-core`, which is built for speed; the rest is for size.
//! The arrows are enforced by a test. [`fetch`], [`store`] and [`deliver`] never meet; nothing uses [`cli`].
//!
//! # Words
//!
//! - *Watch*: one document of one service; its id, `service/document`, is stable for ever.
//! - *Page*: one response as received. *Snapshot*: a page that was kept.
//! - *Document*: the readable text of a page, in *blocks*. *Version*: a document that was kept.
//! - *Clause*: a sentence-sized piece of a document with its headings and, for a list item, its lead-in.
//! - *Finding*: a clause that speaks of AI training, with its *stance* (claim, assurance, choice,
//!   restriction, mention), confidence, and the phrases that made it.
//! - *Ledger*: every finding ever seen in a watch's history.
//! - *Clause change*: what changed between the findings of two versions and the ledger.
//! - *Alert*: what a person must hear of one visit. *Message*: an alert written for one channel.
//!   *Outbox*: the messages not yet delivered.
//! - *Visit*: one check of one watch. *Round*: one pass over the due watches.
//!
//! # The journey of one page
//!
//! [`round::round`] asks [`fetch`] for the page with the validators of the last answer. Nothing new ends the
//! visit. Otherwise [`analysis::page::decode`] and [`analysis::extract`] make a document of it, and
//! [`analysis::review`] judges it against the last version, the history and the ledger: baseline,
//! unchanged, suspect, or changed with a diff, clause changes and perhaps an alert. [`store`] records
//! all of it in one transaction, messages included, and only then [`deliver`] sends them.
//!
//! # Invariants
//!
//! - The core knows no clock, disk, network or async; the same input gives the same verdict.
//! - An upgrade of ours never looks like a change of theirs: the old snapshot is read again with
//!   today's rules before it is compared.
//! - No alert is lost: what is told was written in the same transaction as what was seen. Delivery is
//!   at least once; a fixed message id folds repeats.
//! - New means never seen in the document's whole history.
//! - A collapsed page, a wall or an error page never becomes a version.
//! - The daemon keeps and tells a change when a second visit finds it too.
//! - Silence is never good news: what cannot be read is said, once, and so is its recovery.

#![forbid(unsafe_code)]

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
pub use clausewatch_core::{analysis, watchlist};
