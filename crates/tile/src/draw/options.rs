//! How features are drawn.

use crate::{BUFFER, EXTENT, Rect};

/// The greatest extent and the greatest buffer, in tile units: sums and products stay exact.
const MAX_UNITS: u32 = 1 << 16;

/// How a layer is drawn into a tile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DrawOptions {
    /// Width of the tile in units, up to 65,536.
    pub extent: u32,
    /// How far it reaches beyond its border, in units, up to 65,536.
    pub buffer: u32,
    /// How far a simplified line may leave the given one, in units; 0 for not at all.
    ///
    /// Only lines are simplified by it: polygons share borders, theirs are thinned by rank.
    pub line_tolerance: f64,
    /// The least rank of the vertices that are kept.
    ///
    /// The ends of a line are always kept, and of a ring at least its three best vertices.
    pub min_rank: u8,
}

impl Default for DrawOptions {
    fn default() -> Self {
        Self {
            extent: EXTENT,
            buffer: BUFFER,
            line_tolerance: 0.0,
            min_rank: 0,
        }
    }
}

impl DrawOptions {
    /// What the tile shows with its buffer, in units.
    pub(super) fn window(&self) -> Rect {
        let extent = f64::from(self.extent.clamp(1, MAX_UNITS));
        let buffer = f64::from(self.buffer.min(MAX_UNITS));
        Rect::of([-buffer; 2], [extent + buffer; 2])
    }
}
