//! The values of one column, packed.

use super::{Bitmap, BytesColumn, ColumnType};

/// One column of a batch: values in row order, with the rows that have one.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Rows whose value is not null.
    pub valid: Bitmap,
    /// The values; a null row holds an arbitrary one (0, false, empty).
    pub data: ColumnData,
}

/// Packed values by how they are carried; [`ColumnType`] says what they mean.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Of [`ColumnType::Bool`].
    Bool(Bitmap),
    /// Of [`ColumnType::Integer`].
    Integer(Vec<i64>),
    /// Of [`ColumnType::Real`]; always finite.
    Real(Vec<f64>),
    /// Of every textual type; valid UTF-8.
    Text(BytesColumn),
    /// Of [`ColumnType::Binary`].
    Binary(BytesColumn),
}

/// One value, borrowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A finite double.
    Real(f64),
    /// Text, or what is carried as text (dates, lists, JSON).
    Text(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
}

impl Column {
    /// An empty column for values of a type.
    pub fn new(kind: ColumnType) -> Self {
        let data = match kind {
            ColumnType::Bool => ColumnData::Bool(Bitmap::default()),
            ColumnType::Integer => ColumnData::Integer(Vec::new()),
            ColumnType::Real => ColumnData::Real(Vec::new()),
            ColumnType::Binary => ColumnData::Binary(BytesColumn::default()),
            _ => ColumnData::Text(BytesColumn::default()),
        };
        Self {
            valid: Bitmap::default(),
            data,
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.valid.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.valid.is_empty()
    }

    /// Appends a value; one of another kind than the column's is stored as null and told by
    /// `false`, so that the caller can report it. NaN and infinities count as another kind.
    pub fn push(&mut self, value: Value<'_>) -> bool {
        let fits = match (&mut self.data, value) {
            (ColumnData::Bool(all), Value::Bool(v)) => {
                all.push(v);
                true
            }
            (ColumnData::Integer(all), Value::Integer(v)) => {
                all.push(v);
                true
            }
            (ColumnData::Real(all), Value::Real(v)) if v.is_finite() => {
                all.push(v);
                true
            }
            (ColumnData::Real(all), Value::Integer(v)) if v.unsigned_abs() <= 1 << 53 => {
                all.push(v as f64);
                true
            }
            (ColumnData::Text(all), Value::Text(v)) => {
                all.push(v.as_bytes());
                true
            }
            (ColumnData::Binary(all), Value::Binary(v)) => {
                all.push(v);
                true
            }
            _ => false,
        };
        if !fits {
            match &mut self.data {
                ColumnData::Bool(all) => all.push(false),
                ColumnData::Integer(all) => all.push(0),
                ColumnData::Real(all) => all.push(0.0),
                ColumnData::Text(all) | ColumnData::Binary(all) => all.push(&[]),
            }
        }
        self.valid.push(fits);
        fits || value == Value::Null
    }

    /// The value of a row; null beyond the end.
    pub fn get(&self, row: usize) -> Value<'_> {
        if !self.valid.contains(row) {
            return Value::Null;
        }
        match &self.data {
            ColumnData::Bool(all) => Value::Bool(all.contains(row)),
            ColumnData::Integer(all) => all.get(row).map_or(Value::Null, |&v| Value::Integer(v)),
            ColumnData::Real(all) => all.get(row).map_or(Value::Null, |&v| Value::Real(v)),
            ColumnData::Text(all) => {
                std::str::from_utf8(all.get(row)).map_or(Value::Null, Value::Text)
            }
            ColumnData::Binary(all) => Value::Binary(all.get(row)),
        }
    }
}
