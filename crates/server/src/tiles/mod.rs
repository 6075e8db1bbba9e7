//! Making vector tiles of views: protocol-free, blocking.

use std::cell::RefCell;

use ingest::crs::{Crs, Transform};
use ingest::error::{Error, Result};
use ingest::layer::{ColumnType, PathRole, Value};
use ingest::snapshot::ColumnView;
use tile::EXTENT;
use tile::draw::{self, DrawOptions, Painter, Path, Scratch};
use tile::fit::{DrawingBox, Fit, buffered_outline};
use tile::mvt::{self, KeyIndex, LayerEncoder, TileBuilder, ValueIndex};
use tile::tms::{TileCoord, web_mercator_quad};

use crate::served::View;

/// The bytes over which a tile is counted as too large.
pub const HARD_LIMIT: usize = 2_000_000;

/// A tile of several views in WebMercatorQuad, each under the name given with it; empty when none
/// of them has anything there.
///
/// # Errors
/// When a layer's CRS cannot be transformed.
pub fn make(views: &[(String, View)], coord: TileCoord) -> Result<Vec<u8>> {
    thread_local! {
        static SCRATCH: RefCell<Scratch> = RefCell::default();
    }
    SCRATCH.with_borrow_mut(|scratch| {
        let mut tile = TileBuilder::new();
        for (name, view) in views {
            let layer = make_layer(name, view, coord, scratch)?;
            tile.add(&layer)
                .map_err(|error| Error::invalid(error.to_string()))?;
        }
        Ok(tile.finish())
    })
}

fn make_layer(
    name: &str,
    view: &View,
    coord: TileCoord,
    scratch: &mut Scratch,
) -> Result<LayerEncoder> {
    let mut layer = LayerEncoder::new(name, EXTENT);
    let (Some(crs), Some(extent)) = (view.crs(), view.drawing_extent()) else {
        return Ok(layer);
    };
    let (grid, frame) = (view.grid(), web_mercator_quad::set().frame(coord, EXTENT));
    let back = Transform::between(Crs::WEB_MERCATOR, crs)?;
    let mut outline =
        buffered_outline(EXTENT, DrawOptions::default().buffer).map(|p| frame.to_crs(p));
    back.apply(&mut outline);
    // beyond the reach of the layer's CRS the outline has no image: then all of the layer is tried
    let shown = DrawingBox::around(&outline.map(|p| grid.steps(p)))
        .map_or(Some(extent), |around| around.intersection(extent));
    let Some(shown) = shown else { return Ok(layer) };
    let to_mercator = Transform::between(crs, Crs::WEB_MERCATOR)?;
    let exact = |points: &mut [[f64; 2]]| {
        points.iter_mut().for_each(|p| *p = grid.coordinate_of(*p));
        to_mercator.apply(points);
        points.iter_mut().for_each(|p| *p = frame.to_units(*p));
        Ok::<(), std::convert::Infallible>(())
    };
    let fit = Fit::new(shown, &exact);
    let painter = Painter::new(&fit, DrawOptions::default());
    let mut rows = view.search_drawing(shown.min, shown.max);
    rows.sort_unstable();
    let mut tags = Tags::new(view, &mut layer);
    for row in rows {
        let Some(geometry) = view.geometry(row) else {
            continue;
        };
        let paths = geometry
            .paths()
            .map(|(role, range)| Path::new(role_of(role), geometry.drawing(range)));
        let drawn = painter.draw(paths, scratch);
        if drawn.is_empty() {
            continue;
        }
        let tags = tags.of(row, &mut layer);
        let id = view
            .feature_id(row)
            .and_then(|id| u64::try_from(id).ok())
            .unwrap_or_default();
        for (kind, commands) in drawn.parts() {
            layer
                .push(id, kind, commands, tags)
                .map_err(|error| Error::invalid(error.to_string()))?;
        }
    }
    Ok(layer)
}

fn role_of(role: PathRole) -> draw::PathRole {
    match role {
        PathRole::Point => draw::PathRole::Point,
        PathRole::Line => draw::PathRole::Line,
        PathRole::Outer => draw::PathRole::Outer,
        PathRole::Inner => draw::PathRole::Inner,
    }
}

/// The attributes of one feature after the other.
struct Tags<'a> {
    columns: Vec<(KeyIndex, ColumnView<'a>)>,
    tags: Vec<(KeyIndex, ValueIndex)>,
}

impl<'a> Tags<'a> {
    /// For the columns that tiles can carry: all but bytes.
    fn new(view: &'a View, layer: &mut LayerEncoder) -> Self {
        let columns = view
            .columns()
            .filter(|(_, column)| column.kind != ColumnType::Binary)
            .filter_map(|(number, column)| Some((layer.key(&column.name), view.column(number)?)))
            .collect();
        Self {
            columns,
            tags: Vec::new(),
        }
    }

    fn of(&mut self, row: u32, layer: &mut LayerEncoder) -> &[(KeyIndex, ValueIndex)] {
        self.tags.clear();
        for (key, column) in &self.columns {
            let index = match column.dictionary_code(row) {
                Some(code) => layer.coded_value(*key, code, || {
                    encodable(column.dictionary_value(code)).unwrap_or(mvt::Value::Text(""))
                }),
                None => match encodable(column.get(row)) {
                    Some(value) => layer.value(value),
                    None => continue,
                },
            };
            self.tags.push((*key, index));
        }
        &self.tags
    }
}

fn encodable(value: Value<'_>) -> Option<mvt::Value<'_>> {
    Some(match value {
        Value::Null | Value::Binary(_) => return None,
        Value::Bool(v) => mvt::Value::Bool(v),
        Value::Integer(v) => mvt::Value::Int(v),
        Value::Real(v) => mvt::Value::Double(v),
        Value::Text(v) => mvt::Value::Text(v),
    })
}
