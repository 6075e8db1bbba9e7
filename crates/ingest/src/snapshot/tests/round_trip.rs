//! What was put in comes out.

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::layer::{Cell, Feature, Layer, any_layer, every_kind, geometry, mixed_layer, open};
use crate::error::Error;
use crate::layer::{Bbox, ColumnType, Geometry, GeometryKind, PathRole, Value};
use crate::snapshot::{Builder, CoordinateUnit, Snapshot};

fn point(x: f64, y: f64) -> Option<Geometry> {
    Some(geometry(
        GeometryKind::Point,
        &[(PathRole::Point, &[[x, y]])],
        false,
    ))
}

fn points(coordinates: &[[f64; 2]]) -> Layer {
    let mut layer = Layer::new(false, &[]);
    for &[x, y] in coordinates {
        layer.push(point(x, y), vec![]);
    }
    layer
}

#[test]
fn every_kind_of_geometry_comes_back_with_every_type_of_value() {
    for has_z in [false, true] {
        let layer = mixed_layer(has_z);
        layer.assert_equals(&layer.snapshot());
    }
}

#[test]
fn geometries_with_and_without_heights_may_be_mixed() {
    let mut layer = Layer::new(true, &[]);
    for geometry in every_kind(true).into_iter().chain(every_kind(false)) {
        layer.push(geometry, vec![]);
    }
    layer.assert_equals(&layer.snapshot());
}

#[test]
fn an_empty_layer_and_a_table_have_snapshots() {
    let mut layer = Layer::new(false, &[("naam", ColumnType::Text)]);
    let snapshot = layer.snapshot();
    layer.assert_equals(&snapshot);
    assert!(snapshot.is_empty() && snapshot.bbox().is_empty());
    assert!(snapshot.search([i32::MIN; 2], [i32::MAX; 2]).is_empty());
    layer.push(None, vec![Cell::Text("één".to_owned())]);
    layer.push(None, vec![Cell::Null]);
    layer.assert_equals(&layer.snapshot());
}

#[test]
fn millimetres_need_no_second_coordinates_and_finer_ones_do() {
    let on_grid = points(&[[189_268.561, 175_054.353], [70_000.0, 170_000.001]]);
    let off_grid = points(&[[189_268.560999997, 175_054.35286057], [70_000.0, 170_000.0]]);
    assert!(on_grid.snapshot().is_exact_on_grid());
    on_grid.assert_equals(&on_grid.snapshot());
    assert!(!off_grid.snapshot().is_exact_on_grid());
    off_grid.assert_equals(&off_grid.snapshot());
    let per_vertex = off_grid.bytes(9).len() as i64 - on_grid.bytes(9).len() as i64;
    assert!((32..=128).contains(&per_vertex), "{per_vertex}");
}

#[test]
fn a_layer_over_the_whole_world_is_drawn_to_a_centimetre() {
    let mut layer = points(&[[-180., -90.], [180., 90.], [3.2649, 50.8279], [0., 0.]]);
    layer.unit = CoordinateUnit::Degree;
    let snapshot = layer.snapshot();
    assert_eq!(snapshot.grid().decimals(), 7);
    layer.assert_equals(&snapshot);
    let kortrijk = Bbox::of([3.26, 50.82], [3.27, 50.83]);
    assert_eq!(
        snapshot.search_bbox(&kortrijk),
        [snapshot.row_of(3).unwrap()]
    );
}

#[test]
fn absurd_coordinates_are_kept_to_the_bit() {
    let layer = points(&[
        [f64::MAX, -f64::MAX],
        [f64::MIN_POSITIVE, -0.0],
        [1e15, 0.1],
    ]);
    layer.assert_equals(&layer.snapshot());
}

