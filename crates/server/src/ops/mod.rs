//! For those who run the server: health, readiness, metrics.

use std::sync::atomic::Ordering;

use actix_web::http::StatusCode;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use ingest::crs::{GridCheck, belgian_grid};
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::http::{Answer, Freshness, guard_head};

/// Mounts `/health`, `/ready` and `/metrics`.
pub(crate) fn mount(config: &mut ServiceConfig) {
    let get = |path: &str| web::resource(path).guard(guard_head());
    config
        .service(get("/health").to(health))
        .service(get("/ready").to(ready))
        .service(get("/metrics").to(metrics));
}

/// The process works; `degraded` when something needs the operator.
async fn health(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let standing = app.served.standing();
    let grid = grid_in_use().await;
    let boxed = app.uploads.load(Ordering::Relaxed);
    let degraded = !standing.damaged.is_empty() || !grid;
    let document = json!({
        "status": if degraded { "degraded" } else { "ok" },
        "version": env!("CARGO_PKG_VERSION"),
        "layers": {
            "ready": standing.ready,
            "building": standing.building,
            "damaged": standing.damaged.len(),
        },
        "belgian_grid": grid,
        "uploads": boxed,
        "imports_running": app.queue.running(),
    });
    Ok(Answer::json(&document)
        .freshness(Freshness::NoStore)
        .send(&request))
}

/// Whether Lambert 72 comes out right; asked once, for a process finds its grids when it starts.
async fn grid_in_use() -> bool {
    static GRID: tokio::sync::OnceCell<bool> = tokio::sync::OnceCell::const_new();
    let ask = || matches!(belgian_grid(), Ok(GridCheck::InUse));
    *GRID
        .get_or_init(|| async move { tokio::task::spawn_blocking(ask).await.unwrap_or(false) })
        .await
}

/// Whether traffic should be sent here: all layers have settled.
async fn ready(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let standing = app.served.standing();
    let (status, word) = if standing.building == 0 {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "building")
    };
    Ok(
        Answer::json(&json!({"status": word, "building": standing.building}))
            .status(status)
            .freshness(Freshness::NoStore)
            .send(&request),
    )
}

async fn metrics(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let standing = app.served.standing();
    let layers = |state: &str, count: usize| {
        app.metrics
            .layers
            .with_label_values(&[state])
            .set(i64::try_from(count).unwrap_or(i64::MAX));
    };
    layers("ready", standing.ready);
    layers("building", standing.building);
    layers("damaged", standing.damaged.len());
    app.metrics
        .imports_running
        .set(i64::try_from(app.queue.running()).unwrap_or(i64::MAX));
    Ok(Answer::new(
        "text/plain; version=0.0.4; charset=utf-8",
        app.metrics.text().into_bytes(),
    )
    .freshness(Freshness::NoStore)
    .send(&request))
}
