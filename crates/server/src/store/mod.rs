//! Where the truth is kept: versions, catalogue, jobs, tokens.
//!
//! One trait, [`Store`], which the embedded store implements on SQLite and GeoPackage files and
//! which PostGIS can implement later; `checks` is the suite that any implementation passes.

mod embedded;
mod job;
mod layer;
mod token;

#[cfg(test)]
mod checks;

use std::path::PathBuf;

use async_trait::async_trait;
use ingest::layer::{Batch, LayerId, LayerSchema};

pub use embedded::EmbeddedStore;
pub use job::{Job, JobCounts, JobId, JobRequest, JobState, PublishMode};
pub use layer::{
    LayerChange, LayerRecord, Publication, VersionFacts, VersionNumber, VersionRecord, Visibility,
};
pub use token::{Role, Scope, TokenRecord};

/// What a store answers when it cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The named thing is not there.
    #[error("{0}")]
    NotFound(String),
    /// The named thing is there already, or has changed meanwhile.
    #[error("{0}")]
    Conflict(String),
    /// A kept file is not what was written.
    #[error("{0}")]
    Damaged(String),
    /// The disk is too full for writing.
    #[error("the disk is nearly full: {0}")]
    Full(String),
    /// The store itself failed; nothing was changed.
    #[error("{doing}: {source}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A result of a store.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// An adapter for `map_err` on any error.
    pub fn failed<E: std::error::Error + Send + Sync + 'static>(
        doing: &'static str,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Failed {
            doing,
            source: Box::new(source),
        }
    }
}

/// Everything that is served, as of one change position.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Rises with every change of what is served.
    pub position: u64,
    /// All layers, by id.
    pub layers: Vec<LayerRecord>,
}

/// The state of a local government's data: the one truth, durable before acknowledged.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// All layers as of now.
    async fn catalogue(&self) -> Result<Catalogue>;
    /// Returns once the change position is past `after`, or after some seconds in any case.
    async fn wait_for_change(&self, after: u64) -> Result<u64>;

    /// Starts a version: invisible until published, swept when its process dies first.
    async fn begin_version(&self, schema: &LayerSchema) -> Result<Box<dyn VersionWriter>>;
    /// Makes finished versions the current ones of their layers, and the job that made them done
    /// with its report: all or none. The version before is kept, older ones go.
    async fn publish(
        &self,
        publications: Vec<Publication>,
        done: Option<(JobId, serde_json::Value)>,
    ) -> Result<Vec<LayerRecord>>;
    /// Throws away versions that will not be published.
    async fn discard(&self, versions: &[VersionNumber]) -> Result<()>;
    /// Reads a version in order of feature ids, after its hash was found right.
    async fn read_version(&self, version: &VersionRecord, sink: BatchSink) -> Result<()>;
    /// Compares a version's file with its hash.
    async fn verify_version(&self, version: &VersionRecord) -> Result<()>;
    /// Changes what is said of a layer.
    async fn change_layer(&self, id: &LayerId, change: LayerChange) -> Result<LayerRecord>;
    /// Removes a layer with all its versions.
    async fn delete_layer(&self, id: &LayerId) -> Result<()>;

    /// Accepts a job; a repeated idempotency key of the same principal gives the first one's job.
    async fn enqueue_job(&self, request: JobRequest) -> Result<Job>;
    /// Makes a job that this process runs itself, at once.
    async fn start_job(&self, request: JobRequest) -> Result<Job>;
    /// Takes the oldest queued job, or one whose process died.
    async fn claim_job(&self) -> Result<Option<Job>>;
    /// Writes a job's phase and counts; the answer says whether it shall be cancelled.
    async fn beat_job(&self, id: &JobId, phase: &str, counts: JobCounts) -> Result<bool>;
    /// Ends a job for good.
    async fn finish_job(
        &self,
        id: &JobId,
        state: JobState,
        report: serde_json::Value,
    ) -> Result<()>;
    /// Puts a running job of this process back into the queue.
    async fn requeue_job(&self, id: &JobId) -> Result<()>;
    /// Asks for a job's end: a queued one ends at once.
    async fn cancel_job(&self, id: &JobId) -> Result<Job>;
    /// One job.
    async fn job(&self, id: &JobId) -> Result<Job>;

    /// A new file for an upload, to be written by the caller; it belongs to the job made of it.
    async fn new_upload(&self) -> Result<Upload>;
    /// A folder of this process for files that nobody needs after it; swept when it dies.
    fn scratch_folder(&self) -> PathBuf;
    /// The folder of a job's upload.
    fn upload_folder(&self, id: &JobId) -> PathBuf;

    /// Keeps a token's hash.
    async fn put_token(&self, token: TokenRecord) -> Result<()>;
    /// The token with a prefix, unless it has expired.
    async fn token(&self, prefix: &str) -> Result<Option<TokenRecord>>;
    /// All tokens.
    async fn tokens(&self) -> Result<Vec<TokenRecord>>;
    /// Takes a token back.
    async fn revoke_token(&self, prefix: &str) -> Result<()>;
}

/// Takes the batches of a version that is read.
pub type BatchSink = Box<dyn FnMut(Batch) -> ingest::error::Result<()> + Send>;

/// A version that is being written.
#[async_trait]
pub trait VersionWriter: Send {
    /// Its number, unique in the store.
    fn number(&self) -> VersionNumber;
    /// Appends features; [`Batch::ids`] are their permanent ids.
    async fn append(&mut self, batch: std::sync::Arc<Batch>) -> Result<()>;
    /// Makes the version durable; it can be published afterwards. The answer is the SHA-256 of its
    /// file, in hex.
    async fn finish(self: Box<Self>) -> Result<String>;
}

/// A folder for the files of an upload that is coming in.
#[derive(Debug)]
pub struct Upload {
    /// The job that it will belong to.
    pub job: JobId,
    /// Where to write its files.
    pub folder: PathBuf,
}