#[test]
fn codes_are_as_wide_as_the_dictionary_needs() {
    let columns = ["een", "negen", "duizend", "veel", "sleutel"].map(|n| (n, ColumnType::Text));
    let mut layer = Layer::new(false, &columns);
    let mut moduli = [1, 9, 1000, 70_000, 200_000];
    for i in 0..150_000u32 {
        let cells = moduli.map(|m| Cell::Text((i % m).to_string())).to_vec();
        layer.push(point(f64::from(i % 387), f64::from(i / 387)), cells);
    }
    let snapshot = layer.snapshot();
    layer.assert_equals(&snapshot);
    let lengths = [0, 1, 2, 3, 4].map(|column| snapshot.column(column).dictionary_len());
    assert_eq!(lengths, [Some(1), Some(9), Some(1000), Some(70_000), None]);
    moduli.sort_unstable();
    let middle = Bbox::of([100.0, 100.0], [119.5, 119.5]);
    assert_eq!(snapshot.search_bbox(&middle).len(), 400);
}

#[test]
fn dictionaries_are_numbered_in_row_order() {
    let layer = mixed_layer(false);
    let snapshot = layer.snapshot();
    let column = snapshot.column(3);
    let mut next = 0;
    for row in 0..snapshot.len() as u32 {
        if let Some(code) = column.dictionary_code(row) {
            assert!(code <= next);
            next = next.max(code + 1);
        }
    }
    assert_eq!(Some(next), column.dictionary_len());
    assert_eq!(column.get(snapshot.len() as u32), Value::Null);
    assert_eq!(snapshot.column(99).get(0), Value::Null);
}

#[test]
fn rows_without_a_vertex_come_last_in_the_order_of_ids() {
    let snapshot = mixed_layer(false).snapshot();
    let drawn = snapshot.geometry_count() as u32;
    let rows = snapshot.len() as u32;
    let is_empty = |row| snapshot.geometry(row).is_none_or(|view| view.is_empty());
    assert!((0..drawn).all(|row| !is_empty(row)));
    assert!((drawn..rows).all(is_empty));
    let ids: Vec<_> = (drawn..rows).map(|row| snapshot.id(row)).collect();
    assert!(ids.is_sorted());
}

#[test]
fn neighbours_stand_together() {
    let mut all = Vec::new();
    for i in 0..4096u32 {
        let scattered = i.wrapping_mul(2_654_435_761) >> 20;
        all.push([f64::from(scattered % 64), f64::from(scattered / 64)]);
    }
    all.dedup();
    let snapshot = points(&all).snapshot();
    let mut far = 0;
    for row in 1..snapshot.len() as u32 {
        let [a, b] = [row - 1, row].map(|row| snapshot.envelope(row).unwrap()[0]);
        far += usize::from((a[0] - b[0]).abs() + (a[1] - b[1]).abs() > 2_000);
    }
    assert!(far < 100, "{far} of {} steps lead far away", snapshot.len());
}

#[test]
fn what_is_no_batch_of_the_layer_is_refused() {
    let layer = mixed_layer(false);
    let builder = || Builder::new(layer.schema.clone(), layer.unit);
    let good = layer.batch(&layer.features[..20]);
    let refuse = |change: &dyn Fn(&mut crate::layer::Batch)| {
        let mut batch = good.clone();
        change(&mut batch);
        match builder().append(&batch).unwrap_err() {
            Error::Invalid(text) => text,
            other => panic!("{other}"),
        }
    };
    refuse(&|batch| _ = batch.columns.pop());
    refuse(&|batch| batch.columns.swap(0, 1));
    refuse(&|batch| batch.has_geometry.push(true));
    refuse(&|batch| batch.columns[0].valid.push(true));
    let text = refuse(&|batch| batch.geometry.bytes[0] = 9);
    assert!(text.contains("feature 2"), "{text}");
    let mut twice = builder();
    twice.append(&good).unwrap();
    twice.append(&good).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let finished = twice.finish(&folder.path().join("twice"));
    assert!(
        matches!(finished, Err(Error::Invalid(_))),
        "an id came twice"
    );
}

#[test]
fn ids_may_come_in_any_order_and_give_the_same_file() {
    let layer = mixed_layer(false);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, parts: &[&[_]]| {
        let mut builder = Builder::new(layer.schema.clone(), layer.unit);
        parts
            .iter()
            .for_each(|part| builder.append(&layer.batch(part)).unwrap());
        let path = folder.path().join(name);
        builder.finish(&path).unwrap();
        std::fs::read(path).unwrap()
    };
    let (first, rest) = layer.features.split_at(100);
    let straight = write("straight", &[first, rest]);
    let turned = write("turned", &[rest, first]);
    let read = |name: &str| Snapshot::open(&folder.path().join(name)).unwrap();
    let (a, b) = (read("straight"), read("turned"));
    assert_eq!((a.ids(), a.rows_by_id()), (b.ids(), b.rows_by_id()));
    assert!(straight == turned, "the same rows give the same bytes");
}

