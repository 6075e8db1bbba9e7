//! The `mvt` crate, given the same simple features, writes the same tile.

use geozero::mvt::{Message, Tile};
use mvt::{GeomEncoder, GeomType};
use tile::mvt::{CommandWriter, GeometryType, LayerEncoder, TileBuilder, Value};

type Ring = &'static [[i32; 2]];

const FEATURES: &[(GeometryType, &[Ring])] = &[
    (GeometryType::Point, &[&[[5, 7], [3, 2], [4096, 0]]]),
    (
        GeometryType::LineString,
        &[&[[2, 2], [2, 10], [10, 10]], &[[1, 1], [3, 5]]],
    ),
    (
        GeometryType::Polygon,
        &[
            &[[0, 0], [100, 0], [100, 100], [0, 100]],
            &[[20, 20], [20, 40], [40, 40], [40, 20]],
            &[[200, 200], [300, 210], [250, 300]],
        ],
    ),
];

fn ours() -> Vec<u8> {
    let mut layer = LayerEncoder::new("layer", 4096);
    let mut writer = CommandWriter::default();
    for (id, (kind, paths)) in (1..).zip(FEATURES) {
        writer.clear();
        for path in *paths {
            match kind {
                GeometryType::Point => writer.points(path),
                GeometryType::LineString => writer.line(path),
                GeometryType::Polygon => writer.ring(path),
            }
        }
        let name = format!("naam {id}");
        let values = [
            ("naam", Value::Text(&name)),
            ("aantal", Value::Int(12)),
            ("diepte", Value::Int(-3)),
            ("hoogte", Value::Double(2.5)),
            ("open", Value::Bool(true)),
        ];
        let tags: Vec<_> = values.map(|(k, v)| (layer.key(k), layer.value(v))).into();
        layer.push(id, *kind, writer.commands(), &tags).unwrap();
    }
    let mut tile = TileBuilder::new();
    tile.add(&layer).unwrap();
    tile.finish()
}

fn theirs() -> Vec<u8> {
    let mut tile = mvt::Tile::new(4096);
    let mut layer = tile.create_layer("layer");
    for (id, (kind, paths)) in (1..).zip(FEATURES) {
        let kind = match kind {
            GeometryType::Point => GeomType::Point,
            GeometryType::LineString => GeomType::Linestring,
            GeometryType::Polygon => GeomType::Polygon,
        };
        let mut encoder = GeomEncoder::new(kind);
        for path in *paths {
            for [x, y] in *path {
                encoder = encoder.point(f64::from(*x), f64::from(*y)).unwrap();
            }
            encoder = encoder.complete().unwrap();
        }
        let mut feature = layer.into_feature(encoder.encode().unwrap());
        feature.set_id(id);
        feature.add_tag_string("naam", &format!("naam {id}"));
        feature.add_tag_uint("aantal", 12);
        feature.add_tag_sint("diepte", -3);
        feature.add_tag_double("hoogte", 2.5);
        feature.add_tag_bool("open", true);
        layer = feature.into_layer();
    }
    tile.add_layer(layer).unwrap();
    tile.to_bytes().unwrap()
}

#[test]
fn both_encoders_write_the_same_content() {
    let ours = Tile::decode(ours().as_slice()).unwrap();
    let theirs = Tile::decode(theirs().as_slice()).unwrap();
    assert_eq!(ours.layers.len(), 1);
    let (a, b) = (&ours.layers[0], &theirs.layers[0]);
    assert_eq!(
        (&a.name, a.version, a.extent),
        (&b.name, b.version, b.extent)
    );
    assert_eq!(a.keys, b.keys);
    assert_eq!(a.values, b.values);
    for (a, b) in a.features.iter().zip(&b.features) {
        assert_eq!(a, b);
    }
    assert_eq!(a.features.len(), b.features.len());
}
