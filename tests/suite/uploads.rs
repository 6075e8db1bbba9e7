//! Uploading over HTTP.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{Folder, Server, geodata, token};
use crate::samples::{board, lambert, point, square};

fn serving() -> (Server, Folder, String) {
    let folder = Folder::new();
    let token = token(&folder.data(), "publisher", "*");
    (Server::start(&folder.data()), folder, token)
}

#[test]
fn a_file_becomes_a_layer_and_the_report_says_how() {
    let (server, _folder, token) = serving();
    let done = server.upload_bytes(&token, "workspace=kortrijk&layer=Bord", "mijn bord.geojson", board(10).as_bytes());
    assert_eq!(done.status, 201, "{}", done.text());
    let job = done.json();
    assert_eq!((&job["state"], &job["file"]), (&json!("done"), &json!("mijn bord.geojson")));
    let layer = &job["report"]["layers"][0];
    assert_eq!((&layer["id"], &layer["features"]), (&json!("kortrijk:Bord"), &json!(100)));
    assert_eq!(layer["crs"]["crs"], "EPSG:31370");
    assert_eq!(layer["crs"]["how"], "declared");
    assert_eq!(server.get("/collections/kortrijk:Bord").status, 200);
    let location = done.header("location").unwrap();
    let path = &location[location.find("/manage").unwrap()..];
    assert_eq!(server.get(path).status, 401);
    assert_eq!(server.get_as(&token, path).json()["state"], "done");
    let events = server.get_as(&token, &format!("{path}/events"));
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    assert!(events.text().starts_with("event: job\ndata: {"), "{}", events.text());
}

#[test]
fn without_waiting_the_job_tells_how_far_it_is() {
    let (server, _folder, token) = serving();
    server.wait_for_uploads();
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Disposition", "attachment; filename=\"b.geojson\"")];
    let accepted = server.request("POST", "/manage/uploads?workspace=kortrijk", &headers, board(60).as_bytes());
    assert_eq!(accepted.status, 202);
    assert!(["queued", "running"].contains(&accepted.json()["state"].as_str().unwrap()));
    let location = accepted.header("location").unwrap().to_owned();
    let path = &location[location.find("/manage").unwrap()..];
    let events = server.get_as(&token, &format!("{path}/events")).text();
    let last = events.trim_end().rsplit("data: ").next().unwrap();
    assert_eq!(serde_json::from_str::<Value>(last).unwrap()["state"], "done", "the stream ends with the job");
    assert_eq!(server.get("/collections/kortrijk:b").json()["govmaps"]["features"], 3600);
}

#[test]
fn only_those_who_may_publish_upload() {
    let folder = Folder::new();
    let data = folder.data();
    let viewer = token(&data, "viewer", "kortrijk");
    let elsewhere = token(&data, "publisher", "menen");
    let operator = token(&data, "operator", "*");
    let server = Server::start(&data);
    let upload = |token: &str| server.upload_bytes(token, "workspace=kortrijk", "b.geojson", board(2).as_bytes()).status;
    assert_eq!(upload("gvm_aaaaaaaa_nonsense"), 401);
    assert_eq!(upload(&viewer), 403);
    assert_eq!(upload(&elsewhere), 403);
    assert_eq!(upload(&operator), 403);
    let bare = server.request("POST", "/manage/uploads?workspace=kortrijk", &[], b"x");
    assert_eq!(bare.status, 401);
    assert!(bare.header("www-authenticate").unwrap().starts_with("Bearer"));
    let mut broken = elsewhere.clone();
    broken.pop();
    broken.push(if elsewhere.ends_with('a') { 'b' } else { 'a' });
    assert_eq!(upload(&broken), 401, "a wrong secret is no token");
}

