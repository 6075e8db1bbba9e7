//! TileJSON 3.0.0 of one or several layers.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use ingest::layer::{Bbox, ColumnType};
use serde_json::{Map, Value, json};

use super::{stamp, views};
use crate::app::App;
use crate::error::Result;
use crate::http::{Answer, Base, path_text, principal};
use crate::served::View;

/// The last zoom of tiles: a unit of a tile is then 4 cm at 51° north.
pub(super) const MAX_ZOOM: u8 = 18;

pub(super) async fn get(
    request: HttpRequest,
    app: Data<App>,
    ids: Path<String>,
) -> Result<HttpResponse> {
    let (document, private) = document(&request, &app, &ids).await?;
    Ok(Answer::json(&document).private_if(private).send(&request))
}

/// The same facts in the form that lies beside the tiles of a folder (MBTiles 1.3, metadata), which
/// GDAL asks for when it opens a zoom level.
pub(super) async fn metadata(
    request: HttpRequest,
    app: Data<App>,
    ids: Path<String>,
) -> Result<HttpResponse> {
    let (tilejson, private) = document(&request, &app, &ids).await?;
    let listed = |name: &str| {
        let numbers = tilejson[name].as_array().into_iter().flatten();
        numbers.map(Value::to_string).collect::<Vec<_>>().join(",")
    };
    let document = json!({
        "name": tilejson["name"],
        "description": app.settings.title,
        "version": "2",
        "type": "overlay",
        "format": "pbf",
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "bounds": listed("bounds"),
        "center": listed("center"),
        "json": json!({"vector_layers": tilejson["vector_layers"]}).to_string(),
    });
    Ok(Answer::json(&document).private_if(private).send(&request))
}

/// The TileJSON of the layers that a request names, and whether it is for one principal alone.
async fn document(request: &HttpRequest, app: &App, ids: &str) -> Result<(Value, bool)> {
    let principal = principal(request, app).await?;
    let views = views(app, &principal, ids)?;
    let base = Base::of(request, &app.settings);
    Ok((
        describe(&path_text(ids)?, &views, &base),
        !principal.is_anonymous(),
    ))
}

fn describe(name: &str, views: &[(String, View)], base: &Base) -> Value {
    let names: Vec<String> = views.iter().map(|(name, _)| Base::segment(name)).collect();
    let tiles = base.url(&format!(
        "xyz/{}/{{z}}/{{x}}/{{y}}?v={}",
        names.join(","),
        stamp(views)
    ));
    let bounds = views
        .iter()
        .filter_map(|(_, view)| view.facts().extent_degrees)
        .fold(Bbox::EMPTY, |all, one| all.union(&one));
    let mut document = json!({
        "tilejson": "3.0.0",
        "name": name,
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
    document
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
