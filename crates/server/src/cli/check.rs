//! `govmaps check`.

use std::process::ExitCode;

use ingest::crs::{GridCheck, belgian_grid};
use ingest::import::run_probes;
use serde_json::json;

use super::CheckArgs;
use crate::import::ReaderProgram;
use crate::served::SnapshotFolder;
use crate::settings::Settings;
use crate::store::{EmbeddedStore, Store};

pub(super) async fn run(settings: Settings, args: CheckArgs) -> anyhow::Result<ExitCode> {
    let reader = ReaderProgram::beside_this(&settings.reader)?;
    let boxed = !args.unboxed;
    let probes = tokio::task::spawn_blocking(move || run_probes(&reader.path, boxed)).await??;
    let mut layers = Vec::new();
    if let Some(folder) = &settings.data {
        ingest::crs::set_grid_folder(&folder.join("proj"));
        let store = EmbeddedStore::open(folder, settings.limits.free_disk_bytes)?;
        let snapshots = SnapshotFolder::new(&folder.join("snapshots"))?;
        for record in store.catalogue().await?.layers {
            let version = store
                .verify_version(&record.current)
                .await
                .map_err(|error| error.to_string());
            let snapshot = snapshots
                .open(&record.current)
                .and_then(|snapshot| snapshot.verify());
            // a snapshot can be built again, so only the version counts
            layers.push(json!({
                "id": record.id.to_string(),
                "ok": version.is_ok(),
                "detail": version.err(),
                "snapshot": snapshot.map_or_else(|error| error.to_string(), |()| "sound".to_owned()),
            }));
        }
    }
    let grid = belgian_grid()? == GridCheck::InUse;
    let refused = probes.iter().filter(|probe| probe.refused).count();
    let ok = refused == probes.len() && layers.iter().all(|layer| layer["ok"] == true);
    if args.json {
        let document = json!({
            "ok": ok,
            "boxed": boxed,
            "probes": probes.iter().map(|probe| json!({"name": probe.name, "refused": probe.refused, "detail": probe.detail})).collect::<Vec<_>>(),
            "belgian_grid": grid,
            "layers": layers,
        });
        println!("{}", serde_json::to_string_pretty(&document)?);
    } else {
        for probe in &probes {
            println!(
                "{} {}: {}",
                if probe.refused {
                    "refused "
                } else {
                    "POSSIBLE"
                },
                probe.name,
                probe.detail
            );
        }
        println!(
            "{refused} of {} probes of the reader's box were refused",
            probes.len()
        );
        println!(
            "Belgian grid: {}",
            if grid {
                "in use"
            } else {
                "MISSING, Lambert 72 is up to 0.3 m off"
            }
        );
        for layer in &layers {
            println!(
                "{}: {}",
                layer["id"].as_str().unwrap_or_default(),
                layer["detail"].as_str().unwrap_or("sound")
            );
        }
    }
    Ok(if ok {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
