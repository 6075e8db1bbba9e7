use std::path::Path;
use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::Error;
use crate::crs::Crs;
use crate::layer::{
    Batch, ColumnSchema, ColumnType, Geometry, GeometryKind, GeometryType, LayerSchema, PathRole,
    Value,
};

const KINDS: [ColumnType; 10] = [
    ColumnType::Bool,
    ColumnType::Integer,
    ColumnType::Real,
    ColumnType::Text,
    ColumnType::Date,
    ColumnType::Time,
    ColumnType::Timestamp,
    ColumnType::Binary,
    ColumnType::List,
    ColumnType::Json,
];

fn schema(geometry: GeometryType, columns: &[(&str, ColumnType)]) -> LayerSchema {
    LayerSchema {
        name: "laag".into(),
        geometry,
        has_z: false,
        has_m: false,
        crs: (geometry != GeometryType::None).then_some(Crs::LAMBERT_72),
        columns: columns
            .iter()
            .map(|(name, kind)| ColumnSchema {
                name: (*name).to_owned(),
                kind: *kind,
            })
            .collect(),
    }
}

fn wkb_of_line(xy: &[[f64; 2]]) -> Vec<u8> {
    let mut line = Geometry::empty(GeometryKind::LineString);
    line.xy.extend(xy);
    if !xy.is_empty() {
        line.end_path(PathRole::Line);
    }
    let mut wkb = Vec::new();
    line.write_wkb(&mut wkb);
    wkb
}

fn write_one(path: &Path, schema: &LayerSchema, batches: &[Batch]) -> String {
    let mut writer = Writer::create(path).unwrap();
    let table = writer.begin_layer(schema).unwrap();
    for batch in batches {
        writer.append(batch).unwrap();
    }
    writer.end_layer().unwrap();
    writer.finish().unwrap();
    table
}

fn read_all(path: &Path, schema: &LayerSchema, table: &str) -> Vec<Batch> {
    let mut batches = Vec::new();
    read_layer(path, schema, table, |batch| {
        batches.push(batch);
        Ok(())
    })
    .unwrap();
    batches
}

/// What `ogrinfo` says, or `None` where it is not installed.
fn ogrinfo(arguments: &[&str], path: &Path) -> Option<String> {
    let Ok(output) = Command::new("ogrinfo").args(arguments).arg(path).output() else {
        println!("skipped: no ogrinfo");
        return None;
    };
    assert!(output.status.success(), "{output:?}");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!errors.contains("ERROR"), "{errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn gdal_reads_counts_extent_types_and_crs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.gpkg");
    let names = [
        "ja", "limit", "Opp. m²", "Naam", "2023", "uur", "fid", "a\"b", "naam", "json",
    ];
    let columns: Vec<_> = names.iter().copied().zip(KINDS).collect();
    let schema = schema(GeometryType::LineString, &columns);
    let mut batch = Batch::new(&schema);
    let values = [
        Value::Bool(true),
        Value::Integer(i64::MIN),
        Value::Real(12.5),
        Value::Text("één"),
        Value::Text("1961-03-02"),
        Value::Text("08:30:00"),
        Value::Text("2024-05-01T12:34:56+02:00"),
        Value::Binary(&[0, 255]),
        Value::Text("[1,2]"),
        Value::Text("{\"a\":1}"),
    ];
    batch.push_feature(
        7,
        Some(&wkb_of_line(&[[71234.56789999, 9.], [1.5, 167000.25]])),
    );
    for (column, value) in batch.columns.iter_mut().zip(values) {
        assert!(column.push(value));
    }
    for (id, moment) in [(8, "2024-05-01T12:34:56.250Z"), (9, "2024-05-01T12:34:56")] {
        batch.push_feature(id, None);
        for (i, column) in batch.columns.iter_mut().enumerate() {
            let value = if i == 6 {
                Value::Text(moment)
            } else {
                Value::Null
            };
            column.push(value);
        }
    }
    write_one(&path, &schema, &[batch]);
    let Some(text) = ogrinfo(&["-al"], &path) else {
        return;
    };
    for expected in [
        "Layer name: laag",
        "Geometry: Line String",
        "Feature Count: 3",
        "Extent: (1.500000, 9.000000) - (71234.567900, 167000.250000)",
        "ID[\"EPSG\",31370]",
        "FID Column = fid",
        "ja: Integer(Boolean)",
        "limit: Integer64",
        "Opp. m²: Real",
        "Naam: String",
        "2023: Date",
        "fid_2: DateTime",
        "a\"b: Binary",
        "naam_2: String",
        "OGRFeature(laag):7",
        "limit (Integer64) = -9223372036854775808",
        "Naam (String) = één",
        "2023 (Date) = 1961/03/02",
        "fid_2 (DateTime) = 2024/05/01 12:34:56+02",
        "fid_2 (DateTime) = 2024/05/01 12:34:56.250+00",
        "LINESTRING (71234.56789999 9.0,1.5 167000.25)",
    ] {
        assert!(text.contains(expected), "{expected} is missing in\n{text}");
    }
}

