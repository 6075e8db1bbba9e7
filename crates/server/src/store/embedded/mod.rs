//! The store without a database server: a folder with one SQLite catalogue and one GeoPackage per
//! version.
//!
//! ```text
//! catalogue.sqlite     layers, versions, jobs, tokens
//! versions/N.gpkg      version N, never written after it was published
//! uploads/JOB/…        the uploaded files as they came, kept
//! snapshots/           derived; see crate::served
//! work/PROCESS/        what a process is writing; PROCESS.lock is held while it lives
//! proj/                grids for PROJ
//! ```
//! Several processes may use one folder. What a dead one left behind is swept by the next.

mod jobs;
mod layers;
mod owner;
mod schema;
mod sweep;
mod tokens;
mod versions;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ingest::layer::{LayerId, LayerSchema};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::{
    BatchSink, Catalogue, Job, JobCounts, JobId, JobRequest, JobState, LayerChange, LayerRecord,
    Publication, Result, Store, StoreError, TokenRecord, Upload, VersionNumber, VersionRecord,
    VersionWriter,
};
use owner::Owner;

/// How often another process's changes are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// The embedded store of one process.
#[derive(Debug, Clone)]
pub struct EmbeddedStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    connection: Mutex<Connection>,
    /// Only watches for changes, so that waiting never holds the other one.
    watcher: Mutex<Connection>,
    owner: Owner,
    changed: tokio::sync::Notify,
    least_free_bytes: u64,
}

impl EmbeddedStore {
    /// Opens a data folder, making it when it is missing, and sweeps what dead processes left.
    ///
    /// Below `least_free_bytes` (and 5 %) of free disk, writes answer [`StoreError::Full`].
    ///
    /// # Errors
    /// When the folder cannot be used, or was made by a newer program.
    pub fn open(folder: &Path, least_free_bytes: u64) -> Result<Self> {
        for part in ["versions", "uploads", "snapshots", "work", "proj"] {
            std::fs::create_dir_all(folder.join(part))
                .map_err(StoreError::failed("making the data folder"))?;
        }
        let owner = Owner::register(&folder.join("work"))?;
        let mut connection = schema::open(&folder.join("catalogue.sqlite"))?;
        schema::prepare(&mut connection)?;
        let watcher = schema::open(&folder.join("catalogue.sqlite"))?;
        let inner = Inner {
            folder: folder.to_owned(),
            connection: Mutex::new(connection),
            watcher: Mutex::new(watcher),
            owner,
            changed: tokio::sync::Notify::new(),
            least_free_bytes,
        };
        sweep::sweep(&inner)?;
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Runs SQL on a thread that may wait.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = self.inner.clone();
        tokio::task::spawn_blocking(move || work(&inner))
            .await
            .map_err(StoreError::failed("running a query"))?
    }

    /// As [`Self::run`], and tells those who wait for a change.
    async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let done = self.run(work).await;
        self.inner.changed.notify_waiters();
        done
    }
}

impl Inner {
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// One transaction: durable when this returns `Ok`.
    fn transaction<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.connection();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::failed(doing))?;
        let result = work(&transaction)?;
        transaction.commit().map_err(StoreError::failed(doing))?;
        Ok(result)
    }

    fn version_file(&self, number: VersionNumber) -> PathBuf {
        self.folder.join("versions").join(format!("{number}.gpkg"))
    }

    fn upload_folder(&self, id: &JobId) -> PathBuf {
        self.folder.join("uploads").join(id.as_str())
    }

    /// Refuses to write when the disk is nearly full.
    fn check_room(&self) -> Result<()> {
        let disk = rustix::fs::statvfs(&self.folder)
            .map_err(|e| StoreError::failed("asking for free disk")(std::io::Error::from(e)))?;
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        let least = self
            .least_free_bytes
            .max(disk.f_blocks.saturating_mul(disk.f_frsize) / 20);
        if self.least_free_bytes > 0 && free < least {
            return Err(StoreError::Full(format!(
                "{free} bytes are free, {least} are kept free"
            )));
        }
        Ok(())
    }
}

