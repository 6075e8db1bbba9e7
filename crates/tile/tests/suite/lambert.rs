//! The whole way from a national grid to a tile, with a Lambert projection (on the sphere).

use std::convert::Infallible;
use std::f64::consts::FRAC_PI_4;

use geo::Geometry;
use tile::draw::{DrawOptions, Painter, Path, PathRole, Scratch};
use tile::fit::{DrawingBox, Fit, FitKind, buffered_outline};
use tile::mvt::{LayerEncoder, TileBuilder};
use tile::tms::{TileCoord, TileFrame, web_mercator_quad};
use tile::{Rect, web_mercator};

use crate::canvas::decode;

/// Lambert's conformal conic (Snyder, USGS PP 1395, 15-1 to 15-11), about as in Belgium.
struct Lambert {
    n: f64,
    radius_f: f64,
}

const LON_0: f64 = 4.367;
const FALSE_EAST_NORTH: [f64; 2] = [150_000.0, 5_400_088.0];

impl Lambert {
    fn new() -> Self {
        let [a, b] = [49.833_f64, 51.167].map(f64::to_radians);
        let t = |phi: f64| (FRAC_PI_4 + phi / 2.0).tan();
        let n = (a.cos() / b.cos()).ln() / (t(b) / t(a)).ln();
        Self {
            n,
            radius_f: 6_378_137.0 * a.cos() * t(a).powf(n) / n,
        }
    }

    fn to_lon_lat(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let (dx, dy) = (x - FALSE_EAST_NORTH[0], FALSE_EAST_NORTH[1] - y);
        let lat = 2.0 * (self.radius_f / dx.hypot(dy)).powf(1.0 / self.n).atan() - 2.0 * FRAC_PI_4;
        [
            LON_0 + (dx.atan2(dy) / self.n).to_degrees(),
            lat.to_degrees(),
        ]
    }

    fn project(&self, [lon, lat]: [f64; 2]) -> [f64; 2] {
        let rho = self.radius_f / (FRAC_PI_4 + lat.to_radians() / 2.0).tan().powf(self.n);
        let (sin, cos) = (self.n * (lon - LON_0).to_radians()).sin_cos();
        [
            FALSE_EAST_NORTH[0] + rho * sin,
            FALSE_EAST_NORTH[1] - rho * cos,
        ]
    }

    /// Drawing coordinates (millimetres) to tile units.
    fn to_units(&self, frame: TileFrame) -> impl Fn(&mut [[f64; 2]]) -> Result<(), Infallible> {
        move |points| {
            for p in points {
                let lon_lat = self.to_lon_lat(p.map(|v| v / 1000.0));
                *p = frame.to_units(web_mercator::project(lon_lat));
            }
            Ok(())
        }
    }

    /// The drawing coordinates that a tile with its buffer covers.
    fn drawing_box(&self, frame: TileFrame) -> DrawingBox {
        let outline = buffered_outline(4096, 64).map(|units| {
            let lon_lat = web_mercator::unproject(frame.to_crs(units));
            self.project(lon_lat).map(|v| v * 1000.0)
        });
        DrawingBox::around(&outline).unwrap()
    }
}

/// The tile of a zoom that holds a place near Kortrijk.
fn tile_at(lambert: &Lambert, z: u8) -> TileCoord {
    let place = lambert.to_lon_lat([72_000.0, 168_000.0]);
    let range = web_mercator_quad::lon_lat_range(z, Rect::of(place, place), 0.0).unwrap();
    range.tiles().next().unwrap()
}

