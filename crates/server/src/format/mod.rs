//! Writing features, for all protocols alike.

pub mod geojson;
mod number;