#[test]
fn new_and_replace_are_kept_apart() {
    let (server, _folder, token) = serving();
    let upload = |query: &str, n: u32| server.upload_bytes(&token, query, "b.geojson", board(n).as_bytes());
    assert_eq!(upload("workspace=kortrijk&layer=b&mode=replace", 2).status, 404);
    assert_eq!(upload("workspace=kortrijk&layer=b", 2).status, 201);
    assert_eq!(upload("workspace=kortrijk&layer=B", 2).status, 409);
    let named_by_file = upload("workspace=kortrijk", 2);
    assert_eq!(named_by_file.status, 409, "also when the name comes from the file");
    assert_eq!(named_by_file.json()["code"], "layer-exists");
    assert_eq!(upload("workspace=kortrijk&layer=b&mode=replace", 3).status, 201);
    assert_eq!(server.get("/collections/kortrijk:b").json()["govmaps"]["features"], 9);
    let versions = server.get_as(&token, "/manage/layers/kortrijk:b/versions").json();
    assert_eq!(versions["versions"].as_array().unwrap().len(), 2, "the one before is kept");
    for (query, name) in [
        ("layer=b", "workspace"),
        ("workspace=Kort", "workspace"),
        ("workspace=kortrijk&mode=other", "mode"),
        ("workspace=kortrijk&mode=either", "mode"),
        ("workspace=kortrijk&crs=EPSG:999999", "crs"),
        ("workspace=kortrijk&visibility=secret", "visibility"),
        ("workspace=kortrijk&nonsense=1", "nonsense"),
    ] {
        let answer = upload(query, 2);
        assert_eq!((answer.status, &answer.json()["parameter"]), (400, &json!(name)), "{query}");
    }
}

#[test]
fn features_keep_their_ids_over_a_replacement() {
    let (server, _folder, token) = serving();
    let at = |i: f64| point(70_000.0 + i, 168_000.0);
    let upload = |query: &str, features: &[(Value, Value)]| {
        let answer = server.upload_bytes(&token, query, "p.geojson", lambert(features).as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["report"]["layers"][0]["findings"].clone()
    };
    let ids = |layer: &str, column: &str| -> Vec<(i64, Value)> {
        let items = server.get(&format!("/collections/{layer}/items?limit=100")).json();
        items["features"].as_array().unwrap().iter().map(|f| (f["id"].as_i64().unwrap(), f["properties"][column].clone())).collect()
    };
    let feature = |i: f64, code: &str, n: i64| (at(i), json!({"code": code, "n": n}));
    upload("workspace=k&layer=zonder", &[feature(1.0, "a", 1), feature(2.0, "b", 2), feature(3.0, "c", 3)]);
    upload("workspace=k&layer=zonder&mode=replace", &[feature(3.0, "c", 3), feature(9.0, "b", 2), feature(1.0, "a", 1)]);
    assert_eq!(ids("k:zonder", "code"), [(1, json!("a")), (3, json!("c")), (4, json!("b"))], "equal features keep their id, a moved one is new");
    upload("workspace=k&layer=met&key=code", &[feature(1.0, "a", 1), feature(2.0, "b", 2)]);
    let findings = upload(
        "workspace=k&layer=met&key=code&mode=replace",
        &[feature(7.0, "b", 20), feature(8.0, "b", 21), feature(9.0, "a", 10)],
    );
    assert_eq!(ids("k:met", "n"), [(1, json!(10)), (2, json!(20)), (3, json!(21))], "the key carries the id");
    let codes: Vec<&str> = findings.as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"ids-carried") && codes.contains(&"key-repeated"), "{codes:?}");
}

