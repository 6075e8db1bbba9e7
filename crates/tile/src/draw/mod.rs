//! From a feature's paths in drawing coordinates to the commands of a tile.
//!
//! Order of work: vertices kept by rank → cut to where the fit holds → fitted → cut to the tile
//! with its buffer → rounded to whole units → duplicates and collapsed rings dropped → polygons
//! checked and mended → commands.
//!
//! Whatever happens to a border shared by two features happens to both alike: vertices are kept,
//! fitted and rounded each by itself, and segments are cut in a direction that does not depend
//! on which feature they come from.

mod clip;
mod contact;
mod faces;
mod line;
mod mend;
mod options;
mod painter;
mod path;
mod paths;
mod polygon;
mod rank;
mod ring;
mod scratch;

pub use options::DrawOptions;
pub use painter::Painter;
pub use path::{Path, PathRole};
pub use scratch::{Drawn, Scratch, Tally};
