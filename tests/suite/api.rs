//! OGC API Features over HTTP.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::program::{Folder, Server, geodata};
use crate::samples::{CHECK_POINTS, board, lambert, point};

const ITEMS: &str = "/collections/kortrijk:bord/items";

/// One server for the reading tests: a board of 900 squares and the check points.
static SERVER: LazyLock<(Server, Folder)> = LazyLock::new(|| {
    let folder = Folder::new();
    let data = folder.data();
    let board = folder.write("bord.geojson", &board(30));
    let points: Vec<(Value, Value)> = CHECK_POINTS
        .iter()
        .enumerate()
        .map(|(i, ([x, y], _))| (point(*x, *y), json!({"nr": i})))
        .collect();
    let points = folder.write("punten.geojson", &lambert(&points));
    for file in [&board, &points] {
        folder.import(file, "kortrijk");
    }
    let server = Server::start(&data);
    server.end_with_this_process(&folder);
    (server, folder)
});

fn server() -> &'static Server {
    &SERVER.0
}

#[test]
fn the_landing_page_links_to_everything() {
    let landing = server().get("/?f=json");
    assert_eq!(landing.status, 200);
    for rel in ["self", "service-desc", "conformance", "data"] {
        let links = landing.json()["links"].clone();
        let link = links
            .as_array()
            .unwrap()
            .iter()
            .find(|link| link["rel"] == rel)
            .unwrap()
            .clone();
        let href = link["href"].as_str().unwrap().to_owned();
        let path = href
            .strip_prefix(&format!("http://{}", server().address))
            .unwrap();
        let target = server().get(path);
        assert_eq!(target.status, 200, "{rel}");
        assert_eq!(
            target.header("content-type"),
            link["type"].as_str(),
            "{rel}"
        );
    }
    let classes = server().get("/conformance").json()["conformsTo"].clone();
    assert!(classes.as_array().unwrap().contains(&json!(
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
    )));
}

#[test]
fn a_browser_gets_the_map_and_a_program_the_document() {
    let page = server().request(
        "GET",
        "/",
        &[("Accept", "text/html,application/xhtml+xml")],
        &[],
    );
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/html")
    );
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(!page.text().contains("{{"), "all placeholders are filled");
    let document = server().request("GET", "/", &[("Accept", "application/json")], &[]);
    assert_eq!(document.header("content-type"), Some("application/json"));
}

