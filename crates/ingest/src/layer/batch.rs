//! Some thousand features on their way from a file to a version.

use super::{Bitmap, Column, LayerSchema};

/// Byte strings one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BytesColumn {
    /// Where each string starts, and the end of the last: one more than there are strings.
    pub offsets: Vec<u32>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Default for BytesColumn {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            bytes: Vec::new(),
        }
    }
}

impl BytesColumn {
    /// Appends a string. A batch stays far below the 4 GB that the offsets can address.
    pub fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        self.offsets
            .push(u32::try_from(self.bytes.len()).expect("a batch is cut at some megabytes"));
    }

    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// String `i`; empty beyond the end.
    pub fn get(&self, i: usize) -> &[u8] {
        match (self.offsets.get(i), self.offsets.get(i + 1)) {
            (Some(&from), Some(&to)) => self.bytes.get(from as usize..to as usize).unwrap_or(&[]),
            _ => &[],
        }
    }
}

/// Features by column: what the reader sends, what a version is written from and read into.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The features' ids: numbers in the source file before they are in the store, their
    /// permanent ids afterwards.
    pub ids: Vec<i64>,
    /// Rows that have a geometry (an empty one counts).
    pub has_geometry: Bitmap,
    /// ISO WKB, little endian, Z and M by the ISO codes (1000, 2000, 3000); no bytes where there
    /// is no geometry. Empty points are NaN coordinates.
    pub geometry: BytesColumn,
    /// One per column of the schema.
    pub columns: Vec<Column>,
}

impl Batch {
    /// No features yet, for layers of this schema.
    pub fn new(schema: &LayerSchema) -> Self {
        Self {
            ids: Vec::new(),
            has_geometry: Bitmap::default(),
            geometry: BytesColumn::default(),
            columns: schema
                .columns
                .iter()
                .map(|column| Column::new(column.kind))
                .collect(),
        }
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Appends id and geometry of a feature; its values are pushed onto each column by the caller.
    pub fn push_feature(&mut self, id: i64, wkb: Option<&[u8]>) {
        self.ids.push(id);
        self.has_geometry.push(wkb.is_some());
        self.geometry.push(wkb.unwrap_or(&[]));
    }

    /// The WKB of a row.
    pub fn wkb(&self, row: usize) -> Option<&[u8]> {
        self.has_geometry
            .contains(row)
            .then(|| self.geometry.get(row))
    }

    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        self.geometry.bytes.len()
            + self.ids.len() * 16
            + self
                .columns
                .iter()
                .map(|column| match &column.data {
                    super::ColumnData::Text(t) | super::ColumnData::Binary(t) => {
                        t.bytes.len() + t.len() * 4
                    }
                    _ => column.len() * 8,
                })
                .sum::<usize>()
    }
}
