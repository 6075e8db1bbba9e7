//! What the API conforms to: only what holds.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::params::take_json;
use crate::app::App;
use crate::error::Result;
use crate::http::{Answer, Params};

/// The classes, as their standards write them.
pub(super) const CLASSES: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
];

pub(super) async fn get(request: HttpRequest, _app: Data<App>) -> Result<HttpResponse> {
    let mut params = Params::parse(request.query_string())?;
    take_json(&mut params, &["json"])?;
    params.finish(&["f"])?;
    Ok(Answer::json(&json!({"conformsTo": CLASSES})).send(&request))
}
