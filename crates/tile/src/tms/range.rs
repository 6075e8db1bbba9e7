//! A rectangle of tiles.

use super::TileCoord;

/// Tiles of one zoom, all columns and rows between two corners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TileRange {
    z: u8,
    min: [u32; 2],
    max: [u32; 2],
}

impl TileRange {
    /// Both corners are within the zoom's matrix.
    pub(super) fn new(z: u8, min: [u32; 2], max: [u32; 2]) -> Self {
        Self { z, min, max }
    }

    /// Zoom.
    pub fn z(self) -> u8 {
        self.z
    }

    /// Least column and row.
    pub fn min(self) -> [u32; 2] {
        self.min
    }

    /// Greatest column and row, included.
    pub fn max(self) -> [u32; 2] {
        self.max
    }

    /// How many tiles there are.
    pub fn count(self) -> u64 {
        let side = |axis: usize| u64::from(self.max[axis] - self.min[axis]) + 1;
        side(0) * side(1)
    }

    /// Whether a tile is one of them.
    pub fn contains(self, tile: TileCoord) -> bool {
        let within = |axis: usize, v: u32| self.min[axis] <= v && v <= self.max[axis];
        tile.z() == self.z && within(0, tile.x()) && within(1, tile.y())
    }

    /// The tiles, row by row.
    pub fn tiles(self) -> impl Iterator<Item = TileCoord> {
        (self.min[1]..=self.max[1]).flat_map(move |y| {
            (self.min[0]..=self.max[0]).filter_map(move |x| TileCoord::new(self.z, x, y).ok())
        })
    }
}
