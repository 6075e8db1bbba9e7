//! Whatever comes in, the polygons of a tile are valid, wound and inside.

use geo::{MultiPolygon, Polygon, Validation};
use proptest::prelude::*;

use crate::canvas::{Canvas, GRID, area_2, total_area_2};

fn check(polygons: &[Polygon<f64>]) -> Result<(), TestCaseError> {
    for polygon in polygons {
        prop_assert!(
            polygon.is_valid(),
            "{:?} {polygon:?}",
            polygon.validation_errors()
        );
        prop_assert!(area_2(polygon.exterior()) > 0.0);
        for hole in polygon.interiors() {
            prop_assert!(area_2(hole) < 0.0);
        }
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            prop_assert!(ring.0.len() >= 4);
            prop_assert!(
                ring.lines().all(|line| line.start != line.end),
                "repeated point"
            );
            for c in &ring.0 {
                prop_assert!((-64.0..=4160.0).contains(&c.x) && (-64.0..=4160.0).contains(&c.y));
            }
        }
    }
    let all = MultiPolygon::new(polygons.to_vec());
    prop_assert!(all.is_valid(), "{:?} {all:?}", all.validation_errors());
    Ok(())
}

/// Rings that cross, touch and repeat themselves: few places, many corners.
fn nasty_ring(places: i32, step: i32) -> impl Strategy<Value = Vec<[i32; 2]>> {
    let point = prop::array::uniform2(0..places).prop_map(move |p| p.map(|v| v * step));
    prop::collection::vec(point, 0..14)
}

/// A ring around a centre, seen from which no corner hides another: valid before it is rounded.
fn star(centre: [i32; 2], radius: std::ops::Range<f64>) -> impl Strategy<Value = Vec<[i32; 2]>> {
    prop::collection::vec(radius, 3..60).prop_map(move |radii| {
        let turn = std::f64::consts::TAU / radii.len() as f64;
        let corner = |(i, r): (usize, &f64)| {
            let (sin, cos) = (i as f64 * turn).sin_cos();
            [
                centre[0] + (r * cos).round() as i32,
                centre[1] + (r * sin).round() as i32,
            ]
        };
        radii.iter().enumerate().map(corner).collect()
    })
}

proptest! {
    #[test]
    fn tangled_rings_on_few_places(
        polygons in prop::collection::vec(prop::collection::vec(nasty_ring(8, GRID), 0..4), 1..4),
    ) {
        check(&Canvas::default().polygons(&polygons))?;
    }

    #[test]
    fn tangled_rings_much_smaller_than_a_unit_apart(
        polygons in prop::collection::vec(prop::collection::vec(nasty_ring(90, 2), 0..4), 1..4),
    ) {
        check(&Canvas::default().polygons(&polygons))?;
    }

    #[test]
    fn tangled_rings_across_the_tile_and_far_beyond(
        polygons in prop::collection::vec(prop::collection::vec(nasty_ring(9, 1_000 * GRID), 0..3), 1..3),
        shift in prop::array::uniform2(-6_000..2_000),
    ) {
        let mut polygons = polygons;
        for p in polygons.iter_mut().flatten().flatten() {
            *p = [p[0] + shift[0] * GRID, p[1] + shift[1] * GRID];
        }
        check(&Canvas::default().polygons(&polygons))?;
    }

    #[test]
    fn valid_polygons_with_a_hole_keep_their_area(
        outer in star([0, 0], 130.0..400.0),
        inner in star([0, 0], 10.0..60.0),
        scale in 1..60,
        centre in prop::array::uniform2(-10..4_106),
    ) {
        let place = |ring: &[[i32; 2]]| -> Vec<[i32; 2]> {
            ring.iter().map(|p| [p[0] * scale + centre[0] * GRID, p[1] * scale + centre[1] * GRID]).collect()
        };
        let rings = vec![place(&outer), place(&inner)];
        let drawn = Canvas::default().polygons(std::slice::from_ref(&rings));
        check(&drawn)?;
        // what rounding moves is at most a strip of 0.71 units along the border
        let unit = f64::from(GRID);
        let as_geo = |ring: &Vec<[i32; 2]>| -> geo::LineString<f64> {
            ring.iter().map(|p| (f64::from(p[0]) / unit, f64::from(p[1]) / unit)).collect()
        };
        let source = Polygon::new(as_geo(&rings[0]), vec![as_geo(&rings[1])]);
        use geo::{Area, BooleanOps, Euclidean, Length};
        let window = geo::Rect::new((-64.0, -64.0), (4160.0, 4160.0)).to_polygon();
        let cut = source.intersection(&window);
        let border: f64 = cut.iter().map(|p| {
            Euclidean.length(p.exterior()) + p.interiors().iter().map(|r| Euclidean.length(r)).sum::<f64>()
        }).sum();
        let difference = (total_area_2(&drawn) / 2.0 - cut.unsigned_area()).abs();
        prop_assert!(difference <= 0.75 * border + 4.0, "{difference} of a border of {border}");
    }

    #[test]
    fn slivers(
        base in prop::collection::vec(prop::array::uniform2(0..2_000), 2..12),
        wobble in prop::collection::vec(prop::array::uniform2(-12..12), 2..12),
    ) {
        let wobble = wobble.iter().cycle();
        let back: Vec<[i32; 2]> =
            base.iter().zip(wobble).map(|(b, w)| [b[0] + w[0], b[1] + w[1]]).collect();
        let mut ring = base.clone();
        ring.extend(back.into_iter().rev());
        check(&Canvas::default().polygons(&[vec![ring]]))?;
    }
}