#[test]
fn collections_say_what_they_hold_and_in_which_crs() {
    let collection = server().get("/collections/kortrijk:bord").json();
    assert_eq!(
        collection["storageCrs"],
        "http://www.opengis.net/def/crs/EPSG/0/31370"
    );
    assert_eq!(
        collection["crs"][0],
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    );
    assert_eq!(collection["govmaps"]["features"], 900);
    let bbox = collection["extent"]["spatial"]["bbox"][0]
        .as_array()
        .unwrap()
        .clone();
    assert!(
        (bbox[0].as_f64().unwrap() - 3.2335).abs() < 0.01,
        "{bbox:?}"
    );
    let same = server().get("/collections/kortrijk%3ABORD");
    assert_eq!(
        same.json()["id"],
        "kortrijk:bord",
        "any case and an escaped colon lead to the layer"
    );
    assert_eq!(
        server().get("/collections").json()["collections"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(server().get("/collections/kortrijk:weg").status, 404);
    assert_eq!(server().get("/collections/weg").status, 404);
}

#[test]
fn pages_follow_each_other_until_all_features_were_seen_once() {
    let mut path = format!("{ITEMS}?limit=250");
    let mut seen = Vec::new();
    loop {
        let page = server().get(&path).json();
        assert_eq!(page["numberMatched"], 900);
        seen.extend(
            page["features"]
                .as_array()
                .unwrap()
                .iter()
                .map(|f| f["id"].as_i64().unwrap()),
        );
        let links = page["links"].as_array().unwrap().clone();
        match links.iter().find(|link| link["rel"] == "next") {
            Some(next) => {
                let href = next["href"].as_str().unwrap();
                path = href[href.find("/collections").unwrap()..].to_owned();
            }
            None => break,
        }
    }
    assert_eq!(
        seen,
        (1..=900).collect::<Vec<i64>>(),
        "ids count from 1 in file order"
    );
}

#[test]
fn the_limit_is_ten_when_not_said_and_clamped_when_too_much() {
    assert_eq!(server().get(ITEMS).json()["numberReturned"], 10);
    assert_eq!(
        server().get(&format!("{ITEMS}?limit=1000000000000")).json()["numberReturned"],
        900
    );
    assert_eq!(server().get(&format!("{ITEMS}?limit=0")).status, 400);
    assert_eq!(server().get(&format!("{ITEMS}?limit=ten")).status, 400);
}

#[test]
fn a_box_selects_what_it_meets_in_every_crs() {
    let lambert = "http://www.opengis.net/def/crs/EPSG/0/31370";
    // squares of 50 m from 70000, 167000: this box touches the borders of 3 × 3 of them
    let exact = server()
        .get(&format!(
            "{ITEMS}?bbox=70050,167050,70100,167100&bbox-crs={lambert}&limit=100"
        ))
        .json();
    assert_eq!(exact["numberMatched"], 9, "touching counts");
    let inside = server()
        .get(&format!(
            "{ITEMS}?bbox=70051,167051,70099,167099&bbox-crs={lambert}"
        ))
        .json();
    assert_eq!(inside["numberMatched"], 1);
    let extent =
        server().get("/collections/kortrijk:bord").json()["extent"]["spatial"]["bbox"][0].clone();
    let text: Vec<String> = extent
        .as_array()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    let all = server()
        .get(&format!("{ITEMS}?bbox={}", text.join(",")))
        .json();
    assert_eq!(all["numberMatched"], 900);
    // the same box in EPSG:4326 is latitude first
    let swapped = format!("{},{},{},{}", text[1], text[0], text[3], text[2]);
    let wgs = "http://www.opengis.net/def/crs/EPSG/0/4326";
    assert_eq!(
        server()
            .get(&format!("{ITEMS}?bbox={swapped}&bbox-crs={wgs}"))
            .json()["numberMatched"],
        900
    );
    assert_eq!(
        server()
            .get(&format!("{ITEMS}?bbox={}&bbox-crs={wgs}", text.join(",")))
            .json()["numberMatched"],
        0
    );
    for (bbox, matched) in [
        ("177,65,-177,70", 0),
        ("-180,-90,180,90", 900),
        ("-180,85,180,90", 0),
        ("10,-90,3.5,90", 900),
    ] {
        let answer = server().get(&format!("{ITEMS}?bbox={bbox}"));
        assert_eq!(answer.json()["numberMatched"], matched, "{bbox}");
    }
    for bad in ["1,2,3", "1,2,3,x", "1,5,2,4", "1,2,3,NaN", ""] {
        assert_eq!(
            server().get(&format!("{ITEMS}?bbox={bad}")).status,
            400,
            "{bad}"
        );
    }
}

#[test]
fn the_check_points_come_out_to_the_digit_and_within_a_millimetre() {
    if geodata("proj/be_ign_bd72lb72_etrs89lb08.tif").is_none() {
        return;
    }
    let own = "http://www.opengis.net/def/crs/EPSG/0/31370";
    for (i, ([x, y], [lat, lon])) in CHECK_POINTS.iter().enumerate() {
        let path = format!("/collections/kortrijk:punten/items/{}", i + 1);
        let digits = server().get(&format!("{path}?crs={own}"));
        assert_eq!(digits.header("content-crs"), Some(&*format!("<{own}>")));
        assert_eq!(
            digits.json()["geometry"]["coordinates"],
            json!([*x as i64, *y as i64])
        );
        let degrees = server().get(&path).json();
        let got = degrees["geometry"]["coordinates"].clone();
        // a millimetre is 9e-9° north and 1.4e-8° east here
        assert!(
            (got[0].as_f64().unwrap() - lon).abs() < 1.4e-8,
            "{got} {lon}"
        );
        assert!((got[1].as_f64().unwrap() - lat).abs() < 9e-9, "{got} {lat}");
        let swapped = server()
            .get(&format!(
                "{path}?crs=http://www.opengis.net/def/crs/EPSG/0/4326"
            ))
            .json();
        assert_eq!(
            swapped["geometry"]["coordinates"],
            json!([got[1], got[0]]),
            "EPSG:4326 is latitude first"
        );
    }
}

#[test]
fn attributes_keep_name_type_and_null() {
    let feature = server().get(&format!("{ITEMS}/2")).json();
    assert_eq!(
        feature["properties"],
        json!({"nr": 1, "naam": "vak één 1", "Opp. m²": 2500.5})
    );
    assert_eq!(
        server().get(&format!("{ITEMS}/1")).json()["properties"]["naam"],
        Value::Null
    );
    assert_eq!(server().get(&format!("{ITEMS}/901")).status, 404);
    assert_eq!(server().get(&format!("{ITEMS}/abc")).status, 404);
}

#[test]
fn what_is_not_known_or_malformed_is_named() {
    for (query, name) in [
        ("foo=1", "foo"),
        ("crs=EPSG:9999999", "crs"),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/2154", "crs"),
        ("bbox-crs=nonsense", "bbox-crs"),
        ("datetime=yesterday", "datetime"),
        ("f=html", "f"),
        ("after=x", "after"),
        ("limit=1&limit=2", "limit"),
    ] {
        let answer = server().get(&format!("{ITEMS}?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{query}"
        );
        assert_eq!(answer.json()["parameter"], name, "{query}");
    }
    assert_eq!(
        server().get("/nowhere").header("content-type"),
        Some("application/problem+json")
    );
}

#[test]
fn an_answer_that_is_known_already_is_not_sent_again() {
    for path in [
        "/?f=json",
        "/conformance",
        "/collections",
        "/collections/kortrijk:bord",
        "/api",
        ITEMS,
        "/assets/js/main.mjs",
        "/xyz/kortrijk:bord",
    ] {
        let first = server().get(path);
        assert_eq!(first.status, 200, "{path}");
        let tag = first
            .header("etag")
            .unwrap_or_else(|| panic!("{path} has no tag"))
            .to_owned();
        let again = server().request("GET", path, &[("If-None-Match", &tag)], &[]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.header("etag"), Some(&*tag), "{path}");
        let head = server().request("HEAD", path, &[], &[]);
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(
            head.header("content-length"),
            Some(&*first.body.len().to_string()),
            "{path}"
        );
        assert_eq!(
            first.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        for coding in ["gzip", "zstd"] {
            let packed = server().request("GET", path, &[("Accept-Encoding", coding)], &[]);
            let is_small = first.body.len() < 512;
            assert_eq!(
                packed.header("content-encoding"),
                (!is_small).then_some(coding),
                "{path}"
            );
            assert!(
                packed.header("vary").unwrap().contains("Accept-Encoding"),
                "{path}"
            );
            if !is_small {
                assert_ne!(
                    packed.header("etag"),
                    Some(&*tag),
                    "a tag per coding: {path}"
                );
                assert!(packed.body.len() < first.body.len(), "{path}");
            }
        }
    }
}

#[test]
fn a_page_of_another_origin_may_ask() {
    let preflight = server().request(
        "OPTIONS",
        ITEMS,
        &[
            ("Origin", "https://town.example"),
            ("Access-Control-Request-Method", "GET"),
        ],
        &[],
    );
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
    assert!(
        preflight
            .header("access-control-allow-credentials")
            .is_none()
    );
    let manage = server().request(
        "GET",
        "/manage/layers",
        &[("Origin", "https://town.example")],
        &[],
    );
    assert!(
        manage.header("access-control-allow-origin").is_none(),
        "management is not for other origins"
    );
}

#[test]
fn the_definition_describes_the_real_collections() {
    let api = server().get("/api").json();
    assert_eq!(api["openapi"], "3.0.3");
    let items = &api["paths"]["/collections/kortrijk:bord/items"]["get"];
    let names: Vec<String> = items["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| {
            let p = match p["$ref"].as_str() {
                Some(reference) => {
                    &api["components"]["parameters"][reference.rsplit('/').next().unwrap()]
                }
                None => p,
            };
            p["name"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        names,
        ["bbox", "datetime", "limit", "after", "crs", "bbox-crs", "f"]
    );
    assert!(
        !api.to_string().contains("\"$ref\":\"http"),
        "nothing points elsewhere"
    );
}

#[test]
fn health_readiness_and_metrics_answer() {
    assert_eq!(server().get("/ready").status, 200);
    let health = server().get("/health").json();
    assert_eq!(health["layers"]["ready"], 2);
    let metrics = server().get("/metrics").text();
    for name in [
        "govmaps_requests_total",
        "govmaps_request_seconds_bucket",
        "govmaps_layers{state=\"ready\"} 2",
    ] {
        assert!(metrics.contains(name), "{name}");
    }
}
