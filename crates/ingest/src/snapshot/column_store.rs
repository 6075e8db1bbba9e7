//! A column of a layer under construction, and the sections it becomes.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::section::{Form, Section, SectionId};
use crate::error::{Error, Result};
use crate::layer::{Bitmap, Column, ColumnData, ColumnSchema, ColumnType};

/// The values of one column in the order they came.
#[derive(Debug)]
pub(super) struct ColumnStore {
    name: String,
    valid: Bitmap,
    data: Data,
}

#[derive(Debug)]
enum Data {
    Bool(Bitmap),
    Integer(Vec<i64>),
    Real(Vec<f64>),
    Bytes { offsets: Vec<u64>, bytes: Vec<u8> },
}

impl ColumnStore {
    pub(super) fn new(schema: &ColumnSchema) -> Self {
        let data = match schema.kind {
            ColumnType::Bool => Data::Bool(Bitmap::default()),
            ColumnType::Integer => Data::Integer(Vec::new()),
            ColumnType::Real => Data::Real(Vec::new()),
            _ => Data::Bytes {
                offsets: vec![0],
                bytes: Vec::new(),
            },
        };
        Self {
            name: schema.name.clone(),
            valid: Bitmap::default(),
            data,
        }
    }

    /// Appends the values of `rows` rows.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the column has another type or another number of rows.
    pub(super) fn append(&mut self, column: &Column, rows: usize) -> Result<()> {
        let length = match (&mut self.data, &column.data) {
            (Data::Bool(all), ColumnData::Bool(new)) => {
                (0..new.len()).for_each(|i| all.push(new.contains(i)));
                new.len()
            }
            (Data::Integer(all), ColumnData::Integer(new)) => {
                all.extend_from_slice(new);
                new.len()
            }
            (Data::Real(all), ColumnData::Real(new)) => {
                all.extend_from_slice(new);
                new.len()
            }
            (Data::Bytes { offsets, bytes }, ColumnData::Text(new) | ColumnData::Binary(new)) => {
                for i in 0..new.len() {
                    bytes.extend_from_slice(new.get(i));
                    offsets.push(bytes.len() as u64);
                }
                new.len()
            }
            _ => return Err(self.unfit("values of another type")),
        };
        if length != rows || column.valid.len() != rows {
            return Err(self.unfit("another number of rows than its batch"));
        }
        (0..rows).for_each(|i| self.valid.push(column.valid.contains(i)));
        Ok(())
    }

    fn unfit(&self, what: &str) -> Error {
        Error::invalid(format!("column '{}' has {what}", self.name))
    }

    /// The sections of this column, the values put in an order of rows.
    pub(super) fn sections(&self, column: usize, order: &[u32]) -> Vec<Section> {
        let values = |form, bytes| Section::new(SectionId::VALUES.of_column(column), form, bytes);
        let present = self.valid.count();
        if present == 0 {
            return vec![values(Form::AllNull, Vec::new())];
        }
        let mut sections = match &self.data {
            Data::Bool(all) => vec![values(
                Form::Bits,
                bits(order, |from| {
                    self.valid.contains(from) && all.contains(from)
                }),
            )],
            Data::Integer(all) => vec![self.integers(all, column, order)],
            Data::Real(all) => vec![Section::of(
                SectionId::VALUES.of_column(column),
                Form::F64,
                self.each(order, |from| all[from], 0.0)
                    .map(f64::to_le_bytes),
            )],
            Data::Bytes { offsets, bytes } => {
                let text = |from: usize| &bytes[offsets[from] as usize..offsets[from + 1] as usize];
                let texts = || self.each(order, text, &[]);
                match Dictionary::of(self.each(order, |from| Some(text(from)), None)) {
                    Some(dictionary) => dictionary.sections(column),
                    None => plain(column, texts),
                }
            }
        };
        if present < order.len() {
            sections.push(Section::new(
                SectionId::NULLS.of_column(column),
                Form::Bits,
                bits(order, |from| !self.valid.contains(from)),
            ));
        }
        sections
    }

