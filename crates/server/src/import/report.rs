//! What an import tells the uploader.

use actix_web::http::StatusCode;
use ingest::import::{CrsFound, EncodingFound, Finding, Refusal};
use serde::{Deserialize, Serialize};

/// The report of a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// What was published; empty when nothing was.
    pub layers: Vec<LayerReport>,
    /// Why nothing was published.
    pub refusal: Option<Refusal>,
}

/// What became of one layer of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerReport {
    /// Its address.
    pub id: String,
    /// Its name in the file.
    pub name: String,
    /// How many features it has.
    pub features: u64,
    /// What geometries; empty for a table.
    pub geometry: String,
    /// Its CRS and how that was settled.
    pub crs: Option<CrsFound>,
    /// The encoding of its texts and how that was settled.
    pub encoding: Option<EncodingFound>,
    /// Accuracy in metres of its way to longitude and latitude, where the register states it.
    pub accuracy_m: Option<f64>,
    /// What was changed, dropped or guessed.
    pub findings: Vec<Finding>,
}

impl ImportReport {
    /// A report of nothing but a refusal.
    pub fn refused(refusal: Refusal) -> Self {
        Self {
            layers: Vec::new(),
            refusal: Some(refusal),
        }
    }
}

/// The HTTP status of a refusal.
pub fn refusal_status(refusal: &Refusal) -> StatusCode {
    match refusal.code.as_str() {
        "layer-exists" | "layer-changed" => StatusCode::CONFLICT,
        "layer-missing" => StatusCode::NOT_FOUND,
        "several-layers" | "layer-name" | "key-missing" => StatusCode::BAD_REQUEST,
        "disk-full" => StatusCode::INSUFFICIENT_STORAGE,
        "failed" => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
