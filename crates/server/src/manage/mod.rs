//! The management API: uploads, jobs, layers.

mod jobs;
mod layers;
mod spool;
mod uploads;

use actix_web::guard;
use actix_web::web::{self, ServiceConfig};

use crate::http::guard_head;

/// Mounts `/manage`.
pub(crate) fn mount(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/manage/uploads")
                .guard(guard::Post())
                .to(uploads::post),
        )
        .service(
            web::resource("/manage/jobs/{id}/events")
                .guard(guard::Get())
                .to(jobs::events),
        )
        .service(
            web::resource("/manage/jobs/{id}")
                .route(web::route().guard(guard_head()).to(jobs::get))
                .route(web::delete().to(jobs::cancel)),
        )
        .service(
            web::resource("/manage/layers")
                .guard(guard_head())
                .to(layers::list),
        )
        .service(
            web::resource("/manage/layers/{id}/versions")
                .guard(guard_head())
                .to(layers::versions),
        )
        .service(
            web::resource("/manage/layers/{id}")
                .route(web::route().guard(guard_head()).to(layers::get))
                .route(web::patch().to(layers::patch))
                .route(web::delete().to(layers::delete)),
        );
}
