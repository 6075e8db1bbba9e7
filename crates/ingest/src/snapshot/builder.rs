//! Building a snapshot from batches.

use std::ops::Range;
use std::path::Path;

use bytemuck::NoUninit;
use rayon::prelude::*;

use super::column_store::ColumnStore;
use super::grid::{CoordinateUnit, Grid};
use super::header::Header;
use super::hilbert::{centre, hilbert_key};
use super::section::{Form, MOST_COLUMNS, Section, SectionId};
use super::section_file::SectionFile;
use super::shapes::Shapes;
use super::tree::tree_bytes;
use crate::error::{Error, Result};
use crate::layer::{Batch, LayerSchema};

/// Vertices that one task packs.
const VERTICES_PER_TASK: usize = 1 << 15;
/// Tasks whose results wait in memory to be written.
const TASKS_PER_WRITE: usize = 64;

/// Takes the features of a layer version and writes them as a snapshot.
///
/// The layer is held in memory until it is written. The same features give the same bytes,
/// however they are cut into batches and on however many cores.
#[derive(Debug)]
pub struct Builder {
    schema: LayerSchema,
    unit: CoordinateUnit,
    ids: Vec<i64>,
    shapes: Shapes,
    columns: Vec<ColumnStore>,
}

impl Builder {
    /// Starts a snapshot of a layer; `unit` is what its CRS measures in (any for a table).
    pub fn new(schema: LayerSchema, unit: CoordinateUnit) -> Self {
        Self {
            unit,
            ids: Vec::new(),
            shapes: Shapes::new(schema.has_z),
            columns: schema.columns.iter().map(ColumnStore::new).collect(),
            schema,
        }
    }

    /// Adds features. After an error the builder is of no more use.
    ///
    /// # Errors
    /// [`Error::Invalid`] when ids do not ascend over all batches, a geometry is no WKB or the
    /// columns are not the schema's; [`Error::Unsupported`] beyond 2^32 features or vertices.
    pub fn append(&mut self, batch: &Batch) -> Result<()> {
        let last = self.ids.last().copied();
        let ascending = batch.ids.windows(2).all(|pair| pair[0] < pair[1])
            && batch.ids.first().is_none_or(|&id| last < Some(id));
        if !ascending {
            return Err(Error::invalid("feature ids that do not ascend"));
        }
        let rows = batch.len();
        if batch.columns.len() != self.columns.len()
            || batch.has_geometry.len() != rows
            || batch.geometry.len() != rows
        {
            return Err(Error::invalid("a batch that is not of the layer's schema"));
        }
        if self.ids.len() + rows > u32::MAX as usize {
            return Err(Error::Unsupported(
                "a layer of more than 4,294,967,295 features".to_owned(),
            ));
        }
        self.ids.extend_from_slice(&batch.ids);
        let (shapes, columns) = (&mut self.shapes, &mut self.columns);
        let (geometry, values) = rayon::join(
            || shapes.append(batch),
            || {
                let mut pairs = columns.iter_mut().zip(&batch.columns);
                pairs.try_for_each(|(store, column)| store.append(column, rows))
            },
        );
        geometry.and(values)
    }

    /// Writes the snapshot, which is on the disk when this returns: the caller gives a temporary
    /// name and renames the file. After an error a file of that name may be left.
    ///
    /// # Errors
    /// [`Error::Io`] from the disk, [`Error::Unsupported`] for more than 65,534 columns.
    pub fn finish(self, path: &Path) -> Result<()> {
        if self.columns.len() > MOST_COLUMNS {
            return Err(Error::Unsupported("a layer of 65,535 columns".to_owned()));
        }
        let extent = self.shapes.extent();
        let grid = Grid::fit(self.unit, &extent);
        let order = Order::new(&self.shapes, &grid);
        let points_only = self.shapes.points_only();

        let mut file = SectionFile::create(path)?;
        for section in self.row_sections(&order) {
            file.write(&section)?;
        }
        if !points_only {
            for section in self.path_sections(&order) {
                file.write(&section)?;
            }
        }
        self.write_coordinates(&order, &grid, &mut file)?;
        let columns: Vec<Vec<Section>> = self
            .columns
            .par_iter()
            .enumerate()
            .map(|(column, store)| store.sections(column, &order.rows))
            .collect();
        for section in columns.iter().flatten() {
            file.write(section)?;
        }
        file.finish(Header {
            file_length: 0,
            table_offset: 0,
            section_count: 0,
            table_checksum: 0,
            rows: order.rows.len() as u64,
            drawn: order.drawn as u64,
            paths: self.shapes.roles.len() as u64,
            vertices: self.shapes.xy.len() as u64,
            points_only,
            grid,
            extent,
        })
    }

