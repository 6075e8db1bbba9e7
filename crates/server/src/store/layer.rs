//! What the catalogue says of layers and versions.

use ingest::layer::{Bbox, LayerId, LayerSchema};
use serde::{Deserialize, Serialize};

/// The number of a version, unique in the store, never reused.
pub type VersionNumber = i64;

/// Who may see a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Principals with a role in its workspace.
    Private,
}

/// A layer and the versions that are kept of it.
#[derive(Debug, Clone)]
pub struct LayerRecord {
    /// Its address.
    pub id: LayerId,
    /// Its name for people.
    pub title: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// Columns that are not shown.
    pub hidden: Vec<String>,
    /// The column by which ids are carried over a re-upload.
    pub key: Option<String>,
    /// The first feature id that was never given out.
    pub next_feature_id: i64,
    /// What is served.
    pub current: VersionRecord,
    /// What was served before.
    pub previous: Option<VersionRecord>,
}

/// One upload of a layer.
#[derive(Debug, Clone)]
pub struct VersionRecord {
    /// Its number.
    pub number: VersionNumber,
    /// Geometry, CRS and columns.
    pub schema: LayerSchema,
    /// SHA-256 of its file, in hex.
    pub hash: String,
    /// When it was made, RFC 3339.
    pub created: String,
    /// What was found out while it was made.
    pub facts: VersionFacts,
}

/// What is known of a version once it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VersionFacts {
    /// How many features it holds.
    pub features: u64,
    /// How many of them have a geometry that is not empty.
    pub with_geometry: u64,
    /// The box of its coordinates, in its CRS; `None` without geometry.
    pub extent: Option<Bbox>,
    /// The same in degrees, longitude first.
    pub extent_degrees: Option<Bbox>,
    /// Accuracy in metres of the way from its CRS to degrees, where the register states it.
    pub accuracy_m: Option<f64>,
    /// The import's report.
    pub report: serde_json::Value,
}

/// A finished version that shall become a layer's current one.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The layer.
    pub id: LayerId,
    /// Its title, for a new layer.
    pub title: String,
    /// Who may see it, for a new layer.
    pub visibility: Visibility,
    /// The key column, when one is given.
    pub key: Option<String>,
    /// The finished version.
    pub version: VersionNumber,
    /// What was found out while it was made.
    pub facts: VersionFacts,
    /// The version that must be current still; `None` when the layer must not exist.
    pub expected: Option<VersionNumber>,
    /// The first feature id that was never given out.
    pub next_feature_id: i64,
}

/// A change of what is said of a layer; `None` leaves a member as it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerChange {
    /// Who may see it.
    pub visibility: Option<Visibility>,
    /// Columns that are not shown.
    pub hidden: Option<Vec<String>>,
    /// Its name for people.
    pub title: Option<String>,
}
