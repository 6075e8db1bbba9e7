//! The bytes of a batch: columns one after the other, whole numbers as narrow as they allow.
//!
//! A batch is `u32` rows, `u32` columns, the ids, the geometry (bits, lengths, bytes), then per
//! column its null bits and values. Numbers are little endian. Whole numbers come as one width
//! byte (0, 1, 2, 4 or 8; 0 = all zero) and that many bytes each, signed; lengths likewise.

use crate::error::{Error, Result};
use crate::import::frame::BATCH_ROWS;
use crate::layer::{Batch, Bitmap, BytesColumn, Column, ColumnData, ColumnType, LayerSchema};

/// Appends the batch.
pub(super) fn write_batch(batch: &Batch, out: &mut Vec<u8>) {
    out.extend((batch.len() as u32).to_le_bytes());
    out.extend((batch.columns.len() as u32).to_le_bytes());
    write_integers(&batch.ids, out);
    write_bits(&batch.has_geometry, out);
    write_strings(&batch.geometry, out);
    for column in &batch.columns {
        write_bits(&column.valid, out);
        match &column.data {
            ColumnData::Bool(bits) => write_bits(bits, out),
            ColumnData::Integer(all) => write_integers(all, out),
            ColumnData::Real(all) => all.iter().for_each(|v| out.extend(v.to_le_bytes())),
            ColumnData::Text(all) | ColumnData::Binary(all) => write_strings(all, out),
        }
    }
}

fn write_bits(bits: &Bitmap, out: &mut Vec<u8>) {
    let bytes = bits.len().div_ceil(8);
    out.extend(
        bits.words()
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .take(bytes),
    );
}

fn write_integers(all: &[i64], out: &mut Vec<u8>) {
    let bits = all
        .iter()
        .map(|&v| {
            if v == 0 {
                0
            } else {
                65 - (v ^ (v >> 63)).leading_zeros()
            }
        })
        .max()
        .unwrap_or(0);
    let width = match bits {
        0 => 0usize,
        1..=8 => 1,
        9..=16 => 2,
        17..=32 => 4,
        _ => 8,
    };
    out.push(width as u8);
    if width > 0 {
        all.iter()
            .for_each(|v| out.extend_from_slice(&v.to_le_bytes()[..width]));
    }
}

fn write_strings(all: &BytesColumn, out: &mut Vec<u8>) {
    let lengths: Vec<i64> = all
        .offsets
        .windows(2)
        .map(|pair| i64::from(pair[1] - pair[0]))
        .collect();
    write_integers(&lengths, out);
    out.extend_from_slice(&all.bytes);
}

/// Reads a batch of a layer with this schema; the bytes may be a stranger's.
pub(super) fn read_batch(bytes: &[u8], schema: &LayerSchema) -> Result<Batch> {
    let mut input = Input { rest: bytes };
    let rows = input.u32()? as usize;
    if rows > BATCH_ROWS {
        return Err(bad("too many rows"));
    }
    if input.u32()? as usize != schema.columns.len() {
        return Err(bad("another number of columns than the schema"));
    }
    let ids = input.integers(rows)?;
    let has_geometry = input.bits(rows)?;
    let geometry = input.strings(rows)?;
    let mut columns = Vec::with_capacity(schema.columns.len());
    for column in &schema.columns {
        let valid = input.bits(rows)?;
        let data = match column.kind {
            ColumnType::Bool => ColumnData::Bool(input.bits(rows)?),
            ColumnType::Integer => ColumnData::Integer(input.integers(rows)?),
            ColumnType::Real => ColumnData::Real(input.reals(rows)?),
            ColumnType::Binary => ColumnData::Binary(input.strings(rows)?),
            _ => ColumnData::Text(input.strings(rows)?),
        };
        columns.push(Column { valid, data });
    }
    if !input.rest.is_empty() {
        return Err(bad("bytes left over"));
    }
    Ok(Batch {
        ids,
        has_geometry,
        geometry,
        columns,
    })
}

/// The error of a batch that breaks the form.
pub(super) fn bad(what: &str) -> Error {
    Error::Reader(format!("it sent a damaged batch: {what}"))
}

struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, rest) = self
            .rest
            .split_at_checked(n)
            .ok_or_else(|| bad("cut off"))?;
        self.rest = rest;
        Ok(head)
    }

    fn u32(&mut self) -> Result<u32> {
        let bytes = self.take(4)?.try_into().expect("four bytes were taken");
        Ok(u32::from_le_bytes(bytes))
    }

    fn bits(&mut self, rows: usize) -> Result<Bitmap> {
        let words = self
            .take(rows.div_ceil(8))?
            .chunks(8)
            .map(|chunk| {
                let mut word = [0; 8];
                word[..chunk.len()].copy_from_slice(chunk);
                u64::from_le_bytes(word)
            })
            .collect();
        Bitmap::from_words(words, rows).ok_or_else(|| bad("bits"))
    }

    fn integers(&mut self, rows: usize) -> Result<Vec<i64>> {
        let width = usize::from(self.take(1)?[0]);
        if width == 0 {
            return Ok(vec![0; rows]);
        }
        if !matches!(width, 1 | 2 | 4 | 8) {
            return Err(bad("width of numbers"));
        }
        let shift = 64 - 8 * width as u32;
        let bytes = self.take(rows * width)?;
        Ok(bytes
            .chunks_exact(width)
            .map(|chunk| {
                let mut value = [0; 8];
                value[..width].copy_from_slice(chunk);
                (i64::from_le_bytes(value) << shift) >> shift
            })
            .collect())
    }

    fn reals(&mut self, rows: usize) -> Result<Vec<f64>> {
        self.take(rows * 8)?
            .chunks_exact(8)
            .map(|chunk| {
                let value = f64::from_le_bytes(chunk.try_into().expect("chunks of eight"));
                value
                    .is_finite()
                    .then_some(value)
                    .ok_or_else(|| bad("a number that is not finite"))
            })
            .collect()
    }

    fn strings(&mut self, rows: usize) -> Result<BytesColumn> {
        let lengths = self.integers(rows)?;
        let mut offsets = Vec::with_capacity(rows + 1);
        let mut end = 0u32;
        offsets.push(end);
        for length in lengths {
            end = u32::try_from(length)
                .ok()
                .and_then(|length| end.checked_add(length))
                .ok_or_else(|| bad("length of a text"))?;
            offsets.push(end);
        }
        let bytes = self.take(end as usize)?.to_vec();
        Ok(BytesColumn { offsets, bytes })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whole_numbers_of_any_size_come_back(all: Vec<i64>, narrow: Vec<i8>) {
            for all in [all, narrow.into_iter().map(i64::from).collect()] {
                let mut out = Vec::new();
                write_integers(&all, &mut out);
                let mut input = Input { rest: &out };
                prop_assert_eq!(input.integers(all.len()).unwrap(), all);
                prop_assert!(input.rest.is_empty());
            }
        }
    }

    #[test]
    fn small_numbers_take_one_byte() {
        for (values, bytes) in [(vec![0, 0], 1), (vec![127, -128], 3), (vec![128, 0], 5)] {
            let mut out = Vec::new();
            write_integers(&values, &mut out);
            assert_eq!(out.len(), bytes, "{values:?}");
        }
    }
}
