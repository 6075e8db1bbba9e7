//! The sample region: an invented data set of thirteen municipalities around Kortrijk, for the
//! demonstration and for tests.
//!
//! All coordinates are EPSG:31370 (x east, y north, metres), off the millimetre grid as those of
//! real files are. Streets come first, blocks lie between them, parcels in blocks, buildings on
//! parcels, addresses at buildings. The parcels tile the land that is covered: neighbours share
//! their vertices to the last bit. The same scale gives the same file on every machine: chance is
//! seeded, no mathematics library is asked, and no order hangs on a hash.
//!
//! The scale says how much of each municipality is covered, from its heart outwards; density stays
//! the same, and municipalities and zones always cover the whole region.

mod addresses;
mod borders;
mod buildings;
mod dates;
mod graves;
mod insets;
mod land;
mod layers;
mod lots;
mod mesh;
mod names;
mod plane;
mod random;
mod region;
mod streets;
mod things;
mod town;
mod trees;
mod write;
mod zoning;

pub use write::{SampleSummary, write};

#[cfg(test)]
mod tests;
