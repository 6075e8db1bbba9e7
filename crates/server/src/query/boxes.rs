//! A box in any CRS as a filter on a layer's features.

use std::rc::Rc;

use ingest::crs::{Crs, Transform, transform_bbox};
use ingest::layer::{Bbox, Geometry};

use super::intersects::meets;
use crate::served::View;

/// A box to be met, one or two parts of it (two where it crosses 180°).
#[derive(Debug, Clone, PartialEq)]
pub struct BoxFilter {
    crs: Crs,
    parts: Vec<Bbox>,
}

impl BoxFilter {
    /// A box of `[min_x, min_y, max_x, max_y]` (east, north) in a CRS. In degrees a min_x beyond
    /// max_x crosses 180° (OGC 17-069r4, 7.15.3).
    ///
    /// # Errors
    /// A text that says what is wrong.
    pub fn new(crs: Crs, [min_x, min_y, max_x, max_y]: [f64; 4]) -> Result<Self, String> {
        if min_y > max_y {
            return Err("the lower edge lies above the upper one".to_owned());
        }
        let whole = Bbox {
            min_x,
            min_y,
            max_x,
            max_y,
        };
        let degrees = matches!(crs, Crs::Crs84 | Crs::WGS84 | Crs::ETRS89);
        let parts = match min_x > max_x {
            false => vec![whole],
            true if degrees => vec![
                Bbox {
                    max_x: 180.0,
                    ..whole
                },
                Bbox {
                    min_x: -180.0,
                    ..whole
                },
            ],
            true => return Err("the left edge lies right of the right one".to_owned()),
        };
        Ok(Self { crs, parts })
    }

    /// The rows of a view whose geometry meets the box; in no particular order.
    ///
    /// # Errors
    /// When the CRS cannot be transformed to.
    pub(super) fn rows(&self, view: &View) -> ingest::error::Result<Vec<u32>> {
        let Some(layer_crs) = view.crs() else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for part in &self.parts {
            rows.extend(self.rows_of(part, view, layer_crs)?);
        }
        if self.parts.len() > 1 {
            rows.sort_unstable();
            rows.dedup();
        }
        Ok(rows)
    }

    fn rows_of(&self, part: &Bbox, view: &View, layer_crs: Crs) -> ingest::error::Result<Vec<u32>> {
        // a box of the world in a national grid has corners without an image: cut it to the layer
        let part = match (view.facts().extent_degrees, self.crs) {
            (Some(extent), Crs::Crs84 | Crs::WGS84 | Crs::ETRS89) => {
                let near = extent.buffered(0.01);
                Bbox {
                    min_x: part.min_x.max(near.min_x),
                    min_y: part.min_y.max(near.min_y),
                    max_x: part.max_x.min(near.max_x),
                    max_y: part.max_y.min(near.max_y),
                }
            }
            _ => *part,
        };
        if part.is_empty() {
            return Ok(Vec::new());
        }
        let image = transform_bbox(&part, self.crs, layer_crs)?;
        let inner = inner_box(&part, self.crs, layer_crs)?;
        let back = Transform::between(layer_crs, self.crs)?;
        let slack = image.buffered((image.max_x - image.min_x + image.max_y - image.min_y) * 1e-4);
        let candidates = view.search(if back.is_identity() { &image } else { &slack });
        let mut geometry = Geometry::empty(ingest::layer::GeometryKind::Point);
        Ok(candidates
            .into_iter()
            .filter(|&row| {
                is_inside(view, row, &inner)
                    || meets_exactly(view, row, &part, &back, &mut geometry)
            })
            .collect())
    }
}

/// Whether a row's envelope lies wholly inside a box of the layer's CRS.
fn is_inside(view: &View, row: u32, inner: &Bbox) -> bool {
    let Some([min, max]) = view.envelope(row) else {
        return false;
    };
    let grid = view.grid();
    // the grid rounds by half a step
    let step = grid.step();
    let envelope = Bbox::of(grid.coordinate(min), grid.coordinate(max)).buffered(step);
    inner.contains_bbox(&envelope)
}

fn meets_exactly(
    view: &View,
    row: u32,
    part: &Bbox,
    back: &Rc<Transform>,
    geometry: &mut Geometry,
) -> bool {
    let Some(found) = view.geometry(row) else {
        return false;
    };
    if found.to_geometry(geometry).is_err() {
        return false;
    }
    back.apply(&mut geometry.xy);
    meets(geometry, part)
}

/// A box of the layer's CRS that lies wholly inside the image of the asked one: between the
/// innermost points of its four sides.
fn inner_box(part: &Bbox, from: Crs, to: Crs) -> ingest::error::Result<Bbox> {
    const STEPS: usize = 100;
    let transform = Transform::between(from, to)?;
    if transform.is_identity() {
        return Ok(*part);
    }
    let along = |from: [f64; 2], to: [f64; 2]| {
        let mut points: Vec<[f64; 2]> = (0..=STEPS)
            .map(|i| {
                let t = i as f64 / STEPS as f64;
                [
                    from[0] + t * (to[0] - from[0]),
                    from[1] + t * (to[1] - from[1]),
                ]
            })
            .collect();
        transform.apply(&mut points);
        let mut bbox = Bbox::EMPTY;
        points.iter().for_each(|&p| bbox.add(p));
        // a point without an image leaves nothing that is surely inside
        if points.iter().any(|p| p[0].is_nan()) {
            None
        } else {
            Some(bbox)
        }
    };
    let (a, c) = ([part.min_x, part.min_y], [part.max_x, part.max_y]);
    let (b, d) = ([part.max_x, part.min_y], [part.min_x, part.max_y]);
    let sides = (along(a, d), along(b, c), along(a, b), along(d, c));
    let (Some(left), Some(right), Some(bottom), Some(top)) = sides else {
        return Ok(Bbox::EMPTY);
    };
    let inner = Bbox {
        min_x: left.max_x,
        min_y: bottom.max_y,
        max_x: right.min_x,
        max_y: top.min_y,
    };
    let margin = (inner.max_x - inner.min_x + inner.max_y - inner.min_y).abs() * 1e-4;
    Ok(inner.buffered(-margin))
}
