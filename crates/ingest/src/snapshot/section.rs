//! The table of sections: what lies where in a snapshot.

use std::ops::Range;

/// Sections start at multiples of it.
pub(super) const ALIGNMENT: u64 = 64;

/// The number by which a section is found; readers pass over numbers that they do not know.
///
/// A column's sections have `(column + 1) << 16` added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SectionId(pub(super) u32);

impl SectionId {
    /// The layer's schema as JSON.
    pub(super) const SCHEMA: Self = Self(1);
    /// `i64` per row: the feature's permanent id.
    pub(super) const IDS: Self = Self(2);
    /// `u32` per row: the rows in ascending order of id.
    pub(super) const ROWS_BY_ID: Self = Self(3);
    /// `u8` per row: the geometry's kind, 0 for none.
    pub(super) const KINDS: Self = Self(4);
    /// `u32` per drawn row and one more: where its paths start. Left out in a layer of points.
    pub(super) const PATH_OFFSETS: Self = Self(5);
    /// `u32` per path and one more: where its vertices start. Left out in a layer of points.
    pub(super) const VERTEX_OFFSETS: Self = Self(6);
    /// `u8` per path: its role. Left out in a layer of points.
    pub(super) const ROLES: Self = Self(7);
    /// `[i32; 2]` per vertex: drawing coordinates.
    pub(super) const DRAWING: Self = Self(8);
    /// `[f64; 2]` per vertex: exact coordinates, only where the drawing ones do not give them back.
    pub(super) const EXACT: Self = Self(9);
    /// `f64` per vertex: heights, in a layer with heights; NaN in a geometry that has none.
    pub(super) const HEIGHTS: Self = Self(10);
    /// The R-tree.
    pub(super) const TREE: Self = Self(11);

    // Reserved for tiles, not written yet:
    // 16  ranks: u8 per vertex, from which resolution on it matters
    // 17  visibility: u8 per row, from which resolution on it is drawn
    // 32 to 63    R-trees by visibility level
    // 256 to 511  level copies: simplified coordinates for low zooms, 16 numbers per level

    /// Values, codes of a dictionary or offsets of plain texts: the [`Form`] tells.
    pub(super) const VALUES: Self = Self(1);
    /// A bit per row that is set where the value is null; left out where none is.
    pub(super) const NULLS: Self = Self(2);
    /// Where each entry of the dictionary starts, and the end of the last.
    pub(super) const ENTRY_OFFSETS: Self = Self(3);
    /// The bytes of the dictionary or of the plain texts.
    pub(super) const BYTES: Self = Self(4);

    /// This section of a column.
    pub(super) fn of_column(self, column: usize) -> Self {
        let column = u32::try_from(column).expect("a schema has at most MOST_COLUMNS");
        Self((column + 1) << 16 | self.0)
    }
}

/// More columns have no numbers.
pub(super) const MOST_COLUMNS: usize = 0xfffe;

/// How a section's elements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Form {
    /// As the section's number says.
    Own = 0,
    /// No elements: every value of the column is null.
    AllNull = 1,
    /// A bit each, in words of 64.
    Bits = 2,
    /// `i8` numbers.
    I8 = 3,
    /// `i16` numbers.
    I16 = 4,
    /// `i32` numbers.
    I32 = 5,
    /// `i64` numbers.
    I64 = 6,
    /// `f64` numbers.
    F64 = 7,
    /// `u8` codes of a dictionary.
    Codes8 = 8,
    /// `u16` codes of a dictionary.
    Codes16 = 9,
    /// `u32` codes of a dictionary.
    Codes32 = 10,
    /// `u32` offsets into bytes, one more than there are texts.
    Offsets32 = 11,
    /// `u64` offsets into bytes, one more than there are texts.
    Offsets64 = 12,
}

impl Form {
    pub(super) fn from_code(code: u32) -> Option<Self> {
        [
            Self::Own,
            Self::AllNull,
            Self::Bits,
            Self::I8,
            Self::I16,
            Self::I32,
            Self::I64,
            Self::F64,
            Self::Codes8,
            Self::Codes16,
            Self::Codes32,
            Self::Offsets32,
            Self::Offsets64,
        ]
        .get(code as usize)
        .copied()
    }

    /// The bytes that `rows` elements take; `None` where the form does not tell.
    pub(super) fn length(self, rows: usize) -> Option<usize> {
        let (elements, width) = match self {
            Self::Own => return None,
            Self::AllNull => (0, 0),
            Self::Bits => (rows.div_ceil(64), 8),
            Self::I8 | Self::Codes8 => (rows, 1),
            Self::I16 | Self::Codes16 => (rows, 2),
            Self::I32 | Self::Codes32 => (rows, 4),
            Self::I64 | Self::F64 => (rows, 8),
            Self::Offsets32 => (rows.checked_add(1)?, 4),
            Self::Offsets64 => (rows.checked_add(1)?, 8),
        };
        elements.checked_mul(width)
    }
}

/// A section before it is written.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) id: SectionId,
    pub(super) form: Form,
    pub(super) bytes: Vec<u8>,
}

impl Section {
    pub(super) fn new(id: SectionId, form: Form, bytes: Vec<u8>) -> Self {
        Self { id, form, bytes }
    }

    /// A section of numbers, given by their bytes.
    pub(super) fn of<const WIDTH: usize>(
        id: SectionId,
        form: Form,
        elements: impl ExactSizeIterator<Item = [u8; WIDTH]>,
    ) -> Self {
        let mut bytes = Vec::with_capacity(elements.len() * WIDTH);
        elements.for_each(|element| bytes.extend_from_slice(&element));
        Self { id, form, bytes }
    }
}

/// A line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: SectionId,
    pub(super) form: u32,
    pub(super) offset: u64,
    pub(super) length: u64,
    /// xxh3-64 of the section's bytes.
    pub(super) checksum: u64,
}

impl Entry {
    /// Words of 64 bits in the file.
    pub(super) const WORDS: usize = 4;

    pub(super) fn to_words(self) -> [u64; Self::WORDS] {
        let head = u64::from(self.form) << 32 | u64::from(self.id.0);
        [head, self.offset, self.length, self.checksum]
    }

    pub(super) fn from_words([head, offset, length, checksum]: [u64; Self::WORDS]) -> Self {
        Self {
            id: SectionId(head as u32),
            form: (head >> 32) as u32,
            offset,
            length,
            checksum,
        }
    }

    /// Where the section lies; `None` when that is not wholly inside the file or not aligned.
    pub(super) fn range(&self, file_length: usize) -> Option<Range<usize>> {
        let start = usize::try_from(self.offset).ok()?;
        let end = start.checked_add(usize::try_from(self.length).ok()?)?;
        (end <= file_length && self.offset.is_multiple_of(ALIGNMENT)).then_some(start..end)
    }
}
