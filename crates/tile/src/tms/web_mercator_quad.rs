//! WebMercatorQuad, the grid of web maps.

use std::sync::LazyLock;

use super::{MAX_ZOOM, TileCoord, TileMatrix, TileMatrixSet, TileRange};
use crate::{Rect, web_mercator};

static WEB_MERCATOR_QUAD: LazyLock<TileMatrixSet> = LazyLock::new(|| TileMatrixSet {
    id: "WebMercatorQuad",
    epsg: 3857,
    corner: [-web_mercator::HALF_SIDE_M, web_mercator::HALF_SIDE_M],
    tile_size_px: 256,
    matrices: (0..=MAX_ZOOM)
        .map(|z| TileMatrix {
            cell_size: 2.0 * web_mercator::HALF_SIDE_M / 256.0 / f64::from(1_u32 << z),
            width: 1 << z,
            height: 1 << z,
        })
        .collect(),
});

/// The grid (OGC 17-083r4, annex D.1), in EPSG:3857.
pub fn set() -> &'static TileMatrixSet {
    &WEB_MERCATOR_QUAD
}

/// The tile's rectangle in degrees, x longitude and y latitude.
pub fn lon_lat_rect(tile: TileCoord) -> Rect {
    let rect = set().tile_rect(tile);
    Rect::of(
        web_mercator::unproject(rect.min),
        web_mercator::unproject(rect.max),
    )
}

/// The tiles that share some area with a rectangle in degrees, as [`TileMatrixSet::tile_range`].
///
/// What lies beyond ±180° or ±85.0511° is cut off; a box over 180° has to come as two.
pub fn lon_lat_range(z: u8, rect: Rect, margin: f64) -> Option<TileRange> {
    let project = |[lon, lat]: [f64; 2]| web_mercator::project([lon.clamp(-180.0, 180.0), lat]);
    let rect = Rect {
        min: project(rect.min),
        max: project(rect.max),
    };
    set().tile_range(z, rect, margin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tile(z: u8, x: u32, y: u32) -> TileCoord {
        TileCoord::new(z, x, y).unwrap()
    }

    #[test]
    fn the_first_tile_is_the_world() {
        let rect = set().tile_rect(tile(0, 0, 0));
        assert!((rect.max[1] - 20_037_508.342_789_244).abs() < 1e-6);
        let degrees = lon_lat_rect(tile(0, 0, 0));
        assert!((degrees.min[0] + 180.0).abs() < 1e-9);
        assert!((degrees.max[1] - web_mercator::MAX_LATITUDE).abs() < 1e-9);
    }

    #[test]
    fn row_zero_is_the_north() {
        assert!(lon_lat_rect(tile(1, 0, 0)).min[1].abs() < 1e-9);
        assert!(lon_lat_rect(tile(1, 0, 1)).max[1].abs() < 1e-9);
    }

    #[test]
    fn cell_sizes_are_those_of_the_standard() {
        // annex D.1: zoom 0 156543.033928041, zoom 24 0.009330692
        assert!((set().matrices[0].cell_size - 156_543.033_928_041).abs() < 1e-6);
        assert!((set().matrices[24].cell_size - 0.009_330_692).abs() < 1e-8);
    }

    #[test]
    fn a_frame_puts_the_corners_of_its_tile_at_0_and_4096() {
        let tile = tile(14, 8342, 5503);
        let rect = set().tile_rect(tile);
        let frame = set().frame(tile, 4096);
        let [x, y] = frame.to_units([rect.min[0], rect.max[1]]);
        assert!(x.abs() < 1e-6 && y.abs() < 1e-6);
        let [x, y] = frame.to_units([rect.max[0], rect.min[1]]);
        assert!((x - 4096.0).abs() < 1e-6 && (y - 4096.0).abs() < 1e-6);
        let [x, y] = frame.to_units(frame.to_crs([12.5, -64.0]));
        assert!((x - 12.5).abs() < 1e-5 && (y + 64.0).abs() < 1e-5);
    }

    #[test]
    fn the_whole_world_is_all_tiles_also_with_poles_and_infinities() {
        let world = Rect::of([-180.0, -90.0], [180.0, 90.0]);
        let range = lon_lat_range(3, world, 0.0).unwrap();
        assert_eq!((range.count(), range.tiles().count()), (64, 64));
        let endless = Rect::of([f64::NEG_INFINITY; 2], [f64::INFINITY; 2]);
        assert_eq!(lon_lat_range(3, endless, 1.0), Some(range));
        assert_eq!(lon_lat_range(25, world, 0.0), None);
        let nowhere = Rect {
            min: [f64::NAN; 2],
            max: [f64::NAN; 2],
        };
        assert_eq!(lon_lat_range(3, nowhere, 0.0), None);
    }

    proptest! {
        #[test]
        fn a_point_of_a_tile_finds_its_tile(
            z in 0_u8..=24, fx in 0.0..1.0, fy in 0.0..1.0, px in 0.01..0.99, py in 0.01..0.99,
        ) {
            let side = f64::from(1_u32 << z);
            let tile = tile(z, (fx * side) as u32, (fy * side) as u32);
            let rect = lon_lat_rect(tile);
            let size = rect.size();
            let point = [rect.min[0] + px * size[0], rect.min[1] + py * size[1]];
            let range = lon_lat_range(z, Rect::of(point, point), 0.0).unwrap();
            prop_assert_eq!((range.count(), range.contains(tile)), (1, true));
        }

        #[test]
        fn a_margin_adds_the_neighbours(z in 3_u8..=20, fx in 0.2..0.8, fy in 0.2..0.8) {
            let side = f64::from(1_u32 << z);
            let tile = tile(z, (fx * side) as u32, (fy * side) as u32);
            let range = lon_lat_range(z, lon_lat_rect(tile), 1.0 / 64.0).unwrap();
            prop_assert_eq!((range.count(), range.contains(tile)), (9, true));
        }
    }
}
