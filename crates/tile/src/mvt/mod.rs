//! Writing Mapbox Vector Tiles 2.1.
//!
//! Protobuf is written by hand: a tile is a few nested messages, and values of a dictionary
//! column are written and looked up once per layer.

mod command;
mod layer;
mod protobuf;
mod tile;
mod value;

pub use command::{CommandWriter, GeometryType};
pub use layer::{KeyIndex, LayerEncoder, ValueIndex};
pub use tile::TileBuilder;
pub use value::Value;
