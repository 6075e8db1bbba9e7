//! Tokens as they are kept: never the secret itself.

use std::time::SystemTime;

use ingest::layer::WorkspaceName;
use serde::{Deserialize, Serialize};

/// What a principal may do, least first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees private layers.
    Viewer,
    /// Edits features (no uploads).
    Editor,
    /// Uploads, replaces and manages layers.
    Publisher,
    /// Manages a workspace and its people.
    Administrator,
    /// Runs the installation; sees no data.
    Operator,
}

impl Role {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Publisher => "publisher",
            Self::Administrator => "administrator",
            Self::Operator => "operator",
        }
    }
}

/// Where a role holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// In every workspace (`*`).
    Everywhere,
    /// In one workspace.
    Workspace(WorkspaceName),
}

impl Scope {
    /// Reads a workspace's name or `*`.
    ///
    /// # Errors
    /// As [`WorkspaceName::new`].
    pub fn parse(text: &str) -> ingest::error::Result<Self> {
        if text == "*" {
            return Ok(Self::Everywhere);
        }
        WorkspaceName::new(text).map(Self::Workspace)
    }

    /// Whether a workspace lies in it.
    pub fn holds(&self, workspace: &WorkspaceName) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Workspace(own) => own == workspace,
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Everywhere => f.write_str("*"),
            Self::Workspace(name) => name.fmt(f),
        }
    }
}

/// A token without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// Its public part, by which it is found and named.
    pub prefix: String,
    /// SHA-256 of its secret part, in hex.
    pub hash: String,
    /// What it allows.
    pub role: Role,
    /// Where it allows it.
    pub scope: Scope,
    /// When it was made.
    pub created: SystemTime,
    /// When it ends.
    pub expires: Option<SystemTime>,
}
