//! The command line.

mod check;
mod import;
mod serve;
mod token;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use ingest::crs::Crs;
use serde_json::{Map, Value, json};

use crate::import::{Importer, ReaderProgram};
use crate::served::SnapshotFolder;
use crate::settings::{Settings, Sources};
use crate::store::{EmbeddedStore, PublishMode, Store, Visibility};

/// Publishes a local government's geodata: vector tiles, OGC API, a map.
#[derive(Debug, Parser)]
#[command(name = "govmaps", version, about, propagate_version = true)]
struct Cli {
    /// Settings file (else GOVMAPS_CONFIG, else ./govmaps.toml where there is one)
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a data folder; FILES are imported into workspace 'local' first
    Serve(ServeArgs),
    /// Import files into a data folder, also while a server uses it
    Import(ImportArgs),
    /// Write the sample region as a GeoPackage
    Sample(SampleArgs),
    /// Make, list and revoke tokens
    Token(TokenArgs),
    /// Check the reader's box, the grid and the files of a data folder
    Check(CheckArgs),
    /// Print every setting with its origin
    Config,
}

#[derive(Debug, Args)]
struct ServeArgs {
    /// Files to import into workspace 'local', public, replacing layers of the same name
    files: Vec<PathBuf>,
    /// Data folder (a temporary one when not said)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR:PORT")]
    bind: Option<SocketAddr>,
    /// The address at which the public reaches the server, with a path prefix if any
    #[arg(long, value_name = "URL")]
    public_address: Option<String>,
    /// The title of pages and documents
    #[arg(long)]
    title: Option<String>,
}

#[derive(Debug, Args)]
struct ImportArgs {
    /// Files to import; a .shp brings its siblings
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Workspace that the layers go to
    #[arg(long, value_name = "W")]
    workspace: String,
    /// Name of the layer (only for a file of one layer)
    #[arg(long, value_name = "L")]
    layer: Option<String>,
    /// Make new layers, or replace existing ones
    #[arg(long, value_name = "MODE", default_value = "new", value_parser = ["new", "replace"])]
    mode: String,
    /// CRS, where the file does not say or says it wrong
    #[arg(long, value_name = "EPSG:n", value_parser = |text: &str| Crs::parse(text).map_err(|e| e.to_string()))]
    crs: Option<Crs>,
    /// Encoding of texts, where the file does not say or says it wrong
    #[arg(long, value_name = "E")]
    encoding: Option<String>,
    /// Column by which features keep their ids over a replacement
    #[arg(long, value_name = "COLUMN")]
    key: Option<String>,
    /// Who may see new layers
    #[arg(long, default_value = "public", value_parser = ["public", "private"])]
    visibility: String,
}

#[derive(Debug, Args)]
struct SampleArgs {
    /// Size: 1 is about 800,000 features, 0.05 about 40,000
    #[arg(long, default_value_t = 0.05)]
    scale: f64,
    /// The GeoPackage to write
    #[arg(long, value_name = "FILE.gpkg")]
    out: PathBuf,
}

#[derive(Debug, Args)]
struct TokenArgs {
    #[command(subcommand)]
    action: TokenAction,
}

