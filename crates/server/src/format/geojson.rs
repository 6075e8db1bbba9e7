//! GeoJSON (RFC 7946), straight from packed columns.
//!
//! Coordinates are longitude, latitude unless another CRS is asked for; then they follow that CRS's
//! axis order (OGC 18-058r1, requirement 16), so that EPSG:4326 is latitude, longitude. Outer rings
//! are written counter-clockwise in east-north space, holes clockwise (RFC 7946, 3.1.6).

use std::ops::Range;
use std::rc::Rc;

use base64::prelude::{BASE64_STANDARD, Engine};
use ingest::crs::{AxisOrder, Crs, Transform, Unit};
use ingest::layer::{ColumnType, Geometry, GeometryKind, PathRole, Value};

use super::number;
use crate::served::View;

/// The media type.
pub const MEDIA_TYPE: &str = "application/geo+json";

/// Writes features of one view in one CRS.
#[derive(Debug)]
pub struct FeatureWriter<'a> {
    view: &'a View,
    /// Each shown column with its name as JSON text.
    columns: Vec<(usize, ColumnType, String)>,
    transform: Option<Rc<Transform>>,
    swap: bool,
    /// Decimals of computed coordinates: 0.1 mm; `None` writes the uploaded digits.
    decimals: Option<i32>,
    geometry: Geometry,
}

impl<'a> FeatureWriter<'a> {
    /// A writer for a CRS.
    ///
    /// # Errors
    /// When PROJ does not know the CRS.
    pub fn new(view: &'a View, crs: Crs) -> ingest::error::Result<Self> {
        let definition = crs.definition()?;
        let transform = view
            .crs()
            .map(|own| Transform::between(own, crs))
            .transpose()?;
        let computed = transform.as_ref().is_some_and(|t| !t.is_identity());
        let decimals = computed.then_some(if definition.unit == Unit::Degree {
            9
        } else {
            4
        });
        let columns = view
            .columns()
            .map(|(number, column)| {
                (
                    number,
                    column.kind,
                    serde_json::Value::from(column.name.as_str()).to_string(),
                )
            })
            .collect();
        Ok(Self {
            view,
            columns,
            transform,
            swap: definition.axis_order == AxisOrder::NorthEast,
            decimals,
            geometry: Geometry::empty(GeometryKind::Point),
        })
    }

