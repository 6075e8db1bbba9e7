//! Tile grids: which tile is where.

mod coord;
mod frame;
mod matrix_set;
mod range;
pub mod web_mercator_quad;

pub use coord::{MAX_ZOOM, TileCoord};
pub use frame::TileFrame;
pub use matrix_set::{TileMatrix, TileMatrixSet};
pub use range::TileRange;
