//! The folder of snapshots: derived files that may be deleted at any time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ingest::crs::Unit;
use ingest::error::{Error, Result};
use ingest::layer::LayerSchema;
use ingest::snapshot::{Builder, CoordinateUnit, Snapshot};

use crate::store::VersionRecord;

/// Where snapshots lie: `NUMBER-HASH.snapshot` for version NUMBER with the file hash HASH.
#[derive(Debug, Clone)]
pub struct SnapshotFolder {
    folder: PathBuf,
}

impl SnapshotFolder {
    /// A folder, made when it is missing.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be made.
    pub fn new(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::io("making the snapshot folder"))?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The file of a version's snapshot.
    pub fn file(&self, number: i64, hash: &str) -> PathBuf {
        self.folder.join(format!(
            "{number}-{}.snapshot",
            hash.get(..16).unwrap_or(hash)
        ))
    }

    /// A name for a snapshot that is being built.
    pub fn temporary(&self, number: i64) -> PathBuf {
        self.folder
            .join(format!("{number}-{}.part", std::process::id()))
    }

    /// Maps a version's snapshot.
    ///
    /// # Errors
    /// When it is missing, foreign or damaged: it can be built again.
    pub fn open(&self, version: &VersionRecord) -> Result<Arc<Snapshot>> {
        Snapshot::open(&self.file(version.number, &version.hash)).map(Arc::new)
    }

    /// Puts a finished snapshot in its place.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn place(&self, temporary: &Path, number: i64, hash: &str) -> Result<()> {
        std::fs::rename(temporary, self.file(number, hash)).map_err(Error::io("placing a snapshot"))
    }

    /// Removes a version's snapshot.
    pub fn remove(&self, version: &VersionRecord) {
        let _ = std::fs::remove_file(self.file(version.number, &version.hash));
    }
}

/// A builder for a layer, with the unit of its CRS.
///
/// # Errors
/// As [`ingest::crs::Crs::definition`].
pub fn builder(schema: &LayerSchema) -> Result<Builder> {
    let unit = match schema.crs {
        Some(crs) if crs.definition()?.unit == Unit::Degree => CoordinateUnit::Degree,
        _ => CoordinateUnit::Metre,
    };
    Ok(Builder::new(schema.clone(), unit))
}
