//! Composite tiles and TileJSON over HTTP.

use geozero::mvt::{Message, Tile};
use serde_json::json;

use crate::program::{Folder, Server};
use crate::samples::{board, lambert, point};

fn served() -> (Server, Folder) {
    let folder = Folder::new();
    let data = folder.data();
    let points = lambert(&[(point(70_500.0, 167_500.0), json!({"naam": "één"}))]);
    for (name, text) in [("bord", board(20)), ("punten", points)] {
        let file = folder.write(&format!("{name}.geojson"), &text);
        folder.import(&file, "kortrijk");
    }
    (Server::start(&data), folder)
}

/// The tile of a position at a zoom.
pub fn tile_at(lon: f64, lat: f64, z: u32) -> (u32, u32) {
    let n = f64::from(1u32 << z);
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
    (((lon + 180.0) / 360.0 * n) as u32, (y * n) as u32)
}

#[test]
fn a_composite_tile_holds_the_layers_as_they_were_asked_for() {
    let (server, _folder) = served();
    let (lon, lat) = (3.2407, 50.8125);
    let (x, y) = tile_at(lon, lat, 16);
    let path = format!("/xyz/kortrijk:bord,kortrijk:PUNTEN/16/{x}/{y}");
    for suffix in ["", ".mvt", ".pbf"] {
        let answer = server.get(&format!("{path}{suffix}"));
        assert_eq!(answer.status, 200, "{suffix}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/vnd.mapbox-vector-tile")
        );
        let tile = Tile::decode(answer.body.as_slice()).unwrap();
        let names: Vec<&str> = tile
            .layers
            .iter()
            .map(|layer| layer.name.as_str())
            .collect();
        assert_eq!(names, ["kortrijk:bord", "kortrijk:PUNTEN"]);
        assert_eq!(tile.layers[1].features[0].id, Some(1));
        assert!(tile.layers[0].keys.contains(&"Opp. m²".to_owned()));
        assert!(tile.layers[0].features.len() > 20);
    }
    let tag = server.get(&path).header("etag").unwrap().to_owned();
    assert_eq!(
        server
            .request("GET", &path, &[("If-None-Match", &tag)], &[])
            .status,
        304
    );
    assert_eq!(server.request("HEAD", &path, &[], &[]).status, 200);
    assert_eq!(
        server
            .request("GET", &path, &[("Accept-Encoding", "gzip")], &[])
            .header("content-encoding"),
        Some("gzip")
    );
}

#[test]
fn every_feature_is_in_a_tile_and_empty_and_outside_are_told_apart() {
    let (server, _folder) = served();
    let (x, y) = tile_at(3.24, 50.81, 10);
    let tile = server.get(&format!("/xyz/kortrijk:bord/10/{x}/{y}"));
    assert_eq!(
        Tile::decode(tile.body.as_slice()).unwrap().layers[0]
            .features
            .len(),
        400
    );
    let empty = server.get("/xyz/kortrijk:bord/10/0/0");
    assert_eq!((empty.status, empty.body.len()), (204, 0));
    assert_eq!(empty.header("access-control-allow-origin"), Some("*"));
    assert_eq!(server.get("/xyz/kortrijk:bord/10/1024/0").status, 404);
    assert_eq!(
        server
            .get("/xyz/kortrijk:bord/2/2147483647/2147483647")
            .status,
        404
    );
    assert_eq!(server.get("/xyz/kortrijk:bord/99/0/0").status, 404);
    assert_eq!(server.get("/xyz/kortrijk:bord/a/0/0").status, 400);
    assert_eq!(server.get("/xyz/kortrijk:weg/10/0/0").status, 404);
    assert_eq!(
        server.get("/xyz/kortrijk:bord,kortrijk:bord/10/0/0").status,
        400
    );
    let many = vec!["kortrijk:bord"; 51].join(",");
    assert_eq!(server.get(&format!("/xyz/{many}/10/0/0")).status, 400);
}

#[test]
fn tilejson_describes_fields_and_bounds_and_stamps_its_addresses() {
    let (server, _folder) = served();
    let json = server.get("/xyz/kortrijk:bord,kortrijk:punten").json();
    assert_eq!(json["tilejson"], "3.0.0");
    assert_eq!(json["vector_layers"][0]["id"], "kortrijk:bord");
    assert_eq!(
        json["vector_layers"][0]["fields"],
        json!({"nr": "Number", "naam": "String", "Opp. m²": "Number"})
    );
    let bounds: Vec<f64> = json["bounds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_f64().unwrap())
        .collect();
    assert!(
        bounds[0] > 3.2 && bounds[2] < 3.3 && bounds[1] > 50.7 && bounds[3] < 50.9,
        "{bounds:?}"
    );
    let template = json["tiles"][0].as_str().unwrap();
    assert!(template.starts_with(&format!("http://{}/xyz/", server.address)));
    let (x, y) = tile_at(3.2407, 50.8125, 14);
    let address = template
        .replace("{z}", "14")
        .replace("{x}", &x.to_string())
        .replace("{y}", &y.to_string());
    let path = &address[address.find("/xyz").unwrap()..];
    let stamped = server.get(path);
    assert!(
        stamped
            .header("cache-control")
            .unwrap()
            .contains("immutable")
    );
    let old = server.get(&format!(
        "{}?v=0123456789abcdef",
        path.split('?').next().unwrap()
    ));
    assert_eq!(
        old.header("cache-control"),
        Some("no-cache"),
        "another stamp gets the current content"
    );
    assert_eq!(old.body, stamped.body);
}
