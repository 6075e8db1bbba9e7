//! `govmaps import`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use ingest::layer::WorkspaceName;

use super::{ImportArgs, data_folder, open_folder};
use crate::import::{ImportReport, Importer, Outcome, Progress, end_job, member_name, run_job};
use crate::settings::Settings;
use crate::store::{JobRequest, Store};

/// What belongs to a Shapefile beside the .shp itself.
const SHAPEFILE_SIBLINGS: [&str; 6] = ["dbf", "shx", "prj", "cpg", "qpj", "sbn"];

pub(super) async fn run(settings: Settings, args: ImportArgs) -> anyhow::Result<ExitCode> {
    let (store, importer) = open_folder(&settings, &data_folder(&settings)?)?;
    let workspace = WorkspaceName::new(&args.workspace)?;
    let mut code = ExitCode::SUCCESS;
    for file in &args.files {
        let request = request_for(store.as_ref(), file, |request| JobRequest {
            workspace: workspace.clone(),
            layer: args.layer.clone(),
            mode: args.mode(),
            crs: args.crs,
            encoding: args.encoding.clone(),
            key: args.key.clone(),
            visibility: args.visibility(),
            ..request
        })
        .await?;
        if !import_file(&importer, request, Show::Bar).await? {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Copies a file and its siblings into the store, as a request that `fill` completes.
pub(super) async fn request_for(
    store: &dyn Store,
    file: &Path,
    fill: impl FnOnce(JobRequest) -> JobRequest,
) -> anyhow::Result<JobRequest> {
    anyhow::ensure!(file.is_file(), "there is no file {}", file.display());
    let upload = store.new_upload().await?;
    let name = file
        .file_name()
        .map(OsStr::to_string_lossy)
        .unwrap_or_default()
        .into_owned();
    let mut members = Vec::new();
    for path in with_siblings(file) {
        let member = member_name(
            &path
                .file_name()
                .map(OsStr::to_string_lossy)
                .unwrap_or_default(),
        );
        tokio::fs::copy(&path, upload.folder.join(&member)).await?;
        members.push(member);
    }
    Ok(fill(JobRequest {
        id: upload.job,
        file: name,
        members,
        workspace: WorkspaceName::new("local")?,
        layer: None,
        mode: crate::store::PublishMode::Either,
        crs: None,
        encoding: None,
        key: None,
        visibility: crate::store::Visibility::Public,
        principal: JobRequest::COMMAND_LINE.to_owned(),
        idempotency_key: None,
    }))
}

fn with_siblings(file: &Path) -> Vec<PathBuf> {
    let mut files = vec![file.to_owned()];
    if file
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("shp"))
    {
        for extension in SHAPEFILE_SIBLINGS {
            let sibling = [extension.to_owned(), extension.to_ascii_uppercase()]
                .map(|extension| file.with_extension(extension));
            files.extend(sibling.into_iter().find(|path| path.is_file()));
        }
    }
    files
}

/// How an import is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// A progress bar and the report.
    Bar,
    /// Only the log.
    Log,
}

/// Imports one file; the answer says whether it was published.
pub(super) async fn import_file(
    importer: &Importer,
    request: JobRequest,
    show: Show,
) -> anyhow::Result<bool> {
    let job = importer.store.start_job(request).await?;
    let id = job.request.id.clone();
    let progress = Progress::default();
    let bar =
        (show == Show::Bar).then(|| tokio::spawn(draw(progress.clone(), job.request.file.clone())));
    let stop = {
        let progress = progress.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                progress.cancel();
            }
        })
    };
    let folder = importer.store.upload_folder(&id);
    let outcome = run_job(importer, &job, folder, &progress).await?;
    stop.abort();
    if let Some(bar) = bar {
        bar.abort();
        let _ = bar.await;
    }
    end_job(importer, &id, &outcome).await?;
    match outcome {
        Outcome::Published(report) => {
            if show == Show::Bar {
                print_report(&report);
            }
            Ok(true)
        }
        Outcome::Refused(report) | Outcome::Failed(report) => {
            let text = report
                .refusal
                .map(|refusal| refusal.text)
                .unwrap_or_default();
            eprintln!("{}: not imported. {text}", job.request.file);
            Ok(false)
        }
        Outcome::Cancelled => {
            eprintln!("{}: broken off; nothing was changed.", job.request.file);
            Ok(false)
        }
    }
}

/// Draws the bar until it is aborted.
async fn draw(progress: Progress, file: String) {
    let bar = ProgressBar::new_spinner();
    let spinner = ProgressStyle::with_template("{spinner} {prefix}: {msg} {human_pos} ({per_sec})");
    let counted = ProgressStyle::with_template(
        "{bar:30} {prefix}: {msg} {human_pos} of {human_len} ({per_sec}, {eta})",
    );
    let (Ok(spinner), Ok(counted)) = (spinner, counted) else {
        return;
    };
    bar.set_prefix(file);
    loop {
        let (phase, counts) = progress.get();
        bar.set_style(if counts.total.is_some() {
            counted.clone()
        } else {
            spinner.clone()
        });
        if let Some(total) = counts.total {
            bar.set_length(total);
        }
        bar.set_message(phase);
        bar.set_position(counts.done);
        bar.tick();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn print_report(report: &ImportReport) {
    for layer in &report.layers {
        let crs = layer
            .crs
            .as_ref()
            .map_or_else(|| "no geometry".to_owned(), |found| found.text.clone());
        println!("{}: {} features. {crs}", layer.id, layer.features);
        for finding in &layer.findings {
            println!("  {}", finding.text);
        }
    }
}
