//! Where each protocol is mounted.

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::error::Problem;
use crate::{manage, ogcapi, ops, pages, xyz};

/// Mounts everything, also below the prefix of the public address: a proxy may cut it or not.
pub(crate) fn routes(config: &mut ServiceConfig, app: &Data<App>) {
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