    /// The values in an order; `null` for those that are null, whatever is stored there.
    fn each<'a, T: Copy + 'a>(
        &'a self,
        order: &'a [u32],
        value: impl Fn(usize) -> T + 'a,
        null: T,
    ) -> impl ExactSizeIterator<Item = T> + 'a {
        order.iter().map(move |&from| {
            let from = from as usize;
            if self.valid.contains(from) {
                value(from)
            } else {
                null
            }
        })
    }

    fn integers(&self, all: &[i64], column: usize, order: &[u32]) -> Section {
        let id = SectionId::VALUES.of_column(column);
        let values = || self.each(order, |from| all[from], 0);
        let (min, max) = values().fold((0, 0), |(min, max), v| (v.min(min), v.max(max)));
        let fits = |low: i64, high: i64| low <= min && max <= high;
        if fits(i8::MIN.into(), i8::MAX.into()) {
            Section::of(id, Form::I8, values().map(|v| (v as i8).to_le_bytes()))
        } else if fits(i16::MIN.into(), i16::MAX.into()) {
            Section::of(id, Form::I16, values().map(|v| (v as i16).to_le_bytes()))
        } else if fits(i32::MIN.into(), i32::MAX.into()) {
            Section::of(id, Form::I32, values().map(|v| (v as i32).to_le_bytes()))
        } else {
            Section::of(id, Form::I64, values().map(i64::to_le_bytes))
        }
    }
}

/// The different values of a column, numbered as they first appear in row order.
struct Dictionary<'a> {
    entries: Vec<&'a [u8]>,
    codes: Vec<u32>,
}

impl<'a> Dictionary<'a> {
    /// `None` when more than half of the rows would be entries.
    fn of(values: impl ExactSizeIterator<Item = Option<&'a [u8]>>) -> Option<Self> {
        let most = values.len() / 2;
        let mut numbers = HashMap::with_hasher(Seed::random());
        let mut entries = Vec::new();
        let mut codes = Vec::with_capacity(values.len());
        for value in values {
            let Some(value) = value else {
                codes.push(0);
                continue;
            };
            let code = *numbers.entry(value).or_insert_with(|| {
                entries.push(value);
                entries.len() as u32 - 1
            });
            if entries.len() > most {
                return None;
            }
            codes.push(code);
        }
        Some(Self { entries, codes })
    }

    fn sections(&self, column: usize) -> Vec<Section> {
        let id = SectionId::VALUES.of_column(column);
        let codes = || self.codes.iter();
        let count = self.entries.len();
        let codes = if count <= 1 << 8 {
            Section::of(id, Form::Codes8, codes().map(|&c| [c as u8]))
        } else if count <= 1 << 16 {
            let codes = codes().map(|&c| (c as u16).to_le_bytes());
            Section::of(id, Form::Codes16, codes)
        } else {
            Section::of(id, Form::Codes32, codes().map(|c| c.to_le_bytes()))
        };
        let entries = || self.entries.iter().copied();
        let [offsets, bytes] = texts(column, SectionId::ENTRY_OFFSETS, entries);
        vec![codes, offsets, bytes]
    }
}

/// Hashes texts about three times faster than the standard library; seeded, so that no file can be
/// made to collide.
#[derive(Clone, Copy)]
struct Seed(u64);

impl Seed {
    fn random() -> Self {
        Self(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for Seed {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        *self
    }
}

impl Hasher for Seed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    // the length that stands before a slice's bytes: xxh3 takes it in by itself
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

fn plain<'a, I: ExactSizeIterator<Item = &'a [u8]>>(
    column: usize,
    values: impl Fn() -> I,
) -> Vec<Section> {
    texts(column, SectionId::VALUES, values).into()
}

/// Offsets and bytes of texts one after the other.
fn texts<'a, I: ExactSizeIterator<Item = &'a [u8]>>(
    column: usize,
    offsets: SectionId,
    values: impl Fn() -> I,
) -> [Section; 2] {
    let length: usize = values().map(<[u8]>::len).sum();
    let mut bytes = Vec::with_capacity(length);
    let mut ends = Vec::with_capacity(values().len() + 1);
    ends.push(0u64);
    for value in values() {
        bytes.extend_from_slice(value);
        ends.push(bytes.len() as u64);
    }
    let id = offsets.of_column(column);
    let offsets = if u32::try_from(length).is_ok() {
        let ends = ends.iter().map(|&end| (end as u32).to_le_bytes());
        Section::of(id, Form::Offsets32, ends)
    } else {
        Section::of(
            id,
            Form::Offsets64,
            ends.iter().map(|end| end.to_le_bytes()),
        )
    };
    let bytes = Section::new(SectionId::BYTES.of_column(column), Form::Own, bytes);
    [offsets, bytes]
}

fn bits(order: &[u32], bit: impl Fn(usize) -> bool) -> Vec<u8> {
    let bits: Bitmap = order.iter().map(|&from| bit(from as usize)).collect();
    bytemuck::cast_slice(bits.words()).to_vec()
}
