//! What is shared stays shared: between neighbouring features and between neighbouring tiles.

use std::collections::BTreeSet;

use geo::Polygon;
use proptest::prelude::*;
use tile::draw::{DrawOptions, Path, PathRole};

use crate::canvas::{Canvas, GRID, only_polygons, total_area_2};

/// Two features that share a border running down through the tile from above to below it.
fn halves(border: &[[i32; 2]]) -> [Vec<[i32; 2]>; 2] {
    let far = 20_000 * GRID;
    let mut left = border.to_vec();
    left.extend([[-far, 9_000 * GRID], [-far, -5_000 * GRID]]);
    let mut right: Vec<[i32; 2]> = border.iter().rev().copied().collect();
    right.extend([[far, -5_000 * GRID], [far, 9_000 * GRID]]);
    [left, right]
}

/// A way from y = -5000 to y = 9000 with ever greater y, off the whole units.
fn border() -> impl Strategy<Value = Vec<[i32; 2]>> {
    prop::collection::vec((-1_000..5_000_i32, 40..400_i32, 0..GRID), 50..120).prop_map(|steps| {
        let mut y = -5_000 * GRID;
        let mut way = vec![[2_000 * GRID, y]];
        for (x, step, fine) in steps {
            y += step * GRID + fine;
            way.push([x * GRID + fine, y]);
        }
        way.retain(|p| p[1] < 8_900 * GRID);
        way.push([2_000 * GRID, 9_000 * GRID]);
        way
    })
}

proptest! {
    #[test]
    fn two_features_with_a_common_border_tile_the_tile(way in border()) {
        let areas = halves(&way).map(|ring| {
            total_area_2(&Canvas::default().polygons(&[vec![ring]]))
        });
        prop_assert_eq!(areas[0] + areas[1], 2.0 * 4224.0 * 4224.0);
    }

    #[test]
    fn they_do_so_too_when_vertices_are_left_out_by_rank(
        way in border(), ranks in prop::collection::vec(0_u8..4, 130),
    ) {
        let mut ranks = ranks[..way.len()].to_vec();
        ranks[0] = 9;
        ranks[way.len() - 1] = 9;
        let [left, right] = halves(&way);
        let mut of_left = ranks.clone();
        of_left.extend([9, 9]);
        let mut of_right: Vec<u8> = ranks.iter().rev().copied().collect();
        of_right.extend([9, 9]);
        let canvas = Canvas {
            options: DrawOptions { min_rank: 2, ..DrawOptions::default() },
            ..Canvas::default()
        };
        let area = |vertices: &[[i32; 2]], ranks: &[u8]| {
            let path = Path { role: PathRole::Outer, vertices, ranks: Some(ranks) };
            total_area_2(&only_polygons(canvas.draw(&[path]).0))
        };
        let sum = area(&left, &of_left) + area(&right, &of_right);
        prop_assert_eq!(sum, 2.0 * 4224.0 * 4224.0);
    }

    #[test]
    fn two_tiles_agree_on_the_edge_between_them(
        corners in prop::array::uniform4((-900..900_i32, 0..GRID)),
    ) {
        // a quadrilateral with two corners on either side of x = 4096
        let [a, b, c, d] = corners;
        let place = |x: i32, y: (i32, i32), base: i32| {
            [(4_096 + x) * GRID + y.1, (base + y.0) * GRID + y.1]
        };
        let ring = vec![
            place(-1_000 - a.1, a, 1_000),
            place(1_100 + b.1, b, 1_000),
            place(900 - c.1, c, 3_000),
            place(-1_200 + d.1, d, 3_000),
        ];
        let options = DrawOptions { buffer: 0, ..DrawOptions::default() };
        let edge = |origin: f64, at: f64| -> BTreeSet<i64> {
            let canvas = Canvas { origin: [origin, 0.0], options };
            let polygons = canvas.polygons(&[vec![ring.clone()]]);
            let on_edge = |p: &Polygon<f64>| p.exterior().0.iter().filter(|c| c.x == at).map(|c| c.y as i64).collect::<Vec<_>>();
            polygons.iter().flat_map(on_edge).collect()
        };
        let (west, east) = (edge(0.0, 4096.0), edge(4096.0, 0.0));
        prop_assert_eq!(west.len(), 2);
        prop_assert_eq!(west, east);
    }
}
