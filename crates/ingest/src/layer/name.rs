//! Names of workspaces and layers.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::error::{Error, Result};

/// The longest name, in characters.
const LONGEST: usize = 63;

/// First path segments that the server uses itself; no workspace may be called so.
const RESERVED: &[&str] = &[
    "api",
    "assets",
    "collections",
    "conformance",
    "events",
    "health",
    "manage",
    "maps",
    "metrics",
    "processes",
    "ready",
    "rest",
    "styles",
    "tiles",
    "tilematrixsets",
    "wfs",
    "wms",
    "wmts",
    "xyz",
];

/// The name of a workspace: `[a-z_][a-z0-9_-]{0,62}`, no reserved route word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkspaceName(String);

impl WorkspaceName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the rule that is broken.
    pub fn new(name: &str) -> Result<Self> {
        let mut chars = name.chars();
        let good = chars
            .next()
            .is_some_and(|c| c.is_ascii_lowercase() || c == '_')
            && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-')
            && name.len() <= LONGEST;
        if !good {
            return Err(Error::invalid(format!(
                "workspace name '{name}': write 1 to 63 of a-z, 0-9, '_' and '-', starting with a letter or '_'"
            )));
        }
        if RESERVED.contains(&name) {
            return Err(Error::invalid(format!(
                "workspace name '{name}' is reserved for an address of the server"
            )));
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a layer: `[\p{L}_][\p{L}\p{N}_.-]{0,62}` in NFC, case kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LayerName(String);

impl LayerName {
    /// Checks a name; other Unicode forms of the same letters are composed (NFC).
    ///
    /// # Errors
    /// [`Error::Invalid`] names the rule that is broken.
    pub fn new(name: &str) -> Result<Self> {
        let name: String = if is_nfc(name) {
            name.to_owned()
        } else {
            name.nfc().collect()
        };
        let mut chars = name.chars();
        let good = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
            && chars.all(is_name_char)
            && name.chars().count() <= LONGEST;
        if !good {
            return Err(Error::invalid(format!(
                "layer name '{name}': write 1 to 63 letters, digits, '_', '.' and '-', starting with a letter or '_'"
            )));
        }
        Ok(Self(name))
    }

    /// The nearest allowed name to whatever a file calls its layer: characters that the rule
    /// forbids become `_`, too long names are cut, an empty one becomes `layer`.
    pub fn nearest(text: &str) -> Self {
        let mut name: String = text
            .trim()
            .nfc()
            .map(|c| if is_name_char(c) { c } else { '_' })
            .take(LONGEST)
            .collect();
        match name.chars().next() {
            None => name.push_str("layer"),
            Some(c) if c.is_alphabetic() || c == '_' => {}
            Some(_) => {
                name.insert(0, '_');
                name = name.chars().take(LONGEST).collect();
            }
        }
        Self(name)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which names are compared: two layers of a workspace differ in it.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

fn is_name_char(c: char) -> bool {
    c.is_alphabetic() || c.is_numeric() || matches!(c, '_' | '.' | '-')
}

/// A layer's address in every protocol: `workspace:layer`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LayerId {
    /// Whose layer it is.
    pub workspace: WorkspaceName,
    /// Its name there.
    pub layer: LayerName,
}

impl LayerId {
    /// Reads `workspace:layer`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no colon or a name breaks its rule.
    ///
    /// ```
    /// # use ingest::layer::LayerId;
    /// assert!(LayerId::parse("kortrijk:percelen").is_ok());
    /// assert!(LayerId::parse("percelen").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let (workspace, layer) = text
            .split_once(':')
            .ok_or_else(|| Error::invalid(format!("layer id '{text}': write workspace:layer")))?;
        Ok(Self {
            workspace: WorkspaceName::new(workspace)?,
            layer: LayerName::new(layer)?,
        })
    }
}

macro_rules! text_form {
    ($type:ty, $parse:path, |$self:ident| $show:expr) => {
        impl TryFrom<String> for $type {
            type Error = Error;
            fn try_from(text: String) -> Result<Self> {
                $parse(&text)
            }
        }
        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.to_string()
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let $self = self;
                f.write_str(&$show)
            }
        }
    };
}
text_form!(WorkspaceName, WorkspaceName::new, |name| name.0);
text_form!(LayerName, LayerName::new, |name| name.0);
text_form!(LayerId, LayerId::parse, |id| format!(
    "{}:{}",
    id.workspace, id.layer
));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_their_rule() {
        assert!(WorkspaceName::new("kortrijk-2").is_ok());
        for bad in [
            "",
            "Kortrijk",
            "2kortrijk",
            "a b",
            "collections",
            "a/b",
            "é",
        ] {
            assert!(WorkspaceName::new(bad).is_err(), "{bad}");
        }
        for good in ["Lakes", "ADP", "EntitéGénérique", "_x", "a.b-c"] {
            assert!(LayerName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "2023", "a b", "a/b", "a:b"] {
            assert!(LayerName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_nearest_name_is_always_allowed() {
        for text in [
            "",
            "151.140 (BE1002)",
            "Opp. m²",
            "e\u{301}e\u{301}n",
            &"x".repeat(200),
            "..",
            "é",
        ] {
            let name = LayerName::nearest(text);
            assert_eq!(LayerName::new(name.as_str()).unwrap(), name, "{text}");
        }
        assert_eq!(LayerName::nearest("e\u{301}e\u{301}n").as_str(), "één");
    }
}
