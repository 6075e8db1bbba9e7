//! The values of one column of a snapshot.

use bytemuck::{Pod, try_cast_slice};

use super::section::Form;
use crate::layer::{ColumnType, Value};

/// A column, borrowed from its snapshot; rows are the snapshot's rows.
///
/// Reading a value costs two or three memory accesses and allocates nothing.
#[derive(Debug, Clone, Copy)]
pub struct ColumnView<'a> {
    pub(super) is_text: bool,
    pub(super) nulls: Option<&'a [u64]>,
    pub(super) values: Values<'a>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Values<'a> {
    AllNull,
    Bits(&'a [u64]),
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    F64(&'a [f64]),
    Coded(Codes<'a>, Texts<'a>),
    Plain(Texts<'a>),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Codes<'a> {
    Narrow(&'a [u8]),
    Middle(&'a [u16]),
    Wide(&'a [u32]),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Texts<'a> {
    offsets: Offsets<'a>,
    bytes: &'a [u8],
}

#[derive(Debug, Clone, Copy)]
enum Offsets<'a> {
    Narrow(&'a [u32]),
    Wide(&'a [u64]),
}

impl<'a> ColumnView<'a> {
    /// The value of a row; null beyond the end, and where a damaged file holds no value.
    pub fn get(&self, row: u32) -> Value<'a> {
        if self.is_null(row) {
            return Value::Null;
        }
        let at = row as usize;
        let integer = |value: Option<i64>| value.map_or(Value::Null, Value::Integer);
        match self.values {
            Values::AllNull => Value::Null,
            Values::Bits(words) => bit(words, at).map_or(Value::Null, Value::Bool),
            Values::I8(all) => integer(all.get(at).map(|&v| v.into())),
            Values::I16(all) => integer(all.get(at).map(|&v| v.into())),
            Values::I32(all) => integer(all.get(at).map(|&v| v.into())),
            Values::I64(all) => integer(all.get(at).copied()),
            Values::F64(all) => all.get(at).map_or(Value::Null, |&v| Value::Real(v)),
            Values::Coded(codes, _) => codes
                .get(at)
                .map_or(Value::Null, |code| self.dictionary_value(code)),
            Values::Plain(texts) => self.text(texts.get(at)),
        }
    }

    /// Whether the value of a row is null by the column's null bits.
    fn is_null(&self, row: u32) -> bool {
        self.nulls
            .is_some_and(|words| bit(words, row as usize).unwrap_or(true))
    }

    /// The number of a row's value in the dictionary; `None` where the value is null or the column
    /// has no dictionary.
    pub fn dictionary_code(&self, row: u32) -> Option<u32> {
        match self.values {
            Values::Coded(codes, _) if !self.is_null(row) => codes.get(row as usize),
            _ => None,
        }
    }

    /// How many entries the dictionary has, numbered from 0 as they first appear in row order;
    /// `None` where the column has no dictionary.
    pub fn dictionary_len(&self) -> Option<u32> {
        match self.values {
            Values::Coded(_, entries) => Some(entries.len()),
            _ => None,
        }
    }

    /// An entry of the dictionary; null beyond its end.
    pub fn dictionary_value(&self, code: u32) -> Value<'a> {
        match self.values {
            Values::Coded(_, entries) => self.text(entries.get(code as usize)),
            _ => Value::Null,
        }
    }

    fn text(&self, bytes: Option<&'a [u8]>) -> Value<'a> {
        match bytes {
            Some(bytes) if self.is_text => {
                std::str::from_utf8(bytes).map_or(Value::Null, Value::Text)
            }
            Some(bytes) => Value::Binary(bytes),
            None => Value::Null,
        }
    }
}

impl<'a> Values<'a> {
    /// Values from the bytes of their sections; `None` when they are no multiple of an element.
    pub(super) fn new(
        form: Form,
        values: &'a [u8],
        (entries_form, entries): (Form, &'a [u8]),
        bytes: &'a [u8],
    ) -> Option<Self> {
        let entries = || Texts::new(entries_form, entries, bytes);
        Some(match form {
            Form::AllNull => Self::AllNull,
            Form::Bits => Self::Bits(cast(values)?),
            Form::I8 => Self::I8(cast(values)?),
            Form::I16 => Self::I16(cast(values)?),
            Form::I32 => Self::I32(cast(values)?),
            Form::I64 => Self::I64(cast(values)?),
            Form::F64 => Self::F64(cast(values)?),
            Form::Codes8 => Self::Coded(Codes::Narrow(values), entries()?),
            Form::Codes16 => Self::Coded(Codes::Middle(cast(values)?), entries()?),
            Form::Codes32 => Self::Coded(Codes::Wide(cast(values)?), entries()?),
            Form::Offsets32 | Form::Offsets64 => Self::Plain(Texts::new(form, values, bytes)?),
            Form::Own => return None,
        })
    }

    /// Whether a column of this type may be written so.
    pub(super) fn suit(&self, kind: ColumnType) -> bool {
        match self {
            Self::AllNull => true,
            Self::Bits(_) => kind == ColumnType::Bool,
            Self::I8(_) | Self::I16(_) | Self::I32(_) | Self::I64(_) => kind == ColumnType::Integer,
            Self::F64(_) => kind == ColumnType::Real,
            Self::Coded(..) | Self::Plain(_) => kind.is_textual() || kind == ColumnType::Binary,
        }
    }
}

impl Codes<'_> {
    fn get(&self, row: usize) -> Option<u32> {
        match self {
            Self::Narrow(all) => all.get(row).map(|&code| code.into()),
            Self::Middle(all) => all.get(row).map(|&code| code.into()),
            Self::Wide(all) => all.get(row).copied(),
        }
    }
}

impl<'a> Texts<'a> {
    fn new(form: Form, offsets: &'a [u8], bytes: &'a [u8]) -> Option<Self> {
        let offsets = match form {
            Form::Offsets32 => Offsets::Narrow(cast(offsets)?),
            Form::Offsets64 => Offsets::Wide(cast(offsets)?),
            _ => return None,
        };
        Some(Self { offsets, bytes })
    }

    fn len(&self) -> u32 {
        let offsets = match self.offsets {
            Offsets::Narrow(all) => all.len(),
            Offsets::Wide(all) => all.len(),
        };
        u32::try_from(offsets.saturating_sub(1)).unwrap_or(u32::MAX)
    }

    fn get(&self, i: usize) -> Option<&'a [u8]> {
        let (start, end) = match self.offsets {
            Offsets::Narrow(all) => (u64::from(*all.get(i)?), u64::from(*all.get(i + 1)?)),
            Offsets::Wide(all) => (*all.get(i)?, *all.get(i + 1)?),
        };
        self.bytes
            .get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }
}

fn bit(words: &[u64], at: usize) -> Option<bool> {
    words.get(at / 64).map(|word| word >> (at % 64) & 1 == 1)
}

fn cast<T: Pod>(bytes: &[u8]) -> Option<&[T]> {
    try_cast_slice(bytes).ok()
}
