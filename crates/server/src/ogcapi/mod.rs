//! OGC API - Features Part 1 (OGC 17-069r4) and Part 2 (OGC 18-058r1): catalogue, collections, items.

mod collections;
mod conformance;
mod items;
mod landing;
mod openapi;
mod params;

use actix_web::web::{self, ServiceConfig};

use crate::http::guard_head;

/// Mounts the landing page's documents and collections.
pub(crate) fn mount(config: &mut ServiceConfig) {
    let get = |path: &str| web::resource(path).guard(guard_head());
    config
        .service(get("/").to(landing::get))
        .service(get("").to(landing::get))
        .service(get("/conformance").to(conformance::get))
        .service(get("/api").to(openapi::get))
        .service(get("/collections").to(collections::list))
        .service(get("/collections/{id}").to(collections::one))
        .service(get("/collections/{id}/items").to(items::list))
        .service(get("/collections/{id}/items/{feature}").to(items::one));
}
