//! Reads a version's file back, to rebuild what was derived from it.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::blob::wkb_of;
use super::naming::file_names;
use super::tables;
use crate::error::{Error, Result};
use crate::layer::{Batch, ColumnType, GeometryType, LayerSchema, Value};

/// Features in a batch at most.
const BATCH_ROWS: usize = 4096;
/// Bytes of geometries and texts after which a batch ends early.
const BATCH_BYTES: usize = 16 << 20;

/// Streams a layer that [`super::Writer`] wrote, in the order of ids, in batches of at most 4,096
/// features; exactly what was appended comes back. `table` is the name that
/// [`super::Writer::begin_layer`] told.
///
/// The file must not change meanwhile (ours never do): it is opened read-only and without locks.
///
/// # Errors
/// [`Error::Damaged`] with the path when the file is missing or is not what was written; whatever
/// `receive` returns ends the reading.
pub fn read_layer(
    path: &Path,
    schema: &LayerSchema,
    table: &str,
    mut receive: impl FnMut(Batch) -> Result<()>,
) -> Result<()> {
    let damaged = |error: rusqlite::Error| Error::damaged(path, error.to_string());
    let connection = open_immutable(path).map_err(damaged)?;
    let sql = tables::select_rows(table, schema, &file_names(schema));
    let mut statement = connection.prepare(&sql).map_err(damaged)?;
    let mut rows = statement.query([]).map_err(damaged)?;
    let mut batch = Batch::new(schema);
    let mut bytes = 0;
    while let Some(row) = rows.next().map_err(damaged)? {
        bytes += push_row(&mut batch, schema, row).map_err(|what| Error::damaged(path, what))?;
        if batch.len() == BATCH_ROWS || bytes >= BATCH_BYTES {
            receive(std::mem::replace(&mut batch, Batch::new(schema)))?;
            bytes = 0;
        }
    }
    if batch.is_empty() {
        Ok(())
    } else {
        receive(batch)
    }
}

fn open_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(char::from(byte));
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    let connection = Connection::open_with_flags(
        uri + "?immutable=1",
        OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_URI
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
    Ok(connection)
}

/// Appends a row and tells how many bytes of geometry and text it has; the error says what is
/// wrong with it.
fn push_row(
    batch: &mut Batch,
    schema: &LayerSchema,
    row: &Row<'_>,
) -> std::result::Result<usize, String> {
    let cell = |at: usize| row.get_ref(at).map_err(|error| error.to_string());
    let ValueRef::Integer(id) = cell(0)? else {
        return Err("a feature without an id".to_owned());
    };
    let mut first = 1;
    let mut bytes = 0;
    let wkb = if schema.geometry == GeometryType::None {
        None
    } else {
        first = 2;
        match cell(1)? {
            ValueRef::Null => None,
            ValueRef::Blob(blob) => {
                bytes += blob.len();
                Some(wkb_of(blob).map_err(|error| format!("feature {id}: {error}"))?)
            }
            _ => return Err(format!("feature {id}: a geometry that is no blob")),
        }
    };
    batch.push_feature(id, wkb);
    for (at, column) in schema.columns.iter().enumerate() {
        let value = value_of(cell(first + at)?, column.kind)
            .ok_or_else(|| format!("feature {id}: a value of another type in {}", column.name))?;
        bytes += match value {
            Value::Text(text) => text.len(),
            Value::Binary(binary) => binary.len(),
            _ => 0,
        };
        batch.columns[at].push(value);
    }
    Ok(bytes)
}

/// A cell as a value of the column's type; `None` when the writer cannot have put it there.
fn value_of(cell: ValueRef<'_>, kind: ColumnType) -> Option<Value<'_>> {
    Some(match (kind, cell) {
        (_, ValueRef::Null) => Value::Null,
        (ColumnType::Bool, ValueRef::Integer(0)) => Value::Bool(false),
        (ColumnType::Bool, ValueRef::Integer(1)) => Value::Bool(true),
        (ColumnType::Integer, ValueRef::Integer(value)) => Value::Integer(value),
        (ColumnType::Real, ValueRef::Real(value)) => Value::Real(value),
        (ColumnType::Binary, ValueRef::Blob(value)) => Value::Binary(value),
        (kind, ValueRef::Text(value)) if kind.is_textual() => {
            Value::Text(std::str::from_utf8(value).ok()?)
        }
        _ => return None,
    })
}
