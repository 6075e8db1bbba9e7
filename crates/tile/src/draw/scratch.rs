//! What is kept from feature to feature, and what comes of one.

use super::contact::Edge;
use super::mend::Mender;
use super::paths::Paths;
use super::polygon::Polygons;
use crate::mvt::{CommandWriter, GeometryType};

/// What became of the features drawn with a [`Scratch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Features of which something is in the tile.
    pub drawn: u64,
    /// Features outside the tile, or too small for it.
    pub empty: u64,
    /// Features left out because a vertex has no image.
    pub failed: u64,
    /// Polygons that were mended.
    pub mended: u64,
    /// Polygons drawn unchecked, because checking or mending them would cost too much.
    pub unchecked: u64,
}

/// Memory that is used again from feature to feature, also over tiles and layers.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Vertices of a path, before and after it is cut.
    pub(super) path: Vec<[f64; 2]>,
    pub(super) spare: Vec<[f64; 2]>,
    pub(super) pieces: Paths<f64>,
    pub(super) cut: Paths<f64>,
    /// A path in whole units.
    pub(super) whole: Vec<[i32; 2]>,
    /// What has been drawn of the feature so far.
    pub(super) points: Vec<[i32; 2]>,
    pub(super) lines: Paths<i32>,
    pub(super) polygons: Polygons,
    /// The polygon at work, its outer ring first.
    pub(super) rings: Paths<i32>,
    pub(super) edges: Vec<Edge>,
    pub(super) united: Polygons,
    pub(super) mender: Mender,
    pub(super) writers: [CommandWriter; 3],
    pub(super) tally: Tally,
}

impl Scratch {
    /// What became of all features so far.
    pub fn tally(&self) -> Tally {
        self.tally
    }

    pub(super) fn start(&mut self) {
        self.points.clear();
        self.lines.clear();
        self.polygons.clear();
        self.rings.clear();
        self.writers.iter_mut().for_each(CommandWriter::clear);
    }

    /// Writes what has been drawn.
    pub(super) fn write(&mut self) {
        let [points, lines, polygons] = &mut self.writers;
        points.points(&self.points);
        self.lines.iter().for_each(|line| lines.line(line));
        self.polygons.rings().for_each(|ring| polygons.ring(ring));
    }
}

/// What a feature looks like in a tile.
#[derive(Debug, Clone, Copy)]
pub struct Drawn<'s> {
    pub(super) scratch: &'s Scratch,
}

impl<'s> Drawn<'s> {
    /// The commands per type of geometry, up to three for a collection, none for a feature that
    /// is not in the tile. Each becomes a feature of the tile, with the same id and tags.
    pub fn parts(self) -> impl Iterator<Item = (GeometryType, &'s [u32])> {
        [
            GeometryType::Point,
            GeometryType::LineString,
            GeometryType::Polygon,
        ]
        .into_iter()
        .zip(self.scratch.writers.iter().map(CommandWriter::commands))
        .filter(|(_, commands)| !commands.is_empty())
    }

    /// Whether nothing of the feature is in the tile.
    pub fn is_empty(self) -> bool {
        self.parts().next().is_none()
    }
}
