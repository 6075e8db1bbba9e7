//! The map page and its assets, embedded in the program.

use std::collections::BTreeSet;

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::web::{self, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;
use serde_json::json;

use crate::app::App;
use crate::error::{Problem, Result};
use crate::http::{Answer, Base, guard_head};
use crate::settings::Settings;

/// Our own modules, styles and texts, and the browser libraries that the set-up lays beside them.
#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// The languages of the pages, the default first.
const LANGUAGES: [&str; 2] = ["nl", "en"];

/// Mounts `/assets`.
pub(crate) fn mount(config: &mut ServiceConfig) {
    config.service(
        web::resource("/assets/{path:.*}")
            .guard(guard_head())
            .to(asset),
    );
}

async fn asset(request: HttpRequest, path: Path<String>) -> Result<HttpResponse> {
    // a key in the embedded map, never a path on disk
    let missing = || Problem::not_found(format!("There is no asset '{path}'."));
    if path
        .split('/')
        .any(|part| part.is_empty() || part.starts_with('.'))
    {
        return Err(missing());
    }
    let file = Assets::get(&path).ok_or_else(missing)?;
    Ok(Answer::new(media_type(&path), file.data.into_owned()).send(&request))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The map page, with its strict content security policy.
pub(crate) fn map_page(request: &HttpRequest, app: &App, language: Option<&str>) -> HttpResponse {
    let settings = &app.settings;
    let Some(file) = Assets::get("index.html") else {
        return Answer::new(
            "text/plain; charset=utf-8",
            b"The page is missing from this build.".to_vec(),
        )
        .send(request);
    };
    let facts = json!({
        "title": settings.title,
        "base_map": settings.base_map,
        "uploads": app.takes_uploads(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    let page = String::from_utf8_lossy(&file.data)
        .replace("{{base}}", &escape(Base::of(request, settings).path()))
        .replace("{{lang}}", chosen_language(request, language))
        .replace("{{title}}", &escape(&settings.title))
        .replace("{{settings}}", &escape(&facts.to_string()));
    Answer::new("text/html; charset=utf-8", page.into_bytes())
        .negotiated()
        .header("Content-Security-Policy", policy(settings))
        .send(request)
}

/// The language asked for, else the first that the browser names, else Dutch.
fn chosen_language(request: &HttpRequest, asked: Option<&str>) -> &'static str {
    let header = request
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let wanted = asked.into_iter().chain(header.split(','));
    let mut known = wanted.filter_map(|text| {
        LANGUAGES
            .iter()
            .find(|l| text.trim().to_ascii_lowercase().starts_with(**l))
    });
    known.next().unwrap_or(&LANGUAGES[0])
}

/// Nothing but our own, and the base map's hosts.
fn policy(settings: &Settings) -> String {
    let hosts: BTreeSet<String> = settings
        .base_map
        .iter()
        .flat_map(|map| &map.tiles)
        .filter_map(|tiles| {
            let (scheme, rest) = tiles.split_once("://")?;
            Some(format!(
                "{scheme}://{}",
                rest.split('/').next()?.replace("{s}", "*")
            ))
        })
        .filter(|host| {
            host.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-.:/*_".contains(&b))
        })
        .collect();
    let hosts = hosts
        .into_iter()
        .map(|host| format!(" {host}"))
        .collect::<String>();
    format!(
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; \
         img-src 'self' data: blob:{hosts}; connect-src 'self'{hosts}; font-src 'self'; manifest-src 'self'; \
         base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_lets_in_the_base_map_and_nothing_else() {
        let mut settings = Settings::default();
        assert!(!policy(&settings).contains("http"));
        settings.base_map = Some(crate::settings::BaseMap {
            tiles: vec![
                "https://geo.api.vlaanderen.be/GRB/wmts?z={z}".to_owned(),
                "https://a'; script-src *;/x".to_owned(),
            ],
            attribution: String::new(),
            tile_size: 256,
            max_zoom: 19,
        });
        let policy = policy(&settings);
        assert!(
            policy.contains("connect-src 'self' https://geo.api.vlaanderen.be;"),
            "{policy}"
        );
        assert!(!policy.contains("script-src *"), "{policy}");
    }
}
