//! A tile matrix set (OGC 17-083r4, Two Dimensional Tile Matrix Set 2.0), as far as tiles need it.

use super::{TileCoord, TileFrame, TileRange};
use crate::Rect;

/// One zoom of a grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TileMatrix {
    /// Side of a pixel in CRS units.
    pub cell_size: f64,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// A grid of square tiles with one corner for all zooms.
///
/// The corner is x east, y north whatever the CRS's own axis order is.
#[derive(Debug, Clone, PartialEq)]
pub struct TileMatrixSet {
    /// Its name, as `WebMercatorQuad`.
    pub id: &'static str,
    /// Its CRS as an EPSG code.
    pub epsg: u32,
    /// Top left corner of the tile 0, 0 of each zoom, in CRS units.
    pub corner: [f64; 2],
    /// Side of a tile in pixels.
    pub tile_size_px: u32,
    /// Its zooms, from 0.
    pub matrices: Vec<TileMatrix>,
}

impl TileMatrixSet {
    /// The zoom's matrix, if the grid reaches so deep.
    pub fn matrix(&self, z: u8) -> Option<&TileMatrix> {
        self.matrices.get(usize::from(z))
    }

    /// Side of a tile in CRS units; of a zoom too deep, that of the deepest.
    pub fn tile_side(&self, z: u8) -> f64 {
        let matrix = self.matrix(z).or(self.matrices.last());
        matrix.map_or(0.0, |matrix| matrix.cell_size) * f64::from(self.tile_size_px)
    }

    /// The tile's rectangle in CRS units, y north.
    pub fn tile_rect(&self, tile: TileCoord) -> Rect {
        let side = self.tile_side(tile.z());
        let corner = self.tile_corner(tile);
        Rect::of(corner, [corner[0] + side, corner[1] - side])
    }

    /// The map between CRS units and the units of a tile that is `extent` units wide.
    pub fn frame(&self, tile: TileCoord, extent: u32) -> TileFrame {
        TileFrame {
            corner: self.tile_corner(tile),
            scale: f64::from(extent) / self.tile_side(tile.z()),
        }
    }

    /// The tiles that share some area with a rectangle in CRS units.
    ///
    /// The rectangle is first grown by `margin`, in parts of a tile: with buffer / extent (1/64)
    /// these are the tiles whose content it can change. A border on a tile's border does not count.
    /// None when nothing is hit or the grid does not reach so deep.
    pub fn tile_range(&self, z: u8, rect: Rect, margin: f64) -> Option<TileRange> {
        let matrix = self.matrix(z)?;
        let side = self.tile_side(z);
        let rect = rect.grown([margin * side; 2]);
        let columns = (
            (rect.min[0] - self.corner[0]) / side,
            (rect.max[0] - self.corner[0]) / side,
        );
        let rows = (
            (self.corner[1] - rect.max[1]) / side,
            (self.corner[1] - rect.min[1]) / side,
        );
        let (min_x, max_x) = covered(columns, matrix.width)?;
        let (min_y, max_y) = covered(rows, matrix.height)?;
        Some(TileRange::new(z, [min_x, min_y], [max_x, max_y]))
    }

    fn tile_corner(&self, tile: TileCoord) -> [f64; 2] {
        let side = self.tile_side(tile.z());
        [
            self.corner[0] + f64::from(tile.x()) * side,
            self.corner[1] - f64::from(tile.y()) * side,
        ]
    }
}

/// The whole numbers from `count` whose unit interval meets an interval; None for NaN or outside.
fn covered((from, to): (f64, f64), count: u32) -> Option<(u32, u32)> {
    let last = f64::from(count.checked_sub(1)?);
    let first_hit = from.floor();
    let last_hit = (to.ceil() - 1.0).max(first_hit);
    let meets = first_hit <= last && last_hit >= 0.0;
    // `as` is exact here: both are whole and within 0..count
    meets.then(|| (first_hit.max(0.0) as u32, last_hit.min(last) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_covers_the_cells_it_shares_length_with() {
        assert_eq!(covered((0.5, 2.0), 4), Some((0, 1)));
        assert_eq!(covered((1.0, 1.0), 4), Some((1, 1)));
        assert_eq!(covered((-7.0, 99.0), 4), Some((0, 3)));
        assert_eq!(covered((4.2, 5.0), 4), None);
        assert_eq!(covered((-3.0, -0.5), 4), None);
        assert_eq!(covered((f64::NAN, 1.0), 4), None);
        assert_eq!(covered((f64::NEG_INFINITY, f64::INFINITY), 4), Some((0, 3)));
    }
}
