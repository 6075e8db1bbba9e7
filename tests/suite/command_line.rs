//! The command line.

use crate::program::{Folder, Server, govmaps, govmaps_ok};
use crate::samples::board;

#[test]
fn help_and_version_tell_what_there_is() {
    let help = govmaps_ok(&["--help"]);
    for command in ["serve", "import", "sample", "token", "check", "config"] {
        assert!(help.contains(command), "{command}");
        assert!(govmaps_ok(&[command, "--help"]).contains("Usage:"), "{command}");
    }
    assert!(govmaps_ok(&["--version"]).starts_with("govmaps "));
}

#[test]
fn serve_imports_its_files_and_replaces_on_the_next_start() {
    let folder = Folder::new();
    let file = folder.write("bord.geojson", &board(4));
    let path = file.to_str().unwrap().to_owned();
    let server = Server::start_with(&folder.data(), &[&path], &[]);
    server.until("/collections/local:bord", "the file is served", |answer| answer.status == 200);
    drop(server);
    folder.write("bord.geojson", &board(5));
    let server = Server::start_with(&folder.data(), &[&path], &[]);
    server.until("/collections/local:bord", "the layer is replaced", |answer| {
        answer.status == 200 && answer.json()["govmaps"]["features"] == 25
    });
}

#[test]
fn import_prints_its_report_and_tells_what_it_refuses() {
    let folder = Folder::new();
    let data = folder.data();
    let file = folder.write("bord.geojson", &board(4));
    let arguments = ["import", file.to_str().unwrap(), "--data", data.to_str().unwrap(), "--workspace", "kortrijk"];
    let out = govmaps_ok(&arguments);
    assert!(out.contains("kortrijk:bord: 16 features"), "{out}");
    let again = govmaps(&arguments);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
    let missing = govmaps(&["import", "/nowhere.gpkg", "--data", data.to_str().unwrap(), "--workspace", "kortrijk"]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no file"));
    let without = govmaps(&["import", file.to_str().unwrap(), "--workspace", "kortrijk"]);
    assert!(String::from_utf8_lossy(&without.stderr).contains("--data"));
}

#[test]
fn the_sample_is_the_same_every_time() {
    let folder = Folder::new();
    let [a, b] = ["a.gpkg", "b.gpkg"].map(|name| folder.file(name));
    for file in [&a, &b] {
        govmaps_ok(&["sample", "--scale", "0.002", "--out", file.to_str().unwrap()]);
    }
    assert!(std::fs::read(a).unwrap() == std::fs::read(b).unwrap());
}
