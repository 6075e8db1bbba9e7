//! Reading a snapshot.

use std::ops::Range;
use std::path::{Path, PathBuf};

use bytemuck::{Pod, try_cast_slice};
use xxhash_rust::xxh3::xxh3_64;

use super::column_view::{ColumnView, Values};
use super::directory::{ColumnSections, Directory, Sections, table};
use super::geometry_view::{Coordinates, GeometryView, Paths};
use super::grid::Grid;
use super::header::Header;
use super::mapping::Mapping;
use super::section::{Entry, SectionId};
use super::tree::TreeShape;
use crate::error::{Error, Result};
use crate::layer::{Bbox, GeometryKind, LayerSchema};

/// A snapshot, mapped into memory: opening it parses nothing per feature.
///
/// Rows are numbered from 0 in Hilbert order; see the module. Where the file turns out damaged
/// at an access, the answer is empty or null; [`Snapshot::verify`] tells.
#[derive(Debug)]
pub struct Snapshot {
    path: PathBuf,
    mapping: Mapping,
    header: Header,
    schema: LayerSchema,
    sections: Sections,
    columns: Vec<ColumnSections>,
    tree: TreeShape,
    entries: Vec<Entry>,
}

impl Snapshot {
    /// Opens a snapshot: maps the file, checks header and table and the length of each section.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be opened, [`Error::Damaged`] when it is no whole
    /// snapshot of this version: the caller builds it anew.
    pub fn open(path: &Path) -> Result<Self> {
        let mapping = Mapping::open(path)?;
        Self::of(path, mapping).map_err(|what| Error::damaged(path, what))
    }

    fn of(path: &Path, mapping: Mapping) -> std::result::Result<Self, String> {
        let header = Header::from_bytes(&mapping)?;
        if header.file_length != mapping.len() as u64 {
            return Err("the file has been cut off".to_owned());
        }
        let entries = table(&header, &mapping)?;
        let directory = Directory::new(&entries, mapping.len());
        let schema = directory.any(SectionId::SCHEMA)?;
        let schema: LayerSchema = serde_json::from_slice(&mapping[schema])
            .map_err(|error| format!("the schema: {error}"))?;
        let rows = u32::try_from(header.rows).map_err(|_| "too many rows")?;
        let drawn = u32::try_from(header.drawn).map_err(|_| "too many rows")?;
        if drawn > rows {
            return Err("more rows drawn than there are".to_owned());
        }
        let tree = TreeShape::new(drawn);
        let sections = directory.sections(&header, &schema, &tree)?;
        let columns = (0..schema.columns.len())
            .map(|column| directory.column(column, &schema, rows as usize, &mapping))
            .collect::<std::result::Result<_, String>>()?;
        Ok(Self {
            path: path.to_owned(),
            mapping,
            header,
            schema,
            sections,
            columns,
            tree,
            entries,
        })
    }

