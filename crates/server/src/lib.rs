//! Server.

pub mod sample;