#[test]
fn a_table_without_geometry_is_an_attribute_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.gpkg");
    let schema = schema(GeometryType::None, &[("code", ColumnType::Text)]);
    let mut batch = Batch::new(&schema);
    for (id, code) in [(1, "007"), (2, "")] {
        batch.push_feature(id, None);
        batch.columns[0].push(Value::Text(code));
    }
    write_one(&path, &schema, std::slice::from_ref(&batch));
    assert_eq!(read_all(&path, &schema, "laag"), [batch]);
    if let Some(text) = ogrinfo(&["-al"], &path) {
        assert!(text.contains("Geometry: None"), "{text}");
        assert!(text.contains("code (String) = 007"), "{text}");
    }
}

#[test]
fn equal_layers_give_equal_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let schema = schema(GeometryType::LineString, &[("n", ColumnType::Integer)]);
    let hashes: Vec<_> = ["a.gpkg", "b.gpkg"]
        .iter()
        .map(|name| {
            let path = folder.path().join(name);
            write_one(&path, &schema, &[many_rows(&schema, 1..5001)]);
            sha256_of(&path).unwrap()
        })
        .collect();
    assert_eq!(hashes[0], hashes[1]);
}

#[test]
fn layers_of_one_name_get_tables_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(&folder.path().join("v.gpkg")).unwrap();
    let mut schema = schema(GeometryType::LineString, &[]);
    schema.crs = Some(Crs::Epsg(11219));
    let mut tables = Vec::new();
    for name in ["wegen", "Wegen", "gpkg_contents"] {
        schema.name = name.into();
        tables.push(writer.begin_layer(&schema).unwrap());
        assert!(writer.begin_layer(&schema).is_err());
        writer.end_layer().unwrap();
    }
    writer.finish().unwrap();
    assert_eq!(tables, ["wegen", "Wegen_2", "_gpkg_contents"]);
}

#[test]
fn rows_come_back_in_the_order_of_ids_in_batches() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("een map met #%? tekens.gpkg");
    let schema = schema(GeometryType::LineString, &[("n", ColumnType::Integer)]);
    let batches = [many_rows(&schema, 5000..9000), many_rows(&schema, 1..1001)];
    write_one(&path, &schema, &batches);
    let read = read_all(&path, &schema, "laag");
    assert_eq!(read.iter().map(Batch::len).collect::<Vec<_>>(), [4096, 904]);
    assert_eq!((read[0].ids[0], read[1].ids[903]), (1, 8999));
}

#[test]
fn a_number_in_a_date_column_is_refused_rather_than_changed() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = Writer::create(&folder.path().join("v.gpkg")).unwrap();
    let schema = schema(GeometryType::None, &[("dag", ColumnType::Date)]);
    writer.begin_layer(&schema).unwrap();
    let mut batch = Batch::new(&schema);
    batch.push_feature(1, None);
    batch.columns[0].push(Value::Text("2024"));
    let error = writer.append(&batch).unwrap_err();
    assert!(
        error.to_string().contains("'2024' in column dag"),
        "{error}"
    );
}

#[test]
fn what_is_not_as_written_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.gpkg");
    let schema = schema(GeometryType::LineString, &[("n", ColumnType::Integer)]);
    write_one(&path, &schema, &[many_rows(&schema, 1..3000)]);
    let fails = |schema: &LayerSchema, table: &str| {
        matches!(
            read_layer(&path, schema, table, |_| Ok(())),
            Err(Error::Damaged { .. })
        )
    };
    assert!(fails(&schema, "another"));
    let mut other = schema.clone();
    other.columns[0].name = "m".into();
    assert!(fails(&other, "laag"));
    let mut other = schema.clone();
    other.columns[0].kind = ColumnType::Text;
    assert!(fails(&other, "laag"));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&path, &bytes).unwrap();
    assert!(fails(&schema, "laag"));
    std::fs::remove_file(&path).unwrap();
    assert!(fails(&schema, "laag"));
    assert!(!path.exists());
}

