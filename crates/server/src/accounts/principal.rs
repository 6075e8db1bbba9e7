//! Principals: nobody in particular, or the holder of a token.

use std::sync::Arc;

use ingest::layer::WorkspaceName;

use super::secret;
use crate::store::{Result, Role, Scope, Store, TokenRecord};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Principal {
    token: Option<TokenRecord>,
}

impl Principal {
    /// Somebody without a token: sees what is public, changes nothing.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The holder of a token.
    pub fn holder(token: TokenRecord) -> Self {
        Self { token: Some(token) }
    }

    /// Who may do everything with data: the operator's own command line.
    pub fn command_line() -> Self {
        Self::holder(secret::new_token(Role::Administrator, Scope::Everywhere, None).record)
    }

    /// Whether there is a token at all.
    pub fn is_anonymous(&self) -> bool {
        self.token.is_none()
    }

    /// A name for logs and journals: the token's public part.
    pub fn name(&self) -> &str {
        self.token
            .as_ref()
            .map_or("anonymous", |token| &token.prefix)
    }

    /// Whether it has a role (or a higher one) in a workspace. The operator runs the installation
    /// and has none with data.
    pub fn may(&self, role: Role, workspace: &WorkspaceName) -> bool {
        self.token.as_ref().is_some_and(|token| {
            token.role != Role::Operator && token.role >= role && token.scope.holds(workspace)
        })
    }
}

/// Tells principals by their tokens.
#[derive(Clone)]
pub struct Authority {
    store: Arc<dyn Store>,
    /// The token of this run, which is kept nowhere.
    of_this_run: Option<TokenRecord>,
}

impl Authority {
    /// By the store's tokens, and one more that holds while this process runs.
    pub fn new(store: Arc<dyn Store>, of_this_run: Option<TokenRecord>) -> Self {
        Self { store, of_this_run }
    }

    /// The holder of a token's text; `None` when it is unknown, revoked or expired.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn principal(&self, text: &str) -> Result<Option<Principal>> {
        let Some((prefix, given)) = secret::split(text) else {
            return Ok(None);
        };
        let record = match &self.of_this_run {
            Some(token) if token.prefix == prefix => Some(token.clone()),
            _ => self.store.token(prefix).await?,
        };
        Ok(record
            .filter(|token| secret::matches(given, &token.hash))
            .map(Principal::holder))
    }
}
