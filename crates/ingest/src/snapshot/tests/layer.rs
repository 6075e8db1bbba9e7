//! Layers to test with, and a comparison of a snapshot with its layer.

use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use crate::crs::Crs;
use crate::layer::{
    Batch, Bbox, ColumnSchema, ColumnType, Geometry, GeometryKind, GeometryType, LayerSchema,
    PathRole, Value,
};
use crate::snapshot::{Builder, CoordinateUnit, Snapshot};

/// A value that owns its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    Binary(Vec<u8>),
}

impl Cell {
    pub(super) fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(v) => Value::Bool(*v),
            Self::Integer(v) => Value::Integer(*v),
            Self::Real(v) => Value::Real(*v),
            Self::Text(v) => Value::Text(v),
            Self::Binary(v) => Value::Binary(v),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Feature {
    pub(super) id: i64,
    pub(super) geometry: Option<Geometry>,
    pub(super) cells: Vec<Cell>,
}

/// A layer in the order of ids.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) schema: LayerSchema,
    pub(super) unit: CoordinateUnit,
    pub(super) features: Vec<Feature>,
}

impl Layer {
    pub(super) fn new(has_z: bool, columns: &[(&str, ColumnType)]) -> Self {
        let columns = columns.iter().map(|&(name, kind)| ColumnSchema {
            name: name.to_owned(),
            kind,
        });
        Self {
            schema: LayerSchema {
                name: "percelen één".to_owned(),
                geometry: GeometryType::Geometry,
                has_z,
                has_m: false,
                crs: Some(Crs::LAMBERT_72),
                columns: columns.collect(),
            },
            unit: CoordinateUnit::Metre,
            features: Vec::new(),
        }
    }

    /// Adds a feature with the next id.
    pub(super) fn push(&mut self, geometry: Option<Geometry>, cells: Vec<Cell>) {
        let id = self.features.last().map_or(1, |last| last.id + 1);
        self.features.push(Feature {
            id,
            geometry,
            cells,
        });
    }

    pub(super) fn batch(&self, features: &[Feature]) -> Batch {
        let mut batch = Batch::new(&self.schema);
        let mut wkb = Vec::new();
        for feature in features {
            wkb.clear();
            if let Some(geometry) = &feature.geometry {
                geometry.write_wkb(&mut wkb);
            }
            batch.push_feature(feature.id, feature.geometry.as_ref().map(|_| &wkb[..]));
            for (column, cell) in batch.columns.iter_mut().zip(&feature.cells) {
                assert!(column.push(cell.value()));
            }
        }
        batch
    }

    /// The bytes of its snapshot, built from batches of so many features.
    pub(super) fn bytes(&self, per_batch: usize) -> Vec<u8> {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("snapshot");
        let mut builder = Builder::new(self.schema.clone(), self.unit);
        for features in self.features.chunks(per_batch) {
            builder.append(&self.batch(features)).unwrap();
        }
        builder.finish(&path).unwrap();
        fs::read(path).unwrap()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        open(&self.bytes(1000)).unwrap()
    }

    /// Checks every feature and every answer.
    pub(super) fn assert_equals(&self, snapshot: &Snapshot) {
        snapshot.verify().unwrap();
        assert_eq!(snapshot.schema(), &self.schema);
        assert_eq!(snapshot.len(), self.features.len());
        let mut extent = Bbox::EMPTY;
        let mut drawn = 0;
        for (i, feature) in self.features.iter().enumerate() {
            let row = snapshot.row_of(feature.id).unwrap();
            assert_eq!(snapshot.rows_by_id()[i], row);
            assert_eq!(snapshot.id(row), Some(feature.id));
            for (column, cell) in feature.cells.iter().enumerate() {
                assert_value(snapshot, column, row, cell.value());
            }
            assert_geometry(snapshot, row, feature.geometry.as_ref());
            if let Some(geometry) = &feature.geometry {
                extent = extent.union(&geometry.bbox());
                drawn += usize::from(!geometry.is_empty());
            }
        }
        assert_eq!(snapshot.bbox(), extent);
        assert_eq!(snapshot.geometry_count(), drawn);
        for id in [i64::MIN, -1, 0, i64::MAX] {
            let known = self.features.iter().any(|feature| feature.id == id);
            assert_eq!(snapshot.row_of(id).is_some(), known);
        }
    }
}

fn assert_value(snapshot: &Snapshot, column: usize, row: u32, expected: Value<'_>) {
    let view = snapshot.column(column);
    let found = view.get(row);
    match (found, expected) {
        (Value::Real(a), Value::Real(b)) => assert_eq!(a.to_bits(), b.to_bits()),
        _ => assert_eq!(found, expected, "column {column}, row {row}"),
    }
    if let Some(length) = view.dictionary_len() {
        match view.dictionary_code(row) {
            Some(code) => {
                assert!(code < length);
                assert_eq!(view.dictionary_value(code), expected);
            }
            None => assert_eq!(expected, Value::Null),
        }
    }
}

