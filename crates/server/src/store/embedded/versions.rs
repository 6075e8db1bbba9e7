//! Versions: one GeoPackage each.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use ingest::geopackage;
use ingest::layer::{Batch, LayerSchema};
use rusqlite::params;
use serde_json::json;

use super::jobs::sync_folder;
use super::{
    BatchSink, EmbeddedStore, Inner, Result, StoreError, VersionNumber, VersionRecord,
    VersionWriter, now,
};

pub(super) fn begin(
    store: EmbeddedStore,
    inner: &Inner,
    schema: LayerSchema,
) -> Result<Box<dyn VersionWriter>> {
    inner.check_room()?;
    let number = inner.transaction("starting a version", |transaction| {
        transaction
            .query_row(
                "INSERT INTO version (owner, schema, created) VALUES (?, ?, ?) RETURNING number",
                params![inner.owner.name(), json!(schema).to_string(), now()],
                |row| row.get(0),
            )
            .map_err(StoreError::failed("starting a version"))
    })?;
    let path = inner.owner.folder().join(format!("{number}.gpkg"));
    let mut file =
        geopackage::Writer::create(&path).map_err(StoreError::failed("writing a version"))?;
    let table = file
        .begin_layer(&schema)
        .map_err(StoreError::failed("writing a version"))?;
    if table != schema.name {
        // SQLite cannot have every name; the version is read back by the one it got
        let schema = LayerSchema {
            name: table,
            ..schema
        };
        inner.transaction("starting a version", |transaction| {
            transaction
                .execute(
                    "UPDATE version SET schema = ? WHERE number = ?",
                    params![json!(schema).to_string(), number],
                )
                .map_err(StoreError::failed("starting a version"))
        })?;
    }
    Ok(Box::new(Writer {
        store,
        number,
        path,
        file: Some(file),
    }))
}

struct Writer {
    store: EmbeddedStore,
    number: VersionNumber,
    path: PathBuf,
    file: Option<geopackage::Writer>,
}

#[async_trait]
impl VersionWriter for Writer {
    fn number(&self) -> VersionNumber {
        self.number
    }

    async fn append(&mut self, batch: Arc<Batch>) -> Result<()> {
        // an import has a thread of its own for this, so that nothing else waits
        let file = self.file.as_mut().expect("a writer is finished once");
        file.append(&batch)
            .map_err(StoreError::failed("writing a version"))
    }

    async fn finish(mut self: Box<Self>) -> Result<String> {
        let mut file = self.file.take().expect("a writer is finished once");
        let (path, number) = (self.path.clone(), self.number);
        self.store
            .run(move |inner| {
                file.end_layer()
                    .map_err(StoreError::failed("writing a version"))?;
                file.finish()
                    .map_err(StoreError::failed("writing a version"))?;
                let hash = geopackage::sha256_of(&path)
                    .map_err(StoreError::failed("hashing a version"))?;
                std::fs::rename(&path, inner.version_file(number))
                    .map_err(StoreError::failed("placing a version"))?;
                sync_folder(&inner.folder.join("versions"))?;
                inner.transaction("finishing a version", |transaction| {
                    transaction
                        .execute(
                            "UPDATE version SET hash = ? WHERE number = ?",
                            params![hash, number],
                        )
                        .map_err(StoreError::failed("finishing a version"))
                })?;
                Ok(hash)
            })
            .await
    }
}

pub(super) fn discard(inner: &Inner, numbers: &[VersionNumber]) -> Result<()> {
    inner.transaction("discarding versions", |transaction| {
        for number in numbers {
            transaction
                .execute(
                    "DELETE FROM version WHERE number = ? AND published = 0",
                    params![number],
                )
                .map_err(StoreError::failed("discarding versions"))?;
        }
        Ok(())
    })?;
    remove_files(inner, numbers);
    Ok(())
}

/// Removes files of versions that no row names any more.
pub(super) fn remove_files(inner: &Inner, numbers: &[VersionNumber]) {
    for &number in numbers {
        // on Linux readers that have it open keep it; a file that is not there is no harm
        let _ = std::fs::remove_file(inner.version_file(number));
        super::sweep::remove_snapshots(inner, |of| of == number);
        let _ = std::fs::remove_file(inner.owner.folder().join(format!("{number}.gpkg")));
    }
}

pub(super) fn verify(inner: &Inner, version: &VersionRecord) -> Result<()> {
    let path = inner.version_file(version.number);
    let hash = geopackage::sha256_of(&path)
        .map_err(|e| StoreError::Damaged(format!("version {}: {e}", version.number)))?;
    if hash != version.hash {
        return Err(StoreError::Damaged(format!(
            "version {}: its file is not what was written (its hash differs)",
            version.number
        )));
    }
    Ok(())
}

pub(super) fn read(inner: &Inner, version: &VersionRecord, mut sink: BatchSink) -> Result<()> {
    verify(inner, version)?;
    let path = inner.version_file(version.number);
    geopackage::read_layer(&path, &version.schema, &version.schema.name, &mut sink)
        .map_err(|e| StoreError::Damaged(format!("version {}: {e}", version.number)))
}
