//! The one error type of this crate: variants are named by what the caller can do.

use std::path::{Path, PathBuf};

/// What went wrong, in words an uploader or operator can act on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input breaks a rule; the message names the part and the rule. The uploader can mend it.
    #[error("{0}")]
    Invalid(String),
    /// The input is well-formed but not something this program offers.
    #[error("{0}")]
    Unsupported(String),
    /// A file of ours is not what it should be; it can be rebuilt or has to be restored.
    #[error("{path}: damaged: {what}", path = path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The reader program ended in an unforeseen way.
    #[error("the reader stopped: {0}")]
    Reader(String),
    /// The work was cancelled by its owner.
    #[error("cancelled")]
    Cancelled,
    /// The disk or another process refused.
    #[error("{doing}: {source}")]
    Io {
        /// What was being done, with the file's name.
        doing: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("{doing}: {source}")]
    Sqlite {
        /// What was being done.
        doing: String,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
    /// PROJ refused.
    #[error("coordinate transform: {0}")]
    Proj(String),
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An [`Error::Invalid`] from any text.
    pub fn invalid(text: impl Into<String>) -> Self {
        Self::Invalid(text.into())
    }

    /// An [`Error::Damaged`] of a file.
    pub fn damaged(path: &Path, what: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            what: what.into(),
        }
    }

    /// An adapter for `map_err`: `file.sync_all().map_err(Error::io("writing x"))`.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// An adapter for `map_err` on SQLite's results.
    pub fn sqlite(doing: impl Into<String>) -> impl FnOnce(rusqlite::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Sqlite { doing, source }
    }
}
