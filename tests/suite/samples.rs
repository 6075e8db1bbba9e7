//! Small files made for the tests.

use serde_json::{Value, json};

/// A GeoJSON collection in Lambert 72 (stated by the old `crs` member).
pub fn lambert(features: &[(Value, Value)]) -> String {
    let features: Vec<Value> = features
        .iter()
        .map(|(geometry, properties)| json!({"type": "Feature", "geometry": geometry, "properties": properties}))
        .collect();
    json!({
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31370"}},
        "features": features,
    })
    .to_string()
}

/// A point.
pub fn point(x: f64, y: f64) -> Value {
    json!({"type": "Point", "coordinates": [x, y]})
}

/// A square with its lower left corner and its side, counter-clockwise.
pub fn square(x: f64, y: f64, side: f64) -> Value {
    let (a, b) = (x + side, y + side);
    json!({"type": "Polygon", "coordinates": [[[x, y], [a, y], [a, b], [x, b], [x, y]]]})
}

/// A chess board of `n × n` squares of 50 m around Kortrijk, with a number, a text and a null.
pub fn board(n: u32) -> String {
    let squares: Vec<(Value, Value)> = (0..n * n)
        .map(|i| {
            let (x, y) = (70_000.0 + f64::from(i % n) * 50.0, 167_000.0 + f64::from(i / n) * 50.0);
            let name = if i % 7 == 0 { Value::Null } else { json!(format!("vak één {i}")) };
            (square(x, y, 50.0), json!({"nr": i, "naam": name, "Opp. m²": 2500.5}))
        })
        .collect();
    lambert(&squares)
}

/// The five check points of the Lambert 72 grid: x, y and the latitude, longitude they must get.
pub const CHECK_POINTS: [([f64; 2], [f64; 2]); 5] = [
    ([71500.0, 168500.0], [50.821638973, 3.254659272]),
    ([72000.0, 167000.0], [50.808223458, 3.262071633]),
    ([31000.0, 199000.0], [51.088869546, 2.670134274]),
    ([150000.0, 170000.0], [50.840412409, 4.368752612]),
    ([255000.0, 130000.0], [50.471402796, 5.847965957]),
];
