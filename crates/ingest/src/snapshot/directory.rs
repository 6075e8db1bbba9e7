//! Finding the sections of a snapshot when it is opened, and checking their lengths.
//!
//! Errors are the words that say what is wrong with the file.

use std::collections::HashMap;
use std::ops::Range;

use bytemuck::try_cast_slice;
use xxhash_rust::xxh3::xxh3_64;

use super::column_view::Values;
use super::header::Header;
use super::section::{Entry, Form, MOST_COLUMNS, SectionId};
use super::tree::TreeShape;
use crate::layer::LayerSchema;

/// Where the sections lie that every layer has, and those that some have.
#[derive(Debug)]
pub(super) struct Sections {
    pub(super) ids: Range<usize>,
    pub(super) rows_by_id: Range<usize>,
    pub(super) kinds: Range<usize>,
    /// Offsets of paths, offsets of vertices, roles.
    pub(super) paths: Option<[Range<usize>; 3]>,
    pub(super) drawing: Range<usize>,
    pub(super) exact: Option<Range<usize>>,
    pub(super) heights: Option<Range<usize>>,
    pub(super) tree: Range<usize>,
}

#[derive(Debug)]
pub(super) struct ColumnSections {
    pub(super) is_text: bool,
    pub(super) form: Form,
    pub(super) values: Range<usize>,
    pub(super) nulls: Option<Range<usize>>,
    pub(super) entries: (Form, Range<usize>),
    pub(super) bytes: Range<usize>,
}

impl ColumnSections {
    pub(super) fn values<'a>(&self, file: &'a [u8]) -> Option<Values<'a>> {
        let slice = |range: &Range<usize>| file.get(range.clone());
        Values::new(
            self.form,
            slice(&self.values)?,
            (self.entries.0, slice(&self.entries.1)?),
            slice(&self.bytes)?,
        )
    }
}

/// Reads and checks the table of sections.
pub(super) fn table(header: &Header, file: &[u8]) -> Result<Vec<Entry>, String> {
    let length = usize::try_from(header.section_count)
        .ok()
        .and_then(|count| count.checked_mul(Entry::WORDS * 8));
    let bytes = length
        .zip(usize::try_from(header.table_offset).ok())
        .and_then(|(length, start)| file.get(start..start.checked_add(length)?))
        .ok_or("the table of sections is not in the file")?;
    if xxh3_64(bytes) != header.table_checksum {
        return Err("the checksum of the table of sections is wrong".to_owned());
    }
    let words: &[[u64; Entry::WORDS]] =
        try_cast_slice(bytes).map_err(|_| "the table of sections is not aligned")?;
    Ok(words
        .iter()
        .map(|&words| Entry::from_words(words))
        .collect())
}

/// The sections by number, while a file is opened.
pub(super) struct Directory<'a> {
    entries: HashMap<SectionId, &'a Entry>,
    file_length: usize,
}

impl<'a> Directory<'a> {
    pub(super) fn new(entries: &'a [Entry], file_length: usize) -> Self {
        Self {
            entries: entries.iter().map(|entry| (entry.id, entry)).collect(),
            file_length,
        }
    }

    /// A section of any length that may be missing.
    fn find(&self, id: SectionId) -> Result<Option<(Form, Range<usize>)>, String> {
        let Some(entry) = self.entries.get(&id) else {
            return Ok(None);
        };
        let range = entry.range(self.file_length);
        let form = Form::from_code(entry.form);
        form.zip(range)
            .map(Some)
            .ok_or_else(|| format!("section {:#x} is not in the file", id.0))
    }

    pub(super) fn any(&self, id: SectionId) -> Result<Range<usize>, String> {
        self.find(id)?
            .map(|(_, range)| range)
            .ok_or_else(|| format!("section {:#x} is missing", id.0))
    }

    /// A section of `count` elements that may be missing.
    fn find_elements(
        &self,
        id: SectionId,
        count: u64,
        width: u64,
    ) -> Result<Option<Range<usize>>, String> {
        match self.find(id)? {
            Some((_, range)) if Some(range.len() as u64) != count.checked_mul(width) => {
                Err(format!("section {:#x} has a wrong length", id.0))
            }
            found => Ok(found.map(|(_, range)| range)),
        }
    }

    fn elements(&self, id: SectionId, count: u64, width: u64) -> Result<Range<usize>, String> {
        self.find_elements(id, count, width)?
            .ok_or_else(|| format!("section {:#x} is missing", id.0))
    }

    pub(super) fn sections(
        &self,
        header: &Header,
        schema: &LayerSchema,
        tree: &TreeShape,
    ) -> Result<Sections, String> {
        let Header {
            rows,
            drawn,
            paths,
            vertices,
            ..
        } = *header;
        let paths = if header.points_only {
            if (paths, vertices) != (drawn, drawn) {
                return Err("a layer of points with more vertices than rows".to_owned());
            }
            None
        } else {
            Some([
                self.elements(SectionId::PATH_OFFSETS, drawn.saturating_add(1), 4)?,
                self.elements(SectionId::VERTEX_OFFSETS, paths.saturating_add(1), 4)?,
                self.elements(SectionId::ROLES, paths, 1)?,
            ])
        };
        let heights = if schema.has_z {
            Some(self.elements(SectionId::HEIGHTS, vertices, 8)?)
        } else {
            None
        };
        Ok(Sections {
            ids: self.elements(SectionId::IDS, rows, 8)?,
            rows_by_id: self.elements(SectionId::ROWS_BY_ID, rows, 4)?,
            kinds: self.elements(SectionId::KINDS, rows, 1)?,
            paths,
            drawing: self.elements(SectionId::DRAWING, vertices, 8)?,
            exact: self.find_elements(SectionId::EXACT, vertices, 16)?,
            heights,
            tree: self.elements(SectionId::TREE, tree.length() as u64, 1)?,
        })
    }

    pub(super) fn column(
        &self,
        column: usize,
        schema: &LayerSchema,
        rows: usize,
        file: &[u8],
    ) -> Result<ColumnSections, String> {
        let kind = schema.columns[column].kind;
        let wrong = || format!("the sections of column {column} do not fit together");
        if column >= MOST_COLUMNS {
            return Err(wrong());
        }
        let find = |id: SectionId| self.find(id.of_column(column));
        let (form, values) = find(SectionId::VALUES)?.ok_or_else(wrong)?;
        let nulls = find(SectionId::NULLS)?.map(|(_, range)| range);
        let nulls_fit = nulls
            .as_ref()
            .is_none_or(|range| Some(range.len()) == Form::Bits.length(rows));
        let sections = ColumnSections {
            is_text: kind.is_textual(),
            form,
            nulls,
            entries: find(SectionId::ENTRY_OFFSETS)?.unwrap_or((Form::Own, 0..0)),
            bytes: find(SectionId::BYTES)?.map_or(0..0, |(_, range)| range),
            values,
        };
        let suits = sections
            .values(file)
            .is_some_and(|values| values.suit(kind));
        if suits && nulls_fit && form.length(rows) == Some(sections.values.len()) {
            Ok(sections)
        } else {
            Err(wrong())
        }
    }
}
