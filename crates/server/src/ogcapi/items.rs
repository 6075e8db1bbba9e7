//! Features of a collection (OGC 17-069r4, 7.15 and 7.16).

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use ingest::crs::Crs;
use serde_json::{Value, json};

use super::collections::open;
use super::params::{take_bbox, take_crs, take_datetime, take_json};
use crate::app::App;
use crate::error::{Problem, Result};
use crate::format::geojson::{self, FeatureWriter};
use crate::http::{Answer, Base, Client, Params, path_text, principal};
use crate::query::{FeatureQuery, offered, select};
use crate::served::View;

/// What `items` takes.
pub(super) const PARAMETERS: &[&str] =
    &["bbox", "bbox-crs", "crs", "datetime", "limit", "after", "f"];

pub(super) async fn list(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let principal = principal(&request, &app).await?;
    let view = open(&app, &principal, &id)?;
    let mut params = Params::parse(request.query_string())?;
    take_json(&mut params, &["json", "geojson"])?;
    let offered = offered(view.crs(), view.facts().extent_degrees);
    let crs = take_crs(&mut params, "crs", &offered)?;
    let bbox_crs = take_crs(&mut params, "bbox-crs", &offered)?.unwrap_or(Crs::Crs84);
    let limits = &app.settings.limits;
    let query = FeatureQuery {
        bbox: take_bbox(&mut params, bbox_crs)?,
        limit: take_limit(&mut params)?
            .unwrap_or(limits.features_default)
            .min(limits.features),
        after: params.parsed("after", |text| {
            text.parse::<i64>().map_err(|_| "write a feature id")
        })?,
    };
    take_datetime(&mut params)?;
    params.finish(PARAMETERS)?;
    let base = Base::of(&request, &app.settings);
    let links = PageLinks::new(&request, &base, &view);
    let client = Client::of(&request, &principal, &app.settings);
    let (body, matched, returned) = app
        .run_for(client, move || {
            write_page(&view, &query, crs.unwrap_or(Crs::Crs84), &links)
        })
        .await?;
    let answer = Answer::new(geojson::MEDIA_TYPE, body)
        .header("OGC-NumberMatched", matched.to_string())
        .header("OGC-NumberReturned", returned.to_string());
    Ok(with_crs(answer, crs)
        .private_if(!principal.is_anonymous())
        .send(&request))
}

pub(super) async fn one(
    request: HttpRequest,
    app: Data<App>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let principal = principal(&request, &app).await?;
    let view = open(&app, &principal, &path.0)?;
    let mut params = Params::parse(request.query_string())?;
    take_json(&mut params, &["json", "geojson"])?;
    let crs = take_crs(
        &mut params,
        "crs",
        &offered(view.crs(), view.facts().extent_degrees),
    )?;
    params.finish(&["crs", "f"])?;
    let text = path_text(&path.1)?;
    let row = text
        .parse()
        .ok()
        .and_then(|id| view.row_of(id))
        .ok_or_else(|| {
            Problem::not_found(format!(
                "there is no feature '{text}' in layer '{}'",
                view.id()
            ))
        })?;
    let base = Base::of(&request, &app.settings);
    let collection = format!("collections/{}", Base::segment(&view.id().to_string()));
    let links = json!([
        {"rel": "self", "href": base.url(&format!("{collection}/items/{text}")), "type": geojson::MEDIA_TYPE, "title": "This feature"},
        {"rel": "collection", "href": base.url(&collection), "type": "application/json", "title": view.title()},
    ]);
    let client = Client::of(&request, &principal, &app.settings);
    let body = app
        .run_for(client, move || {
            let mut body = Vec::new();
            FeatureWriter::new(&view, crs.unwrap_or(Crs::Crs84))?.open_feature(&mut body, row);
            body.extend_from_slice(b",\"links\":");
            body.extend_from_slice(links.to_string().as_bytes());
            body.push(b'}');
            Ok(body)
        })
        .await?;
    let answer = Answer::new(geojson::MEDIA_TYPE, body);
    Ok(with_crs(answer, crs)
        .private_if(!principal.is_anonymous())
        .send(&request))
}

fn take_limit(params: &mut Params) -> Result<Option<usize>> {
    params.parsed("limit", |text| match text.parse::<u64>() {
        Ok(limit) if limit > 0 => Ok(usize::try_from(limit).unwrap_or(usize::MAX)),
        _ => Err("write a whole number from 1 on"),
    })
}

/// Requirement 16 of OGC 18-058r1: the CRS of the answer in a header.
fn with_crs(answer: Answer, crs: Option<Crs>) -> Answer {
    answer.header(
        "Content-Crs",
        format!("<{}>", crs.unwrap_or(Crs::Crs84).uri()),
    )
}

fn write_page(
    view: &View,
    query: &FeatureQuery,
    crs: Crs,
    links: &PageLinks,
) -> Result<(Vec<u8>, usize, usize)> {
    let page = select(view, query)?;
    let mut writer = FeatureWriter::new(view, crs)?;
    let mut body = Vec::with_capacity(256 + page.rows.len() * 512);
    body.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"numberMatched\":");
    body.extend_from_slice(page.matched.to_string().as_bytes());
    body.extend_from_slice(b",\"numberReturned\":");
    body.extend_from_slice(page.rows.len().to_string().as_bytes());
    body.extend_from_slice(b",\"links\":");
    body.extend_from_slice(links.document(page.next).to_string().as_bytes());
    body.extend_from_slice(b",\"features\":[");
    for (i, &row) in page.rows.iter().enumerate() {
        if i > 0 {
            body.push(b',');
        }
        writer.open_feature(&mut body, row);
        body.push(b'}');
    }
    body.extend_from_slice(b"]}");
    Ok((body, page.matched, page.rows.len()))
}

/// The links of a page: itself, the next one, the collection.
struct PageLinks {
    items: String,
    collection: String,
    title: String,
    /// The request's parameters but `after`.
    query: Vec<String>,
    own: String,
}

impl PageLinks {
    fn new(request: &HttpRequest, base: &Base, view: &View) -> Self {
        let collection = base.url(&format!(
            "collections/{}",
            Base::segment(&view.id().to_string())
        ));
        let query = request
            .query_string()
            .split('&')
            .filter(|pair| !pair.is_empty());
        Self {
            items: format!("{collection}/items"),
            collection,
            title: view.title().to_owned(),
            query: query
                .filter(|pair| !pair.starts_with("after="))
                .map(str::to_owned)
                .collect(),
            own: request.query_string().to_owned(),
        }
    }

    fn document(&self, next: Option<i64>) -> Value {
        let with = |query: &str| match query {
            "" => self.items.clone(),
            query => format!("{}?{query}", self.items),
        };
        let link = |rel: &str, href: String, kind: &str, title: &str| json!({"rel": rel, "href": href, "type": kind, "title": title});
        let mut links = vec![
            link("self", with(&self.own), geojson::MEDIA_TYPE, "This page"),
            link(
                "collection",
                self.collection.clone(),
                "application/json",
                &self.title,
            ),
        ];
        if let Some(after) = next {
            let mut query = self.query.clone();
            query.push(format!("after={after}"));
            links.push(link(
                "next",
                with(&query.join("&")),
                geojson::MEDIA_TYPE,
                "The next page",
            ));
        }
        Value::Array(links)
    }
}
