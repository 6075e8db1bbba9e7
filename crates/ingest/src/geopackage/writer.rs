//! Writes a version's file.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::types::Null;
use rusqlite::{Connection, OpenFlags, Statement, params};

use super::blob::BlobWriter;
use super::naming::{GEOMETRY_COLUMN, file_names, table_name};
use super::srs::srs_of;
use super::tables;
use crate::crs::Crs;
use crate::error::{Error, Result};
use crate::layer::{Batch, Bbox, ColumnType, GeometryType, LayerSchema, Value};

/// Writes layers, one after the other, into a new GeoPackage.
///
/// The file is whole only after [`Writer::finish`]: give it a temporary name, rename it then and
/// sync its folder. One that is dropped before leaves an unusable file behind for its caller to
/// delete.
pub struct Writer {
    path: PathBuf,
    connection: Connection,
    tables: HashSet<String>,
    known_srs: HashSet<i32>,
    layer: Option<OpenLayer>,
}

/// The layer that rows are being appended to.
struct OpenLayer {
    schema: LayerSchema,
    table: String,
    srs_id: i32,
    insert: String,
    blobs: BlobWriter,
    extent: Bbox,
}

impl Writer {
    /// Starts a new file.
    ///
    /// # Errors
    /// [`Error::Io`] when there is a file already or it cannot be made, [`Error::Sqlite`].
    pub fn create(path: &Path) -> Result<Self> {
        File::create_new(path).map_err(Error::io(format!("creating {}", path.display())))?;
        let doing = || format!("creating {}", path.display());
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection =
            Connection::open_with_flags(path, flags).map_err(Error::sqlite(doing()))?;
        connection
            .execute_batch(tables::WRITE_SETTINGS)
            .and_then(|()| connection.execute_batch("BEGIN"))
            .and_then(|()| connection.execute_batch(tables::METADATA_TABLES))
            .map_err(Error::sqlite(doing()))?;
        let mut writer = Self {
            path: path.to_owned(),
            connection,
            tables: HashSet::new(),
            known_srs: HashSet::new(),
            layer: None,
        };
        writer.add_srs(Crs::WGS84)?;
        Ok(writer)
    }

    /// Starts a layer and tells the name of its table: the schema's name, with a suffix where
    /// SQLite cannot have it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for geometry without CRS or while another layer is open,
    /// [`Error::Sqlite`].
    pub fn begin_layer(&mut self, schema: &LayerSchema) -> Result<String> {
        if let Some(open) = &self.layer {
            return Err(Error::invalid(format!(
                "layer {} begun before {} was ended",
                schema.name, open.schema.name
            )));
        }
        let srs_id = match (schema.geometry, schema.crs) {
            (GeometryType::None, _) => 0,
            (_, Some(crs)) => self.add_srs(crs)?,
            (_, None) => {
                return Err(Error::invalid(format!(
                    "layer {} has geometry but no CRS",
                    schema.name
                )));
            }
        };
        let table = self.free_table_name(&schema.name);
        self.connection
            .execute_batch(&tables::create_table(&table, schema, &file_names(schema)))
            .map_err(self.sqlite_error())?;
        self.layer = Some(OpenLayer {
            schema: schema.clone(),
            insert: tables::insert_row(&table, schema),
            table: table.clone(),
            srs_id,
            blobs: BlobWriter::new(srs_id),
            extent: Bbox::EMPTY,
        });
        Ok(table)
    }

    /// Appends features to the layer that is open; their ids become the rows' numbers. Ascending
    /// ids are the fastest.
    ///
    /// # Errors
    /// [`Error::Invalid`] when no layer is open, the columns are not the schema's, a geometry is
    /// no WKB, or a date would be taken for a number; [`Error::Sqlite`], also for an id twice.
    pub fn append(&mut self, batch: &Batch) -> Result<()> {
        let sqlite = self.sqlite_error();
        let Some(layer) = &mut self.layer else {
            return Err(Error::invalid("features appended while no layer is open"));
        };
        if batch.columns.len() != layer.schema.columns.len()
            || batch.columns.iter().any(|c| c.len() != batch.len())
        {
            return Err(Error::invalid(format!(
                "layer {}: a batch whose columns are not those of the layer",
                layer.schema.name
            )));
        }
        let mut statement = self
            .connection
            .prepare_cached(&layer.insert)
            .map_err(&sqlite)?;
        (0..batch.len()).try_for_each(|row| layer.insert_row(&mut statement, batch, row, &sqlite))
    }

    /// Ends the layer: its extent is known now.
    ///
    /// # Errors
    /// [`Error::Invalid`] when none is open, [`Error::Sqlite`].
    pub fn end_layer(&mut self) -> Result<()> {
        let Some(layer) = self.layer.take() else {
            return Err(Error::invalid("a layer ended while none is open"));
        };
        self.register(&layer).map_err(self.sqlite_error())
    }

