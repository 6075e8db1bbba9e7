//! Nothing that can be said in the types makes it panic or leave the tile.

use geozero::mvt::{Message, Tile};
use proptest::prelude::*;
use tile::draw::{DrawOptions, Painter, Path, PathRole, Scratch};
use tile::fit::{DrawingBox, Fit, FitKind};
use tile::mvt::{LayerEncoder, TileBuilder};

fn role() -> impl Strategy<Value = PathRole> {
    prop_oneof![
        Just(PathRole::Point),
        Just(PathRole::Line),
        Just(PathRole::Outer),
        Just(PathRole::Inner),
    ]
}

fn coordinate() -> impl Strategy<Value = i32> {
    prop_oneof![
        any::<i32>(),
        -5_000..5_000,
        Just(i32::MIN),
        Just(i32::MAX),
        Just(0)
    ]
}

fn vertices() -> impl Strategy<Value = Vec<[i32; 2]>> {
    prop::collection::vec(prop::array::uniform2(coordinate()), 0..20)
}

/// What an exact function can do to a caller.
#[derive(Debug, Clone, Copy)]
enum Mischief {
    None,
    Nan,
    Infinity,
    Huge,
    Wild,
    Error,
}

fn mischief() -> impl Strategy<Value = Mischief> {
    prop_oneof![
        Just(Mischief::None),
        Just(Mischief::Nan),
        Just(Mischief::Infinity),
        Just(Mischief::Huge),
        Just(Mischief::Wild),
        Just(Mischief::Error),
    ]
}

