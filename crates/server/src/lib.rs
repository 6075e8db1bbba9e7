//! Govmaps: publishes a local government's geodata.
//!
//! From below: [`store`] (the truth), [`served`] (what is read, through views alone), [`query`] and
//! [`tiles`] (protocol-free questions), [`format`] (writers), [`http`] (what protocols share), then
//! one folder per protocol (`ogcapi`, `xyz`, `manage`, `pages`, `ops`), mounted in `routes`.
//! [`import`] brings uploads in, [`cli`] starts everything.

pub mod accounts;
pub mod app;
pub mod cli;
pub mod error;
pub mod format;
pub mod http;
pub mod import;
mod logging;
mod manage;
mod ogcapi;
mod ops;
mod pages;
pub mod query;
mod routes;
pub mod sample;
pub mod served;
pub mod settings;
pub mod store;
pub mod tiles;
mod xyz;
