//! The landing page (OGC 17-069r4, 7.2): JSON for programs, the map for people.

use actix_web::http::header::ACCEPT;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::{Answer, Base, Params};
use crate::pages;

pub(super) async fn get(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let mut params = Params::parse(request.query_string())?;
    let language = params.take("lang");
    let html = match params.take("f").as_deref() {
        None => prefers_html(&request),
        Some("html") => true,
        Some("json") => false,
        Some(other) => {
            return Err(Problem::parameter(
                "f",
                format!("'{other}' is not offered here; offered: json, html"),
            ));
        }
    };
    params.finish(&["f", "lang"])?;
    if html {
        return Ok(pages::map_page(&request, &app, language.as_deref()));
    }
    let base = Base::of(&request, &app.settings);
    let link = |rel: &str, path: &str, kind: &str, title: &str| json!({"rel": rel, "href": base.url(path), "type": kind, "title": title});
    let document = json!({
        "title": app.settings.title,
        "description": app.settings.description,
        "links": [
            link("self", "?f=json", "application/json", "This document"),
            link("alternate", "?f=html", "text/html", "The map"),
            link("service-desc", "api", "application/vnd.oai.openapi+json;version=3.0", "The API's definition"),
            link("service-doc", "?f=html", "text/html", "The map"),
            link("conformance", "conformance", "application/json", "What this API conforms to"),
            link("data", "collections", "application/json", "The layers"),
        ],
    });
    Ok(Answer::json(&document).negotiated().send(&request))
}

/// Whether the client would rather have a page than a document.
fn prefers_html(request: &HttpRequest) -> bool {
    let accept = request
        .headers()
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let place = |kind: &str| {
        accept
            .split(',')
            .position(|item| item.trim().starts_with(kind))
    };
    match (place("text/html"), place("application/json")) {
        (Some(html), Some(json)) => html < json,
        (html, _) => html.is_some(),
    }
}
