//! Layers as collections (OGC 17-069r4, 7.13 and 7.14; OGC 18-058r1, 6.2).

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::params::take_json;
use crate::app::App;
use crate::error::{Problem, Result};
use crate::format::geojson;
use crate::http::{Answer, Base, Params, path_text, principal};
use crate::query::offered;
use crate::served::{ReadError, View};

pub(super) async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let mut params = Params::parse(request.query_string())?;
    take_json(&mut params, &["json"])?;
    params.finish(&["f"])?;
    let principal = principal(&request, &app).await?;
    let base = Base::of(&request, &app.settings);
    let collections: Vec<Value> = View::all(&app.served.state(), &principal)
        .iter()
        .map(|view| describe(view, &base))
        .collect();
    let document = json!({
        "links": [
            {"rel": "self", "href": base.url("collections"), "type": "application/json", "title": "This document"},
        ],
        "numberMatched": collections.len(),
        "numberReturned": collections.len(),
        "collections": collections,
    });
    Ok(Answer::json(&document)
        .private_if(!principal.is_anonymous())
        .send(&request))
}

pub(super) async fn one(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let mut params = Params::parse(request.query_string())?;
    take_json(&mut params, &["json"])?;
    params.finish(&["f"])?;
    let principal = principal(&request, &app).await?;
    let view = open(&app, &principal, &id)?;
    let document = describe(&view, &Base::of(&request, &app.settings));
    Ok(Answer::json(&document)
        .private_if(!principal.is_anonymous())
        .send(&request))
}

/// The view that a path names.
pub(super) fn open(app: &App, principal: &crate::accounts::Principal, id: &str) -> Result<View> {
    View::open(&app.served.state(), principal, &path_text(id)?).map_err(Problem::from)
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotFound(text) => Self::not_found(text),
            ReadError::Unavailable(text) => Self::unavailable(text),
        }
    }
}

fn describe(view: &View, base: &Base) -> Value {
    let id = view.id().to_string();
    let at = |rest: &str| base.url(&format!("collections/{}{rest}", Base::segment(&id)));
    let facts = view.facts();
    let offered: Vec<String> = offered(view.crs(), facts.extent_degrees)
        .iter()
        .map(|crs| crs.uri())
        .collect();
    let mut document = json!({
        "id": id,
        "title": view.title(),
        "itemType": "feature",
        "links": [
            {"rel": "self", "href": at(""), "type": "application/json", "title": "This document"},
            {"rel": "items", "href": at("/items"), "type": geojson::MEDIA_TYPE, "title": "The features as GeoJSON"},
        ],
        "crs": offered,
        "govmaps": {
            "geometry": view.geometry_type().name(),
            "features": facts.features,
            "visibility": view.visibility(),
            "accuracy_m": facts.accuracy_m,
            "version": view.stamp(),
        },
    });
    if let Some(extent) = facts.extent_degrees {
        document["extent"] = json!({"spatial": {
            "bbox": [extent.to_array()],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        }});
    }
    if let Some(crs) = view.crs() {
        document["storageCrs"] = json!(crs.uri());
        let tiles = base.url(&format!("xyz/{}", Base::segment(&id)));
        if let Some(links) = document["links"].as_array_mut() {
            links.push(json!({"rel": "related", "href": tiles, "type": "application/json", "title": "Vector tiles (TileJSON)"}));
        }
    }
    document
}
