//! Composite vector tiles in the layout that web maps use, and their TileJSON.

mod tile;
mod tilejson;

use actix_web::web::{self, ServiceConfig};

use crate::accounts::Principal;
use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::{guard_head, path_text};
use crate::served::View;

/// Mounts `/xyz/{ids}` and `/xyz/{ids}/{z}/{x}/{y}`.
pub(crate) fn mount(config: &mut ServiceConfig) {
    let get = |path: &str| web::resource(path).guard(guard_head());
    config
        .service(get("/xyz/{ids}").to(tilejson::get))
        .service(get("/xyz/{ids}/{z}/{x}/{y}").to(tile::get));
}

/// The views that a list of ids names, each with the id as it was asked for.
///
/// # Errors
/// 404 for a layer that is not there, 400 for too many or repeated ones, and for tables.
fn views(app: &App, principal: &Principal, ids: &str) -> Result<Vec<(String, View)>> {
    let text = path_text(ids)?;
    let names: Vec<&str> = text.split(',').collect();
    let most = app.settings.limits.tile_layers;
    if names.len() > most {
        return Err(Problem::bad_request(format!(
            "{} layers are asked for; the most is {most}",
            names.len()
        )));
    }
    let state = app.served.state();
    let mut views: Vec<(String, View)> = Vec::with_capacity(names.len());
    for name in names {
        let view = View::open(&state, principal, name)?;
        if view.crs().is_none() {
            return Err(Problem::not_found(format!(
                "layer '{name}' is a table: it has no geometry to draw"
            )));
        }
        if views.iter().any(|(_, other)| other.id() == view.id()) {
            return Err(Problem::bad_request(format!(
                "layer '{name}' is asked for twice"
            )));
        }
        views.push((name.to_owned(), view));
    }
    Ok(views)
}

/// A word for the state of all views together.
fn stamp(views: &[(String, View)]) -> String {
    let text: Vec<String> = views.iter().map(|(_, view)| view.stamp()).collect();
    format!(
        "{:016x}",
        xxhash_rust::xxh3::xxh3_64(text.join("|").as_bytes())
    )
}
