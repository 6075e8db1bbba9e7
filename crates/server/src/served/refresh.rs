//! Keeping what is served in step with the store.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use ingest::error::Error;

use super::snapshots::{SnapshotFolder, builder};
use super::{Content, Current, Layer, Standing, State, key_of};
use crate::store::{LayerRecord, Store, StoreError};

/// What is served, kept current.
#[derive(Clone)]
pub struct Served {
    current: Arc<Current>,
    store: Arc<dyn Store>,
    snapshots: SnapshotFolder,
    /// One refresh at a time.
    refreshing: Arc<tokio::sync::Mutex<()>>,
    /// One rebuild at a time: it uses all cores.
    rebuilding: Arc<tokio::sync::Mutex<()>>,
    stopping: Arc<AtomicBool>,
    damaged: Arc<Mutex<Vec<(i64, String)>>>,
}

impl Served {
    /// Opens all layers. Snapshots that are missing are built behind; their layers answer 503
    /// until then.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(
        store: Arc<dyn Store>,
        snapshots: SnapshotFolder,
    ) -> Result<Self, StoreError> {
        let served = Self {
            current: Arc::new(ArcSwap::from_pointee(State::default())),
            store,
            snapshots,
            refreshing: Arc::default(),
            rebuilding: Arc::default(),
            stopping: Arc::default(),
            damaged: Arc::default(),
        };
        served.refresh().await?;
        Ok(served)
    }

    /// The layers as of now.
    pub fn state(&self) -> Arc<State> {
        self.current.load_full()
    }

    /// Follows the store for as long as the process runs.
    pub async fn follow(self) {
        loop {
            let position = self.state().position;
            match self.store.wait_for_change(position).await {
                Ok(now) if now > position => {
                    if let Err(error) = self.refresh().await {
                        tracing::error!(%error, "could not read the catalogue; serving what was read before");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "could not ask the store for changes; asking again");
                    tokio::time::sleep(Duration::from_secs(2)).await;
                }
            }
        }
    }

    /// Reads the catalogue and opens what is new in it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let _one = self.refreshing.lock().await;
        let catalogue = self.store.catalogue().await?;
        let before = self.state();
        let mut state = State {
            position: catalogue.position,
            layers: Default::default(),
        };
        let mut missing = Vec::new();
        for record in catalogue.layers {
            let key = key_of(&record.id);
            let content = match before.layers.get(&key) {
                Some(layer) if layer.record.current.number == record.current.number => {
                    layer.content.clone()
                }
                _ => self.open_content(&record, &mut missing),
            };
            state
                .layers
                .insert(key, Arc::new(Layer { record, content }));
        }
        self.current.store(Arc::new(state));
        for record in missing {
            tokio::spawn(self.clone().rebuild(record));
        }
        Ok(())
    }

    fn open_content(&self, record: &LayerRecord, missing: &mut Vec<LayerRecord>) -> Content {
        match self.snapshots.open(&record.current) {
            Ok(snapshot) => {
                self.verify_behind(record.clone(), snapshot.clone());
                Content::Ready(snapshot)
            }
            Err(error) => {
                tracing::info!(layer = %record.id, reason = %error, "building the snapshot of a layer anew");
                missing.push(record.clone());
                Content::Building
            }
        }
    }

    /// Builds a layer's snapshot from its version, or finds that the version is damaged.
    async fn rebuild(self, record: LayerRecord) {
        let _one = self.rebuilding.lock().await;
        let content = match self.build(&record).await {
            Ok(snapshot) => Content::Ready(snapshot),
            // replaced or deleted meanwhile, with its files
            Err(_) if !self.is_current(&record).await => return,
            Err(error) => {
                tracing::error!(layer = %record.id, %error,
                    "a layer cannot be served: its file is damaged; restore it from a backup or upload it again");
                Content::Damaged(error.to_string())
            }
        };
        let _one = self.refreshing.lock().await;
        self.current.rcu(|state| {
            let mut layers = state.layers.clone();
            if let Some(layer) = layers.get_mut(&key_of(&record.id))
                && layer.record.current.number == record.current.number
            {
                *layer = Arc::new(Layer {
                    record: layer.record.clone(),
                    content: content.clone(),
                });
            }
            State {
                position: state.position,
                layers,
            }
        });
    }

    async fn build(
        &self,
        record: &LayerRecord,
    ) -> Result<Arc<ingest::snapshot::Snapshot>, StoreError> {
        let version = record.current.clone();
        let failed = || StoreError::failed("building a snapshot");
        let build = Arc::new(Mutex::new(builder(&version.schema).map_err(failed())?));
        let sink = {
            let (build, stopping) = (build.clone(), self.stopping.clone());
            Box::new(move |batch: ingest::layer::Batch| {
                if stopping.load(Ordering::Relaxed) {
                    return Err(Error::Cancelled);
                }
                build
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .append(&batch)
            })
        };
        self.store.read_version(&version, sink).await?;
        let snapshots = self.snapshots.clone();
        tokio::task::spawn_blocking(move || {
            let build = Arc::into_inner(build)
                .expect("the sink is gone when the version is read")
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner);
            let temporary = snapshots.temporary(version.number);
            build.finish(&temporary)?;
            snapshots.place(&temporary, version.number, &version.hash)?;
            snapshots.open(&version)
        })
        .await
        .map_err(StoreError::failed("building a snapshot"))?
        .map_err(failed())
    }

    /// Checks a layer's snapshot and its version's file while it is served already.
    fn verify_behind(&self, record: LayerRecord, snapshot: Arc<ingest::snapshot::Snapshot>) {
        let served = self.clone();
        tokio::spawn(async move {
            // the first requests after a start are in a hurry
            tokio::time::sleep(Duration::from_millis(500)).await;
            let _one = served.rebuilding.lock().await;
            let version = &record.current;
            let sound = served.store.verify_version(version).await;
            if let Err(error) = sound
                && served.is_current(&record).await
            {
                tracing::error!(layer = %record.id, %error,
                    "the file of a layer is damaged; it is served from its snapshot still: restore the file from a backup or upload it again");
                served
                    .damaged
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((version.number, error.to_string()));
            }
            let sound = tokio::task::spawn_blocking(move || snapshot.verify()).await;
            if let Ok(Err(error)) = sound {
                tracing::warn!(layer = %record.id, %error, "the snapshot of a layer is damaged: building it anew");
                served.snapshots.remove(version);
                tokio::spawn(served.clone().rebuild(record));
            }
        });
    }

    /// Whether a layer's version is still what the store says is current.
    async fn is_current(&self, record: &LayerRecord) -> bool {
        let number = record.current.number;
        let catalogue = self.store.catalogue().await;
        catalogue.is_ok_and(|now| {
            now.layers
                .iter()
                .any(|layer| layer.current.number == number)
        })
    }

    /// How the layers stand.
    pub fn standing(&self) -> Standing {
        let mut standing = Standing::default();
        let broken = self
            .damaged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        for layer in self.state().layers.values() {
            match &layer.content {
                Content::Ready(_) => standing.ready += 1,
                Content::Building => standing.building += 1,
                Content::Damaged(reason) => standing
                    .damaged
                    .push((layer.record.id.to_string(), reason.clone())),
            }
            if let Some((_, reason)) = broken
                .iter()
                .find(|(number, _)| *number == layer.record.current.number)
            {
                standing
                    .damaged
                    .push((layer.record.id.to_string(), reason.clone()));
            }
        }
        standing
    }

    /// Ends work in the background; called when the process stops.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}
