//! GeoPackages, by SQLite directly: what is stored is shown as it is stored.

mod blob;
mod database;
mod layer;
mod value;

pub(crate) use layer::read;