/// The moment as the catalogue writes it.
fn now() -> String {
    humantime::format_rfc3339_millis(std::time::SystemTime::now()).to_string()
}

fn position(connection: &Connection) -> Result<u64> {
    connection
        .query_row("SELECT value FROM meta WHERE key = 'position'", [], |row| {
            row.get(0)
        })
        .optional()
        .map(|position| position.unwrap_or(0))
        .map_err(StoreError::failed("reading the change position"))
}

fn advance(transaction: &Transaction<'_>) -> Result<()> {
    transaction
        .execute(
            "UPDATE meta SET value = value + 1 WHERE key = 'position'",
            [],
        )
        .map(drop)
        .map_err(StoreError::failed("advancing the change position"))
}

#[async_trait]
impl Store for EmbeddedStore {
    async fn catalogue(&self) -> Result<Catalogue> {
        self.run(layers::catalogue).await
    }

    async fn wait_for_change(&self, after: u64) -> Result<u64> {
        let look = || {
            self.run(|inner| {
                position(&inner.watcher.lock().unwrap_or_else(PoisonError::into_inner))
            })
        };
        let ends = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let told = self.inner.changed.notified();
            let position = look().await?;
            if position > after || tokio::time::Instant::now() >= ends {
                return Ok(position);
            }
            let _ = tokio::time::timeout(LOOK_EVERY, told).await;
        }
    }

    async fn begin_version(&self, schema: &LayerSchema) -> Result<Box<dyn VersionWriter>> {
        let schema = schema.clone();
        let store = self.clone();
        self.run(move |inner| versions::begin(store, inner, schema))
            .await
    }

    async fn publish(
        &self,
        publications: Vec<Publication>,
        done: Option<(JobId, serde_json::Value)>,
    ) -> Result<Vec<LayerRecord>> {
        self.change(move |inner| layers::publish(inner, &publications, done))
            .await
    }

    async fn discard(&self, versions: &[VersionNumber]) -> Result<()> {
        let numbers = versions.to_vec();
        self.run(move |inner| versions::discard(inner, &numbers))
            .await
    }

    async fn read_version(&self, version: &VersionRecord, sink: BatchSink) -> Result<()> {
        let version = version.clone();
        self.run(move |inner| versions::read(inner, &version, sink))
            .await
    }

    async fn verify_version(&self, version: &VersionRecord) -> Result<()> {
        let version = version.clone();
        self.run(move |inner| versions::verify(inner, &version))
            .await
    }

    async fn change_layer(&self, id: &LayerId, change: LayerChange) -> Result<LayerRecord> {
        let id = id.clone();
        self.change(move |inner| layers::change(inner, &id, &change))
            .await
    }

    async fn delete_layer(&self, id: &LayerId) -> Result<()> {
        let id = id.clone();
        self.change(move |inner| layers::delete(inner, &id)).await
    }

    async fn enqueue_job(&self, request: JobRequest) -> Result<Job> {
        self.run(move |inner| jobs::add(inner, &request, JobState::Queued))
            .await
    }

    async fn start_job(&self, request: JobRequest) -> Result<Job> {
        self.run(move |inner| jobs::add(inner, &request, JobState::Running))
            .await
    }

    async fn claim_job(&self) -> Result<Option<Job>> {
        self.run(jobs::claim).await
    }

    async fn beat_job(&self, id: &JobId, phase: &str, counts: JobCounts) -> Result<bool> {
        let (id, phase) = (id.clone(), phase.to_owned());
        self.run(move |inner| jobs::beat(inner, &id, &phase, counts))
            .await
    }

    async fn finish_job(
        &self,
        id: &JobId,
        state: JobState,
        report: serde_json::Value,
    ) -> Result<()> {
        let id = id.clone();
        self.run(move |inner| jobs::finish(inner, &id, state, &report))
            .await
    }

    async fn requeue_job(&self, id: &JobId) -> Result<()> {
        let id = id.clone();
        self.run(move |inner| jobs::requeue(inner, &id)).await
    }

    async fn cancel_job(&self, id: &JobId) -> Result<Job> {
        let id = id.clone();
        self.run(move |inner| jobs::cancel(inner, &id)).await
    }

    async fn job(&self, id: &JobId) -> Result<Job> {
        let id = id.clone();
        self.run(move |inner| jobs::find(&inner.connection(), &id))
            .await
    }

    async fn new_upload(&self) -> Result<Upload> {
        self.run(|inner| {
            inner.check_room()?;
            let job = JobId::random();
            // it lies in this process's work folder until a job is made of it, so that an upload
            // that breaks off is swept
            let folder = inner.owner.folder().join(job.as_str());
            std::fs::create_dir_all(&folder)
                .map_err(StoreError::failed("making a folder for the upload"))?;
            Ok(Upload { job, folder })
        })
        .await
    }

    fn scratch_folder(&self) -> PathBuf {
        self.inner.owner.folder()
    }

    fn upload_folder(&self, id: &JobId) -> PathBuf {
        self.inner.upload_folder(id)
    }

    async fn put_token(&self, token: TokenRecord) -> Result<()> {
        self.run(move |inner| tokens::put(inner, &token)).await
    }

    async fn token(&self, prefix: &str) -> Result<Option<TokenRecord>> {
        let prefix = prefix.to_owned();
        self.run(move |inner| tokens::find(&inner.connection(), &prefix))
            .await
    }

    async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        self.run(|inner| tokens::all(&inner.connection())).await
    }

    async fn revoke_token(&self, prefix: &str) -> Result<()> {
        let prefix = prefix.to_owned();
        self.run(move |inner| tokens::revoke(inner, &prefix)).await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::super::checks;
    use super::*;

    fn open(folder: &Path) -> EmbeddedStore {
        EmbeddedStore::open(folder, 0).unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_embedded_store_passes_every_check() {
        let folder = tempfile::tempdir().unwrap();
        checks::all(Arc::new(open(folder.path()))).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn another_process_s_change_is_seen_within_a_second() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (open(folder.path()), open(folder.path()));
        let position = ours.catalogue().await.unwrap().position;
        let waiting = tokio::spawn(async move { ours.wait_for_change(position).await.unwrap() });
        tokio::time::sleep(Duration::from_millis(300)).await;
        let started = Instant::now();
        theirs
            .change(|inner| inner.transaction("testing", advance))
            .await
            .unwrap();
        assert!(waiting.await.unwrap() > position);
        assert!(started.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn files_that_no_row_names_are_swept_at_start_and_those_of_the_living_stay() {
        let folder = tempfile::tempdir().unwrap();
        let living = open(folder.path());
        let kept = living.new_upload().await.unwrap();
        let orphan = folder.path().join("versions/99.gpkg");
        std::fs::write(&orphan, b"x").unwrap();
        let dead = folder.path().join("work/1-dead");
        std::fs::create_dir_all(dead.join("half")).unwrap();
        std::fs::write(folder.path().join("work/1-dead.lock"), b"").unwrap();
        let _second = open(folder.path());
        assert!(!orphan.exists() && !dead.exists());
        assert!(kept.folder.exists());
    }

    #[test]
    fn a_folder_of_a_newer_program_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path()));
        let connection = Connection::open(folder.path().join("catalogue.sqlite")).unwrap();
        connection
            .execute_batch("PRAGMA user_version = 99")
            .unwrap();
        assert!(matches!(
            EmbeddedStore::open(folder.path(), 0),
            Err(StoreError::Conflict(_))
        ));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_disk_refuses_writes_and_reads_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let store = EmbeddedStore::open(folder.path(), u64::MAX).unwrap();
        assert!(matches!(store.new_upload().await, Err(StoreError::Full(_))));
        assert!(store.catalogue().await.is_ok());
    }
}
