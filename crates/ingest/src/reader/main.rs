//! `govmaps-reader`: reads strangers' files in a box and sends their features as frames.
//!
//! It is started by [`ingest::import::Reading`] with nothing in its environment, takes one
//! [`ingest::import::Order`] on stdin, locks itself in ([`sandbox`]), and writes frames to stdout.
//! The way of a file: [`archive`] unpacks · [`recognise`] tells the format by content · a folder
//! per format reads it twice: the first time its geometries are mended into a [`survey`], which
//! settles types, extent, encoding and CRS, the second time [`emitter`] sends batches.

mod archive;
mod column_name;
mod crs;
mod csv;
mod emitter;
mod findings;
mod geojson;
mod geometry;
mod geopackage;
mod getters;
mod probes;
mod recognise;
mod sandbox;
mod shapefile;
mod stop;
mod survey;
mod text;
mod typing;
mod work;

use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        None => work::run(),
        Some("--probe") => probes::run(),
        Some("--version") => {
            println!("govmaps-reader {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        Some(_) => Err("it is started by govmaps, not by hand".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}