#[test]
fn several_files_of_one_shapefile_come_as_a_form() {
    let Some(zip) = geodata("brussels-addresses/UrbAdm_AdPt.zip") else { return };
    let (server, folder, token) = serving();
    let unzipped = folder.file("shp");
    std::process::Command::new("python3")
        .args(["-c", "import sys,zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])"])
        .args([&zip, &unzipped])
        .status()
        .unwrap();
    let mut body = Vec::new();
    for extension in ["shp", "shx", "dbf", "prj", "cpg"] {
        let path = unzipped.join(format!("shp/UrbAdm_AdPt.{extension}"));
        let Ok(bytes) = std::fs::read(path) else { continue };
        body.extend_from_slice(format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Straten.{extension}\"\r\n\r\n").as_bytes());
        body.extend_from_slice(&bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--x--\r\n");
    server.wait_for_uploads();
    let done = server.request(
        "POST",
        "/manage/uploads?workspace=brussel",
        &[("Authorization", &format!("Bearer {token}")), ("Content-Type", "multipart/form-data; boundary=x"), ("Prefer", "wait=100")],
        &body,
    );
    assert_eq!(done.status, 201, "{}", done.text());
    assert_eq!(done.json()["report"]["layers"][0]["id"], "brussel:Straten");
    assert_eq!(server.get("/collections/brussel:Straten").json()["govmaps"]["features"], 666);
}

#[test]
fn a_refusal_leaves_nothing_but_its_report() {
    let (server, folder, token) = serving();
    let refused = server.upload_bytes(&token, "workspace=kortrijk", "plan.pdf", b"%PDF-1.4 nonsense");
    assert_eq!(refused.status, 422, "{}", refused.text());
    let problem = refused.json();
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    for welcome in ["Shapefile", "GeoPackage", "GeoJSON", "CSV"] {
        assert!(problem["detail"].as_str().unwrap().contains(welcome), "{problem}");
    }
    let left: Vec<_> = ["uploads", "versions", "snapshots"]
        .iter()
        .flat_map(|part| std::fs::read_dir(folder.data().join(part)).unwrap().flatten())
        .map(|entry| entry.path())
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(server.get("/collections").json()["collections"].as_array().unwrap().is_empty());
}

#[test]
fn a_job_is_cancelled_while_it_runs() {
    let (server, _folder, token) = serving();
    server.wait_for_uploads();
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Disposition", "attachment; filename=\"b.geojson\"")];
    let big = board(400);
    let accepted = server.request("POST", "/manage/uploads?workspace=kortrijk", &headers, big.as_bytes());
    let path = format!("/manage/jobs/{}", accepted.json()["id"].as_str().unwrap());
    let cancelled = server.request("DELETE", &path, &[("Authorization", &bearer)], &[]);
    assert_eq!(cancelled.status, 200);
    let mut state = String::new();
    for _ in 0..200 {
        state = server.get_as(&token, &path).json()["state"].as_str().unwrap().to_owned();
        if !["queued", "running"].contains(&state.as_str()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(state, "cancelled");
    assert!(server.get("/collections").json()["collections"].as_array().unwrap().is_empty());
}

#[test]
fn a_repeated_idempotency_key_makes_one_layer() {
    let (server, _folder, token) = serving();
    server.wait_for_uploads();
    let send = || {
        server.request(
            "POST",
            "/manage/uploads?workspace=kortrijk",
            &[
                ("Authorization", &format!("Bearer {token}")),
                ("Content-Disposition", "attachment; filename=\"b.geojson\""),
                ("Idempotency-Key", "abc"),
                ("Prefer", "wait=60"),
            ],
            board(3).as_bytes(),
        )
    };
    let (first, second) = (send(), send());
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.json()["id"], second.json()["id"]);
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let (server, folder, token) = serving();
    server.wait_for_uploads();
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(
        stream,
        "POST /manage/uploads?workspace=kortrijk HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Disposition: attachment; filename=\"b.geojson\"\r\nContent-Length: 100000\r\n\r\nhalf"
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    drop(stream);
    let work = folder.data().join("work");
    let is_empty = || {
        std::fs::read_dir(&work).unwrap().flatten().filter(|entry| entry.path().is_dir()).all(|own| {
            std::fs::read_dir(own.path()).unwrap().next().is_none()
        })
    };
    for _ in 0..100 {
        if is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the half upload is there still");
}

#[test]
fn names_types_and_digits_arrive_as_they_were() {
    let (server, _folder, token) = serving();
    let properties = json!({
        "Opp. m²": 1.5, "2023": "009", "limit": true, "naam": "Café ’t Hoekske", "Naam": "", "lijst": [1, "twee"],
        "leeg": null, "groot": 9_007_199_254_740_993_i64,
    });
    let shape = square(71_234.567_899_99, 168_500.123_456_789, 10.25);
    let file = lambert(&[(shape.clone(), properties.clone()), (Value::Null, json!({"leeg": "x"}))]);
    let done = server.upload_bytes(&token, "workspace=k&layer=vreemd", "v.geojson", file.as_bytes());
    assert_eq!(done.status, 201, "{}", done.text());
    let own = server.get("/collections/k:vreemd/items/1?crs=EPSG:31370").json();
    assert_eq!(own["geometry"], shape);
    let mut got = own["properties"].as_object().unwrap().clone();
    got.retain(|_, value| !value.is_null());
    let mut sent = properties.as_object().unwrap().clone();
    sent.retain(|_, value| !value.is_null());
    assert_eq!(Value::Object(got), Value::Object(sent));
    assert_eq!(server.get("/collections/k:vreemd/items/2").json()["geometry"], Value::Null);
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "GET /collections/k:vreemd/items/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.contains("9007199254740993"), "whole numbers are not rounded");
}
