//! Why an import does not go on.

use ingest::import::Refusal;

use crate::store::StoreError;

/// Why an import does not go on.
#[derive(Debug)]
pub(super) enum Failure {
    Refused(Refusal),
    Cancelled,
    Full(String),
    Broken(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(text) => Self::Refused(Refusal::new("layer-changed", text)),
            StoreError::NotFound(text) => Self::Refused(Refusal::new("layer-missing", text)),
            StoreError::Full(text) => Self::Full(text),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<ingest::Error> for Failure {
    fn from(error: ingest::Error) -> Self {
        match error {
            ingest::Error::Cancelled => Self::Cancelled,
            ingest::Error::Reader(text) => {
                tracing::warn!(reason = %text, "the reader stopped while reading an upload");
                Self::Refused(Refusal::new(
                    "reader-stopped",
                    format!("The file could not be read: {text}."),
                ))
            }
            ingest::Error::Invalid(text) | ingest::Error::Unsupported(text) => {
                Self::Refused(Refusal::new("file-invalid", text))
            }
            other => Self::Broken(other.to_string()),
        }
    }
}
