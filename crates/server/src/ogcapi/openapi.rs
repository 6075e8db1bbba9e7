//! The API's definition (OpenAPI 3.0): the real collections, parameters and limits.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::error::Result;
use crate::format::geojson;
use crate::http::{Answer, Base, Params, principal};
use crate::query::offered;
use crate::served::View;

/// The media type of the definition.
const MEDIA_TYPE: &str = "application/vnd.oai.openapi+json;version=3.0";

pub(super) async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let mut params = Params::parse(request.query_string())?;
    super::params::take_json(&mut params, &["json"])?;
    params.finish(&["f"])?;
    let principal = principal(&request, &app).await?;
    let views = View::all(&app.served.state(), &principal);
    let base = Base::of(&request, &app.settings);
    let document = define(&app, &views, &base);
    Ok(Answer::new(MEDIA_TYPE, document.to_string().into_bytes())
        .private_if(!principal.is_anonymous())
        .send(&request))
}

fn define(app: &App, views: &[View], base: &Base) -> Value {
    let mut paths = Map::new();
    let mut path = |path: String, operation: Value| {
        paths.insert(path, json!({"get": operation}));
    };
    path(
        "/".to_owned(),
        simple("landing", "The landing page", "Capabilities"),
    );
    path(
        "/conformance".to_owned(),
        simple("conformance", "The conformance classes", "Capabilities"),
    );
    path(
        "/api".to_owned(),
        simple("api", "This document", "Capabilities"),
    );
    path(
        "/collections".to_owned(),
        simple("collections", "The layers", "Capabilities"),
    );
    for view in views {
        let id = view.id().to_string();
        let at = format!("/collections/{}", Base::segment(&id));
        let name = Base::segment(&id).replace(['%', ':', '.'], "_");
        path(
            at.clone(),
            simple(&format!("collection.{name}"), view.title(), &id),
        );
        path(format!("{at}/items"), items(app, view, &id, &name));
        path(format!("{at}/items/{{featureId}}"), item(view, &id, &name));
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": app.settings.title,
            "description": app.settings.description,
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{"url": base.url("").trim_end_matches('/')}],
        "tags": [{"name": "Capabilities"}],
        "paths": paths,
        "components": components(),
    })
}

fn simple(operation: &str, summary: &str, tag: &str) -> Value {
    json!({
        "operationId": operation,
        "summary": summary,
        "tags": [tag],
        "parameters": [{"$ref": "#/components/parameters/f"}],
        "responses": responses("application/json", "#/components/schemas/document"),
    })
}

fn items(app: &App, view: &View, id: &str, name: &str) -> Value {
    let limits = &app.settings.limits;
    let mut parameters = vec![
        json!({"$ref": "#/components/parameters/bbox"}),
        json!({"$ref": "#/components/parameters/datetime"}),
        json!({
            "name": "limit", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "The most features of the answer.",
            "schema": {"type": "integer", "minimum": 1, "maximum": limits.features, "default": limits.features_default},
        }),
        json!({
            "name": "after", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "The feature id behind which the page starts; taken from the link 'next'.",
            "schema": {"type": "integer"},
        }),
    ];
    parameters.extend([crs(view, "crs"), crs(view, "bbox-crs")]);
    parameters.push(json!({"$ref": "#/components/parameters/f-items"}));
    json!({
        "operationId": format!("items.{name}"),
        "summary": format!("Features of {}", view.title()),
        "tags": [id],
        "parameters": parameters,
        "responses": responses(geojson::MEDIA_TYPE, "#/components/schemas/featureCollection"),
    })
}

fn item(view: &View, id: &str, name: &str) -> Value {
    json!({
        "operationId": format!("item.{name}"),
        "summary": format!("One feature of {}", view.title()),
        "tags": [id],
        "parameters": [
            {"name": "featureId", "in": "path", "required": true, "schema": {"type": "string"}},
            crs(view, "crs"),
            {"$ref": "#/components/parameters/f-items"},
        ],
        "responses": responses(geojson::MEDIA_TYPE, "#/components/schemas/feature"),
    })
}

fn crs(view: &View, name: &str) -> Value {
    let all: Vec<String> = offered(view.crs(), view.facts().extent_degrees)
        .iter()
        .map(|crs| crs.uri())
        .collect();
    json!({
        "name": name, "in": "query", "required": false, "style": "form", "explode": false,
        "schema": {"type": "string", "format": "uri", "enum": all, "default": all[0]},
    })
}

fn responses(media_type: &str, schema: &str) -> Value {
    json!({
        "200": {"description": "The answer.", "content": {media_type: {"schema": {"$ref": schema}}}},
        "304": {"description": "Not changed since the entity tag that was sent."},
        "400": {"$ref": "#/components/responses/problem"},
        "401": {"$ref": "#/components/responses/problem"},
        "404": {"$ref": "#/components/responses/problem"},
        "500": {"$ref": "#/components/responses/problem"},
        "503": {"$ref": "#/components/responses/problem"},
    })
}

fn components() -> Value {
    let form = |names: &[&str]| {
        json!({
            "name": "f", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "The form of the answer.",
            "schema": {"type": "string", "enum": names},
        })
    };
    json!({
        "parameters": {
            "f": form(&["json"]),
            "f-items": form(&["json", "geojson"]),
            "bbox": {
                "name": "bbox", "in": "query", "required": false, "style": "form", "explode": false,
                "description": "Only features that meet this box: west, south, east, north, in the CRS of bbox-crs.",
                "schema": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
            },
            "datetime": {
                "name": "datetime", "in": "query", "required": false, "style": "form", "explode": false,
                "description": "An instant or an interval; features without time always match.",
                "schema": {"type": "string"},
            },
        },
        "responses": {
            "problem": {
                "description": "What is wrong, and what to do (RFC 9457).",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
            },
        },
        "schemas": {
            "document": {"type": "object"},
            "problem": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"}, "title": {"type": "string"},
                    "status": {"type": "integer"}, "detail": {"type": "string"},
                },
            },
            "feature": {
                "type": "object",
                "required": ["type", "geometry", "properties"],
                "properties": {
                    "type": {"type": "string", "enum": ["Feature"]},
                    "id": {"type": "integer"},
                    "geometry": {"type": "object", "nullable": true},
                    "properties": {"type": "object", "nullable": true},
                    "links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}},
                },
            },
            "featureCollection": {
                "type": "object",
                "required": ["type", "features"],
                "properties": {
                    "type": {"type": "string", "enum": ["FeatureCollection"]},
                    "numberMatched": {"type": "integer", "minimum": 0},
                    "numberReturned": {"type": "integer", "minimum": 0},
                    "links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}},
                    "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
                },
            },
            "link": {
                "type": "object",
                "required": ["href"],
                "properties": {
                    "href": {"type": "string"}, "rel": {"type": "string"},
                    "type": {"type": "string"}, "title": {"type": "string"},
                },
            },
        },
    })
}
