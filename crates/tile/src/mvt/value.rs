//! A value of a feature's tag.

use super::protobuf::{bytes_field, double_field, number_field, zigzag_64};

/// What a tag holds; a null value has no tag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// A double.
    Double(f64),
    /// A whole number.
    Int(i64),
    /// True or false.
    Bool(bool),
}

impl Value<'_> {
    /// The bytes of its `Value` message (MVT 2.1, 4.4): field 1 text, 3 double, 5 uint, 6 sint,
    /// 7 bool.
    ///
    /// A negative whole number is written as `sint`, any other as `uint`: both are the shortest.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Text(text) => bytes_field(out, 1, text.as_bytes()),
            Self::Double(value) => double_field(out, 3, value),
            Self::Int(value) => match u64::try_from(value) {
                Ok(value) => number_field(out, 5, value),
                Err(_) => number_field(out, 6, zigzag_64(value)),
            },
            Self::Bool(value) => number_field(out, 7, u64::from(value)),
        }
    }
}
