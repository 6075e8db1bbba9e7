//! From geometry to vector tiles: pure functions, without files, network, async or clock.
//!
//! Conventions of the whole crate:
//! - x is east or longitude, y is north or latitude, except in *tile units*, where y goes down.
//! - *Drawing coordinates* are pairs of `i32` on a grid that the layer's owner knows.
//! - *Tile units* have their origin at the tile's top left corner; the tile is `extent` wide.
//! - A tile counts `x` from the west and `y` from the north.
//!
//! The way of a feature: [`fit::Fit`] turns drawing coordinates into tile units,
//! [`draw::Painter`] clips, quantises and mends, [`mvt::LayerEncoder`] writes.

pub mod draw;
mod error;
pub mod fit;
pub mod mvt;
mod rect;
pub mod tms;
pub mod web_mercator;

pub use error::Error;
pub use rect::Rect;

/// Width and height of a tile in tile units, unless another is asked for.
pub const EXTENT: u32 = 4096;

/// How far a tile reaches beyond its border, in tile units, unless another is asked for.
pub const BUFFER: u32 = 64;
