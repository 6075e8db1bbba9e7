//! Working off the queue of uploads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::Notify;

use super::progress::Progress;
use super::run::{Importer, Outcome};
use crate::store::{Job, JobId, JobState, StoreError};

/// How often a job's progress is written down, and its cancellation looked for.
const BEAT: Duration = Duration::from_millis(200);
/// How often the queue is looked at when nobody knocks.
const LOOK: Duration = Duration::from_secs(2);

/// Takes jobs one after the other.
#[derive(Clone)]
pub struct Queue {
    importer: Importer,
    knock: Arc<Notify>,
    running: Arc<Mutex<Vec<(JobId, Progress)>>>,
    stopping: Arc<tokio::sync::watch::Sender<bool>>,
}

impl Queue {
    /// A queue that is not worked off yet.
    pub fn new(importer: Importer) -> Self {
        Self {
            importer,
            knock: Arc::default(),
            running: Arc::default(),
            stopping: Arc::new(tokio::sync::watch::channel(false).0),
        }
    }

    /// Tells the workers that there is something to do.
    pub fn knock(&self) {
        self.knock.notify_waiters();
    }

    /// How many jobs this process is working on.
    pub fn running(&self) -> usize {
        self.lock().len()
    }

    /// Works for as long as the process runs.
    pub async fn work(self) {
        let mut stopping = self.stopping.subscribe();
        while !*stopping.borrow() {
            let knocked = self.knock.notified();
            match self.importer.store.claim_job().await {
                Ok(Some(job)) => {
                    self.run(job).await;
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "could not look for uploads to import"),
            }
            tokio::select! {
                () = knocked => {}
                _ = stopping.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Ends the running imports; they go back into the queue and run again at the next start.
    pub async fn stop(&self) {
        self.stopping.send_replace(true);
        self.lock()
            .iter()
            .for_each(|(_, progress)| progress.cancel());
        for _ in 0..100 {
            if self.running() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn run(&self, job: Job) {
        let id = job.request.id.clone();
        let progress = Progress::default();
        self.lock().push((id.clone(), progress.clone()));
        let folder = self.importer.store.upload_folder(&id);
        let ended = match run_job(&self.importer, &job, folder, &progress).await {
            // a stop of the process is not the owner's wish: the job runs again at the next start
            Ok(Outcome::Cancelled) if *self.stopping.borrow() => {
                self.importer.store.requeue_job(&id).await
            }
            Ok(outcome) => end_job(&self.importer, &id, &outcome).await,
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            tracing::error!(job = id.as_str(), %error, "could not write down how an import ended");
        }
        self.lock().retain(|(other, _)| *other != id);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(JobId, Progress)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a job that this process holds on a thread of its own, beating it meanwhile.
///
/// # Errors
/// When the store fails.
pub async fn run_job(
    importer: &Importer,
    job: &Job,
    folder: PathBuf,
    progress: &Progress,
) -> Result<Outcome, StoreError> {
    let id = &job.request.id;
    tracing::info!(job = id.as_str(), file = %job.request.file, workspace = %job.request.workspace, "importing a file");
    let started = Instant::now();
    let mut import = {
        let (importer, request, progress) =
            (importer.clone(), job.request.clone(), progress.clone());
        tokio::task::spawn_blocking(move || importer.run(&request, &folder, &progress))
    };
    let outcome = loop {
        tokio::select! {
            outcome = &mut import => break outcome.map_err(StoreError::failed("importing"))?,
            () = tokio::time::sleep(BEAT) => {
                let (phase, counts) = progress.get();
                if importer.store.beat_job(id, &phase, counts).await? {
                    progress.cancel();
                }
            }
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    match &outcome {
        Outcome::Published(report) => {
            let features: u64 = report.layers.iter().map(|layer| layer.features).sum();
            tracing::info!(
                job = id.as_str(),
                layers = report.layers.len(),
                features,
                seconds,
                "published a file"
            );
        }
        Outcome::Refused(report) | Outcome::Failed(report) => {
            let code = report.refusal.as_ref().map(|refusal| refusal.code.as_str());
            tracing::info!(job = id.as_str(), code, seconds, "refused a file");
        }
        Outcome::Cancelled => tracing::info!(job = id.as_str(), seconds, "an import was ended"),
    }
    Ok(outcome)
}

/// Writes down how a job ended.
///
/// # Errors
/// When the store fails.
pub async fn end_job(importer: &Importer, id: &JobId, outcome: &Outcome) -> Result<(), StoreError> {
    let (state, report) = match outcome {
        Outcome::Published(report) => (JobState::Done, json!(report)),
        Outcome::Refused(report) | Outcome::Failed(report) => (JobState::Failed, json!(report)),
        Outcome::Cancelled => (JobState::Cancelled, serde_json::Value::Null),
    };
    importer.store.finish_job(id, state, report).await
}
