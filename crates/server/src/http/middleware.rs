//! Around every request: counting, cross-origin headers, safe defaults, a log line.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpResponse, ResponseError, guard};

use crate::app::App;
use crate::error::Problem;

/// Counts, logs, and sets what every answer carries.
///
/// # Errors
/// Those of the service.
pub async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<actix_web::body::BoxBody>, Error> {
    let started = Instant::now();
    let app = request.app_data::<Data<App>>().cloned();
    let method = request.method().clone();
    let path = request.path().to_owned();
    // public reads may be asked for by pages of any origin, without credentials
    let shared = !path
        .split('/')
        .any(|part| matches!(part, "manage" | "metrics"));
    let mut response = if let Some(status) = too_large(&request) {
        request
            .into_response(
                Problem::new(
                    status,
                    "The request's head is larger than this server takes.",
                )
                .error_response(),
            )
            .map_into_boxed_body()
    } else if method == Method::OPTIONS && shared {
        request
            .into_response(HttpResponse::NoContent().finish())
            .map_into_boxed_body()
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    };
    if shared {
        set("access-control-allow-origin", "*");
        set(
            "access-control-expose-headers",
            "Content-Crs, ETag, Link, OGC-NumberMatched, OGC-NumberReturned, Retry-After",
        );
        if method == Method::OPTIONS {
            set("access-control-allow-methods", "GET, HEAD, OPTIONS");
            set(
                "access-control-allow-headers",
                "Accept, Accept-Language, Content-Type, If-None-Match",
            );
            set("access-control-max-age", "86400");
        }
    }
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "strict-origin-when-cross-origin");
    if let Some(app) = app {
        let route = response
            .request()
            .match_pattern()
            .unwrap_or_else(|| "unmatched".to_owned());
        let status = response.status();
        app.metrics
            .requests
            .with_label_values(&[route.as_str(), known(&method), status.as_str()])
            .inc();
        app.metrics
            .seconds
            .with_label_values(&[route.as_str()])
            .observe(started.elapsed().as_secs_f64());
        log(&method, &path, status, started);
    }
    Ok(response)
}

/// The most bytes of a request line, and of all headers.
const MOST_HEAD_BYTES: usize = 16_000;
/// The most headers.
const MOST_HEADERS: usize = 100;

/// The status that refuses a head, if it is too large.
fn too_large(request: &ServiceRequest) -> Option<StatusCode> {
    let headers = request.headers();
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if request
        .uri()
        .path_and_query()
        .is_some_and(|path| path.as_str().len() > MOST_HEAD_BYTES)
    {
        Some(StatusCode::URI_TOO_LONG)
    } else if bytes > MOST_HEAD_BYTES || headers.len() > MOST_HEADERS {
        Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    } else {
        None
    }
}

/// A method as a label: those that nobody knows are one.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn log(method: &Method, path: &str, status: StatusCode, started: Instant) {
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    if status.is_server_error() {
        tracing::warn!(%method, path, status = status.as_u16(), milliseconds, "answered with an error of the server");
    } else {
        tracing::debug!(%method, path, status = status.as_u16(), milliseconds, "answered");
    }
}

/// GET and HEAD alike.
pub fn guard_head() -> impl guard::Guard {
    guard::Any(guard::Get()).or(guard::Head())
}
