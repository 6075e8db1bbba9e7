//! What is to be read, and what reading it may use.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::crs::Crs;

/// What one reading may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall-clock seconds.
    pub wall_s: u64,
    /// CPU seconds.
    pub cpu_s: u64,
    /// Address space in bytes.
    pub memory: u64,
    /// The largest file it may write, and the most it may send, in bytes; below that, four times
    /// the unpacked input (at least 64 MB).
    pub output: u64,
    /// How many times larger than the archive its members may be.
    pub archive_ratio: u64,
    /// How many members an archive may have.
    pub archive_members: u64,
    /// The most unpacked bytes of an archive.
    pub archive_bytes: u64,
}

impl Default for Limits {
    /// 15 min wall, 10 min CPU, 2 GB memory, 16 GB output; archives of 1,000 members, 8 GB, 100:1.
    fn default() -> Self {
        Self {
            wall_s: 15 * 60,
            cpu_s: 10 * 60,
            memory: 2 << 30,
            output: 16 << 30,
            archive_ratio: 100,
            archive_members: 1000,
            archive_bytes: 8 << 30,
        }
    }
}

impl Limits {
    /// How much may be written for so many bytes of unpacked input.
    pub fn output_for(&self, unpacked: u64) -> u64 {
        unpacked.saturating_mul(4).max(64 << 20).min(self.output)
    }
}

/// What is to be read, and how.
#[derive(Debug, Clone)]
pub struct ReadRequest {
    /// The program `govmaps-reader`.
    pub reader: PathBuf,
    /// A private folder that holds the uploaded files and nothing else.
    pub input_dir: PathBuf,
    /// An existing folder in which the reader's scratch folder is made, and removed afterwards.
    pub scratch_parent: PathBuf,
    /// Names of the files in that folder; siblings of a Shapefile share their stem.
    pub files: Vec<String>,
    /// What the uploader called the file; names the layer of formats that hold none.
    pub original_name: String,
    /// The CRS that the uploader states.
    pub crs: Option<Crs>,
    /// The encoding that the uploader states, as WHATWG or IBM label.
    pub encoding: Option<String>,
    /// What it may use.
    pub limits: Limits,
    /// Whether it must lock itself in; `false` only where the operator has allowed it.
    pub boxed: bool,
}

/// What the reader is told on its stdin, as one JSON object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    /// See [`ReadRequest::input_dir`].
    pub input_dir: PathBuf,
    /// The one folder it may write in.
    pub scratch_dir: PathBuf,
    /// See [`ReadRequest::files`].
    pub files: Vec<String>,
    /// See [`ReadRequest::original_name`].
    pub original_name: String,
    /// See [`ReadRequest::crs`].
    pub crs: Option<Crs>,
    /// See [`ReadRequest::encoding`].
    pub encoding: Option<String>,
    /// See [`ReadRequest::limits`].
    pub limits: Limits,
    /// See [`ReadRequest::boxed`].
    pub boxed: bool,
}
