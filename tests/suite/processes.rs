//! Several processes on one data folder.

use std::time::{Duration, Instant};

use crate::program::{Folder, Server, govmaps_ok, token};
use crate::samples::board;

#[test]
fn an_import_beside_a_running_server_shows_within_a_second() {
    let folder = Folder::new();
    let data = folder.data();
    let server = Server::start(&data);
    assert_eq!(server.get("/collections/kortrijk:bord").status, 404);
    let file = folder.write("bord.geojson", &board(10));
    folder.import(&file, "kortrijk");
    let started = Instant::now();
    server.until("/collections/kortrijk:bord", "the layer shows", |answer| {
        answer.status == 200
    });
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_revoked_token_is_refused_at_the_next_write() {
    let folder = Folder::new();
    let data = folder.data();
    let text = data.to_str().unwrap();
    let server = Server::start(&data);
    let token = token(&data, "publisher", "*");
    let upload = |layer: &str| {
        server
            .upload_bytes(
                &token,
                &format!("workspace=kortrijk&layer={layer}"),
                "b.geojson",
                board(2).as_bytes(),
            )
            .status
    };
    assert_eq!(upload("a"), 201);
    let listed = govmaps_ok(&["token", "list", "--data", text]);
    let public = token.split('_').nth(1).unwrap();
    assert!(
        listed.contains(public) && !listed.contains(token.rsplit('_').next().unwrap()),
        "never the secret"
    );
    govmaps_ok(&["token", "revoke", "--data", text, public]);
    assert_eq!(upload("b"), 401);
    assert_eq!(server.get("/collections/kortrijk:a").status, 200);
}

#[test]
fn an_expired_token_is_refused() {
    let folder = Folder::new();
    let data = folder.data();
    let out = govmaps_ok(&[
        "token",
        "create",
        "--data",
        data.to_str().unwrap(),
        "--role",
        "publisher",
        "--expires",
        "1s",
    ]);
    let token = out.lines().last().unwrap().to_owned();
    std::thread::sleep(Duration::from_millis(2100));
    let server = Server::start(&data);
    assert_eq!(server.get_as(&token, "/manage/layers").status, 401);
}

#[test]
fn imports_beside_each_other_and_a_server_do_not_sweep_each_other_away() {
    let folder = Folder::new();
    let data = folder.data();
    let server = Server::start(&data);
    let imports: Vec<_> = (0..6)
        .map(|i| {
            let file = folder.write(&format!("bord{i}.geojson"), &board(60));
            let data = data.to_str().unwrap().to_owned();
            std::thread::spawn(move || {
                govmaps_ok(&[
                    "import",
                    file.to_str().unwrap(),
                    "--data",
                    &data,
                    "--workspace",
                    "kortrijk",
                ]);
            })
        })
        .collect();
    imports
        .into_iter()
        .for_each(|import| import.join().unwrap());
    server.until("/collections", "all layers show", |answer| {
        answer.json()["collections"]
            .as_array()
            .is_some_and(|all| all.len() == 6)
    });
}
