//! End-to-end tests: the real program, driven over HTTP and by its command line, as users do.
//!
//! `cargo build --workspace --bins` must come first: the server starts the reader beside it.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "a test: nothing of it is public, and it may stop at what it does not expect"
)]

mod http;
mod program;
mod samples;

mod api;
mod checks;
mod command_line;
mod durability;
mod geodata;
mod limits;
mod processes;
mod real_clients;
mod settings;
mod tiles;
mod uploads;
mod visibility;
