//! The principal of a request: bearer token, or the token as basic password.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use base64::prelude::{BASE64_STANDARD, Engine};
use ingest::layer::WorkspaceName;

use crate::accounts::Principal;
use crate::app::App;
use crate::error::{Problem, Result};
use crate::store::Role;

/// Who asks. A token that is not known is an error, so that nobody takes the public part for all.
///
/// # Errors
/// 401 for a token that is unknown, revoked or expired.
pub async fn principal(request: &HttpRequest, app: &App) -> Result<Principal> {
    let Some(token) = bearer(request) else {
        return Ok(Principal::anonymous());
    };
    app.authority.principal(&token).await?.ok_or_else(|| {
        Problem::unauthorized(
            "This token is not known, was revoked or has expired: ask for a new one.",
        )
    })
}

/// Refuses those who have not a role in a workspace.
///
/// # Errors
/// 401 without a token, 403 with one that does not reach so far.
pub fn require(principal: &Principal, role: Role, workspace: &WorkspaceName) -> Result<()> {
    if principal.is_anonymous() {
        return Err(Problem::unauthorized(
            "Send a token: Authorization: Bearer gvm_…",
        ));
    }
    if !principal.may(role, workspace) {
        return Err(Problem::forbidden(format!(
            "This token may not do that: it takes the role {} in workspace '{workspace}'.",
            role.name()
        )));
    }
    Ok(())
}

/// The token that a request carries.
pub fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let text = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
        return text
            .split_once(':')
            .map(|(_, password)| password.to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_token_comes_as_bearer_or_as_basic_password() {
        let of = |value: &str| {
            bearer(
                &TestRequest::get()
                    .insert_header(("authorization", value))
                    .to_http_request(),
            )
        };
        assert_eq!(of("Bearer gvm_a_b").as_deref(), Some("gvm_a_b"));
        assert_eq!(of("Basic Z2lzOmd2bV9hX2I=").as_deref(), Some("gvm_a_b"));
        assert_eq!(of("Digest x"), None);
    }
}
