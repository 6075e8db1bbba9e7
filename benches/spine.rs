//! How fast the way from a file to a tile is, on the sample region: `cargo bench -p server --bench spine`.
//!
//! Prints medians; nothing is asserted, for machines differ.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ingest::snapshot::Snapshot;
use server::accounts::Principal;
use server::import::{Importer, Outcome, Progress, ReaderProgram};
use server::served::{Served, SnapshotFolder, View};
use server::settings::Settings;
use server::store::{EmbeddedStore, JobId, JobRequest, PublishMode, Store, Visibility};
use tile::tms::TileCoord;

/// The layers of a tile as a map asks for them.
const LAYERS: [&str; 7] = [
    "gemeenten",
    "bestemmingen",
    "wegen",
    "percelen",
    "gebouwen",
    "bomen",
    "adressen",
];

fn main() -> anyhow::Result<()> {
    // the harness passes flags of its own
    let scale = std::env::var("SCALE")
        .ok()
        .and_then(|scale| scale.parse().ok())
        .unwrap_or(0.05);
    let folder = std::env::temp_dir().join(format!("govmaps-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = run(&folder, scale);
    std::fs::remove_dir_all(&folder)?;
    result
}

fn run(folder: &Path, scale: f64) -> anyhow::Result<()> {
    let sample = folder.join("sample.gpkg");
    let started = Instant::now();
    let summary = server::sample::write(&sample, scale, &|_, _| {})?;
    println!(
        "sample: {} features in {:.2?}",
        summary.features,
        started.elapsed()
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let data = folder.join("data");
    let store: Arc<dyn Store> = Arc::new(EmbeddedStore::open(&data, 0)?);
    let importer = Importer {
        store: store.clone(),
        snapshots: SnapshotFolder::new(&data.join("snapshots"))?,
        reader: reader()?,
    };
    let started = Instant::now();
    let request = request();
    let input = folder.to_owned();
    let (worker, progress) = (importer.clone(), Progress::default());
    let outcome = runtime
        .block_on(runtime.spawn_blocking(move || worker.run(&request, &input, &progress)))?;
    anyhow::ensure!(matches!(outcome, Outcome::Published(_)), "{outcome:?}");
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "import: {seconds:.2} s, {:.0} features/s",
        summary.features as f64 / seconds
    );
    let served = runtime.block_on(Served::open(store, importer.snapshots))?;
    let state = served.state();
    let views: Vec<(String, View)> = LAYERS
        .iter()
        .filter_map(|name| {
            View::open(&state, &Principal::anonymous(), &format!("local:{name}"))
                .ok()
                .map(|view| ((*name).to_owned(), view))
        })
        .collect();
    anyhow::ensure!(views.len() == LAYERS.len(), "not all layers are there");
    open_snapshots(&data.join("snapshots"))?;
    for z in 10..=17 {
        tiles(&views, z)?;
    }
    Ok(())
}

/// The reader that was built beside the benches' folder.
fn reader() -> anyhow::Result<ReaderProgram> {
    let own = std::env::current_exe()?;
    let folder = own
        .parent()
        .and_then(Path::parent)
        .ok_or_else(|| anyhow::anyhow!("no folder"))?;
    let settings = Settings::default().reader;
    let path = folder.join("govmaps-reader");
    anyhow::ensure!(
        path.is_file(),
        "build it first: cargo build --release --workspace --bins"
    );
    let limits = ingest::import::Limits {
        wall_s: settings.seconds,
        ..Default::default()
    };
    Ok(ReaderProgram {
        path,
        boxed: true,
        limits,
    })
}

fn request() -> JobRequest {
    JobRequest {
        id: JobId::random(),
        file: "sample.gpkg".to_owned(),
        members: vec!["sample.gpkg".to_owned()],
        workspace: ingest::layer::WorkspaceName::new("local").expect("a name of ours"),
        layer: None,
        mode: PublishMode::New,
        crs: None,
        encoding: None,
        key: None,
        visibility: Visibility::Public,
        principal: JobRequest::COMMAND_LINE.to_owned(),
        idempotency_key: None,
    }
}

fn open_snapshots(folder: &Path) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let started = Instant::now();
        let snapshot = Snapshot::open(&path)?;
        times.push(started.elapsed());
        drop(snapshot);
    }
    println!("open a snapshot: {:.1?}", median(&mut times));
    Ok(())
}

/// Cold tiles of all layers around the middle of Kortrijk.
fn tiles(views: &[(String, View)], z: u8) -> anyhow::Result<()> {
    let n = f64::from(1u32 << z);
    let (lon, lat): (f64, f64) = (3.2649, 50.8280);
    let x = ((lon + 180.0) / 360.0 * n) as u32;
    let y = ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * n) as u32;
    let (mut times, mut bytes) = (Vec::new(), 0);
    for i in 0..49 {
        let coord = TileCoord::new(z, x - 3 + i % 7, y - 3 + i / 7)?;
        let started = Instant::now();
        bytes += server::tiles::make(views, coord)?.len();
        times.push(started.elapsed());
    }
    let worst = times.iter().max().copied().unwrap_or_default();
    println!(
        "tile z{z}: {:.2?}, worst {worst:.2?}, {} kB on average",
        median(&mut times),
        bytes / 49_000
    );
    Ok(())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
