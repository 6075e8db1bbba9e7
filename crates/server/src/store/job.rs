//! Work in the background.

use ingest::layer::WorkspaceName;
use serde::{Deserialize, Serialize};

use super::Visibility;

/// A job's address: 32 hexadecimal digits that nobody guesses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(String);

impl JobId {
    /// A new one.
    pub fn random() -> Self {
        let mut bytes = [0u8; 16];
        getrandom::fill(&mut bytes).expect("the system has random bytes");
        Self(bytes.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// Reads one; `None` when it is no job id.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 32
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
        .then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Waiting.
    Queued,
    /// Under way.
    Running,
    /// Ended well.
    Done,
    /// Ended without effect.
    Failed,
    /// Ended by its owner, without effect.
    Cancelled,
}

impl JobState {
    /// Whether it will not change any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Whether an upload makes layers or replaces them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PublishMode {
    /// The names must be free.
    #[default]
    New,
    /// The layers must exist.
    Replace,
    /// Either: what `serve FILE…` and `import` of the sample do.
    Either,
}

/// What a job counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct JobCounts {
    /// Done so far in this phase.
    pub done: u64,
    /// To be done in this phase, where it is known.
    pub total: Option<u64>,
}

/// What an upload asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobRequest {
    /// Its address; the upload's files are in its folder.
    pub id: JobId,
    /// The file's name as the uploader called it.
    pub file: String,
    /// The names of the files in the upload's folder.
    pub members: Vec<String>,
    /// Where the layers go.
    pub workspace: WorkspaceName,
    /// The layer's name, when one is given.
    pub layer: Option<String>,
    /// New or replace.
    #[serde(default)]
    pub mode: PublishMode,
    /// The CRS, when one is given.
    pub crs: Option<ingest::crs::Crs>,
    /// The encoding, when one is given.
    pub encoding: Option<String>,
    /// The key column, when one is given.
    pub key: Option<String>,
    /// Who may see new layers.
    #[serde(default)]
    pub visibility: Visibility,
    /// Who asked: a token's prefix.
    pub principal: String,
    /// The request's Idempotency-Key.
    #[serde(default)]
    pub idempotency_key: Option<String>,
}

impl JobRequest {
    /// The principal of imports from the command line. Such an import ends with its process, while
    /// an upload, which was accepted, runs again.
    pub const COMMAND_LINE: &'static str = "command line";
}

/// A job as it stands.
#[derive(Debug, Clone)]
pub struct Job {
    /// What was asked.
    pub request: JobRequest,
    /// How far it is.
    pub state: JobState,
    /// What it is doing, one word.
    pub phase: String,
    /// How much of that is done.
    pub counts: JobCounts,
    /// What it found, or why it was refused.
    pub report: serde_json::Value,
    /// When it was accepted, RFC 3339.
    pub created: String,
}
