//! One composite tile.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use tile::tms::TileCoord;

use super::{stamp, views};
use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::{Answer, Freshness, Params, principal};
use crate::tiles::{self, HARD_LIMIT};

/// The media type of MVT.
const MEDIA_TYPE: &str = "application/vnd.mapbox-vector-tile";

pub(super) async fn get(
    request: HttpRequest,
    app: Data<App>,
    path: Path<(String, String, String, String)>,
) -> Result<HttpResponse> {
    let (ids, z, x, y) = path.into_inner();
    let coord = read_coord(&z, &x, &y)?;
    let principal = principal(&request, &app).await?;
    let views = views(&app, &principal, &ids)?;
    let asked = Params::parse(request.query_string())?.take("v");
    let freshness = if asked.is_some_and(|v| v == stamp(&views)) {
        Freshness::Immutable
    } else {
        Freshness::Revalidate
    };
    let body = app
        .gate
        .run(move || Ok(tiles::make(&views, coord)?))
        .await?;
    app.metrics.tiles_made.inc();
    app.metrics.tile_bytes.inc_by(body.len() as u64);
    if body.len() > HARD_LIMIT {
        app.metrics.tiles_too_large.inc();
    }
    let status = if body.is_empty() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::OK
    };
    Ok(Answer::new(MEDIA_TYPE, body)
        .status(status)
        .freshness(freshness)
        .private_if(!principal.is_anonymous())
        .send(&request))
}

/// Zoom, column and row of an address; the row may carry `.mvt` or `.pbf`.
fn read_coord(z: &str, x: &str, y: &str) -> Result<TileCoord> {
    let y = y
        .strip_suffix(".mvt")
        .or_else(|| y.strip_suffix(".pbf"))
        .unwrap_or(y);
    let number = |name: &str, text: &str| {
        text.parse::<u32>()
            .map_err(|_| Problem::parameter(name, format!("'{text}' is no tile number")))
    };
    let (zoom, x, y) = (number("z", z)?, number("x", x)?, number("y", y)?);
    u8::try_from(zoom)
        .ok()
        .and_then(|zoom| TileCoord::new(zoom, x, y).ok())
        .ok_or_else(|| {
            Problem::not_found(format!(
                "there is no tile {zoom}/{x}/{y}: it lies outside of the grid"
            ))
        })
}