#[derive(Debug, Subcommand)]
enum TokenAction {
    /// Make a token; its text is printed once, on the last line
    Create {
        /// Data folder
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// What it allows
        #[arg(long, value_enum)]
        role: crate::store::Role,
        /// Where it allows it: a workspace, or '*' for all
        #[arg(long, default_value = "*")]
        workspace: String,
        /// How long it holds, such as 90days or 1year
        #[arg(long, value_name = "DURATION")]
        expires: Option<humantime::Duration>,
    },
    /// List the tokens (never their secrets)
    List {
        /// Data folder
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Take a token back
    Revoke {
        /// Its public part, as 'list' shows it, or the whole token
        token: String,
        /// Data folder
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// Data folder whose files are checked too
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Run the probes outside of the box, to see that they prove something (for tests, as root)
    #[arg(long, hide = true)]
    unboxed: bool,
}

/// Runs the program.
pub fn run() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("govmaps: {error:#}");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    fn run(self) -> anyhow::Result<ExitCode> {
        let flags = self.command.flags();
        let sources = Sources::read(self.config, &flags)?;
        let settings = sources.settings.clone();
        crate::logging::start(&settings.log);
        match self.command {
            Command::Serve(args) => serve::run(settings, &args.files)?,
            Command::Import(args) => return runtime()?.block_on(import::run(settings, args)),
            Command::Sample(args) => write_sample(&args)?,
            Command::Token(args) => runtime()?.block_on(token::run(settings, args.action))?,
            Command::Check(args) => return runtime()?.block_on(check::run(settings, args)),
            Command::Config => {
                for (name, value, origin) in sources.describe() {
                    println!("{name} = {value}    # {origin}");
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Command {
    /// What was said on the command line, as settings.
    fn flags(&self) -> Value {
        let mut flags = Map::new();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                flags.insert(name.to_owned(), value);
            }
        };
        let data = match self {
            Self::Serve(args) => {
                set("bind", args.bind.map(|bind| json!(bind)));
                set(
                    "public_address",
                    args.public_address.as_ref().map(|a| json!(a)),
                );
                set("title", args.title.as_ref().map(|t| json!(t)));
                &args.data
            }
            Self::Import(args) => &args.data,
            Self::Check(args) => &args.data,
            Self::Token(args) => match &args.action {
                TokenAction::Create { data, .. }
                | TokenAction::List { data }
                | TokenAction::Revoke { data, .. } => data,
            },
            Self::Sample(_) | Self::Config => &None,
        };
        set("data", data.as_ref().map(|data| json!(data)));
        Value::Object(flags)
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}

/// The data folder, which must be said.
fn data_folder(settings: &Settings) -> anyhow::Result<PathBuf> {
    settings
        .data
        .clone()
        .ok_or_else(|| anyhow::anyhow!("name the data folder: --data DIR"))
}

/// Store and importer of a data folder.
fn open_folder(settings: &Settings, folder: &Path) -> anyhow::Result<(Arc<dyn Store>, Importer)> {
    ingest::crs::set_grid_folder(&folder.join("proj"));
    let store: Arc<dyn Store> = Arc::new(EmbeddedStore::open(
        folder,
        settings.limits.free_disk_bytes,
    )?);
    let importer = Importer {
        store: store.clone(),
        snapshots: SnapshotFolder::new(&folder.join("snapshots"))?,
        reader: ReaderProgram::beside_this(&settings.reader)?,
    };
    Ok((store, importer))
}

fn write_sample(args: &SampleArgs) -> anyhow::Result<()> {
    anyhow::ensure!(
        !args.out.exists(),
        "{} is there already; name another file",
        args.out.display()
    );
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {human_pos} features") {
        bar.set_style(style);
    }
    // under another name until it is whole
    let unfinished = args.out.with_extension("gpkg.part");
    let _ = std::fs::remove_file(&unfinished);
    let written = crate::sample::write(&unfinished, args.scale, &|layer, features| {
        bar.set_message(layer.to_owned());
        bar.set_position(features);
    });
    bar.finish_and_clear();
    let summary = written.inspect_err(|_| drop(std::fs::remove_file(&unfinished)))?;
    std::fs::rename(&unfinished, &args.out)?;
    for (layer, features) in &summary.layers {
        println!("{layer}: {features} features");
    }
    println!("{} features in {}", summary.features, args.out.display());
    Ok(())
}

impl ImportArgs {
    fn mode(&self) -> PublishMode {
        if self.mode == "replace" {
            PublishMode::Replace
        } else {
            PublishMode::New
        }
    }

    fn visibility(&self) -> Visibility {
        if self.visibility == "private" {
            Visibility::Private
        } else {
            Visibility::Public
        }
    }
}
