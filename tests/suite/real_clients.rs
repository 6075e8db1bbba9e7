//! GDAL reads what we serve.

use std::process::Command;

use serde_json::Value;

use crate::program::{Folder, Server};
use crate::samples::board;

fn gdal(program: &str, arguments: &[&str]) -> Option<String> {
    let output = match Command::new(program)
        .args(arguments)
        .env("GDAL_HTTP_TIMEOUT", "30")
        .output()
    {
        Ok(output) => output,
        Err(_) => {
            eprintln!("skipped: no {program}");
            return None;
        }
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {text} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(text)
}

#[test]
fn gdal_lists_and_copies_over_the_api_and_over_tiles() {
    let folder = Folder::new();
    let data = folder.data();
    for (name, n) in [("bord", 30), ("klein", 3)] {
        let file = folder.write(&format!("{name}.geojson"), &board(n));
        folder.import(&file, "kortrijk");
    }
    let server = Server::start(&data);
    let api = format!("OAPIF:http://{}", server.address);
    let Some(text) = gdal("ogrinfo", &["-so", "-al", &api]) else {
        return;
    };
    assert!(
        text.contains("Layer name: kortrijk:bord") && text.contains("Feature Count: 900"),
        "{text}"
    );
    assert!(
        text.contains("Layer name: kortrijk:klein") && text.contains("Feature Count: 9"),
        "{text}"
    );
    let copy = folder.file("copy.geojson");
    gdal(
        "ogr2ogr",
        &[
            "-f",
            "GeoJSON",
            copy.to_str().unwrap(),
            &api,
            "kortrijk:bord",
        ],
    );
    let copied: Value = serde_json::from_slice(&std::fs::read(&copy).unwrap()).unwrap();
    let mut numbers: Vec<i64> = copied["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["properties"]["nr"].as_i64().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..900).collect::<Vec<_>>());
    let (x, y) = crate::tiles::tile_at(3.2407, 50.8125, 15);
    for (source, least) in [
        (
            format!(
                "MVT:http://{}/xyz/kortrijk:bord/15/{x}/{y}.pbf",
                server.address
            ),
            20,
        ),
        (
            format!("MVT:http://{}/xyz/kortrijk:bord/14", server.address),
            900,
        ),
    ] {
        let out = folder.file("tiles.gpkg");
        let _ = std::fs::remove_file(&out);
        gdal("ogr2ogr", &["-f", "GPKG", out.to_str().unwrap(), &source]);
        let info = gdal("ogrinfo", &["-so", "-al", out.to_str().unwrap()]).unwrap();
        let count: u64 = info
            .lines()
            .find_map(|l| l.strip_prefix("Feature Count: "))
            .unwrap()
            .parse()
            .unwrap();
        assert!(count >= least, "{source}: {count}");
    }
}