fn assert_geometry(snapshot: &Snapshot, row: u32, expected: Option<&Geometry>) {
    let view = snapshot.geometry(row);
    assert_eq!(view.is_some(), expected.is_some());
    let (Some(view), Some(expected)) = (view, expected) else {
        return;
    };
    let mut found = Geometry::empty(GeometryKind::Point);
    view.to_geometry(&mut found).unwrap();
    assert_eq!(&found, expected);
    let bits =
        |g: &Geometry| -> Vec<[u64; 2]> { g.xy.iter().map(|c| c.map(f64::to_bits)).collect() };
    assert_eq!(bits(&found), bits(expected));
    assert_eq!(view.is_empty(), expected.is_empty());
    let mut envelope = None;
    for (role, range) in view.paths() {
        assert!(PathRole::from_code(role as u8).is_some());
        for (&step, exact) in view
            .drawing(range.clone())
            .iter()
            .zip(view.exact(range.clone()))
        {
            assert_eq!(step, snapshot.grid().step_of(exact));
            let [min, max] = envelope.unwrap_or([step; 2]);
            envelope = Some([
                [min[0].min(step[0]), min[1].min(step[1])],
                [max[0].max(step[0]), max[1].max(step[1])],
            ]);
        }
    }
    assert_eq!(snapshot.envelope(row), envelope);
}

/// Opens bytes as a snapshot; the file is gone when this returns, the mapping stays.
pub(super) fn open(bytes: &[u8]) -> crate::error::Result<Snapshot> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("snapshot");
    fs::write(&path, bytes).unwrap();
    Snapshot::open(&path)
}

/// A path by its role and vertices.
type PathOf<'a> = (PathRole, &'a [[f64; 2]]);

/// A geometry of a kind with the given paths; heights where asked.
pub(super) fn geometry(kind: GeometryKind, paths: &[PathOf<'_>], has_z: bool) -> Geometry {
    let mut geometry = Geometry::empty(kind);
    for (role, xy) in paths {
        geometry.xy.extend_from_slice(xy);
        geometry.end_path(*role);
    }
    if has_z {
        geometry.z = (0..geometry.xy.len()).map(|i| i as f64 * 0.1).collect();
    }
    geometry
}

/// One geometry of each kind, filled and empty, by exact millimetres.
pub(super) fn every_kind(has_z: bool) -> Vec<Option<Geometry>> {
    use {GeometryKind as Kind, PathRole as Role};
    let ring = [[0., 0.], [9., 0.], [9., 9.5], [0., 0.]];
    let hole = [[5., 1.], [8., 1.], [8., 4.125], [5., 1.]];
    let far = [[20., 0.], [29., 0.], [29., 9.], [20., 0.]];
    let line = [[1., 2.], [3., 4.001], [5.5, 2.]];
    let point = [[70_123.456, 170_001.789]];
    let filled: [(Kind, Vec<PathOf<'_>>); 7] = [
        (Kind::Point, vec![(Role::Point, &point)]),
        (Kind::LineString, vec![(Role::Line, &line)]),
        (
            Kind::Polygon,
            vec![(Role::Outer, &ring), (Role::Inner, &hole)],
        ),
        (
            Kind::MultiPoint,
            vec![(Role::Point, &point), (Role::Point, &line[..1])],
        ),
        (
            Kind::MultiLineString,
            vec![(Role::Line, &line), (Role::Line, &line[1..])],
        ),
        (
            Kind::MultiPolygon,
            vec![
                (Role::Outer, &ring),
                (Role::Inner, &hole),
                (Role::Outer, &far),
            ],
        ),
        (
            Kind::GeometryCollection,
            vec![
                (Role::Line, &line),
                (Role::Point, &point),
                (Role::Outer, &far),
            ],
        ),
    ];
    let mut all = vec![None];
    for (kind, paths) in filled {
        all.push(Some(Geometry::empty(kind)));
        all.push(Some(geometry(kind, &paths, has_z)));
    }
    all
}

/// A column of each type.
pub(super) const EVERY_TYPE: [(&str, ColumnType); 8] = [
    ("ja", ColumnType::Bool),
    ("aantal", ColumnType::Integer),
    ("Opp. m²", ColumnType::Real),
    ("straat", ColumnType::Text),
    ("sleutel", ColumnType::Text),
    ("dag", ColumnType::Date),
    ("leeg", ColumnType::Json),
    ("bytes", ColumnType::Binary),
];

/// A layer with a column of each type and some thirty geometries of each kind.
pub(super) fn mixed_layer(has_z: bool) -> Layer {
    let mut layer = Layer::new(has_z, &EVERY_TYPE);
    for i in 0..30i64 {
        for mut geometry in every_kind(has_z) {
            if let Some(geometry) = &mut geometry {
                let shift = |c: [f64; 2]| [c[0] + (i * 7 % 11) as f64, c[1] + i as f64];
                geometry.xy = geometry.xy.iter().copied().map(shift).collect();
            }
            let n = layer.features.len() as i64;
            let text = |text: String| {
                if n % 7 == 3 {
                    Cell::Null
                } else {
                    Cell::Text(text)
                }
            };
            layer.push(
                geometry,
                vec![
                    if n % 5 == 0 {
                        Cell::Null
                    } else {
                        Cell::Bool(n % 3 == 0)
                    },
                    Cell::Integer(n * 1000 - 2),
                    Cell::Real(n as f64 / 7.0),
                    text(["Grote Markt", "", "Één-straat"][n as usize % 3].to_owned()),
                    text(format!("34022A{n:04}/00")),
                    text(format!("2024-05-{:02}", n % 28 + 1)),
                    Cell::Null,
                    Cell::Binary(vec![n as u8; n as usize % 4]),
                ],
            );
        }
    }
    layer
}

fn any_ordinate() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (0i32..300_000_000).prop_map(|mm| f64::from(mm) / 1e3),
        4 => 0.0..300_000.0f64,
        1 => -180.0..180.0f64,
        1 => Just(-0.0),
    ]
}

