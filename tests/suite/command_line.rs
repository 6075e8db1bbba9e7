//! The command line.

use crate::program::{Folder, Server, govmaps, govmaps_ok};
use crate::samples::board;

#[test]
fn help_and_version_tell_what_there_is() {
    let help = govmaps_ok(&["--help"]);
    for command in ["serve", "import", "sample", "token", "check", "config"] {
        assert!(help.contains(command), "{command}");
        assert!(
            govmaps_ok(&[command, "--help"]).contains("Usage:"),
            "{command}"
        );
    }
    assert!(govmaps_ok(&["--version"]).starts_with("govmaps "));
}

#[test]
fn serve_imports_its_files_and_replaces_on_the_next_start() {
    let folder = Folder::new();
    let file = folder.write("bord.geojson", &board(4));
    let path = file.to_str().unwrap().to_owned();
    let server = Server::start_with(&folder.data(), &[&path], &[]);
    server.until("/collections/local:bord", "the file is served", |answer| {
        answer.status == 200
    });
    drop(server);
    folder.write("bord.geojson", &board(5));
    let server = Server::start_with(&folder.data(), &[&path], &[]);
    server.until(
        "/collections/local:bord",
        "the layer is replaced",
        |answer| answer.status == 200 && answer.json()["govmaps"]["features"] == 25,
    );
}

#[test]
fn import_prints_its_report_and_tells_what_it_refuses() {
    let folder = Folder::new();
    let data = folder.data();
    let file = folder.write("bord.geojson", &board(4));
    let arguments = [
        "import",
        file.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
        "--workspace",
        "kortrijk",
    ];
    let out = govmaps_ok(&arguments);
    assert!(out.contains("kortrijk:bord: 16 features"), "{out}");
    let again = govmaps(&arguments);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
    let missing = govmaps(&[
        "import",
        "/nowhere.gpkg",
        "--data",
        data.to_str().unwrap(),
        "--workspace",
        "kortrijk",
    ]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no file"));
    let without = govmaps(&["import", file.to_str().unwrap(), "--workspace", "kortrijk"]);
    assert!(String::from_utf8_lossy(&without.stderr).contains("--data"));
}

#[test]
fn the_sample_is_the_same_every_time() {
    let folder = Folder::new();
    let [a, b] = ["a.gpkg", "b.gpkg"].map(|name| folder.file(name));
    for file in [&a, &b] {
        govmaps_ok(&[
            "sample",
            "--scale",
            "0.002",
            "--out",
            file.to_str().unwrap(),
        ]);
    }
    assert!(std::fs::read(a).unwrap() == std::fs::read(b).unwrap());
}

#[test]
fn on_a_terminal_serve_prints_a_token_of_its_run_and_never_logs_it() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = Folder::new();
    let (data, log) = (folder.data(), folder.file("log"));
    let serve = format!(
        "exec {} serve --bind 127.0.0.1:0 --data {} 2> {}",
        crate::program::GOVMAPS,
        data.display(),
        log.display()
    );
    let mut terminal = Command::new("script")
        .args(["-qfec", &serve, "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(terminal.stdout.take().unwrap()).lines();
    let line = lines
        .map_while(Result::ok)
        .find(|line| line.contains("#token="))
        .unwrap();
    let (address, token) = line.trim().rsplit_once("/#token=").unwrap();
    let address = address.rsplit("http://").next().unwrap().parse().unwrap();
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str())];
    let known = crate::http::send(address, "GET", "/manage/layers", &headers, &[]);
    let unknown = crate::http::send(address, "GET", "/manage/layers", &[], &[]);
    let _ = Command::new("pkill")
        .args(["-P", &terminal.id().to_string()])
        .status();
    let _ = terminal.kill();
    let _ = terminal.wait();
    assert_eq!((known.status, unknown.status), (200, 401));
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.contains(token) && log.contains("serving"), "{log}");
    assert!(
        !govmaps_ok(&["token", "list", "--data", data.to_str().unwrap()]).contains("publisher"),
        "it is kept nowhere"
    );
}

#[test]
fn a_shp_brings_its_siblings_and_keeps_its_name() {
    let Some(file) = crate::program::geodata("flanders-nature/BWK_2020_clip_ZwarteBeek.shp") else {
        return;
    };
    let folder = Folder::new();
    let data = folder.data();
    let out = folder.import(&file, "inbo");
    assert!(
        out.contains("inbo:BWK_2020_clip_ZwarteBeek: 50 features"),
        "{out}"
    );
    let server = Server::start(&data);
    let items = server
        .get("/collections/inbo:BWK_2020_clip_ZwarteBeek/items?limit=100")
        .text();
    assert!(items.contains('°'), "texts come from the .dbf");
}

#[test]
fn a_missing_grid_is_told_at_the_start_and_kept_with_the_layer() {
    let folder = Folder::new();
    let data = folder.file("without");
    std::fs::create_dir_all(&data).unwrap();
    let file = folder.write("bord.geojson", &board(2));
    let server = Server::start_with(&data, &[file.to_str().unwrap()], &[]);
    let health = server
        .until("/health", "the layer is served", |answer| {
            answer.json()["layers"]["ready"] == 1
        })
        .json();
    if health["belgian_grid"] == true {
        eprintln!("skipped: the system has the grid itself");
        return;
    }
    assert_eq!(health["status"], "degraded");
    assert_eq!(
        server.get("/collections/local:bord").json()["govmaps"]["accuracy_m"],
        0.2
    );
    let told = || {
        server
            .log
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.contains("Belgian grid is missing"))
    };
    for _ in 0..100 {
        if told() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{:?}", server.log.lock().unwrap());
}
