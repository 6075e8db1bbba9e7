//! The sample's layers: what columns they have and what stands in them.

use ingest::Error;
use ingest::crs::Crs;
use ingest::error::Result;
use ingest::geopackage::Writer;
use ingest::layer::{
    Batch, ColumnSchema, ColumnType, Geometry, GeometryKind, GeometryType, LayerSchema, PathRole,
    Value,
};

use super::plane::Xy;

/// Features in a batch.
const BATCH_ROWS: usize = 4096;

/// A value that owns its text.
pub(super) enum Cell {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A double.
    Real(f64),
    /// Text of any kind.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Writes one layer row by row.
pub(super) struct LayerWriter<'a> {
    writer: &'a mut Writer,
    schema: LayerSchema,
    batch: Batch,
    geometry: Geometry,
    wkb: Vec<u8>,
    written: u64,
    progress: &'a dyn Fn(&str, u64),
    before: u64,
}

impl<'a> LayerWriter<'a> {
    /// Starts a layer; `before` features were written before it.
    pub(super) fn begin(
        writer: &'a mut Writer,
        name: &str,
        geometry: GeometryType,
        columns: &[(&str, ColumnType)],
        progress: &'a dyn Fn(&str, u64),
        before: u64,
    ) -> Result<Self> {
        let schema = LayerSchema {
            name: name.to_owned(),
            geometry,
            has_z: false,
            has_m: false,
            crs: Some(Crs::LAMBERT_72),
            columns: columns
                .iter()
                .map(|(name, kind)| ColumnSchema {
                    name: (*name).to_owned(),
                    kind: *kind,
                })
                .collect(),
        };
        writer.begin_layer(&schema)?;
        Ok(Self {
            writer,
            batch: Batch::new(&schema),
            schema,
            geometry: Geometry::empty(GeometryKind::Point),
            wkb: Vec::new(),
            written: 0,
            progress,
            before,
        })
    }

    /// A feature at a point.
    pub(super) fn point(&mut self, at: Xy, cells: Vec<Cell>) -> Result<()> {
        self.geometry.reset(GeometryKind::Point);
        self.geometry.xy.push(at);
        self.geometry.end_path(PathRole::Point);
        self.row(cells)
    }

    /// A feature along a line.
    pub(super) fn line(&mut self, line: &[Xy], cells: Vec<Cell>) -> Result<()> {
        self.geometry.reset(GeometryKind::LineString);
        self.geometry.xy.extend(line);
        self.geometry.end_path(PathRole::Line);
        self.row(cells)
    }

    /// A feature with an area: the outer ring, then holes, none closed.
    pub(super) fn polygon(&mut self, rings: &[&[Xy]], cells: Vec<Cell>) -> Result<()> {
        self.geometry
            .reset(if self.schema.geometry == GeometryType::MultiPolygon {
                GeometryKind::MultiPolygon
            } else {
                GeometryKind::Polygon
            });
        for (i, ring) in rings.iter().enumerate() {
            self.geometry.xy.extend(*ring);
            self.geometry.xy.extend(ring.first());
            self.geometry.end_path(if i == 0 {
                PathRole::Outer
            } else {
                PathRole::Inner
            });
        }
        self.row(cells)
    }

    fn row(&mut self, cells: Vec<Cell>) -> Result<()> {
        self.wkb.clear();
        self.geometry.write_wkb(&mut self.wkb);
        self.written += 1;
        self.batch
            .push_feature(self.written as i64, Some(&self.wkb));
        if cells.len() != self.schema.columns.len() {
            return Err(
                self.wrong("a row with another number of values than the layer has columns")
            );
        }
        for (i, cell) in cells.iter().enumerate() {
            let fits = self.batch.columns[i].push(match cell {
                Cell::Null => Value::Null,
                Cell::Bool(value) => Value::Bool(*value),
                Cell::Integer(value) => Value::Integer(*value),
                Cell::Real(value) => Value::Real(*value),
                Cell::Text(text) => Value::Text(text),
                Cell::Bytes(bytes) => Value::Binary(bytes),
            });
            if !fits {
                return Err(self.wrong(&format!(
                    "a value of another type in {}",
                    self.schema.columns[i].name
                )));
            }
        }
        if self.batch.len() == BATCH_ROWS {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.writer.append(&self.batch)?;
        self.batch = Batch::new(&self.schema);
        (self.progress)(&self.schema.name, self.before + self.written);
        Ok(())
    }

    /// Ends the layer and tells its name and how many features it has.
    pub(super) fn end(mut self) -> Result<(String, u64)> {
        self.flush()?;
        self.writer.end_layer()?;
        Ok((self.schema.name, self.written))
    }

    fn wrong(&self, what: &str) -> Error {
        Error::invalid(format!("sample layer {}: {what}", self.schema.name))
    }
}