fn many_rows(schema: &LayerSchema, ids: std::ops::Range<i64>) -> Batch {
    let mut batch = Batch::new(schema);
    for id in ids {
        let x = id as f64 * 0.37;
        batch.push_feature(id, Some(&wkb_of_line(&[[x, 1.], [x + 5.1, 2.], [x, 3.]])));
        batch.columns[0].push(Value::Integer(id * 3));
    }
    batch
}

/// A value of a type: one in five null, else made of a number and a text.
fn push_any(batch: &mut Batch, column: usize, kind: ColumnType, (seed, text): (u64, String)) {
    let day = format!(
        "{:04}-{:02}-{:02}",
        seed % 9999,
        seed % 12 + 1,
        seed % 28 + 1
    );
    let moment = format!(
        "{day}T0{}:00:00{}",
        seed % 9,
        ["", "Z", "+02:00"][seed as usize % 3]
    );
    let value = match kind {
        _ if seed % 5 == 0 => Value::Null,
        ColumnType::Bool => Value::Bool(seed % 2 == 0),
        ColumnType::Integer => Value::Integer(seed as i64),
        ColumnType::Real => {
            let value = f64::from_bits(seed);
            Value::Real(if value.is_finite() { value } else { 1e300 })
        }
        ColumnType::Date => Value::Text(&day),
        ColumnType::Timestamp => Value::Text(&moment),
        ColumnType::Binary => Value::Binary(text.as_bytes()),
        _ => Value::Text(&text),
    };
    assert!(batch.columns[column].push(value));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_comes_back(
        names in proptest::collection::vec("[a-zA-Z0-9\"'é²;\\. \\x00]{0,6}|fid|geom|rowid", 0..12),
        rows in proptest::collection::vec(
            proptest::collection::vec((any::<u64>(), ".{0,5}|\\PC{0,3}[\\x00-\\x1f]?|0+[0-9]{1,4}"), 12),
            0..20,
        ),
        with_geometry: bool,
        coordinates in proptest::collection::vec((-1e9f64..1e9, -1e9f64..1e9), 0..6),
    ) {
        let columns: Vec<_> = names.iter().map(String::as_str).zip(KINDS.into_iter().cycle()).collect();
        let schema = schema(
            if with_geometry { GeometryType::LineString } else { GeometryType::None },
            &columns,
        );
        let mut batch = Batch::new(&schema);
        for (i, row) in rows.into_iter().enumerate() {
            let xy: Vec<_> = coordinates.iter().map(|&(x, y)| [x + i as f64, y]).collect();
            let wkb = wkb_of_line(&xy);
            batch.push_feature(i as i64 * 3 + 1, (with_geometry && i % 4 != 3).then_some(&wkb));
            for (column, (cell, (_, kind))) in row.into_iter().zip(&columns).enumerate() {
                push_any(&mut batch, column, *kind, cell);
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("v.gpkg");
        let table = write_one(&path, &schema, std::slice::from_ref(&batch));
        let read = read_all(&path, &schema, &table);
        if batch.is_empty() {
            prop_assert!(read.is_empty());
        } else {
            prop_assert_eq!(read, vec![batch]);
        }
    }
}

/// `cargo test --release -p ingest --lib microseconds_per_row -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn microseconds_per_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.gpkg");
    let schema = schema(
        GeometryType::LineString,
        &[
            ("n", ColumnType::Integer),
            ("capakey", ColumnType::Text),
            ("opp", ColumnType::Real),
            ("aard", ColumnType::Text),
        ],
    );
    let batches: Vec<Batch> = (0..50)
        .map(|b| {
            let mut batch = Batch::new(&schema);
            for id in b * 4096 + 1..(b + 1) * 4096 + 1 {
                let x = id as f64 * 0.37;
                let ring: Vec<_> = (0..8).map(|i| [x + f64::from(i), x * 0.5]).collect();
                batch.push_feature(id, Some(&wkb_of_line(&ring)));
                batch.columns[0].push(Value::Integer(id * 3));
                batch.columns[1].push(Value::Text(&format!("34022A{id:07}/00A000")));
                batch.columns[2].push(Value::Real(x));
                batch.columns[3].push(Value::Text("bouwland"));
            }
            batch
        })
        .collect();
    let rows: usize = batches.iter().map(Batch::len).sum();
    let start = std::time::Instant::now();
    let table = write_one(&path, &schema, &batches);
    let written = start.elapsed().as_secs_f64();
    assert_eq!(read_all(&path, &schema, &table).len(), batches.len());
    let read = start.elapsed().as_secs_f64() - written;
    println!(
        "write {:.2} µs, read {:.2} µs per row",
        written * 1e6 / rows as f64,
        read * 1e6 / rows as f64
    );
}
