//! Real files, through the whole program: what arrives is what was in them.

use serde_json::{Value, json};

use crate::program::{Folder, Server, geodata, token};

struct Case {
    file: &'static str,
    query: &'static str,
    /// Layer, features, geometry, CRS and how it was settled.
    layers: &'static [(&'static str, u64, &'static str, &'static str, &'static str)],
}

const CASES: &[Case] = &[
    Case {
        file: "brussels-addresses/UrbAdm_AdPt.zip",
        query: "",
        layers: &[("UrbAdm_AdPt", 666, "Point", "EPSG:31370", "matched")],
    },
    Case {
        file: "flanders-roads/eWegsegment.zip",
        query: "",
        layers: &[("eWegsegment", 73, "LineString", "EPSG:31370", "matched")],
    },
    Case {
        file: "flanders-buildings/gebouw_ALL_LB08.zip",
        query: "",
        layers: &[("gebouw_ALL", 21, "Polygon", "EPSG:3812", "guessed")],
    },
    Case {
        file: "flanders-parcels/reference.geojson",
        query: "",
        layers: &[("reference", 408, "MultiPolygon", "EPSG:31370", "declared")],
    },
    Case {
        file: "flanders-parcels/themelayer_referenced.geojson",
        query: "",
        layers: &[("", 33, "MultiPolygon", "EPSG:31370", "declared")],
    },
    Case {
        file: "flanders-parcels/zwin.geojson",
        query: "",
        layers: &[("", 1, "MultiPolygon", "EPSG:31370", "declared")],
    },
    Case {
        file: "flanders-parcels/multipolygon.geojson",
        query: "",
        layers: &[("", 1, "MultiPolygon", "EPSG:31370", "declared")],
    },
    Case {
        file: "flanders-road-diff/diff.geojson",
        query: "",
        layers: &[("", 154, "LineString", "OGC:CRS84", "")],
    },
    Case {
        file: "flanders-nature/study_area_l72.geojson",
        query: "",
        layers: &[("", 1, "Polygon", "EPSG:31370", "declared")],
    },
    Case {
        file: "flanders-nature/polygon_multiple_31370.gpkg",
        query: "",
        layers: &[("", 2, "", "EPSG:31370", "declared")],
    },
    Case {
        file: "nl-addresses/dutch_addresses_shape_28992.zip",
        query: "",
        layers: &[("", 2481, "Point", "EPSG:28992", "")],
    },
    Case {
        file: "nl-addresses/dutch_addresses_4326.gpkg",
        query: "",
        layers: &[("OGRGeoJSON", 2481, "Point", "EPSG:4326", "declared")],
    },
    Case {
        file: "nl-bag/bag.gpkg",
        query: "",
        layers: &[
            ("ligplaatsen", 67, "Point", "EPSG:28992", "declared"),
            ("standplaatsen", 1, "Point", "EPSG:28992", "declared"),
            ("verblijfsobjecten", 1836, "Point", "EPSG:28992", "declared"),
        ],
    },
    Case {
        file: "world/example_wkt.csv",
        query: "crs=EPSG:4326",
        layers: &[("", 5, "", "EPSG:4326", "given")],
    },
    Case {
        file: "world/obs.csv",
        query: "",
        layers: &[("obs", 5, "Point", "", "")],
    },
    Case {
        file: "belgium-municipalities/REFNIS_2019.csv",
        query: "",
        layers: &[("REFNIS_2019", 638, "", "", "")],
    },
    Case {
        file: "belgium-municipalities/bevolking_per_gemeente.csv",
        query: "",
        layers: &[("", 638, "", "", "")],
    },
];

#[test]
fn real_files_arrive_whole() {
    let folder = Folder::new();
    let token = token(&folder.data(), "publisher", "*");
    let server = Server::start(&folder.data());
    for (i, case) in CASES.iter().enumerate() {
        let Some(file) = geodata(case.file) else {
            return;
        };
        let done = server.upload(&token, &format!("workspace=w{i}&{}", case.query), &file);
        assert_eq!(done.status, 201, "{}: {}", case.file, done.text());
        let layers = done.json()["report"]["layers"].clone();
        for (name, features, geometry, crs, how) in case.layers {
            let layer = layers
                .as_array()
                .unwrap()
                .iter()
                .find(|layer| name.is_empty() || layer["name"] == *name)
                .unwrap_or_else(|| panic!("{}: no {name} in {layers:#}", case.file));
            assert_eq!(layer["features"], *features, "{}", case.file);
            assert!(
                geometry.is_empty() || layer["geometry"] == *geometry,
                "{}: {}",
                case.file,
                layer["geometry"]
            );
            assert!(
                crs.is_empty() || layer["crs"]["crs"] == *crs,
                "{}: {}",
                case.file,
                layer["crs"]
            );
            assert!(
                how.is_empty() || layer["crs"]["how"] == *how,
                "{}: {}",
                case.file,
                layer["crs"]
            );
            let id = layer["id"].as_str().unwrap();
            let items = server.get(&format!("/collections/{id}/items?limit=10000"));
            assert_eq!(items.json()["numberReturned"], *features, "{}", case.file);
        }
    }
}