    /// Appends the members of a feature without the closing brace, so that the caller can add some.
    pub fn open_feature(&mut self, out: &mut Vec<u8>, row: u32) {
        out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
        let mut digits = itoa::Buffer::new();
        out.extend_from_slice(
            digits
                .format(self.view.feature_id(row).unwrap_or_default())
                .as_bytes(),
        );
        out.extend_from_slice(b",\"geometry\":");
        self.write_geometry(out, row);
        out.extend_from_slice(b",\"properties\":{");
        for (i, (number, kind, name)) in self.columns.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            out.extend_from_slice(name.as_bytes());
            out.push(b':');
            write_value(out, self.view.value(row, *number), *kind);
        }
        out.push(b'}');
    }

    fn write_geometry(&mut self, out: &mut Vec<u8>, row: u32) {
        let mut geometry =
            std::mem::replace(&mut self.geometry, Geometry::empty(GeometryKind::Point));
        match self
            .view
            .geometry(row)
            .map(|found| found.to_geometry(&mut geometry))
        {
            Some(Ok(())) => {
                if let Some(transform) = &self.transform {
                    transform.apply(&mut geometry.xy);
                }
                if geometry.xy.iter().any(|p| p[0].is_nan()) {
                    // out of the CRS's reach: it has no coordinates there
                    out.extend_from_slice(b"null");
                } else {
                    self.write_shape(out, &geometry);
                }
            }
            _ => out.extend_from_slice(b"null"),
        }
        self.geometry = geometry;
    }

    fn write_shape(&self, out: &mut Vec<u8>, geometry: &Geometry) {
        let parts = geometry.parts();
        let kind = geometry.kind;
        if kind == GeometryKind::GeometryCollection {
            out.extend_from_slice(b"{\"type\":\"GeometryCollection\",\"geometries\":[");
            self.separated(out, &parts, |out, part| {
                let single = match geometry.paths[part.start].role {
                    PathRole::Point => GeometryKind::Point,
                    PathRole::Line => GeometryKind::LineString,
                    PathRole::Outer | PathRole::Inner => GeometryKind::Polygon,
                };
                self.open(out, single);
                self.write_part(out, geometry, part.clone());
                out.push(b'}');
            });
            out.extend_from_slice(b"]}");
            return;
        }
        self.open(out, kind);
        match kind {
            GeometryKind::Point | GeometryKind::LineString | GeometryKind::Polygon => {
                match parts.first() {
                    Some(part) => self.write_part(out, geometry, part.clone()),
                    None => out.extend_from_slice(b"[]"),
                }
            }
            _ => {
                out.push(b'[');
                self.separated(out, &parts, |out, part| {
                    self.write_part(out, geometry, part.clone())
                });
                out.push(b']');
            }
        }
        out.push(b'}');
    }

    fn open(&self, out: &mut Vec<u8>, kind: GeometryKind) {
        out.extend_from_slice(b"{\"type\":\"");
        out.extend_from_slice(kind.name().as_bytes());
        out.extend_from_slice(b"\",\"coordinates\":");
    }

    fn separated<T>(
        &self,
        out: &mut Vec<u8>,
        items: &[T],
        mut write: impl FnMut(&mut Vec<u8>, &T),
    ) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            write(out, item);
        }
    }

    /// The coordinates of one point, line or polygon.
    fn write_part(&self, out: &mut Vec<u8>, geometry: &Geometry, paths: Range<usize>) {
        let range = |path: usize| {
            let start = if path == 0 {
                0
            } else {
                geometry.paths[path - 1].end
            };
            start..geometry.paths[path].end
        };
        match geometry.paths[paths.start].role {
            PathRole::Point => self.write_position(out, geometry, range(paths.start).start),
            PathRole::Line => self.write_positions(out, geometry, range(paths.start), false),
            PathRole::Outer | PathRole::Inner => {
                out.push(b'[');
                for path in paths.clone() {
                    if path > paths.start {
                        out.push(b',');
                    }
                    let ring = range(path);
                    let counter_clockwise = doubled_area(&geometry.xy[ring.clone()]) >= 0.0;
                    let outer = geometry.paths[path].role == PathRole::Outer;
                    self.write_positions(out, geometry, ring, counter_clockwise != outer);
                }
                out.push(b']');
            }
        }
    }

    fn write_positions(
        &self,
        out: &mut Vec<u8>,
        geometry: &Geometry,
        range: Range<usize>,
        backwards: bool,
    ) {
        out.push(b'[');
        for i in range.clone() {
            if i > range.start {
                out.push(b',');
            }
            self.write_position(
                out,
                geometry,
                if backwards {
                    range.end - 1 - (i - range.start)
                } else {
                    i
                },
            );
        }
        out.push(b']');
    }

    fn write_position(&self, out: &mut Vec<u8>, geometry: &Geometry, vertex: usize) {
        let [x, y] = geometry.xy[vertex];
        let [first, second] = if self.swap { [y, x] } else { [x, y] };
        let rounded = |value: f64| {
            self.decimals
                .map_or(value, |decimals| number::round(value, decimals))
        };
        out.push(b'[');
        number::push(out, rounded(first));
        out.push(b',');
        number::push(out, rounded(second));
        if let Some(&z) = geometry.z.get(vertex) {
            out.push(b',');
            number::push(out, z);
        }
        out.push(b']');
    }
}

/// Twice the signed area of a closed ring; positive when counter-clockwise.
fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    let Some(&[ox, oy]) = ring.first() else {
        return 0.0;
    };
    ring.windows(2)
        .map(|p| (p[0][0] - ox) * (p[1][1] - oy) - (p[1][0] - ox) * (p[0][1] - oy))
        .sum()
}

fn write_value(out: &mut Vec<u8>, value: Value<'_>, kind: ColumnType) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Integer(v) => out.extend_from_slice(itoa::Buffer::new().format(v).as_bytes()),
        Value::Real(v) => number::push(out, v),
        Value::Text(text)
            if matches!(kind, ColumnType::List | ColumnType::Json) && is_json(text) =>
        {
            out.extend_from_slice(text.as_bytes());
        }
        Value::Text(text) => write_text(out, text),
        Value::Binary(bytes) => write_text(out, &BASE64_STANDARD.encode(bytes)),
    }
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    // serde_json writes strings into a Vec without failing
    let _ = serde_json::to_writer(&mut *out, text);
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