    fn row_sections(&self, order: &Order) -> [Section; 5] {
        let schema = serde_json::to_vec(&self.schema).expect("a schema is plain data");
        let mut rows_by_id = vec![0u32; order.rows.len()];
        for (row, &from) in (0u32..).zip(&order.rows) {
            rows_by_id[from as usize] = row;
        }
        let froms = || order.rows.iter().map(|&from| from as usize);
        [
            Section::new(SectionId::SCHEMA, Form::Own, schema),
            Section::of(
                SectionId::IDS,
                Form::Own,
                froms().map(|from| self.ids[from].to_le_bytes()),
            ),
            Section::of(
                SectionId::ROWS_BY_ID,
                Form::Own,
                rows_by_id.iter().map(|row| row.to_le_bytes()),
            ),
            Section::of(
                SectionId::KINDS,
                Form::Own,
                froms().map(|from| [self.shapes.kinds[from]]),
            ),
            Section::new(SectionId::TREE, Form::Own, tree_bytes(&order.envelopes)),
        ]
    }

    fn path_sections(&self, order: &Order) -> [Section; 3] {
        let mut path_offsets = vec![0u32];
        let mut vertex_offsets = vec![0u32];
        let mut roles = Vec::with_capacity(self.shapes.roles.len());
        let mut vertices = 0;
        for &from in &order.rows[..order.drawn] {
            let paths = self.shapes.paths(from as usize);
            for path in paths.clone() {
                vertices += self.shapes.path(path).len() as u32;
                vertex_offsets.push(vertices);
            }
            roles.extend_from_slice(&self.shapes.roles[paths]);
            path_offsets.push(roles.len() as u32);
        }
        let offsets = |id, offsets: Vec<u32>| {
            Section::of(id, Form::Own, offsets.iter().map(|at| at.to_le_bytes()))
        };
        [
            offsets(SectionId::PATH_OFFSETS, path_offsets),
            offsets(SectionId::VERTEX_OFFSETS, vertex_offsets),
            Section::new(SectionId::ROLES, Form::Own, roles),
        ]
    }

    fn write_coordinates(&self, order: &Order, grid: &Grid, file: &mut SectionFile) -> Result<()> {
        let shapes = &self.shapes;
        let tasks = order.tasks(shapes);
        self.write_vertices(SectionId::DRAWING, order, &tasks, file, |vertex| {
            grid.step_of(shapes.xy[vertex])
        })?;
        if !shapes.xy.par_iter().all(|&xy| grid.is_exact(xy)) {
            self.write_vertices(SectionId::EXACT, order, &tasks, file, |v| shapes.xy[v])?;
        }
        if self.schema.has_z {
            self.write_vertices(SectionId::HEIGHTS, order, &tasks, file, |v| shapes.z[v])?;
        }
        Ok(())
    }

    /// Writes something of each vertex, in the order of rows.
    fn write_vertices<T: NoUninit + Send>(
        &self,
        id: SectionId,
        order: &Order,
        tasks: &[Range<usize>],
        file: &mut SectionFile,
        of_vertex: impl Fn(usize) -> T + Sync,
    ) -> Result<()> {
        let pack = |rows: &Range<usize>| -> Vec<T> {
            let mut packed = Vec::with_capacity(VERTICES_PER_TASK);
            for &from in &order.rows[rows.clone()] {
                packed.extend(self.shapes.vertices(from as usize).map(&of_vertex));
            }
            packed
        };
        file.write_pieces(id, Form::Own, |write| {
            for tasks in tasks.chunks(TASKS_PER_WRITE) {
                let packed: Vec<Vec<T>> = tasks.par_iter().map(pack).collect();
                for piece in packed {
                    write(bytemuck::cast_slice(&piece))?;
                }
            }
            Ok(())
        })
    }
}

/// Where each feature goes.
struct Order {
    /// Per row: which feature it is, in the order they came.
    rows: Vec<u32>,
    /// How many rows have a vertex: they come first.
    drawn: usize,
    /// Per drawn row: its envelope on the grid.
    envelopes: Vec<[[i32; 2]; 2]>,
}

impl Order {
    fn new(shapes: &Shapes, grid: &Grid) -> Self {
        let count = shapes.kinds.len() as u32;
        let envelope = |from: u32| {
            let bbox = &shapes.boxes[from as usize];
            [[bbox.min_x, bbox.min_y], [bbox.max_x, bbox.max_y]].map(|corner| grid.step_of(corner))
        };
        let is_drawn = |from: &u32| !shapes.boxes[*from as usize].is_empty();
        let mut keys: Vec<(u64, u32)> = (0..count)
            .into_par_iter()
            .filter(is_drawn)
            .map(|from| (hilbert_key(centre(envelope(from))), from))
            .collect();
        // Features come by ascending id, so the second part of the key breaks ties by id.
        keys.par_sort_unstable();
        let drawn = keys.len();
        let envelopes = keys.par_iter().map(|&(_, from)| envelope(from)).collect();
        let rows = keys.into_iter().map(|(_, from)| from);
        Self {
            rows: rows
                .chain((0..count).filter(|from| !is_drawn(from)))
                .collect(),
            drawn,
            envelopes,
        }
    }

    /// The drawn rows in runs of about as many vertices.
    fn tasks(&self, shapes: &Shapes) -> Vec<Range<usize>> {
        let mut tasks = Vec::new();
        let (mut start, mut vertices) = (0, 0);
        for row in 0..self.drawn {
            vertices += shapes.vertices(self.rows[row] as usize).len();
            if vertices >= VERTICES_PER_TASK || row + 1 == self.drawn {
                tasks.push(start..row + 1);
                (start, vertices) = (row + 1, 0);
            }
        }
        tasks
    }
}
