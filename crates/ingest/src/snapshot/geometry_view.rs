//! The geometry of one row of a snapshot.

use std::ops::Range;
use std::path::Path;

use super::grid::Grid;
use crate::error::{Error, Result};
use crate::layer::{Geometry, GeometryKind, PathRole};

/// The coordinates of a snapshot, by section.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coordinates<'a> {
    /// `None` in a layer of points.
    pub(super) paths: Option<Paths<'a>>,
    pub(super) drawing: &'a [[i32; 2]],
    pub(super) exact: Option<&'a [[f64; 2]]>,
    pub(super) heights: Option<&'a [f64]>,
    pub(super) grid: &'a Grid,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Paths<'a> {
    pub(super) path_offsets: &'a [u32],
    pub(super) vertex_offsets: &'a [u32],
    pub(super) roles: &'a [u8],
}

/// A geometry, borrowed from its snapshot: x = east, y = north, in the layer's own CRS.
///
/// Vertices are numbered over the whole snapshot; [`GeometryView::paths`] gives the ranges that
/// the coordinates are asked by.
#[derive(Debug, Clone, Copy)]
pub struct GeometryView<'a> {
    pub(super) kind: GeometryKind,
    pub(super) row: usize,
    pub(super) is_drawn: bool,
    pub(super) coordinates: Coordinates<'a>,
    /// The snapshot, to be named in errors.
    pub(super) path: &'a Path,
}

impl<'a> GeometryView<'a> {
    /// What it is.
    pub fn kind(&self) -> GeometryKind {
        self.kind
    }

    /// Whether it has no vertices.
    pub fn is_empty(&self) -> bool {
        !self.is_drawn
    }

    /// Its paths in order, each with the range of its vertices; rings are closed as uploaded.
    ///
    /// In a damaged file the paths end where the first makes no sense.
    pub fn paths(&self) -> impl Iterator<Item = (PathRole, Range<usize>)> + use<'a> {
        let this = *self;
        self.path_range().map_while(move |path| this.path(path))
    }

    fn path_range(&self) -> Range<usize> {
        match self.coordinates.paths {
            _ if !self.is_drawn => 0..0,
            None => self.row..self.row + 1,
            Some(paths) => {
                let offset = |i: usize| paths.path_offsets.get(i).map_or(0, |&at| at as usize);
                let (start, end) = (offset(self.row), offset(self.row + 1));
                start..end.min(paths.roles.len())
            }
        }
    }

    fn path(&self, path: usize) -> Option<(PathRole, Range<usize>)> {
        let Some(paths) = self.coordinates.paths else {
            return Some((PathRole::Point, path..path + 1));
        };
        let role = PathRole::from_code(*paths.roles.get(path)?)?;
        let start = *paths.vertex_offsets.get(path)? as usize;
        let end = *paths.vertex_offsets.get(path + 1)? as usize;
        (start < end && end <= self.coordinates.drawing.len()).then_some((role, start..end))
    }

    /// The drawing coordinates of a range of vertices, in steps of the snapshot's grid; empty when
    /// the range is not in the snapshot.
    pub fn drawing(&self, range: Range<usize>) -> &'a [[i32; 2]] {
        self.coordinates.drawing.get(range).unwrap_or(&[])
    }

    /// The uploaded coordinates of a range of vertices, to the digit; none when the range is not
    /// in the snapshot.
    pub fn exact(
        &self,
        range: Range<usize>,
    ) -> impl ExactSizeIterator<Item = [f64; 2]> + DoubleEndedIterator + use<'a> {
        let grid = self.coordinates.grid;
        let drawing = self.drawing(range.clone());
        let exact = self
            .coordinates
            .exact
            .map(|all| all.get(range).unwrap_or(&[]));
        let length = exact.map_or(drawing.len(), <[_]>::len);
        (0..length).map(move |i| match exact {
            Some(exact) => exact[i],
            None => grid.coordinate(drawing[i]),
        })
    }

    /// The heights of a range of vertices; empty where the layer or the geometry has none.
    pub fn z(&self, range: Range<usize>) -> &'a [f64] {
        let heights = self
            .coordinates
            .heights
            .and_then(|all| all.get(range))
            .unwrap_or(&[]);
        match heights.first() {
            Some(first) if !first.is_nan() => heights,
            _ => &[],
        }
    }

    /// Fills a geometry with the exact coordinates, replacing what it held. Measures are not kept
    /// in snapshots.
    ///
    /// # Errors
    /// [`Error::Damaged`] when its offsets make no sense; it is empty then.
    pub fn to_geometry(&self, geometry: &mut Geometry) -> Result<()> {
        geometry.reset(self.kind);
        let mut heights = Some(());
        for (role, range) in self.paths() {
            let z = self.z(range.clone());
            geometry.xy.extend(self.exact(range));
            geometry.z.extend_from_slice(z);
            if z.is_empty() {
                heights = None;
            }
            geometry.end_path(role);
        }
        if heights.is_none() {
            geometry.z.clear();
        }
        let last = geometry.paths.last().map_or(0, |path| path.end);
        if geometry.paths.len() == self.path_range().len()
            && last == geometry.xy.len()
            && geometry.paths.is_empty() != self.is_drawn
        {
            return Ok(());
        }
        geometry.reset(self.kind);
        Err(Error::damaged(
            self.path,
            format!("the geometry of row {}", self.row),
        ))
    }
}
