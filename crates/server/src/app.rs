//! What handlers share, and where each protocol is mounted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::accounts::Authority;
use crate::error::Problem;
use crate::http::{Gate, Metrics};
use crate::import::Queue;
use crate::served::Served;
use crate::settings::Settings;
use crate::store::Store;
use crate::{manage, ogcapi, ops, pages, xyz};

/// The parts of a running server.
pub struct App {
    /// The settings.
    pub settings: Settings,
    /// The truth.
    pub store: Arc<dyn Store>,
    /// What is served of it.
    pub served: Served,
    /// Who is who.
    pub authority: Authority,
    /// The imports.
    pub queue: Queue,
    /// How much is worked on at once.
    pub gate: Gate,
    /// Counters.
    pub metrics: Metrics,
    /// Whether uploads are taken: the reader's box was found effective, or the operator allowed it.
    pub uploads: Arc<AtomicBool>,
}

impl App {
    /// Whether uploads are taken.
    pub fn takes_uploads(&self) -> bool {
        self.uploads.load(Ordering::Relaxed)
    }
}

/// Mounts everything, also below the prefix of the public address: a proxy may cut it or not.
pub fn routes(config: &mut ServiceConfig, app: &Data<App>) {
    config.app_data(app.clone());
    if let Some(prefix) = crate::http::configured_prefix(&app.settings) {
        config.service(web::scope(&format!("/{prefix}")).configure(protocols));
    }
    config.configure(protocols);
    config.default_service(web::to(nothing_here));
}

fn protocols(config: &mut ServiceConfig) {
    ops::mount(config);
    pages::mount(config);
    manage::mount(config);
    xyz::mount(config);
    ogcapi::mount(config);
}

async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, Problem> {
    Err(Problem::not_found(format!(
        "There is nothing at {}.",
        request.path()
    )))
}
