//! Where one tile lies in the plane of its grid.

/// The affine map between a grid's CRS and one tile's units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TileFrame {
    /// The tile's top left corner, in CRS units, x east and y north.
    pub corner: [f64; 2],
    /// Tile units per CRS unit.
    pub scale: f64,
}

impl TileFrame {
    /// CRS units (x east, y north) to tile units (origin top left, y down).
    pub fn to_units(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            (x - self.corner[0]) * self.scale,
            (self.corner[1] - y) * self.scale,
        ]
    }

    /// Tile units to CRS units.
    pub fn to_crs(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            self.corner[0] + x / self.scale,
            self.corner[1] - y / self.scale,
        ]
    }
}
