//! Draws on a tile whose transform is known, and decodes the result.

use std::convert::Infallible;

use geo::{Geometry, MultiPolygon, Polygon};
use geozero::ToGeo;
use geozero::mvt::{Message, Tile};
use tile::draw::{DrawOptions, Painter, Path, PathRole, Scratch, Tally};
use tile::fit::{DrawingBox, Fit};
use tile::mvt::{LayerEncoder, TileBuilder};

/// Drawing coordinates per tile unit.
pub const GRID: i32 = 16;

/// A tile whose origin lies at whole tiles of the plane; y goes down in both.
pub struct Canvas {
    pub origin: [f64; 2],
    pub options: DrawOptions,
}

impl Default for Canvas {
    fn default() -> Self {
        Self {
            origin: [0.0, 0.0],
            options: DrawOptions::default(),
        }
    }
}

impl Canvas {
    /// Draws one feature and decodes its parts.
    pub fn draw<'a>(&self, paths: &[Path<'a>]) -> (Vec<Geometry<f64>>, Tally) {
        // a shift off the grid, so that nothing lies half-way between two units
        let shift = 1.0 / 37.0;
        let exact = |points: &mut [[f64; 2]]| {
            for p in points {
                *p = [0, 1].map(|axis| p[axis] / f64::from(GRID) - self.origin[axis] + shift);
            }
            Ok::<(), Infallible>(())
        };
        let reach = 2 * self.options.buffer as i32 + 100;
        let low = self.origin.map(|v| (v as i32 - reach) * GRID);
        let high = low.map(|v| v + (self.options.extent as i32 + 2 * reach) * GRID);
        let fit = Fit::new(
            DrawingBox {
                min: low,
                max: high,
            },
            &exact,
        );
        let painter = Painter::new(&fit, self.options);
        let mut scratch = Scratch::default();
        let mut layer = LayerEncoder::new("layer", self.options.extent);
        let drawn = painter.draw(paths.iter().copied(), &mut scratch);
        for (kind, commands) in drawn.parts() {
            layer.push(1, kind, commands, &[]).unwrap();
        }
        let mut tile = TileBuilder::new();
        tile.add(&layer).unwrap();
        (decode(&tile.finish()), scratch.tally())
    }

    /// Draws rings, each group a polygon, and gives the polygons in the tile.
    pub fn polygons(&self, polygons: &[Vec<Vec<[i32; 2]>>]) -> Vec<Polygon<f64>> {
        let paths: Vec<Path<'_>> = polygons
            .iter()
            .flat_map(|rings| ring_paths(rings))
            .collect();
        only_polygons(self.draw(&paths).0)
    }
}

pub fn ring_paths(rings: &[Vec<[i32; 2]>]) -> impl Iterator<Item = Path<'_>> {
    rings.iter().enumerate().map(|(index, ring)| {
        let role = if index == 0 {
            PathRole::Outer
        } else {
            PathRole::Inner
        };
        Path::new(role, ring)
    })
}

/// The features of a tile of at most one layer.
pub fn decode(bytes: &[u8]) -> Vec<Geometry<f64>> {
    let tile = Tile::decode(bytes).unwrap();
    let features = tile.layers.iter().flat_map(|layer| &layer.features);
    features.map(|feature| feature.to_geo().unwrap()).collect()
}

pub fn only_polygons(geometries: Vec<Geometry<f64>>) -> Vec<Polygon<f64>> {
    let to_polygons = |geometry| match geometry {
        Geometry::Polygon(polygon) => vec![polygon],
        Geometry::MultiPolygon(MultiPolygon(polygons)) => polygons,
        other => panic!("not a polygon: {other:?}"),
    };
    geometries.into_iter().flat_map(to_polygons).collect()
}

/// Twice the area of a ring, by its winding.
pub fn area_2(ring: &geo::LineString<f64>) -> f64 {
    ring.lines()
        .map(|l| l.start.x * l.end.y - l.end.x * l.start.y)
        .sum()
}

/// Twice the area of polygons, holes taken off.
pub fn total_area_2(polygons: &[Polygon<f64>]) -> f64 {
    let rings =
        |p: &Polygon<f64>| area_2(p.exterior()) + p.interiors().iter().map(area_2).sum::<f64>();
    polygons.iter().map(rings).sum()
}
