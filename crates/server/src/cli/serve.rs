//! `govmaps serve`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{App as Service, HttpServer, middleware};
use ingest::crs::{GridCheck, belgian_grid};
use ingest::import::run_probes;

use super::import::{Show, import_file, request_for};
use super::{open_folder, runtime};
use crate::accounts::{Authority, new_token};
use crate::app::App;
use crate::http::{Budget, Gate, Metrics, around};
use crate::import::{Importer, Queue};
use crate::routes::routes;
use crate::served::Served;
use crate::settings::Settings;
use crate::store::{Role, Scope};

/// How long requests under way may take when the server stops, in seconds.
const DRAIN_SECONDS: u64 = 30;

/// What is checked behind waits so long, for the first requests are in a hurry.
const FIRST_REQUESTS: Duration = Duration::from_millis(300);

/// Serves until it is told to stop.
pub(super) fn run(settings: Settings, files: &[PathBuf]) -> anyhow::Result<()> {
    let folder = DataFolder::new(settings.data.as_deref())?;
    runtime()?.block_on(serve(settings, folder.path(), files))
}

async fn serve(settings: Settings, folder: &Path, files: &[PathBuf]) -> anyhow::Result<()> {
    let (store, importer) = open_folder(&settings, folder)?;
    let token = (settings.bind.ip().is_loopback() && std::io::stdout().is_terminal())
        .then(|| new_token(Role::Publisher, Scope::Everywhere, None));
    let app = Data::new(App {
        served: Served::open(store.clone(), importer.snapshots.clone()).await?,
        authority: Authority::new(
            store.clone(),
            token.as_ref().map(|token| token.record.clone()),
        ),
        queue: Queue::new(importer.clone()),
        gate: Gate::new(&settings.limits)?,
        budget: Budget::new(
            settings.limits.client_seconds,
            settings.limits.client_seconds_per_second,
        ),
        metrics: Metrics::new(),
        uploads: Arc::new(AtomicBool::new(settings.reader.allow_unboxed)),
        store,
        settings,
    });
    let server = listen(app.clone())?;
    let address = server.1;
    tokio::spawn(app.served.clone().follow());
    tokio::spawn(look_around(app.clone(), importer.clone()));
    for _ in 0..app.settings.reader.at_once {
        tokio::spawn(app.queue.clone().work());
    }
    tracing::info!(%address, data = %folder.display(), layers = app.served.standing().ready, "serving");
    if let Some(token) = token {
        // to the terminal alone: whoever reads it may publish while this process runs
        println!(
            "\n  Map and uploads:  http://{address}/#token={}\n",
            token.text
        );
    }
    let importing = tokio::spawn(import_files(importer, files.to_vec()));
    server.0.await?;
    importing.abort();
    tracing::info!("stopping: requests under way are done, imports go back into the queue");
    app.queue.stop().await;
    app.served.stop();
    Ok(())
}

type Listening = (actix_web::dev::Server, std::net::SocketAddr);

fn listen(app: Data<App>) -> anyhow::Result<Listening> {
    let bind = app.settings.bind;
    let connections = app.settings.limits.connections;
    let body_bytes = app.settings.limits.body_bytes;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let server = HttpServer::new(move || {
        let app = app.clone();
        Service::new()
            .wrap(middleware::from_fn(around))
            .app_data(actix_web::web::PayloadConfig::new(body_bytes))
            .configure(move |config| routes(config, &app))
    })
    .workers(workers)
    .max_connections(connections / workers)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(15))
    .shutdown_timeout(DRAIN_SECONDS)
    .bind(bind)
    .map_err(|error| anyhow::anyhow!("cannot listen on {bind}: {error}"))?;
    let address = server.addrs().first().copied().unwrap_or(bind);
    Ok((server.run(), address))
}

/// What is checked behind the first requests: the box and the grid.
async fn look_around(app: Data<App>, importer: Importer) {
    tokio::time::sleep(FIRST_REQUESTS).await;
    let reader = importer.reader.clone();
    let probes = tokio::task::spawn_blocking(move || run_probes(&reader.path, true)).await;
    match probes {
        Ok(Ok(probes)) if probes.iter().all(|probe| probe.refused) => {
            app.uploads.store(true, Ordering::Relaxed);
            tracing::info!(
                probes = probes.len(),
                "the reader's box is effective; uploads are taken"
            );
        }
        Ok(Ok(probes)) => {
            let open: Vec<&str> = probes
                .iter()
                .filter(|p| !p.refused)
                .map(|p| p.name.as_str())
                .collect();
            tracing::error!(possible = ?open, "the reader's box is not effective: uploads are refused unless reader.allow_unboxed is set");
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "the reader's box could not be tested: uploads are refused")
        }
        Err(error) => {
            tracing::error!(%error, "the reader's box could not be tested: uploads are refused")
        }
    }
    let grid = tokio::task::spawn_blocking(belgian_grid).await;
    if !matches!(grid, Ok(Ok(GridCheck::InUse))) {
        tracing::warn!(
            file = GridCheck::FILE,
            "the Belgian grid is missing: Lambert 72 comes out up to 0.3 m off; put the file into the folder 'proj' of the data folder"
        );
    }
}

/// Imports the files of the command line, replacing layers of the same name.
async fn import_files(importer: Importer, files: Vec<PathBuf>) {
    let show = if std::io::stderr().is_terminal() {
        Show::Bar
    } else {
        Show::Log
    };
    for file in files {
        let result = match request_for(importer.store.as_ref(), &file, |request| request).await {
            Ok(request) => import_file(&importer, request, show).await,
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            tracing::error!(file = %file.display(), %error, "could not import a file");
        }
    }
}

/// The data folder of a run; a temporary one goes with it.
struct DataFolder {
    path: PathBuf,
    temporary: bool,
}

impl DataFolder {
    fn new(said: Option<&Path>) -> anyhow::Result<Self> {
        match said {
            Some(path) => Ok(Self {
                path: path.to_owned(),
                temporary: false,
            }),
            None => {
                let id = crate::store::JobId::random();
                let path = std::env::temp_dir().join(format!("govmaps-{}", id.as_str()));
                std::fs::create_dir(&path)?;
                tracing::warn!(folder = %path.display(), "no data folder was named: what is uploaded goes when the server stops");
                Ok(Self {
                    path,
                    temporary: true,
                })
            }
        }
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        if self.temporary {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