#[test]
fn brussels_addresses_keep_every_text_and_mend_the_decimal_comma() {
    let Some(file) = geodata("brussels-addresses/UrbAdm_AdPt.zip") else {
        return;
    };
    let folder = Folder::new();
    let token = token(&folder.data(), "publisher", "*");
    let server = Server::start(&folder.data());
    let done = server.upload(&token, "workspace=brussel", &file).json();
    let findings = done["report"]["layers"][0]["findings"]
        .as_array()
        .unwrap()
        .clone();
    let angle = findings
        .iter()
        .find(|f| f["column"] == "ANGLE" && f["code"] == "decimal-comma")
        .unwrap();
    assert_eq!(angle["count"], 652, "{angle:#}");
    let first = angle["features"][0].as_i64().unwrap();
    let named = server
        .get(&format!("/collections/brussel:UrbAdm_AdPt/items/{first}"))
        .json();
    assert_ne!(
        named["properties"]["ANGLE"],
        json!(0),
        "the report names features by their ids: {named}"
    );
    let items = server
        .get("/collections/brussel:UrbAdm_AdPt/items?limit=1000")
        .json();
    let ours = items["features"].as_array().unwrap();
    assert_eq!(ours.len(), 666);
    assert!(
        ours.iter()
            .any(|f| f["properties"]["ANGLE"] == json!(309.92))
    );
    assert!(ours.iter().all(
        |f| f["properties"]["ANGLE"] != json!(309) && f["properties"]["ANGLE"] != json!(30992)
    ));
    // the texts, as another reader sees them
    let vsi = format!("/vsizip/{}/shp/UrbAdm_AdPt.shp", file.display());
    let Ok(other) = std::process::Command::new("ogr2ogr")
        .args(["-f", "GeoJSON", "/vsistdout/", &vsi])
        .output()
    else {
        eprintln!("skipped: no ogr2ogr");
        return;
    };
    let other: Value = serde_json::from_slice(&other.stdout).unwrap();
    for (ours, theirs) in ours.iter().zip(other["features"].as_array().unwrap()) {
        for (name, value) in theirs["properties"].as_object().unwrap() {
            if value.is_string() {
                assert_eq!(&ours["properties"][name], value, "{name}");
            }
        }
    }
}

#[test]
fn the_road_register_comes_as_43_collections_with_their_accents() {
    let Some(file) = geodata("flanders-roads/extract.zip") else {
        return;
    };
    let folder = Folder::new();
    let token = token(&folder.data(), "publisher", "*");
    let server = Server::start(&folder.data());
    let done = server.upload(&token, "workspace=wegen", &file);
    assert_eq!(done.status, 201, "{}", done.text());
    let collections = server.get("/collections").json()["collections"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(collections.len(), 43);
    let drawn = collections
        .iter()
        .filter(|c| c["govmaps"]["geometry"] != "")
        .count();
    assert_eq!(drawn, 7);
    let mut texts = String::new();
    for collection in &collections {
        let id = collection["id"].as_str().unwrap();
        texts.push_str(
            &server
                .get(&format!("/collections/{id}/items?limit=10000"))
                .text(),
        );
    }
    assert!(texts.contains("één") && texts.contains("België"));
    assert!(!texts.contains('\u{fffd}'));
    assert_eq!(
        server
            .upload(&token, "workspace=wegen2&layer=x", &file)
            .status,
        400,
        "one name for several layers"
    );
}

#[test]
fn a_crs_that_contradicts_the_numbers_is_refused_with_the_likely_one() {
    let Some(file) = geodata("flanders-buildings/gebouw_ALL_LB08.zip") else {
        return;
    };
    let folder = Folder::new();
    let data = folder.data();
    let token = token(&data, "publisher", "*");
    let server = Server::start(&data);
    let refused = server.upload(&token, "workspace=grb&crs=EPSG:31370", &file);
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(
        refused.json()["detail"].as_str().unwrap().contains("3812"),
        "{}",
        refused.text()
    );
    let guessed = server.upload(&token, "workspace=grb", &file).json();
    let crs = &guessed["report"]["layers"][0]["crs"];
    assert_eq!(
        (&crs["crs"], &crs["how"]),
        (&json!("EPSG:3812"), &json!("guessed"))
    );
    assert!(!crs["alternatives"].as_array().unwrap().is_empty(), "{crs}");
    let out = folder.import(&file, "regel");
    assert!(out.contains("guessed EPSG:3812"), "{out}");
}