fn exact(mischief: Mischief) -> impl Fn(&mut [[f64; 2]]) -> Result<(), &'static str> {
    move |points| {
        for p in points {
            match mischief {
                Mischief::None => {}
                Mischief::Nan if p[0] > 1_000.0 => p[0] = f64::NAN,
                Mischief::Infinity if p[0] > 1_000.0 => p[1] = f64::INFINITY,
                Mischief::Huge => *p = [p[0] * 1e300, p[1] * 1e300],
                Mischief::Wild => *p = [p[1].sin() * 9e4, (p[0] * 0.1).tan() * 9e4],
                Mischief::Error => return Err("no"),
                Mischief::Nan | Mischief::Infinity => {}
            }
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn no_input_makes_it_panic_and_every_tile_can_be_read(
        paths in prop::collection::vec((role(), vertices(), prop::option::of(prop::collection::vec(any::<u8>(), 0..20))), 0..6),
        corners in prop::array::uniform4(coordinate()),
        mischief in mischief(),
        numbers in (any::<u32>(), any::<u32>(), any::<u8>()),
        tolerance in prop_oneof![Just(0.0), Just(f64::NAN), Just(f64::INFINITY), 0.0..50.0],
        usual in any::<bool>(),
    ) {
        let [a, b, c, d] = corners;
        let area = DrawingBox { min: [a.min(b), c.min(d)], max: [a.max(b), c.max(d)] };
        let exact = exact(mischief);
        let fit = Fit::new(area, &exact);
        let mut options = DrawOptions { line_tolerance: tolerance, ..DrawOptions::default() };
        if !usual {
            (options.extent, options.buffer, options.min_rank) = numbers;
        }
        let mut scratch = Scratch::default();
        let mut layer = LayerEncoder::new("layer", options.extent);
        // twice, with the same memory: the second must not see the first
        let mut seen = Vec::new();
        for _ in 0..2 {
            let feature = paths.iter().map(|(role, vertices, ranks)| Path {
                role: *role,
                vertices,
                ranks: ranks.as_deref(),
            });
            let drawn = Painter::new(&fit, options).draw(feature, &mut scratch);
            seen.push(drawn.parts().map(|(kind, c)| (kind, c.to_vec())).collect::<Vec<_>>());
            for (kind, commands) in drawn.parts() {
                layer.push(7, kind, commands, &[]).unwrap();
            }
        }
        prop_assert_eq!(&seen[0], &seen[1]);
        let tally = scratch.tally();
        prop_assert_eq!(tally.drawn + tally.empty + tally.failed, 2);
        let mut tile = TileBuilder::new();
        tile.add(&layer).unwrap();
        let bytes = tile.finish();
        if seen[0].is_empty() {
            prop_assert!(bytes.is_empty());
        } else {
            let decoded = Tile::decode(bytes.as_slice()).unwrap();
            let features = &decoded.layers[0].features;
            prop_assert_eq!(features.len(), 2 * seen[0].len());
        }
    }
}

#[test]
fn a_feature_without_image_is_dropped_and_counted_and_the_next_one_drawn() {
    let nan_beyond = exact(Mischief::Nan);
    let fit = Fit::new(
        DrawingBox {
            min: [0, 0],
            max: [4096, 4096],
        },
        &nan_beyond,
    );
    assert_eq!(fit.kind(), FitKind::Exact);
    let painter = Painter::new(&fit, DrawOptions::default());
    let mut scratch = Scratch::default();
    let (bad, good) = ([[10, 10], [2_000, 10]], [[10, 10], [20, 20]]);
    assert!(
        painter
            .draw([Path::new(PathRole::Line, &bad)], &mut scratch)
            .is_empty()
    );
    assert!(
        !painter
            .draw([Path::new(PathRole::Line, &good)], &mut scratch)
            .is_empty()
    );
    let tally = scratch.tally();
    assert_eq!((tally.failed, tally.drawn), (1, 1));
}

#[test]
fn a_polygon_of_a_million_vertices_is_drawn_in_bounded_time() {
    let identity = exact(Mischief::None);
    let fit = Fit::new(
        DrawingBox {
            min: [0, 0],
            max: [4096, 4096],
        },
        &identity,
    );
    let painter = Painter::new(&fit, DrawOptions::default());
    let comb: Vec<[i32; 2]> = (0..1_000_000)
        .map(|i: i32| {
            [
                i.wrapping_mul(7_919) % 4_096,
                i.wrapping_mul(104_729) % 4_096,
            ]
        })
        .collect();
    let mut scratch = Scratch::default();
    let start = std::time::Instant::now();
    assert!(
        !painter
            .draw([Path::new(PathRole::Outer, &comb)], &mut scratch)
            .is_empty()
    );
    assert_eq!(scratch.tally().unchecked, 1);
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn a_ragged_polygon_far_finer_than_the_tile_is_mended_and_keeps_its_area() {
    // 20,000 vertices on a circle of 200 units, ragged by 10
    let identity = |points: &mut [[f64; 2]]| {
        points.iter_mut().flatten().for_each(|v| *v /= 1_000.0);
        Ok::<(), &'static str>(())
    };
    let area = DrawingBox {
        min: [-100_000; 2],
        max: [4_200_000; 2],
    };
    let fit = Fit::new(area, &identity);
    let ragged = |i: u32| -> [i32; 2] {
        let noise = f64::from(i.wrapping_mul(2_654_435_761) >> 16) / 65_536.0;
        let (sin, cos) = (f64::from(i) * std::f64::consts::TAU / 20_000.0).sin_cos();
        [cos, sin].map(|v| (1_000_000.0 + v * (195_000.0 + 10_000.0 * noise)) as i32)
    };
    let ring: Vec<[i32; 2]> = (0..20_000).map(ragged).collect();
    let mut scratch = Scratch::default();
    let mut layer = LayerEncoder::new("layer", 4096);
    let drawn = Painter::new(&fit, DrawOptions::default())
        .draw([Path::new(PathRole::Outer, &ring)], &mut scratch);
    for (kind, commands) in drawn.parts() {
        layer.push(1, kind, commands, &[]).unwrap();
    }
    let tally = scratch.tally();
    assert!(tally.mended > 0 && tally.unchecked == 0, "{tally:?}");
    let mut tile = TileBuilder::new();
    tile.add(&layer).unwrap();
    let polygons = crate::canvas::only_polygons(crate::canvas::decode(&tile.finish()));
    let drawn = crate::canvas::total_area_2(&polygons) / 2.0;
    let circle = std::f64::consts::PI * 200.0 * 200.0;
    assert!((drawn / circle - 1.0).abs() < 0.06, "{drawn} for {circle}");
}
