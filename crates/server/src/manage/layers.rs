//! Layers as their owners see them.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use ingest::layer::WorkspaceName;
use serde_json::{Value, json};

use crate::accounts::Principal;
use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::{Answer, Base, Freshness, no_parameters, path_text, principal, require};
use crate::served::View;
use crate::store::{LayerChange, LayerRecord, Role, VersionRecord};

pub(super) async fn list(request: HttpRequest, app: Data<App>) -> Result<HttpResponse> {
    let principal = known(&request, &app).await?;
    let base = Base::of(&request, &app.settings);
    let layers: Vec<Value> = View::records(&app.served.state(), &principal)
        .iter()
        .filter(|record| principal.may(Role::Viewer, &record.id.workspace))
        .map(|record| document(record, &base))
        .collect();
    Ok(Answer::json(&json!({"layers": layers}))
        .freshness(Freshness::NoStore)
        .send(&request))
}

pub(super) async fn get(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let record = find(&request, &app, &id, Role::Viewer).await?;
    let document = document(&record, &Base::of(&request, &app.settings));
    Ok(Answer::json(&document)
        .freshness(Freshness::NoStore)
        .send(&request))
}

pub(super) async fn versions(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let record = find(&request, &app, &id, Role::Viewer).await?;
    let mut versions = vec![version(&record.current, true)];
    versions.extend(
        record
            .previous
            .iter()
            .map(|previous| version(previous, false)),
    );
    Ok(Answer::json(&json!({"versions": versions}))
        .freshness(Freshness::NoStore)
        .send(&request))
}

pub(super) async fn patch(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse> {
    let record = find(&request, &app, &id, Role::Publisher).await?;
    let change: LayerChange = serde_json::from_slice(&body).map_err(|error| {
        Problem::bad_request(format!("The body is not a change of a layer: {error}"))
    })?;
    if let Some(hidden) = &change.hidden
        && let Some(unknown) = hidden.iter().find(|name| {
            record
                .current
                .schema
                .columns
                .iter()
                .all(|column| column.name != **name)
        })
    {
        return Err(Problem::bad_request(format!(
            "'hidden': layer {} has no column '{unknown}'",
            record.id
        )));
    }
    let record = app.store.change_layer(&record.id, change).await?;
    app.served.refresh().await?;
    let document = document(&record, &Base::of(&request, &app.settings));
    Ok(Answer::json(&document)
        .freshness(Freshness::NoStore)
        .send(&request))
}

pub(super) async fn delete(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let record = find(&request, &app, &id, Role::Publisher).await?;
    app.store.delete_layer(&record.id).await?;
    app.served.refresh().await?;
    tracing::info!(layer = %record.id, "a layer was deleted");
    Ok(HttpResponse::NoContent().finish())
}

/// The principal of a request, who must hold a token.
async fn known(request: &HttpRequest, app: &App) -> Result<Principal> {
    no_parameters(request)?;
    let principal = principal(request, app).await?;
    if principal.is_anonymous() {
        return Err(Problem::unauthorized(
            "Send a token: Authorization: Bearer gvm_…",
        ));
    }
    Ok(principal)
}

/// The layer of a path, for those who have a role there.
async fn find(request: &HttpRequest, app: &App, id: &str, role: Role) -> Result<LayerRecord> {
    let principal = known(request, app).await?;
    let id = path_text(id)?;
    let missing = || Problem::not_found(format!("there is no layer '{id}'"));
    let (workspace, layer) = id.split_once(':').ok_or_else(missing)?;
    let workspace = WorkspaceName::new(workspace).map_err(|_| missing())?;
    let record = View::records(&app.served.state(), &principal)
        .into_iter()
        .find(|r| r.id.workspace == workspace && r.id.layer.folded() == layer.to_lowercase())
        .ok_or_else(missing)?;
    require(&principal, role, &workspace)?;
    Ok(record)
}

fn document(record: &LayerRecord, base: &Base) -> Value {
    let id = record.id.to_string();
    let segment = Base::segment(&id);
    let schema = &record.current.schema;
    json!({
        "id": id,
        "workspace": record.id.workspace,
        "name": record.id.layer,
        "title": record.title,
        "visibility": record.visibility,
        "hidden": record.hidden,
        "key": record.key,
        "geometry": schema.geometry.name(),
        "crs": schema.crs,
        "accuracy_m": record.current.facts.accuracy_m,
        "bbox": record.current.facts.extent_degrees.map(|extent| extent.to_array()),
        "features": record.current.facts.features,
        "columns": schema.columns,
        "version": version(&record.current, true),
        "report": record.current.facts.report,
        "links": {
            "collection": base.url(&format!("collections/{segment}")),
            "tilejson": base.url(&format!("xyz/{segment}")),
            "versions": base.url(&format!("manage/layers/{segment}/versions")),
        },
    })
}

fn version(version: &VersionRecord, current: bool) -> Value {
    json!({
        "number": version.number,
        "created": version.created,
        "features": version.facts.features,
        "current": current,
        "hash": version.hash,
    })
}
