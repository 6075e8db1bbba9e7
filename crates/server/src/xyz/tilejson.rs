//! TileJSON 3.0.0 of one or several layers.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use ingest::layer::{Bbox, ColumnType};
use serde_json::{Map, Value, json};

use super::{stamp, views};
use crate::app::App;
use crate::error::Result;
use crate::http::{Answer, Base, Params, path_text, principal};
use crate::served::View;

/// The last zoom of tiles: a unit of a tile is then 4 cm at 51° north.
pub(super) const MAX_ZOOM: u8 = 18;

pub(super) async fn get(
    request: HttpRequest,
    app: Data<App>,
    ids: Path<String>,
) -> Result<HttpResponse> {
    let _ = Params::parse(request.query_string())?;
    let principal = principal(&request, &app).await?;
    let views = views(&app, &principal, &ids)?;
    let base = Base::of(&request, &app.settings);
    let names: Vec<String> = views.iter().map(|(name, _)| Base::segment(name)).collect();
    let tiles = base.url(&format!(
        "xyz/{}/{{z}}/{{x}}/{{y}}?v={}",
        names.join(","),
        stamp(&views)
    ));
    let bounds = views
        .iter()
        .filter_map(|(_, view)| view.facts().extent_degrees)
        .fold(Bbox::EMPTY, |all, one| all.union(&one));
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": path_text(&ids)?,
        "scheme": "xyz",
        "tiles": [tiles],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "vector_layers": views.iter().map(|(name, view)| vector_layer(name, view)).collect::<Vec<_>>(),
    });
    if !bounds.is_empty() {
        let bounds = within_mercator(&bounds);
        document["bounds"] = json!(bounds.to_array());
        document["center"] = json!([
            (bounds.min_x + bounds.max_x) / 2.0,
            (bounds.min_y + bounds.max_y) / 2.0,
            zoom_of(&bounds),
        ]);
    }
    Ok(Answer::json(&document)
        .private_if(!principal.is_anonymous())
        .send(&request))
}

fn vector_layer(name: &str, view: &View) -> Value {
    let fields: Map<String, Value> = view
        .columns()
        .map(|(_, column)| {
            let kind = match column.kind {
                ColumnType::Bool => "Boolean",
                ColumnType::Integer | ColumnType::Real => "Number",
                _ => "String",
            };
            (column.name.clone(), json!(kind))
        })
        .collect();
    json!({"id": name, "description": view.title(), "minzoom": 0, "maxzoom": MAX_ZOOM, "fields": fields})
}

fn within_mercator(bounds: &Bbox) -> Bbox {
    const LAST: f64 = 85.051_128_779_806_6;
    Bbox {
        min_x: bounds.min_x.clamp(-180.0, 180.0),
        min_y: bounds.min_y.clamp(-LAST, LAST),
        max_x: bounds.max_x.clamp(-180.0, 180.0),
        max_y: bounds.max_y.clamp(-LAST, LAST),
    }
}

/// The zoom at which the box fits in about two tiles.
fn zoom_of(bounds: &Bbox) -> u8 {
    let width = (bounds.max_x - bounds.min_x)
        .max(bounds.max_y - bounds.min_y)
        .max(1e-6);
    (720.0 / width)
        .log2()
        .floor()
        .clamp(0.0, f64::from(MAX_ZOOM)) as u8
}