fn any_path(fewest: usize) -> impl Strategy<Value = Vec<[f64; 2]>> {
    prop::collection::vec([any_ordinate(), any_ordinate()], fewest..8)
}

fn any_geometry(has_z: bool) -> impl Strategy<Value = Option<Geometry>> {
    let paths = prop::collection::vec(any_path(1), 0..4);
    (0u32..8, paths, prop::bool::ANY).prop_map(move |(code, paths, outer)| {
        let kind = GeometryKind::from_code(code)?;
        let single = code <= 3;
        let mut geometry = Geometry::empty(kind);
        for (i, path) in paths.iter().enumerate() {
            let role = match kind {
                GeometryKind::Point | GeometryKind::MultiPoint => PathRole::Point,
                GeometryKind::LineString | GeometryKind::MultiLineString => PathRole::Line,
                GeometryKind::Polygon if i > 0 => PathRole::Inner,
                GeometryKind::MultiPolygon if i > 0 && !outer => PathRole::Inner,
                GeometryKind::Polygon | GeometryKind::MultiPolygon => PathRole::Outer,
                GeometryKind::GeometryCollection => {
                    [PathRole::Point, PathRole::Line, PathRole::Outer][path.len() % 3]
                }
            };
            let length = if role == PathRole::Point {
                1
            } else {
                path.len()
            };
            geometry.xy.extend_from_slice(&path[..length]);
            geometry.end_path(role);
            if single && role != PathRole::Outer && role != PathRole::Inner {
                break;
            }
        }
        if has_z {
            geometry.z = geometry.xy.iter().map(|c| c[0] - 5.0).collect();
        }
        Some(geometry)
    })
}

fn any_cell(kind: ColumnType) -> BoxedStrategy<Cell> {
    let filled = match kind {
        ColumnType::Bool => any::<bool>().prop_map(Cell::Bool).boxed(),
        ColumnType::Integer => prop_oneof![any::<i64>(), -200..200i64, -99_999..99_999i64]
            .prop_map(Cell::Integer)
            .boxed(),
        ColumnType::Real => any::<f64>()
            .prop_filter("finite", |v| v.is_finite())
            .prop_map(Cell::Real)
            .boxed(),
        ColumnType::Binary => prop::collection::vec(any::<u8>(), 0..9)
            .prop_map(Cell::Binary)
            .boxed(),
        _ => prop_oneof![".{0,9}", "[a-c]{0,1}"]
            .prop_map(Cell::Text)
            .boxed(),
    };
    prop_oneof![1 => Just(Cell::Null), 4 => filled].boxed()
}

/// Layers of up to a hundred features of anything, with gaps between their ids.
pub(super) fn any_layer() -> impl Strategy<Value = Layer> {
    (any::<bool>(), any::<bool>()).prop_flat_map(|(has_z, degree)| {
        let cells: Vec<_> = EVERY_TYPE.iter().map(|&(_, kind)| any_cell(kind)).collect();
        let feature = (1i64..4, any_geometry(has_z), cells);
        prop::collection::vec(feature, 0..100).prop_map(move |features| {
            let mut layer = Layer::new(has_z, &EVERY_TYPE);
            if degree {
                layer.unit = CoordinateUnit::Degree;
            }
            let mut id = 0;
            for (gap, geometry, cells) in features {
                id += gap;
                layer.features.push(Feature {
                    id,
                    geometry,
                    cells,
                });
            }
            layer
        })
    })
}
