//! What is served at this moment: layers with their mapped snapshots, read through views alone.
//!
//! The catalogue's layers are held behind one atomic pointer; a reader holds what it started with.
//! [`View`] is the only way to a layer's features: the snapshot is private to this module.

mod refresh;
mod snapshots;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use ingest::layer::LayerId;
use ingest::snapshot::Snapshot;

pub use refresh::Served;
pub use snapshots::{SnapshotFolder, builder};
pub use view::{ReadError, View};

use crate::store::LayerRecord;

/// All layers as of one change position.
#[derive(Debug, Default)]
pub struct State {
    /// The catalogue's change position.
    pub position: u64,
    layers: BTreeMap<LayerKey, Arc<Layer>>,
}

/// How layers are told apart and ordered: by workspace, then by name without regard to case.
type LayerKey = (String, String);

fn key_of(id: &LayerId) -> LayerKey {
    (id.workspace.as_str().to_owned(), id.layer.folded())
}

/// A layer and what can be read of it.
#[derive(Debug)]
struct Layer {
    record: LayerRecord,
    content: Content,
}

/// What can be read of a layer's current version.
#[derive(Debug, Clone)]
enum Content {
    /// All of it.
    Ready(Arc<Snapshot>),
    /// Nothing yet: the snapshot is being built.
    Building,
    /// Nothing: the version's file is damaged.
    Damaged(String),
}

type Current = ArcSwap<State>;

/// How the layers stand, for health reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Layers that can be read.
    pub ready: usize,
    /// Layers whose snapshot is being built.
    pub building: usize,
    /// Layers whose file is damaged, with the reason.
    pub damaged: Vec<(String, String)>,
}
