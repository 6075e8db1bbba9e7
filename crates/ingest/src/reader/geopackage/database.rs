//! Opening a stranger's database, and what it says of its tables.

use std::path::Path;

use ingest::layer::{ColumnType, GeometryType};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::crs::InFile;
use crate::recognise::unknown_format;
use crate::stop::{Result, Stop};

/// The most columns of a table.
const COLUMNS: i32 = 2000;

/// A column of a table.
#[derive(Debug)]
pub(super) struct TableColumn {
    /// Its name.
    pub(super) name: String,
    /// What its declared type means.
    pub(super) kind: ColumnType,
}

/// A table that holds a layer.
#[derive(Debug)]
pub(super) struct Table {
    /// Its name.
    pub(super) name: String,
    /// The geometry column and the type it declares.
    pub(super) geometry: Option<(String, GeometryType)>,
    /// What it says of its CRS.
    pub(super) crs: Option<i64>,
    /// The integer primary key.
    pub(super) key: Option<String>,
    /// The other columns.
    pub(super) columns: Vec<TableColumn>,
    /// Generated columns, which are not read.
    pub(super) generated: Vec<String>,
}

/// Opens a database for reading alone: no trust in its schema, no journal, no mapping.
///
/// # Errors
/// Refused when SQLite does not know it as one.
pub(super) fn open(path: &Path) -> Result<Connection> {
    let refuse = |e: rusqlite::Error| Stop::damaged("a GeoPackage", e);
    // Immutable: neither locks nor journals are looked for, and none can be made here.
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            b if b.is_ascii_alphanumeric() => uri.push(char::from(*b)),
            b => uri.push_str(&format!("%{b:02x}")),
        }
    }
    uri.push_str("?mode=ro&immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(uri, flags).map_err(refuse)?;
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
        (Limit::SQLITE_LIMIT_LENGTH, 1 << 29),
        (Limit::SQLITE_LIMIT_COLUMN, COLUMNS),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 50),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 0),
    ] {
        db.set_limit(limit, most).map_err(refuse)?;
    }
    db.execute_batch(
        "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;
         PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000;",
    )
    .map_err(refuse)?;
    Ok(db)
}

/// The tables that hold layers, and the names of those that are left out.
///
/// # Errors
/// Refused when it is a SQLite database but no GeoPackage.
pub(super) fn tables(db: &Connection) -> Result<(Vec<Table>, Vec<String>)> {
    let refuse = |e: rusqlite::Error| Stop::damaged("a GeoPackage", e);
    let mut statement = db
        .prepare(
            "SELECT c.table_name, c.srs_id,
                    (SELECT m.type || ' ' || m.rootpage FROM sqlite_master m
                     WHERE lower(m.name) = lower(c.table_name) AND m.type IN ('table', 'view'))
             FROM gpkg_contents c
             WHERE c.data_type IN ('features', 'attributes', 'aspatial')
             ORDER BY c.rowid",
        )
        .map_err(|_| {
            unknown_format(
                "This is a SQLite database but no GeoPackage: it has no table gpkg_contents.",
            )
        })?;
    let rows = statement
        .query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Option<i64>>(1).unwrap_or(None),
                row.get::<_, Option<String>>(2)?,
            ))
        })
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
        .map_err(refuse)?;
    let (mut tables, mut ignored) = (Vec::new(), Vec::new());
    for (name, srs, master) in rows {
        // Virtual tables have no root page.
        let is_table = master.is_some_and(|m| m.starts_with("table ") && m != "table 0");
        if is_table {
            tables.push(table(db, name, srs)?);
        } else {
            ignored.push(name);
        }
    }
    Ok((tables, ignored))
}

