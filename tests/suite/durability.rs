//! What survives: lost snapshots, damaged files, kills at any moment.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::program::{Folder, Server, govmaps, govmaps_ok, token};
use crate::samples::board;

/// The names of the files in a part of the data folder.
fn files(data: &Path, part: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(data.join(part))
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

fn import_sample(folder: &Folder) {
    let (file, data) = (folder.file("sample.gpkg"), folder.data());
    let (file, data) = (file.to_str().unwrap(), data.to_str().unwrap());
    govmaps_ok(&["sample", "--scale", "0.005", "--out", file]);
    govmaps_ok(&["import", file, "--data", data, "--workspace", "local"]);
}

#[test]
fn lost_snapshots_are_built_again_and_answer_to_the_byte() {
    let folder = Folder::new();
    import_sample(&folder);
    let data = folder.data();
    // links name the address, which must be the same both times
    let start = || Server::start_with(&data, &["--public-address", "http://geo.town.be/"], &[]);
    let server = start();
    let layers: Vec<String> = server.get("/collections").json()["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["id"].as_str().unwrap().to_owned())
        .collect();
    let mut paths: Vec<String> = layers
        .iter()
        .map(|id| format!("/collections/{id}/items?limit=10000"))
        .collect();
    // the 50 tiles around Kortrijk from zoom 10 on
    for z in 10u32..15 {
        let n = f64::from(1u32 << z);
        let (cx, cy) = (((3.264_f64 + 180.0) / 360.0 * n) as u32, {
            let lat = 50.827_f64.to_radians();
            ((1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0 * n) as u32
        });
        for i in 0..10u32 {
            paths.push(format!(
                "/xyz/local:percelen,local:gebouwen,local:wegen/{z}/{}/{}",
                cx - 2 + i % 5,
                cy - 1 + i / 5
            ));
        }
    }
    let ask = |server: &Server| -> Vec<(u16, Vec<u8>)> {
        paths
            .iter()
            .map(|path| server.get(path))
            .map(|answer| (answer.status, answer.body))
            .collect()
    };
    let before = ask(&server);
    assert!(before.iter().filter(|(status, _)| *status == 200).count() > layers.len() + 20);
    drop(server);
    files(&data, "snapshots")
        .iter()
        .for_each(|file| std::fs::remove_file(file).unwrap());
    let server = start();
    server.until("/ready", "all layers are built again", |answer| {
        answer.status == 200
    });
    assert!(ask(&server) == before, "byte for byte as before");
}

#[test]
fn a_damaged_layer_is_shut_and_the_others_are_served() {
    let folder = Folder::new();
    let data = folder.data();
    for name in ["een", "twee"] {
        let file = folder.write(&format!("{name}.geojson"), &board(5));
        folder.import(&file, "kortrijk");
    }
    let damaged = files(&data, "versions")[0].clone();
    let mut bytes = std::fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    // while the snapshot is there the layer is served, and the damage is told
    let server = Server::start(&data);
    server.until("/health", "the damage is found behind", |answer| {
        answer.json()["layers"]["damaged"] == 1
    });
    assert_eq!(server.get("/collections/kortrijk:een/items").status, 200);
    drop(server);
    files(&data, "snapshots")
        .iter()
        .for_each(|file| std::fs::remove_file(file).unwrap());
    let server = Server::start(&data);
    server.until("/ready", "the layers have settled", |answer| {
        answer.status == 200
    });
    for path in [
        "/collections/kortrijk:een",
        "/collections/kortrijk:een/items",
        "/xyz/kortrijk:een/10/521/343",
    ] {
        let shut = server.get(path);
        assert_eq!(shut.status, 503, "{path}");
        assert_eq!(
            shut.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(
            server.get(&path.replace("een", "twee")).status / 100,
            2,
            "{path}"
        );
    }
    assert_eq!(server.get("/health").json()["status"], "degraded");
    drop(server);
    let check = govmaps(&["check", "--data", data.to_str().unwrap(), "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&check.stdout).unwrap();
    assert!(!check.status.success());
    assert_eq!(report["layers"][0]["ok"], false);
    assert_eq!(report["layers"][1]["ok"], true);
}

#[test]
fn a_kill_at_any_moment_leaves_all_layers_of_a_file_or_none() {
    let kills: u32 = std::env::var("GOVMAPS_KILLS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(3);
    let folder = Folder::new();
    let data = folder.data();
    let token = token(&data, "publisher", "*");
    let sample = folder.file("sample.gpkg");
    govmaps_ok(&[
        "sample",
        "--scale",
        "0.01",
        "--out",
        sample.to_str().unwrap(),
    ]);
    let bytes = std::fs::read(&sample).unwrap();
    let mut layers_of_file = None;
    for kill in 0..kills {
        let workspace = format!("w{kill}");
        let server = Server::start(&data);
        server.wait_for_uploads();
        let bearer = format!("Bearer {token}");
        let accepted = server.request(
            "POST",
            &format!("/manage/uploads?workspace={workspace}"),
            &[
                ("Authorization", &bearer),
                (
                    "Content-Disposition",
                    "attachment; filename=\"sample.gpkg\"",
                ),
            ],
            &bytes,
        );
        assert_eq!(accepted.status, 202);
        let job = format!("/manage/jobs/{}", accepted.json()["id"].as_str().unwrap());
        std::thread::sleep(Duration::from_millis(60 + u64::from(kill) * 170 % 1700));
        server.kill();
        // at once after the restart: all or none, and the job is not running for ever
        let server = Server::start(&data);
        let count = |server: &Server| {
            let all = server.get("/collections").json();
            let ids = all["collections"].as_array().unwrap().iter();
            ids.filter(|c| {
                c["id"]
                    .as_str()
                    .unwrap()
                    .starts_with(&format!("{workspace}:"))
            })
            .count()
        };
        let at_once = count(&server);
        let mut state = String::new();
        for _ in 0..1200 {
            state = server.get_as(&token, &job).json()["state"]
                .as_str()
                .unwrap()
                .to_owned();
            if ["done", "failed"].contains(&state.as_str()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!(state, "done", "an accepted upload runs again");
        server.until("/ready", "the layers have settled", |answer| {
            answer.status == 200
        });
        let after = count(&server);
        let whole = *layers_of_file.get_or_insert(after);
        assert_eq!(after, whole, "all layers of the file");
        assert!(
            at_once == 0 || at_once == whole,
            "{at_once} of {whole} layers after a kill"
        );
        drop(server);
    }
    // what is left is what is served: no orphans
    let versions = files(&data, "versions").len();
    assert_eq!(versions, kills as usize * layers_of_file.unwrap());
    let check = govmaps_ok(&["check", "--data", data.to_str().unwrap(), "--json"]);
    let report: serde_json::Value = serde_json::from_str(&check).unwrap();
    assert_eq!(report["layers"].as_array().unwrap().len(), versions);
    assert_eq!(files(&data, "uploads").len(), kills as usize);
    assert!(
        files(&data, "work")
            .iter()
            .all(|path| path.extension().is_some_and(|e| e == "lock")
                || path.read_dir().is_ok_and(|mut d| d.next().is_none())),
        "{:?}",
        files(&data, "work")
    );
}

#[test]
fn an_import_of_the_command_line_that_is_killed_failed() {
    let folder = Folder::new();
    let data = folder.data();
    let big = folder.write("groot.geojson", &board(300));
    let mut child = std::process::Command::new(crate::program::GOVMAPS)
        .args([
            "import",
            big.to_str().unwrap(),
            "--data",
            data.to_str().unwrap(),
            "--workspace",
            "kortrijk",
        ])
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(400));
    child.kill().unwrap();
    child.wait().unwrap();
    let server = Server::start(&data);
    assert!(
        server.get("/collections").json()["collections"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    drop(server);
    assert!(files(&data, "versions").is_empty());
    let connection = rusqlite::Connection::open(data.join("catalogue.sqlite")).unwrap();
    let states: Vec<String> = connection
        .prepare("SELECT state FROM job")
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .unwrap();
    assert!(states.iter().all(|state| state == "failed"), "{states:?}");
}

#[test]
fn a_stop_lets_requests_under_way_end() {
    let folder = Folder::new();
    let data = folder.data();
    let file = folder.write("bord.geojson", &board(100));
    folder.import(&file, "kortrijk");
    let server = Server::start(&data);
    let address = server.address;
    let asking = std::thread::spawn(move || {
        crate::http::send(
            address,
            "GET",
            "/collections/kortrijk:bord/items?limit=10000",
            &[],
            &[],
        )
    });
    std::thread::sleep(Duration::from_millis(30));
    let status = server.terminate();
    let answer = asking.join().unwrap();
    assert_eq!(
        (answer.status, answer.json()["numberReturned"].as_u64()),
        (200, Some(10_000))
    );
    assert!(status.success(), "{status}");
}

#[test]
fn what_is_replaced_deleted_or_refused_leaves_no_files() {
    let folder = Folder::new();
    let data = folder.data();
    let token = token(&data, "publisher", "*");
    let server = Server::start(&data);
    let upload = |query: &str, n: u32| {
        server
            .upload_bytes(&token, query, "b.geojson", board(n).as_bytes())
            .status
    };
    assert_eq!(upload("workspace=k&layer=b", 2), 201);
    for n in 3..6 {
        assert_eq!(upload("workspace=k&layer=b&mode=replace", n), 201);
    }
    // files go right after the commit that lets them go
    let settles = |wish: (usize, usize)| {
        let counts = || {
            (
                files(&data, "versions").len(),
                files(&data, "snapshots").len(),
            )
        };
        for _ in 0..100 {
            if counts() == wish {
                return;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        panic!("{:?} files, not {wish:?}", counts());
    };
    // the current version and the one before
    settles((2, 2));
    assert_eq!(
        upload("workspace=k&layer=b&mode=replace&key=nonsense", 3),
        400
    );
    settles((2, 2));
    let bearer = format!("Bearer {token}");
    server.request(
        "DELETE",
        "/manage/layers/k:b",
        &[("Authorization", &bearer)],
        &[],
    );
    settles((0, 0));
}