#[test]
fn values_under_nulls_do_not_show_in_the_file() {
    let layer = mixed_layer(false);
    let build = |batch: &crate::layer::Batch| {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("snapshot");
        let mut builder = Builder::new(layer.schema.clone(), layer.unit);
        builder.append(batch).unwrap();
        builder.finish(&path).unwrap();
        fs::read(path).unwrap()
    };
    let mut clean = layer.batch(&layer.features);
    let mut dirty = clean.clone();
    for batch in [&mut clean, &mut dirty] {
        (0..batch.len()).step_by(3).for_each(|row| {
            (0..batch.columns.len()).for_each(|c| batch.columns[c].valid.set(row, false));
        });
    }
    for (column, kept) in clean.columns.iter_mut().zip(&dirty.columns) {
        let mut rewritten = crate::layer::Column::new(match kept.data {
            crate::layer::ColumnData::Bool(_) => ColumnType::Bool,
            crate::layer::ColumnData::Integer(_) => ColumnType::Integer,
            crate::layer::ColumnData::Real(_) => ColumnType::Real,
            crate::layer::ColumnData::Text(_) => ColumnType::Text,
            crate::layer::ColumnData::Binary(_) => ColumnType::Binary,
        });
        for row in 0..kept.len() {
            assert!(rewritten.push(kept.get(row)));
        }
        *column = rewritten;
    }
    assert_ne!(clean, dirty);
    assert!(build(&clean) == build(&dirty));
}

#[test]
fn a_missing_or_foreign_file_is_no_snapshot() {
    let folder = TempDir::new().unwrap();
    let missing = Snapshot::open(&folder.path().join("none"));
    assert!(matches!(missing, Err(Error::Io { .. })));
    for foreign in [&b""[..], b"SQLite format 3\0", &[0; 5000]] {
        assert!(matches!(open(foreign), Err(Error::Damaged { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_layer_comes_back(layer in any_layer()) {
        layer.assert_equals(&layer.snapshot());
    }

    #[test]
    fn batches_do_not_show_in_the_file(layer in any_layer(), per_batch in 1usize..50) {
        prop_assert!(layer.bytes(1000) == layer.bytes(per_batch));
    }

    #[test]
    fn a_box_finds_what_a_full_scan_finds(
        layer in any_layer(),
        boxes in prop::collection::vec([0.0..300_000.0f64, 0.0..300_000.0, 0.0..1e5, 0.0..1e5], 5),
        at_vertex in any::<prop::sample::Index>(),
    ) {
        let snapshot = layer.snapshot();
        let mut queries: Vec<Bbox> =
            boxes.iter().map(|&[x, y, w, h]| Bbox::of([x, y], [x + w, y + h])).collect();
        let vertices: Vec<[f64; 2]> =
            layer.features.iter().filter_map(|f| f.geometry.as_ref()).flat_map(|g| g.xy.clone())
                .collect();
        if !vertices.is_empty() {
            let vertex = vertices[at_vertex.index(vertices.len())];
            queries.push(Bbox::of(vertex, vertex));
        }
        for query in queries {
            let hits = snapshot.search_bbox(&query);
            prop_assert!(hits.is_sorted());
            let margin = query.buffered(snapshot.grid().step() * 1.5 + 1e-9);
            for Feature { id, geometry, .. } in &layer.features {
                let bbox = geometry.as_ref().map_or(Bbox::EMPTY, Geometry::bbox);
                let hit = hits.binary_search(&snapshot.row_of(*id).unwrap()).is_ok();
                prop_assert!(hit || !bbox.intersects(&query), "missed {bbox:?} {query:?}");
                prop_assert!(!hit || bbox.intersects(&margin), "strange {bbox:?} {query:?}");
            }
        }
    }
}
