//! The file a version is kept in: a GeoPackage of ours (OGC 12-128r18), readable by any GIS.
//!
//! Written once by [`Writer`], never changed afterwards, read back by [`read_layer`] to rebuild a
//! snapshot. Equal data give equal bytes: no clock and no random number goes in. Coordinates are
//! x = east/longitude, y = north/latitude, as GeoPackage wants them for every CRS. What is no type
//! of GeoPackage (times, lists, JSON) is kept as text; the real type, and the real name where
//! SQLite cannot hold it ([`file_names`]), stand in the catalogue.

mod blob;
mod hash;
mod naming;
mod reader;
mod srs;
mod tables;
mod writer;

pub use hash::{sha256_of, sha256_of_reader};
pub use naming::{FEATURE_ID, GEOMETRY_COLUMN, file_names};
pub use reader::read_layer;
pub use writer::Writer;

#[cfg(test)]
mod tests;
