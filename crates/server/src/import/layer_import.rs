//! One layer on its way: its version and its snapshot are written side by side.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use ingest::crs::{Crs, Transform, transform_bbox};
use ingest::import::{Finding, LayerStart, Refusal};
use ingest::layer::{Batch, LayerId};
use ingest::snapshot::Snapshot;

use super::carry::IdGiver;
use super::failure::Failure;
use super::report::LayerReport;

use crate::served::SnapshotFolder;
use crate::store::{JobRequest, LayerRecord, Publication, Store, VersionFacts, VersionNumber};

/// Batches between the reading thread and the writing ones.
const WAITING_BATCHES: usize = 4;

/// A layer that is being written.
pub(super) struct LayerImport {
    pub(super) id: LayerId,
    pub(super) start: LayerStart,
    replaces: Option<LayerRecord>,
    ids: IdGiver,
    version: VersionNumber,
    to_version: SyncSender<Arc<Batch>>,
    to_snapshot: SyncSender<Arc<Batch>>,
    version_thread: JoinHandle<Result<String, Failure>>,
    snapshot_thread: JoinHandle<Result<PathBuf, Failure>>,
    features: u64,
}

/// A layer whose features have all come.
pub(super) struct Writing {
    id: LayerId,
    start: LayerStart,
    replaces: Option<LayerRecord>,
    ids: IdGiver,
    version: VersionNumber,
    version_thread: JoinHandle<Result<String, Failure>>,
    snapshot_thread: JoinHandle<Result<PathBuf, Failure>>,
    features: u64,
    findings: Vec<Finding>,
}

/// A layer that is durable and can be published.
pub(super) struct Written {
    pub(super) publication: Publication,
    pub(super) report: LayerReport,
}

impl LayerImport {
    /// Starts a version and the two threads that write.
    pub(super) fn start(
        store: &Arc<dyn Store>,
        snapshots: &SnapshotFolder,
        id: LayerId,
        start: LayerStart,
        replaces: Option<LayerRecord>,
        request: &JobRequest,
    ) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Handle::current();
        let schema = start.schema.clone();
        let key = request
            .key
            .as_deref()
            .or(replaces.as_ref().and_then(|r| r.key.as_deref()));
        if let Some(key) = &request.key
            && schema.columns.iter().all(|column| column.name != *key)
        {
            return Err(Failure::Refused(
                Refusal::new(
                    "key-missing",
                    format!(
                        "Layer '{}' has no column '{key}': name the key as the file spells it.",
                        schema.name
                    ),
                )
                .with("key", key.as_str()),
            ));
        }
        let ids = match &replaces {
            Some(record) => {
                runtime.block_on(IdGiver::carrying(store.as_ref(), record, &schema, key))?
            }
            None => IdGiver::fresh(),
        };
        let mut writer = runtime.block_on(store.begin_version(&schema))?;
        let version = writer.number();
        let (to_version, batches) = sync_channel::<Arc<Batch>>(WAITING_BATCHES);
        let version_thread = {
            let runtime = runtime.clone();
            std::thread::spawn(move || {
                for batch in batches {
                    runtime.block_on(writer.append(batch))?;
                }
                Ok(runtime.block_on(writer.finish())?)
            })
        };
        let mut builder = crate::served::builder(&schema)?;
        let temporary = snapshots.temporary(version);
        let (to_snapshot, batches) = sync_channel::<Arc<Batch>>(WAITING_BATCHES);
        let snapshot_thread = std::thread::spawn(move || {
            for batch in batches {
                builder.append(&batch)?;
            }
            builder.finish(&temporary)?;
            Ok(temporary)
        });
        Ok(Self {
            id,
            start,
            replaces,
            ids,
            version,
            to_version,
            to_snapshot,
            version_thread,
            snapshot_thread,
            features: 0,
        })
    }

    /// The version that is being written.
    pub(super) fn version(&self) -> VersionNumber {
        self.version
    }

    /// Numbers a batch and hands it on; the answer is how many features have come.
    pub(super) fn take(&mut self, mut batch: Batch) -> u64 {
        self.ids.number(&mut batch);
        self.features += batch.len() as u64;
        let batch = Arc::new(batch);
        // a thread that has stopped tells why when it is joined
        let _ = self.to_version.send(batch.clone());
        let _ = self.to_snapshot.send(batch);
        self.features
    }

    /// No more features will come: the threads end in their own time.
    pub(super) fn end(self, findings: Vec<Finding>) -> Writing {
        drop((self.to_version, self.to_snapshot));
        Writing {
            id: self.id,
            start: self.start,
            replaces: self.replaces,
            ids: self.ids,
            version: self.version,
            version_thread: self.version_thread,
            snapshot_thread: self.snapshot_thread,
            features: self.features,
            findings,
        }
    }
}

impl Writing {
    /// Waits until version and snapshot are written.
    pub(super) fn wait(
        self,
        snapshots: &SnapshotFolder,
        request: &JobRequest,
    ) -> Result<Written, Failure> {
        let hash = join(self.version_thread);
        let temporary = join(self.snapshot_thread);
        let (hash, temporary) = (hash?, temporary?);
        let snapshot = Snapshot::open(&temporary)?;
        let schema = &self.start.schema;
        let extent = Some(snapshot.bbox()).filter(|bbox| !bbox.is_empty());
        let (extent_degrees, accuracy_m) = match (schema.crs, extent) {
            (Some(crs), Some(extent)) => {
                let centre = [
                    (extent.min_x + extent.max_x) / 2.0,
                    (extent.min_y + extent.max_y) / 2.0,
                ];
                (
                    Some(transform_bbox(&extent, crs, Crs::Crs84)?),
                    Transform::between(crs, Crs::Crs84)?.accuracy_m(centre),
                )
            }
            _ => (None, None),
        };
        let mut findings = self.findings;
        let name = &schema.name;
        findings.extend(self.ids.findings(name, self.replaces.is_some()));
        self.ids.name_features(&mut findings);
        if let Some(record) = &self.replaces {
            findings.extend(super::carry::column_changes(
                name,
                &record.current.schema,
                schema,
            ));
        }
        let report = LayerReport {
            id: self.id.to_string(),
            name: name.clone(),
            features: self.features,
            geometry: schema.geometry.name().to_owned(),
            crs: self.start.crs_found.clone(),
            encoding: self.start.encoding.clone(),
            accuracy_m,
            findings,
        };
        let facts = VersionFacts {
            features: self.features,
            with_geometry: snapshot.geometry_count() as u64,
            extent,
            extent_degrees,
            accuracy_m,
            report: serde_json::to_value(&report).unwrap_or_default(),
        };
        snapshots.place(&temporary, self.version, &hash)?;
        let publication = Publication {
            title: self.id.layer.to_string(),
            id: self.id,
            visibility: request.visibility,
            key: request.key.clone(),
            version: self.version,
            facts,
            expected: self.replaces.map(|record| record.current.number),
            next_feature_id: self.ids.next(),
        };
        Ok(Written {
            publication,
            report,
        })
    }
}

fn join<T>(thread: JoinHandle<Result<T, Failure>>) -> Result<T, Failure> {
    thread
        .join()
        .unwrap_or_else(|_| Err(Failure::Broken("a writing thread stopped".to_owned())))
}
