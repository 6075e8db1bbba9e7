//! What a layer is and how one comes to be.
//!
//! Coordinates are x = east/longitude, y = north/latitude everywhere in this crate, whatever the
//! axis order of the CRS; swapping happens only where text is read or written.
//!
//! Folders, lower ones first: [`layer`] (names, schema, columns, geometry), [`crs`], [`geopackage`]
//! (the file a version is kept in), [`snapshot`] (the mapped form that is served, with the R-tree),
//! [`import`] (what the boxed reader sends). The second binary of this package, `govmaps-reader`,
//! is the only code that calls GDAL.

pub mod crs;
pub mod error;
pub mod geopackage;
pub mod import;
pub mod layer;
pub mod snapshot;

pub use error::Error;
