//! What can be wrong with a request to this crate.

/// An error; the message is meant for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such tile in the grid.
    #[error("no tile {z}/{x}/{y}: {reason}")]
    NoSuchTile {
        /// Zoom as asked.
        z: u8,
        /// Column as asked.
        x: u32,
        /// Row as asked, from the top.
        y: u32,
        /// Which bound it breaks.
        reason: String,
    },
    /// Two layers of a tile have one name (MVT 2.1, 4.1: names must be unique).
    #[error("the tile already has a layer named {0:?}")]
    DuplicateLayer(String),
    /// A tag refers to a key or value that this layer did not hand out.
    #[error(
        "a tag of feature {id} refers to key {key} and value {value}, which layer {layer:?} lacks"
    )]
    ForeignTag {
        /// The layer.
        layer: String,
        /// The feature's id.
        id: u64,
        /// The key's index.
        key: u32,
        /// The value's index.
        value: u32,
    },
}