fn table(db: &Connection, name: String, srs: Option<i64>) -> Result<Table> {
    let refuse = |e: rusqlite::Error| Stop::damaged("a GeoPackage", e);
    let geometry: Option<(String, String, Option<i64>)> = db
        .query_row(
            "SELECT column_name, geometry_type_name, srs_id FROM gpkg_geometry_columns
             WHERE lower(table_name) = lower(?1)",
            [&name],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
        .unwrap_or(None);
    let json = json_columns(db, &name);
    let mut statement = db
        .prepare("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?1)")
        .map_err(refuse)?;
    let all = statement
        .query_map([&name], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                row.get::<_, i64>(2)?,
                row.get::<_, i64>(3)?,
            ))
        })
        .and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>)
        .map_err(refuse)?;
    let keys = all.iter().filter(|(_, _, pk, _)| *pk > 0).count();
    let mut table = Table {
        crs: geometry.as_ref().map(|(_, _, srs)| *srs).unwrap_or(srs),
        geometry: None,
        key: None,
        columns: Vec::new(),
        generated: Vec::new(),
        name,
    };
    for (column, declared, pk, hidden) in all {
        let is_geometry = geometry
            .as_ref()
            .is_some_and(|(name, _, _)| name.eq_ignore_ascii_case(&column));
        let is_key = pk > 0 && keys == 1 && declared.eq_ignore_ascii_case("INTEGER");
        if hidden > 0 {
            table.generated.push(column);
        } else if is_geometry {
            let kind = geometry.as_ref().map_or("", |(_, kind, _)| kind);
            table.geometry = Some((column, geometry_type(kind)));
        } else if is_key && is_plain_key(&column) {
            table.key = Some(column);
        } else {
            let kind = match column_type(&declared) {
                ColumnType::Text if json.contains(&column) => ColumnType::Json,
                kind => kind,
            };
            if is_key {
                table.key = Some(column.clone());
            }
            table.columns.push(TableColumn { name: column, kind });
        }
    }
    Ok(table)
}

/// Names of a key that programs make by themselves and that means nothing to anybody.
fn is_plain_key(name: &str) -> bool {
    ["fid", "ogc_fid", "ogc_id"]
        .iter()
        .any(|plain| plain.eq_ignore_ascii_case(name))
}

/// Columns that the Schema extension calls JSON.
fn json_columns(db: &Connection, table: &str) -> Vec<String> {
    let query = "SELECT column_name FROM gpkg_data_columns
                 WHERE table_name = ?1 AND mime_type = 'application/json'";
    db.prepare(query)
        .and_then(|mut statement| {
            statement
                .query_map([table], |row| row.get(0))
                .and_then(Iterator::collect)
        })
        .unwrap_or_default()
}

/// The types of GeoPackage 1.3, table 1; else SQLite's rules of affinity.
fn column_type(declared: &str) -> ColumnType {
    let upper = declared.to_ascii_uppercase();
    let word = upper.split('(').next().unwrap_or("").trim();
    match word {
        "BOOLEAN" | "BOOL" => ColumnType::Bool,
        "DATE" => ColumnType::Date,
        "TIME" => ColumnType::Time,
        "DATETIME" | "TIMESTAMP" => ColumnType::Timestamp,
        "JSON" => ColumnType::Json,
        word if word.contains("INT") => ColumnType::Integer,
        word if word.contains("CHAR") || word.contains("CLOB") || word.contains("TEXT") => {
            ColumnType::Text
        }
        word if word.contains("BLOB") => ColumnType::Binary,
        "" | "STRING" => ColumnType::Text,
        _ => ColumnType::Real,
    }
}

fn geometry_type(name: &str) -> GeometryType {
    match name.to_ascii_uppercase().as_str() {
        "POINT" => GeometryType::Point,
        "LINESTRING" => GeometryType::LineString,
        "POLYGON" => GeometryType::Polygon,
        "MULTIPOINT" => GeometryType::MultiPoint,
        "MULTILINESTRING" => GeometryType::MultiLineString,
        "MULTIPOLYGON" => GeometryType::MultiPolygon,
        _ => GeometryType::Geometry,
    }
}

/// What the database says of a CRS by its number there.
pub(super) fn crs(db: &Connection, srs_id: Option<i64>) -> InFile {
    let Some(id) = srs_id.filter(|&id| id > 0) else {
        return InFile::Nothing;
    };
    let row: Option<(String, i64, String)> = db
        .query_row(
            "SELECT organization, organization_coordsys_id, definition
             FROM gpkg_spatial_ref_sys WHERE srs_id = ?1",
            [id],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()
        .unwrap_or(None);
    let Some((organization, code, definition)) = row else {
        return InFile::Nothing;
    };
    match ingest::crs::Crs::parse(&format!("{organization}:{code}")) {
        Ok(crs) => InFile::Code(crs),
        Err(_) if definition.len() > 20 => InFile::Definition(definition),
        Err(_) => InFile::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_are_understood() {
        for (declared, kind) in [
            ("TEXT(30)", ColumnType::Text),
            ("MEDIUMINT", ColumnType::Integer),
            ("DOUBLE", ColumnType::Real),
            ("numeric", ColumnType::Real),
            ("BOOLEAN", ColumnType::Bool),
            ("DATETIME", ColumnType::Timestamp),
            ("BLOB", ColumnType::Binary),
            ("varchar(10)", ColumnType::Text),
            ("", ColumnType::Text),
        ] {
            assert_eq!(column_type(declared), kind, "{declared}");
        }
    }
}
