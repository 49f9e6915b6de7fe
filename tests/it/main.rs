//! End to end, on real parts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "helpers of tests fail and speak as tests do"
)]

mod add;
mod archive;
mod arrows;
mod book;
mod browser;
mod cases;
mod commands;
mod confirm;
mod desktop;
mod easter;
mod faults;
mod help;
mod hostile;
mod https;
mod init;
mod journey;
mod json;
mod keep;
mod kill;
mod languages;
mod machine;
mod mail;
mod object;
mod part;
mod pictures;
mod polite;
mod quality;
mod receiver;
mod reference;
mod report;
mod screen;
mod seeds;
mod service;
mod several;
mod shell;
mod site;
mod soak;
mod systemd;
mod terminal;
mod told;
mod units;
mod user;
