//! Why reading stops before its end.

use ingest::import::Refusal;

/// Refused for a reason the uploader can act on, or failed for one that only we can.
#[derive(Debug)]
pub(crate) enum Stop {
    /// To be told to the uploader.
    Refused(Refusal),
    /// To be written to stderr.
    Failed(String),
}

/// A result of the reader.
pub(crate) type Result<T> = std::result::Result<T, Stop>;

impl Stop {
    /// A refusal without parameters.
    pub(crate) fn refused(code: &str, text: impl Into<String>) -> Self {
        Self::Refused(Refusal::new(code, text))
    }

    /// The refusal of a file that breaks the rules of its own format.
    pub(crate) fn damaged(format: &str, what: impl std::fmt::Display) -> Self {
        Self::Refused(
            Refusal::new(
                "file-damaged",
                format!("The file looks like {format}, but cannot be read: {what}."),
            )
            .with("format", format)
            .with("what", what.to_string()),
        )
    }
}

impl From<ingest::Error> for Stop {
    fn from(error: ingest::Error) -> Self {
        match error {
            ingest::Error::Unsupported(text) => Self::refused("unsupported", text),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(format!("reading or writing a file: {error}"))
    }
}

impl From<gdal::errors::GdalError> for Stop {
    fn from(error: gdal::errors::GdalError) -> Self {
        Self::Failed(format!("GDAL: {error}"))
    }
}
