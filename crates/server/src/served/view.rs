//! What one principal may see of a layer: the only way to read features.

use std::sync::Arc;

use ingest::crs::Crs;
use ingest::layer::{Bbox, ColumnSchema, GeometryType, LayerId, Value};
use ingest::snapshot::{ColumnView, GeometryView, Grid, Snapshot};
use tile::fit::DrawingBox;

use super::{Content, Layer, State, key_of};
use crate::accounts::Principal;
use crate::store::{LayerRecord, Role, VersionFacts, Visibility};

/// Why a layer cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is none, or the principal may not know of it: the same answer for both.
    NotFound(String),
    /// It is there but cannot be read now.
    Unavailable(String),
}

/// A layer as one principal sees it.
#[derive(Debug, Clone)]
pub struct View {
    layer: Arc<Layer>,
    snapshot: Arc<Snapshot>,
    /// For each column whether it is shown.
    shown: Vec<bool>,
}

impl View {
    /// Opens a layer for a principal, under any case of its name.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn open(state: &State, principal: &Principal, id: &str) -> Result<Self, ReadError> {
        let missing = || ReadError::NotFound(format!("there is no layer '{id}'"));
        let parsed = LayerId::parse(id).map_err(|_| missing())?;
        let layer = state.layers.get(&key_of(&parsed)).ok_or_else(missing)?;
        if !may_see(&layer.record, principal) {
            return Err(missing());
        }
        Self::of(layer)
    }

    /// All layers that a principal may see and that can be read, in order of their ids.
    pub fn all(state: &State, principal: &Principal) -> Vec<Self> {
        state
            .layers
            .values()
            .filter(|layer| may_see(&layer.record, principal))
            .filter_map(|layer| Self::of(layer).ok())
            .collect()
    }

    /// The records of all layers that a principal may see, those among them that cannot be read.
    pub fn records(state: &State, principal: &Principal) -> Vec<LayerRecord> {
        let seen = state.layers.values().map(|layer| &layer.record);
        seen.filter(|record| may_see(record, principal))
            .cloned()
            .collect()
    }

    fn of(layer: &Arc<Layer>) -> Result<Self, ReadError> {
        let id = &layer.record.id;
        let snapshot = match &layer.content {
            Content::Ready(snapshot) => snapshot.clone(),
            Content::Building => {
                return Err(ReadError::Unavailable(format!(
                    "layer {id} is being prepared; try again in some seconds"
                )));
            }
            Content::Damaged(_) => {
                return Err(ReadError::Unavailable(format!(
                    "layer {id} cannot be served: its file is damaged. The operator finds the reason in the log"
                )));
            }
        };
        let record = &layer.record;
        let columns = record.current.schema.columns.iter();
        let shown = columns
            .map(|column| !record.hidden.contains(&column.name))
            .collect();
        Ok(Self {
            layer: layer.clone(),
            snapshot,
            shown,
        })
    }

    /// The layer's id.
    pub fn id(&self) -> &LayerId {
        &self.layer.record.id
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.layer.record.title
    }

    /// Who may see it.
    pub fn visibility(&self) -> Visibility {
        self.layer.record.visibility
    }

    /// Its CRS; `None` for a table without geometry.
    pub fn crs(&self) -> Option<Crs> {
        self.layer.record.current.schema.crs
    }

    /// What geometries it holds.
    pub fn geometry_type(&self) -> GeometryType {
        self.layer.record.current.schema.geometry
    }

    /// What was found out at its import.
    pub fn facts(&self) -> &VersionFacts {
        &self.layer.record.current.facts
    }

    /// When its version was made, RFC 3339.
    pub fn created(&self) -> &str {
        &self.layer.record.current.created
    }

    /// A word that differs when the content or what is shown of it differs, on every replica alike.
    pub fn stamp(&self) -> String {
        let record = &self.layer.record;
        let text = format!(
            "{}|{}|{:?}",
            record.current.number, record.current.hash, record.hidden
        );
        format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
    }

    /// How many features it has.
    pub fn len(&self) -> usize {
        self.snapshot.len()
    }

    /// Whether it has no features.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns that are shown, with the numbers by which [`Self::value`] knows them.
    pub fn columns(&self) -> impl Iterator<Item = (usize, &ColumnSchema)> {
        let columns = self.layer.record.current.schema.columns.iter().enumerate();
        columns.filter(|(i, _)| self.shown[*i])
    }

    /// A column's values, packed; `None` when it is not shown.
    pub fn column(&self, number: usize) -> Option<ColumnView<'_>> {
        self.shown
            .get(number)
            .copied()
            .unwrap_or(false)
            .then(|| self.snapshot.column(number))
    }

    /// A value; null for a column that is not shown.
    pub fn value(&self, row: u32, column: usize) -> Value<'_> {
        self.column(column)
            .map_or(Value::Null, |values| values.get(row))
    }

    /// The grid of its drawing coordinates.
    pub fn grid(&self) -> &Grid {
        self.snapshot.grid()
    }

    /// A feature's geometry; `None` where it has none.
    pub fn geometry(&self, row: u32) -> Option<GeometryView<'_>> {
        self.snapshot.geometry(row)
    }

    /// A feature's envelope in drawing coordinates (min, max).
    pub fn envelope(&self, row: u32) -> Option<[[i32; 2]; 2]> {
        self.snapshot.envelope(row)
    }

    /// A feature's id; `None` beyond the last row.
    pub fn feature_id(&self, row: u32) -> Option<i64> {
        self.snapshot.id(row)
    }

    /// The row of a feature id.
    pub fn row_of(&self, id: i64) -> Option<u32> {
        self.snapshot.row_of(id)
    }

    /// All rows in order of feature ids.
    pub fn rows_by_id(&self) -> &[u32] {
        self.snapshot.rows_by_id()
    }

    /// The box of all drawing coordinates; `None` where nothing has any.
    pub fn drawing_extent(&self) -> Option<DrawingBox> {
        let bbox = self.snapshot.bbox();
        let grid = self.snapshot.grid();
        DrawingBox::around(&[
            grid.steps([bbox.min_x, bbox.min_y]),
            grid.steps([bbox.max_x, bbox.max_y]),
        ])
    }

    /// Rows whose envelope meets a box of drawing coordinates, in no particular order.
    pub fn search_drawing(&self, min: [i32; 2], max: [i32; 2]) -> Vec<u32> {
        self.snapshot.search(min, max)
    }

    /// Rows whose envelope meets a box in the layer's CRS, in no particular order; some beside it
    /// may be among them, none is missing.
    pub fn search(&self, bbox: &Bbox) -> Vec<u32> {
        self.snapshot.search_bbox(bbox)
    }
}

fn may_see(record: &LayerRecord, principal: &Principal) -> bool {
    record.visibility == Visibility::Public || principal.may(Role::Viewer, &record.id.workspace)
}