#[test]
fn a_national_grid_is_fitted_within_a_sixteenth_of_a_unit_at_every_zoom() {
    let lambert = Lambert::new();
    for z in 6..=20 {
        let frame = web_mercator_quad::set().frame(tile_at(&lambert, z), 4096);
        let exact = lambert.to_units(frame);
        // the data reach 30 km around
        let data = DrawingBox {
            min: [42_000_000, 138_000_000],
            max: [102_000_000, 198_000_000],
        };
        let area = lambert.drawing_box(frame).intersection(data).unwrap();
        let fit = Fit::new(area, &exact);
        assert_eq!(fit.kind(), FitKind::Quadratic, "zoom {z}");
        let (min, size) = (area.min.map(f64::from), area.to_rect().size());
        let mut points: Vec<[f64; 2]> = (0..=40)
            .flat_map(|i| (0..=40).map(move |j| [f64::from(i) / 40.0, f64::from(j) / 40.0]))
            .map(|[u, v]| [min[0] + u * size[0], min[1] + v * size[1]])
            .collect();
        let mut truth = points.clone();
        exact(&mut truth).unwrap();
        fit.apply(&mut points).unwrap();
        for (p, t) in points.iter().flatten().zip(truth.iter().flatten()) {
            assert!((p - t).abs() < 1.0 / 16.0, "zoom {z}: {p} for {t}");
        }
    }
}

#[test]
fn a_country_in_one_tile_needs_a_cubic() {
    let lambert = Lambert::new();
    let frame = web_mercator_quad::set().frame(tile_at(&lambert, 6), 4096);
    let exact = lambert.to_units(frame);
    let country = DrawingBox {
        min: [20_000_000, 20_000_000],
        max: [300_000_000, 250_000_000],
    };
    assert_eq!(Fit::new(country, &exact).kind(), FitKind::Cubic);
}

#[test]
fn a_point_lands_on_its_unit_and_tiles_agree_on_a_polygon_between_them() {
    let lambert = Lambert::new();
    let tile = tile_at(&lambert, 15);
    let neighbour = TileCoord::new(15, tile.x() + 1, tile.y()).unwrap();
    // a square of some 200 m around the middle of the edge between the two
    let frame = web_mercator_quad::set().frame(tile, 4096);
    let middle = web_mercator::unproject(frame.to_crs([4096.0, 2048.0]));
    let centre = lambert.project(middle).map(|v| (v * 1000.0) as i32);
    let corner = |dx: i32, dy: i32| [centre[0] + dx * 100_000, centre[1] + dy * 100_000];
    let ring = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
    let mut bounds = Vec::new();
    for tile in [tile, neighbour] {
        let frame = web_mercator_quad::set().frame(tile, 4096);
        let exact = lambert.to_units(frame);
        let fit = Fit::new(lambert.drawing_box(frame), &exact);
        let painter = Painter::new(
            &fit,
            DrawOptions {
                buffer: 0,
                ..DrawOptions::default()
            },
        );
        let mut scratch = Scratch::default();
        let mut layer = LayerEncoder::new("layer", 4096);
        for path in [
            Path::new(PathRole::Outer, &ring),
            Path::new(PathRole::Point, &[centre]),
        ] {
            for (kind, commands) in painter.draw([path], &mut scratch).parts() {
                layer.push(1, kind, commands, &[]).unwrap();
            }
        }
        let mut bytes = TileBuilder::new();
        bytes.add(&layer).unwrap();
        for geometry in decode(&bytes.finish()) {
            if let Geometry::Polygon(polygon) = geometry {
                use geo::BoundingRect;
                bounds.push(polygon.bounding_rect().unwrap());
            }
        }
    }
    let [west, east] = bounds.as_slice() else {
        panic!("a part in each tile")
    };
    assert_eq!((west.max().x, east.min().x), (4096.0, 0.0));
    // the square is turned a little, so its parts differ in height, but not by much
    assert!((west.max().y - east.max().y).abs() < 20.0);
    let width = (4096.0 - west.min().x) + east.max().x;
    let expected = 2.0 * 100.0 * 1.58 / (40_075_016.7 / 32_768.0 / 4096.0);
    assert!(
        (width / expected - 1.0).abs() < 0.05,
        "{width} for {expected}"
    );
}
