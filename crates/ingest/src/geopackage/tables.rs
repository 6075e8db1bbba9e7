//! The statements that make a GeoPackage (OGC 12-128r18, annex C).

use super::naming::{FEATURE_ID, GEOMETRY_COLUMN, quoted};
use crate::layer::{ColumnType, GeometryType, LayerSchema};

/// Settings for a file that nobody else sees before it is whole.
///
/// Without journal and syncs a crash leaves rubbish: the file has a temporary name until
/// [`super::Writer::finish`] has synced it.
pub(super) const WRITE_SETTINGS: &str = "
    PRAGMA page_size = 4096;
    PRAGMA encoding = 'UTF-8';
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -8192;
    PRAGMA application_id = 0x47504B47;
    PRAGMA user_version = 10300;
";

/// The tables of every GeoPackage.
pub(super) const METADATA_TABLES: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
    srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');
"#;

/// `last_change` of every layer: a fixed moment, so that equal data give equal bytes. The
/// catalogue knows when a version was made.
pub(super) const LAST_CHANGE: &str = "2000-01-01T00:00:00.000Z";

/// The type of a column in the file.
///
/// Timestamps keep the text that was uploaded, offset or none, under `DATETIME`: GDAL reads all
/// three forms as a date and time, where a `TEXT` column would lose the type for every GIS.
fn declared_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Bool => "BOOLEAN",
        ColumnType::Integer => "INTEGER",
        ColumnType::Real => "REAL",
        ColumnType::Date => "DATE",
        ColumnType::Timestamp => "DATETIME",
        ColumnType::Binary => "BLOB",
        ColumnType::Text | ColumnType::Time | ColumnType::List | ColumnType::Json => "TEXT",
    }
}

/// `CREATE TABLE` of a layer, its columns under the names of the file.
pub(super) fn create_table(table: &str, schema: &LayerSchema, columns: &[String]) -> String {
    let mut sql = format!(
        "CREATE TABLE {} ({} INTEGER PRIMARY KEY NOT NULL",
        quoted(table),
        quoted(FEATURE_ID)
    );
    if schema.geometry != GeometryType::None {
        sql += &format!(
            ", {} {}",
            quoted(GEOMETRY_COLUMN),
            schema.geometry.name().to_ascii_uppercase()
        );
    }
    for (column, name) in schema.columns.iter().zip(columns) {
        sql += &format!(", {} {}", quoted(name), declared_type(column.kind));
    }
    sql + ")"
}

/// `INSERT` of a row: id, geometry where there is one, columns.
pub(super) fn insert_row(table: &str, schema: &LayerSchema) -> String {
    let values = 1 + usize::from(schema.geometry != GeometryType::None) + schema.columns.len();
    format!(
        "INSERT INTO {} VALUES ({})",
        quoted(table),
        vec!["?"; values].join(",")
    )
}

/// `SELECT` of all rows in the order of ids.
///
/// Columns are named with their table: SQLite takes a bare quoted name that it does not know for
/// a text.
pub(super) fn select_rows(table: &str, schema: &LayerSchema, columns: &[String]) -> String {
    let table = quoted(table);
    let mut names = vec![FEATURE_ID];
    if schema.geometry != GeometryType::None {
        names.push(GEOMETRY_COLUMN);
    }
    names.extend(columns.iter().map(String::as_str));
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("{table}.{}", quoted(name)))
        .collect();
    format!(
        "SELECT {} FROM {table} ORDER BY {}",
        names.join(","),
        names[0]
    )
}
