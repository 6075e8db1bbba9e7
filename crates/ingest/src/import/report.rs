//! What the reader tells beside the features: what it found, guessed, mended, or why it refused.

use serde::{Deserialize, Serialize};

use crate::crs::Crs;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Good to know; nothing was lost.
    Info,
    /// Something was changed, guessed or lost: a person should look.
    Warning,
}

/// One line of the import report: the same thing found in `count` features of a layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// A stable word such as `decimal-comma`, for translations and tests.
    pub code: String,
    /// How much it matters.
    pub level: Level,
    /// The layer's name in the file; empty when it concerns the whole file.
    pub layer: String,
    /// The column, when it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// How many values or features; 0 when counting makes no sense.
    pub count: u64,
    /// Source ids of the first twenty features.
    pub features: Vec<i64>,
    /// The parts of the sentence, for translations.
    pub params: serde_json::Map<String, serde_json::Value>,
    /// An English sentence for the person who uploaded the file.
    pub text: String,
}

/// How a layer's CRS was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CrsHow {
    /// The file names an authority's code.
    Declared,
    /// The file defines it without a code, and the definition is that of one code.
    Matched,
    /// Nothing in the file says it; the coordinates look like it.
    Guessed,
    /// The uploader said it.
    Given,
}

/// A layer's CRS and how it was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrsFound {
    /// The CRS.
    pub crs: Crs,
    /// How it was settled.
    pub how: CrsHow,
    /// Other codes that would fit as well; the likeliest first.
    pub alternatives: Vec<Crs>,
    /// An English sentence that says so.
    pub text: String,
}

/// How the encoding of a layer's text was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncodingHow {
    /// A `.cpg` file beside the table.
    Cpg,
    /// The language byte of the DBF header.
    LanguageByte,
    /// All text beyond ASCII is valid UTF-8.
    ValidUtf8,
    /// Guessed from the letters; see the samples.
    Detected,
    /// The format allows but one, or a byte order mark says it.
    Declared,
    /// The uploader said it.
    Given,
}

/// The encoding of a layer's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodingFound {
    /// Its name in the WHATWG registry, or `IBM437`, `IBM850`.
    pub name: String,
    /// How it was settled.
    pub how: EncodingHow,
    /// Some texts with other letters than ASCII, as they were understood.
    pub samples: Vec<String>,
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A stable word such as `crs-contradiction`.
    pub code: String,
    /// An English sentence that says what to do.
    pub text: String,
    /// The parts of the sentence, for translations.
    pub params: serde_json::Map<String, serde_json::Value>,
}

impl Refusal {
    /// A refusal without parameters.
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            text: text.into(),
            params: serde_json::Map::new(),
        }
    }

    /// The same with a parameter more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}

/// How far the reader is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// `unpack` (bytes), `check` or `read` (features).
    pub phase: String,
    /// The layer, when the phase is about one.
    #[serde(default)]
    pub layer: String,
    /// How much of it is done.
    pub done: u64,
    /// How much there is, where that is known.
    pub total: Option<u64>,
}
