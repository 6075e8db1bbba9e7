//! Settings and the public address.

use crate::program::{Folder, GOVMAPS, Server, govmaps_ok};
use crate::samples::board;

#[test]
fn every_setting_has_its_origin() {
    let folder = Folder::new();
    let file = folder.write(
        "g.toml",
        "title = \"Kaarten\"\nbind = \"127.0.0.1:1111\"\n[limits]\nfeatures = 77\n",
    );
    let output = std::process::Command::new(GOVMAPS)
        .args(["config", "--config", file.to_str().unwrap()])
        .env("GOVMAPS_LIMITS__FEATURES", "55")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |name: &str| {
        text.lines()
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned()
    };
    assert!(
        line("title").contains("\"Kaarten\"") && line("title").contains("file"),
        "{text}"
    );
    assert!(
        line("limits.features =").contains("55    # variable GOVMAPS_LIMITS__FEATURES"),
        "{text}"
    );
    assert!(line("limits.body_bytes").ends_with("# default"), "{text}");
}

#[test]
fn a_wrong_setting_is_named() {
    let folder = Folder::new();
    for (text, name) in [
        ("bnd = \"x\"", "bnd"),
        ("bind = \"here\"", "bind"),
        ("public_address = \"geo.be\"", "public_address"),
    ] {
        let file = folder.write("g.toml", text);
        let output = std::process::Command::new(GOVMAPS)
            .args(["config", "--config", file.to_str().unwrap()])
            .output()
            .unwrap();
        assert!(!output.status.success());
        assert!(
            String::from_utf8_lossy(&output.stderr).contains(name),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_documented_defaults_are_the_defaults() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/govmaps.toml");
    let text = std::fs::read_to_string(file).unwrap();
    let folder = Folder::new();
    // every line that shows a default, uncommented, but those that have none
    let uncommented: String = text
        .lines()
        .map(|line| {
            let bare = line.strip_prefix("# ").unwrap_or("");
            let is_setting = bare
                .split_once(" = ")
                .is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            let has_none = [
                "data",
                "public_address",
                "trusted_proxies",
                "tiles",
                "attribution",
                "tile_size",
                "max_zoom",
            ];
            match bare.split_once(" = ") {
                Some((name, _)) if is_setting && !has_none.contains(&name) => format!("{bare}\n"),
                _ if line.starts_with('[') => format!("{line}\n"),
                _ => String::new(),
            }
        })
        .collect();
    let file = folder.write("all.toml", &uncommented);
    let with = govmaps_ok(&["config", "--config", file.to_str().unwrap()]);
    let empty = folder.write("none.toml", "");
    let without = govmaps_ok(&["config", "--config", empty.to_str().unwrap()]);
    let values = |text: &str| -> Vec<String> {
        text.lines()
            .map(|l| l.split("    #").next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(values(&with), values(&without));
    let from_file = with.lines().filter(|line| line.contains("# file")).count();
    assert!(from_file >= 17, "{with}");
}

#[test]
fn every_link_respects_the_path_prefix() {
    let folder = Folder::new();
    let data = folder.data();
    let file = folder.write("bord.geojson", &board(30));
    folder.import(&file, "kortrijk");
    let server = Server::start_with(
        &data,
        &["--public-address", "https://geo.town.be/kaarten/"],
        &[],
    );
    for (path, accept) in [
        ("/", "text/html"),
        ("/", "application/json"),
        ("/collections", "*/*"),
        ("/collections/kortrijk:bord/items", "*/*"),
        ("/collections/kortrijk:bord/items/1", "*/*"),
        ("/xyz/kortrijk:bord", "*/*"),
        ("/api", "*/*"),
    ] {
        // a proxy may cut the prefix or pass it on
        for path in [path.to_owned(), format!("/kaarten{path}")] {
            let answer = server.request("GET", &path, &[("Accept", accept)], &[]);
            assert_eq!(answer.status, 200, "{path}");
            let text = answer.text();
            assert!(!text.contains("127.0.0.1"), "{path} {text}");
            assert!(
                text.contains("geo.town.be/kaarten") || text.contains("<base href=\"/kaarten/\""),
                "{path}"
            );
        }
    }
}
