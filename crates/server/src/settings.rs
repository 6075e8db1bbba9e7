//! Settings: flag over variable over file over default, each value with its origin.
//!
//! The documented default file is `config/govmaps.toml`. A variable is `GOVMAPS_` and the name in
//! upper case, with two underscores between section and name: `GOVMAPS_LIMITS__UPLOAD_BYTES`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

/// Everything that can be set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The data folder; without one `serve` uses a temporary folder.
    pub data: Option<PathBuf>,
    /// Address and port to listen on.
    pub bind: SocketAddr,
    /// The address at which the public reaches the server, with a path prefix if any:
    /// `https://geo.town.be/kaarten/`. Without one, links follow the request's Host.
    pub public_address: Option<String>,
    /// Proxies whose `Forwarded` and `X-Forwarded-*` headers count.
    pub trusted_proxies: Vec<IpAddr>,
    /// The title of pages and documents.
    pub title: String,
    /// What is said under the title.
    pub description: String,
    /// The picture tiles under the layers, if any.
    pub base_map: Option<BaseMap>,
    /// How to log.
    pub log: LogSettings,
    /// What is refused because it is too much.
    pub limits: Limits,
    /// The reader program's box.
    pub reader: ReaderSettings,
}

/// Picture tiles under the layers of the page.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseMap {
    /// The tiles' addresses, with `{z}`, `{x}` and `{y}` (Web Mercator).
    pub tiles: Vec<String>,
    /// Who made them.
    pub attribution: String,
    /// Their size in pixels.
    #[serde(default = "default_tile_size")]
    pub tile_size: u16,
    /// The last zoom they exist at.
    #[serde(default = "default_max_zoom")]
    pub max_zoom: u8,
}

fn default_tile_size() -> u16 {
    256
}

fn default_max_zoom() -> u8 {
    19
}

/// How to log.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// `text` or `json`.
    pub format: LogFormat,
    /// What to log, in the syntax of `RUST_LOG`, which comes first where it is set.
    pub filter: String,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is refused because it is too much; docs/limits.md has the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The largest upload in bytes: 413 beyond it.
    pub upload_bytes: u64,
    /// The largest other request body in bytes: 413 beyond it.
    pub body_bytes: usize,
    /// The most features in one answer of OGC API Features; more are clamped and paged.
    pub features: usize,
    /// Features in one answer when `limit` is not said.
    pub features_default: usize,
    /// Layers in one tile: 400 beyond it.
    pub tile_layers: usize,
    /// Requests that are worked on at once, per core; more wait.
    pub renders_per_core: usize,
    /// Requests that wait, per core: 503 beyond it.
    pub queue_per_core: usize,
    /// How long they wait, in milliseconds: 503 after it.
    pub queue_ms: u64,
    /// Seconds of computing that one client (a token, else an address) may ask for at once, tiles
    /// exempt: 429 beyond it; 0 switches the check off.
    pub client_seconds: f64,
    /// Seconds of it that come back each second.
    pub client_seconds_per_second: f64,
    /// Connections open at once.
    pub connections: usize,
    /// Free disk below which writes answer 507, in bytes; 0 switches the check off.
    pub free_disk_bytes: u64,
}

/// The program that reads strangers' files.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderSettings {
    /// Accept uploads even where the box is not effective. Not advised.
    pub allow_unboxed: bool,
    /// Wall-clock limit of one file in seconds.
    pub seconds: u64,
    /// Memory limit in bytes.
    pub memory_bytes: u64,
    /// Imports at once.
    pub at_once: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: None,
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_address: None,
            trusted_proxies: Vec::new(),
            title: "Govmaps".to_owned(),
            description: "Geodata of the local governments".to_owned(),
            base_map: None,
            log: LogSettings {
                format: LogFormat::Text,
                filter: "info".to_owned(),
            },
            limits: Limits::default(),
            reader: ReaderSettings {
                allow_unboxed: false,
                seconds: 15 * 60,
                memory_bytes: 2 << 30,
                at_once: 1,
            },
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_bytes: 2_000_000_000,
            body_bytes: 1_000_000,
            features: 10_000,
            features_default: 10,
            tile_layers: 50,
            renders_per_core: 2,
            queue_per_core: 8,
            queue_ms: 1_000,
            client_seconds: 60.0,
            client_seconds_per_second: 0.5,
            connections: 8_192,
            free_disk_bytes: 1_000_000_000,
        }
    }
}

