//! The mapped form of a layer version: what tiles, maps and queries read.
//!
//! A snapshot is derived and disposable: the same rows give the same bytes, so a lost or damaged
//! file is built again from the version's GeoPackage and answers as before. [`Builder`] writes it,
//! [`Snapshot`] reads it. It is never changed in place: it is written under another name, then
//! renamed.
//!
//! # Coordinates
//! x = east/longitude, y = north/latitude, in the layer's own CRS. *Drawing* coordinates are `i32`
//! on a [`Grid`] fitted to the layer; *exact* ones are the uploaded doubles, bit for bit: computed
//! from the drawing coordinates where that gives back every one of them, else kept beside.
//!
//! # Rows
//! Features stand in the Hilbert order of their envelopes' centres (equal ones by id); features
//! without a vertex follow, by id. A *row* is a feature's place in this order. The leaves of the
//! R-tree are the envelopes in row order.
//!
//! # File
//! Little endian. A header of 192 bytes (`header.rs`), sections on 64-byte borders, then the table
//! of sections (`section.rs`). Header and table have their checksums checked on opening, the
//! sections' are checked by [`Snapshot::verify`]. Lengths are checked on opening, offsets inside a
//! section at each access: a damaged file gives errors or empty answers.

mod builder;
mod column_store;
mod column_view;
mod directory;
mod geometry_view;
mod grid;
mod header;
mod hilbert;
mod mapped;
mod mapping;
mod section;
mod section_file;
mod shapes;
mod tree;

#[cfg(test)]
mod tests;

pub use builder::Builder;
pub use column_view::ColumnView;
pub use geometry_view::GeometryView;
pub use grid::{CoordinateUnit, Grid};
pub use mapped::Snapshot;

#[cfg(not(target_endian = "little"))]
compile_error!("snapshots are mapped as they are: this machine would have to swap their bytes");