    /// Ends the file and syncs it to the disk.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a layer is still open, [`Error::Sqlite`], [`Error::Io`].
    pub fn finish(self) -> Result<()> {
        if let Some(open) = &self.layer {
            return Err(Error::invalid(format!(
                "layer {} was not ended",
                open.schema.name
            )));
        }
        let sqlite = self.sqlite_error();
        self.connection.execute_batch("COMMIT").map_err(&sqlite)?;
        self.connection
            .close()
            .map_err(|(_, error)| sqlite(error))?;
        let doing = || format!("syncing {}", self.path.display());
        File::open(&self.path)
            .and_then(|file| file.sync_all())
            .map_err(Error::io(doing()))
    }

    fn register(&self, layer: &OpenLayer) -> rusqlite::Result<()> {
        let has_geometry = layer.schema.geometry != GeometryType::None;
        let bound = |value: f64| (!layer.extent.is_empty()).then_some(value);
        self.connection.execute(
            "INSERT INTO gpkg_contents VALUES (?,?,?,'',?,?,?,?,?,?)",
            params![
                layer.table,
                if has_geometry {
                    "features"
                } else {
                    "attributes"
                },
                layer.table,
                tables::LAST_CHANGE,
                bound(layer.extent.min_x),
                bound(layer.extent.min_y),
                bound(layer.extent.max_x),
                bound(layer.extent.max_y),
                layer.srs_id
            ],
        )?;
        if has_geometry {
            self.connection.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?,?,?,?,?,?)",
                params![
                    layer.table,
                    GEOMETRY_COLUMN,
                    layer.schema.geometry.name().to_ascii_uppercase(),
                    layer.srs_id,
                    layer.schema.has_z,
                    layer.schema.has_m
                ],
            )?;
        }
        Ok(())
    }

    fn add_srs(&mut self, crs: Crs) -> Result<i32> {
        let srs = srs_of(crs);
        if self.known_srs.insert(srs.id) {
            self.connection
                .execute(
                    "INSERT INTO gpkg_spatial_ref_sys VALUES (?1,?2,'EPSG',?2,?3,NULL)",
                    params![srs.name, srs.id, srs.definition],
                )
                .map_err(self.sqlite_error())?;
        }
        Ok(srs.id)
    }

    fn free_table_name(&mut self, name: &str) -> String {
        let plain = table_name(name);
        if self.tables.insert(plain.to_ascii_lowercase()) {
            return plain;
        }
        (2u32..)
            .map(|n| format!("{plain}_{n}"))
            .find(|candidate| self.tables.insert(candidate.to_ascii_lowercase()))
            .expect("there are more numbers than tables")
    }

    fn sqlite_error(&self) -> impl Fn(rusqlite::Error) -> Error + use<> {
        let doing = format!("writing {}", self.path.display());
        move |source| Error::Sqlite {
            doing: doing.clone(),
            source,
        }
    }
}

impl OpenLayer {
    fn insert_row(
        &mut self,
        statement: &mut Statement<'_>,
        batch: &Batch,
        row: usize,
        sqlite: impl Fn(rusqlite::Error) -> Error,
    ) -> Result<()> {
        statement
            .raw_bind_parameter(1, batch.ids[row])
            .map_err(&sqlite)?;
        let mut first = 2;
        if self.schema.geometry != GeometryType::None {
            first = 3;
            if let Some(wkb) = batch.wkb(row) {
                let (blob, bbox) = self.blobs.blob(wkb)?;
                self.extent = self.extent.union(&bbox);
                statement.raw_bind_parameter(2, blob).map_err(&sqlite)?;
            } else {
                statement.raw_bind_parameter(2, Null).map_err(&sqlite)?;
            }
        }
        for (i, column) in batch.columns.iter().enumerate() {
            let at = first + i;
            match column.get(row) {
                Value::Null => statement.raw_bind_parameter(at, Null),
                Value::Bool(value) => statement.raw_bind_parameter(at, value),
                Value::Integer(value) => statement.raw_bind_parameter(at, value),
                Value::Real(value) => statement.raw_bind_parameter(at, value),
                Value::Binary(bytes) => statement.raw_bind_parameter(at, bytes),
                Value::Text(text) => {
                    let column = &self.schema.columns[i];
                    if matches!(column.kind, ColumnType::Date | ColumnType::Timestamp)
                        && looks_numeric(text)
                    {
                        return Err(Error::invalid(format!(
                            "layer {}, feature {}: '{text}' in column {} is no date",
                            self.schema.name, batch.ids[row], column.name
                        )));
                    }
                    statement.raw_bind_parameter(at, text)
                }
            }
            .map_err(&sqlite)?;
        }
        statement.raw_execute().map(|_| ()).map_err(&sqlite)
    }
}

/// Whether SQLite would turn a text in a `DATE` or `DATETIME` column, which have numeric affinity,
/// into a number (<https://www.sqlite.org/datatype3.html>, 3.1): a date of any form has a sign or
/// a colon inside and stays text.
fn looks_numeric(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    !text.is_empty() && text.parse::<f64>().is_ok()
}