/// Settings as read, able to tell where each comes from.
#[derive(Debug)]
pub struct Sources {
    figment: Figment,
    /// The values.
    pub settings: Settings,
}

impl Sources {
    /// Reads file, variables and flags. `flags` holds what was said on the command line, as a JSON
    /// object of the same shape. The file is `file`, else `GOVMAPS_CONFIG`, else `govmaps.toml` in
    /// the working folder where there is one.
    ///
    /// # Errors
    /// Names the setting, its origin and what is wrong with it.
    pub fn read(file: Option<PathBuf>, flags: &serde_json::Value) -> anyhow::Result<Self> {
        let named = file.or_else(|| std::env::var_os("GOVMAPS_CONFIG").map(PathBuf::from));
        if let Some(path) = &named {
            anyhow::ensure!(
                path.is_file(),
                "there is no settings file {}",
                path.display()
            );
        }
        let file = named.unwrap_or_else(|| PathBuf::from("govmaps.toml"));
        let mut figment = Figment::from(NamedProvider(
            Serialized::defaults(Settings::default()),
            "default",
        ));
        if file.is_file() {
            figment = figment.merge(Toml::file_exact(file));
        }
        let figment = figment
            .merge(
                Env::prefixed("GOVMAPS_")
                    .ignore(&["config", "shared", "url", "token", "kills"])
                    .split("__"),
            )
            .merge(NamedProvider(Serialized::defaults(flags), "flag"));
        let settings: Settings = figment.extract()?;
        settings.check()?;
        Ok(Self { figment, settings })
    }

    /// Each setting on a line: its name, its value and where that comes from.
    pub fn describe(&self) -> Vec<(String, String, String)> {
        let mut lines = Vec::new();
        let value = serde_json::to_value(&self.settings).unwrap_or_default();
        self.walk("", &value, &mut lines);
        lines
    }

    fn walk(
        &self,
        path: &str,
        value: &serde_json::Value,
        lines: &mut Vec<(String, String, String)>,
    ) {
        match value {
            serde_json::Value::Object(members) => {
                for (name, member) in members {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    self.walk(&path, member, lines);
                }
            }
            _ => lines.push((path.to_owned(), value.to_string(), self.origin(path))),
        }
    }

    fn origin(&self, path: &str) -> String {
        let Some(metadata) = self.figment.find_metadata(path) else {
            return "default".to_owned();
        };
        match &metadata.source {
            Some(figment::Source::File(file)) => format!("file {}", file.display()),
            _ if metadata.name.contains("environment") => {
                format!(
                    "variable GOVMAPS_{}",
                    path.replace('.', "__").to_uppercase()
                )
            }
            _ => metadata.name.to_string(),
        }
    }
}

impl Settings {
    /// What the types cannot say.
    fn check(&self) -> anyhow::Result<()> {
        if let Some(address) = &self.public_address {
            anyhow::ensure!(
                address.starts_with("http://") || address.starts_with("https://"),
                "public_address '{address}': write it with http:// or https://"
            );
        }
        if let Some(map) = &self.base_map {
            for tiles in &map.tiles {
                anyhow::ensure!(
                    tiles.starts_with("https://") || tiles.starts_with("http://"),
                    "base_map.tiles '{tiles}': write a whole address"
                );
            }
        }
        anyhow::ensure!(
            self.limits.features > 0,
            "limits.features must be at least 1"
        );
        anyhow::ensure!(self.reader.at_once > 0, "reader.at_once must be at least 1");
        Ok(())
    }
}

/// A provider under a name that people understand.
struct NamedProvider<P>(P, &'static str);

impl<P: figment::Provider> figment::Provider for NamedProvider<P> {
    fn metadata(&self) -> figment::Metadata {
        figment::Metadata::named(self.1)
    }

    fn data(
        &self,
    ) -> figment::error::Result<figment::value::Map<figment::Profile, figment::value::Dict>> {
        self.0.data()
    }
}