    /// Reads the whole file and compares each section with its checksum: work for the background.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the first section that differs.
    pub fn verify(&self) -> Result<()> {
        for entry in &self.entries {
            let range = entry.range(self.mapping.len());
            let bytes = range.and_then(|range| self.mapping.get(range));
            if bytes.map(xxh3_64) != Some(entry.checksum) {
                let what = format!("the checksum of section {:#x} is wrong", entry.id.0);
                return Err(Error::damaged(&self.path, what));
            }
        }
        Ok(())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The size of the file.
    pub fn bytes(&self) -> u64 {
        self.header.file_length
    }

    /// The layer's schema.
    pub fn schema(&self) -> &LayerSchema {
        &self.schema
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.header.rows as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.header.rows == 0
    }

    /// How many features have a vertex: they are the rows below this number.
    pub fn geometry_count(&self) -> usize {
        self.header.drawn as usize
    }

    /// How many vertices all geometries have.
    pub fn vertex_count(&self) -> usize {
        self.header.vertices as usize
    }

    /// The exact extent, in the layer's unit; empty when no feature has a vertex.
    pub fn bbox(&self) -> Bbox {
        self.header.extent
    }

    /// The grid of the drawing coordinates.
    pub fn grid(&self) -> &Grid {
        &self.header.grid
    }

    /// Whether the exact coordinates are computed from the drawing ones.
    pub fn is_exact_on_grid(&self) -> bool {
        self.sections.exact.is_none()
    }

    /// The permanent id of a row's feature.
    pub fn id(&self, row: u32) -> Option<i64> {
        self.ids().get(row as usize).copied()
    }

    /// The permanent ids in row order.
    pub fn ids(&self) -> &[i64] {
        self.cast(&self.sections.ids)
    }

    /// The rows in ascending order of id.
    pub fn rows_by_id(&self) -> &[u32] {
        self.cast(&self.sections.rows_by_id)
    }

    /// The row of a feature.
    pub fn row_of(&self, id: i64) -> Option<u32> {
        let rows = self.rows_by_id();
        let first = self.id(*rows.first()?)?;
        // Ids ascend by at least one, so the place is not beyond the distance from the first; in a
        // layer without gaps it is just there.
        let guess = usize::try_from(id.checked_sub(first)?).ok()?;
        let reach = &rows[..rows.len().min(guess.saturating_add(1))];
        let hit = |at: usize| {
            let row = *reach.get(at)?;
            (self.id(row) == Some(id)).then_some(row)
        };
        hit(guess).or_else(|| hit(reach.partition_point(|&row| self.id(row) < Some(id))))
    }

    /// The geometry of a row; `None` where it is null.
    pub fn geometry(&self, row: u32) -> Option<GeometryView<'_>> {
        let code = *self.slice(&self.sections.kinds).get(row as usize)?;
        Some(GeometryView {
            kind: GeometryKind::from_code(code.into())?,
            row: row as usize,
            is_drawn: (row as usize) < self.geometry_count(),
            coordinates: self.coordinates(),
            path: &self.path,
        })
    }

    fn coordinates(&self) -> Coordinates<'_> {
        let paths = self
            .sections
            .paths
            .as_ref()
            .map(|[rows, paths, roles]| Paths {
                path_offsets: self.cast(rows),
                vertex_offsets: self.cast(paths),
                roles: self.slice(roles),
            });
        Coordinates {
            paths,
            drawing: self.cast(&self.sections.drawing),
            exact: self.sections.exact.as_ref().map(|range| self.cast(range)),
            heights: self.sections.heights.as_ref().map(|range| self.cast(range)),
            grid: &self.header.grid,
        }
    }

    /// The envelope `[min, max]` of a row's drawing coordinates; `None` where it has no vertex.
    pub fn envelope(&self, row: u32) -> Option<[[i32; 2]; 2]> {
        self.tree
            .tree(self.slice(&self.sections.tree))
            .envelope(row as usize)
    }

    /// The rows whose envelope shares at least a step with the box `min`–`max`, ascending.
    pub fn search(&self, min: [i32; 2], max: [i32; 2]) -> Vec<u32> {
        self.tree
            .tree(self.slice(&self.sections.tree))
            .search(min, max)
    }

    /// The rows whose envelope may share a point with a box in the layer's unit, ascending.
    ///
    /// Rounded outwards: no row is missing, some may lie up to a step and a half beside the box.
    pub fn search_bbox(&self, bbox: &Bbox) -> Vec<u32> {
        match self.header.grid.cover(bbox) {
            Some([min, max]) => self.search(min, max),
            None => Vec::new(),
        }
    }

    /// A column, by its place in the schema; beyond the last one every value is null.
    pub fn column(&self, column: usize) -> ColumnView<'_> {
        let view = self.columns.get(column).map(|sections| ColumnView {
            is_text: sections.is_text,
            nulls: sections.nulls.as_ref().map(|range| self.cast(range)),
            values: sections.values(&self.mapping).unwrap_or(Values::AllNull),
        });
        view.unwrap_or(ColumnView {
            is_text: true,
            nulls: None,
            values: Values::AllNull,
        })
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.mapping.get(range.clone()).unwrap_or(&[])
    }

    fn cast<T: Pod>(&self, range: &Range<usize>) -> &[T] {
        try_cast_slice(self.slice(range)).unwrap_or(&[])
    }
}
