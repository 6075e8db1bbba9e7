//! The geometries of a layer under construction, flat and in the order they came.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::layer::{Batch, Bbox, Geometry, GeometryKind};

/// Rows that one task parses.
const ROWS_PER_TASK: usize = 512;

/// Geometries as lists: rows of paths, paths of vertices.
#[derive(Debug)]
pub(super) struct Shapes {
    has_z: bool,
    /// Per row: kind, 0 for null.
    pub(super) kinds: Vec<u8>,
    /// Per row: box of the vertices, empty where there are none.
    pub(super) boxes: Vec<Bbox>,
    /// Per row: end of its paths.
    path_ends: Vec<u32>,
    /// Per path: end of its vertices.
    vertex_ends: Vec<u32>,
    /// Per path.
    pub(super) roles: Vec<u8>,
    /// Per vertex.
    pub(super) xy: Vec<[f64; 2]>,
    /// Per vertex, in a layer with heights: NaN where a geometry has none.
    pub(super) z: Vec<f64>,
}

impl Shapes {
    pub(super) fn new(has_z: bool) -> Self {
        Self {
            has_z,
            kinds: Vec::new(),
            boxes: Vec::new(),
            path_ends: Vec::new(),
            vertex_ends: Vec::new(),
            roles: Vec::new(),
            xy: Vec::new(),
            z: Vec::new(),
        }
    }

    /// Parses a batch's geometries, on all cores.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the feature whose WKB is none, [`Error::Unsupported`] when there
    /// are more than 2^32 vertices.
    pub(super) fn append(&mut self, batch: &Batch) -> Result<()> {
        let starts: Vec<usize> = (0..batch.len()).step_by(ROWS_PER_TASK).collect();
        let parts: Vec<Result<Self>> = starts
            .par_iter()
            .map(|&start| {
                let rows = start..batch.len().min(start + ROWS_PER_TASK);
                Self::parsed(batch, rows, self.has_z)
            })
            .collect();
        parts.into_iter().try_for_each(|part| self.join(&part?))
    }

    fn parsed(batch: &Batch, rows: Range<usize>, has_z: bool) -> Result<Self> {
        let mut shapes = Self::new(has_z);
        let mut geometry = Geometry::empty(GeometryKind::Point);
        for row in rows {
            match batch.wkb(row) {
                None => shapes.kinds.push(0),
                Some(wkb) => {
                    geometry.read_wkb(wkb).map_err(|error| {
                        Error::invalid(format!("feature {}: {error}", batch.ids[row]))
                    })?;
                    shapes.kinds.push(geometry.kind as u8);
                    shapes.add(&geometry)?;
                }
            }
            if shapes.boxes.len() < shapes.kinds.len() {
                shapes.boxes.push(Bbox::EMPTY);
            }
            shapes.path_ends.push(number(shapes.roles.len())?);
        }
        Ok(shapes)
    }

    fn add(&mut self, geometry: &Geometry) -> Result<()> {
        let before = self.xy.len();
        for path in &geometry.paths {
            self.roles.push(path.role as u8);
            self.vertex_ends.push(number(before + path.end)?);
        }
        self.xy.extend_from_slice(&geometry.xy);
        if self.has_z {
            self.z.extend_from_slice(&geometry.z);
            self.z.resize(self.xy.len(), f64::NAN);
        }
        self.boxes.push(geometry.bbox());
        Ok(())
    }

    fn join(&mut self, part: &Self) -> Result<()> {
        number(self.roles.len() + part.roles.len())?;
        number(self.xy.len() + part.xy.len())?;
        let (paths, vertices) = (self.roles.len() as u32, self.xy.len() as u32);
        self.path_ends
            .extend(part.path_ends.iter().map(|end| end + paths));
        self.vertex_ends
            .extend(part.vertex_ends.iter().map(|end| end + vertices));
        self.kinds.extend_from_slice(&part.kinds);
        self.boxes.extend_from_slice(&part.boxes);
        self.roles.extend_from_slice(&part.roles);
        self.xy.extend_from_slice(&part.xy);
        self.z.extend_from_slice(&part.z);
        Ok(())
    }

    /// The box of all vertices.
    pub(super) fn extent(&self) -> Bbox {
        self.boxes
            .iter()
            .fold(Bbox::EMPTY, |all, bbox| all.union(bbox))
    }

    /// Whether each row that has a vertex has just this one, as a point.
    pub(super) fn points_only(&self) -> bool {
        (0..self.kinds.len()).all(|row| {
            let vertices = self.vertices(row);
            vertices.is_empty()
                || (self.kinds[row] == GeometryKind::Point as u8 && vertices.len() == 1)
        })
    }

    /// The paths of a row.
    pub(super) fn paths(&self, row: usize) -> Range<usize> {
        start(&self.path_ends, row)..self.path_ends[row] as usize
    }

    /// The vertices of a path.
    pub(super) fn path(&self, path: usize) -> Range<usize> {
        start(&self.vertex_ends, path)..self.vertex_ends[path] as usize
    }

    /// The vertices of a row.
    pub(super) fn vertices(&self, row: usize) -> Range<usize> {
        let paths = self.paths(row);
        start(&self.vertex_ends, paths.start)..start(&self.vertex_ends, paths.end)
    }
}

fn start(ends: &[u32], i: usize) -> usize {
    if i == 0 { 0 } else { ends[i - 1] as usize }
}

fn number(count: usize) -> Result<u32> {
    u32::try_from(count)
        .map_err(|_| Error::Unsupported("a layer of more than 4,294,967,295 vertices".to_owned()))
}
