//! Errors as the world sees them: problem details (RFC 9457).

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};

use crate::store::StoreError;

/// An answer that says what the client did wrong, or that the server cannot now.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    members: Map<String, Value>,
    retry_after: Option<u32>,
}

/// A result of a handler.
pub type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    /// A problem of any status; `detail` says what to do next.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            members: Map::new(),
            retry_after: None,
        }
    }

    /// 400: the request is wrong in itself.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 400 that names a parameter.
    pub fn parameter(name: &str, detail: impl std::fmt::Display) -> Self {
        Self::bad_request(format!("parameter '{name}': {detail}")).with("parameter", name)
    }

    /// 404.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 401: say who you are.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// 403: known, but not allowed.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 503: try again in some seconds.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(2)
    }

    /// With the seconds after which it is worth trying again.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// 500; the cause goes to the log, not to the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed inside the server");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The server failed; the operator finds the cause in its log.",
        )
    }

    /// With one more member of the problem document.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The document.
    pub fn document(&self) -> Value {
        let mut document = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("Problem"),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        if let Value::Object(members) = &mut document {
            members.extend(self.members.clone());
        }
        document
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.status, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        response.insert_header(("Cache-Control", "no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"govmaps\""));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        response.body(self.document().to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(text) => Self::not_found(text),
            StoreError::Conflict(text) => Self::new(StatusCode::CONFLICT, text),
            StoreError::Full(text) => Self::new(StatusCode::INSUFFICIENT_STORAGE, text),
            StoreError::Damaged(text) => {
                tracing::error!(damage = %text, "a kept file is damaged");
                Self::unavailable(
                    "The layer's file is damaged; the operator has been told in the log.",
                )
            }
            StoreError::Failed { doing, source } => Self::internal(format!("{doing}: {source}")),
        }
    }
}

impl From<ingest::Error> for Problem {
    fn from(error: ingest::Error) -> Self {
        match error {
            ingest::Error::Invalid(text) | ingest::Error::Unsupported(text) => {
                Self::bad_request(text)
            }
            other => Self::internal(other),
        }
    }
}
