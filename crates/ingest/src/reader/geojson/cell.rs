//! One value of a feature's properties.

use std::borrow::Cow;
use std::fmt;

use ingest::layer::{ColumnType, Value};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::typing::Shape;

/// A JSON value; lists and objects as JSON text.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Cell {
    /// `null`, or a member that is not there.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number without fraction or exponent.
    Integer(i64),
    /// Another number.
    Real(f64),
    /// A text.
    Text(String),
    /// An array.
    List(String),
    /// An object.
    Json(String),
}

impl Cell {
    /// What it is, for finding the column's type.
    pub(super) fn shape(&self) -> Shape {
        match self {
            Self::Null => Shape::Null,
            Self::Bool(_) => Shape::Bool,
            Self::Integer(_) => Shape::Integer,
            Self::Real(_) => Shape::Real,
            Self::Text(text) => Shape::of_text(text),
            Self::List(_) => Shape::List,
            Self::Json(_) => Shape::Json,
        }
    }

    /// Gives it to `take` as a value of the type that the column has got.
    pub(super) fn give(&self, kind: ColumnType, take: &mut dyn FnMut(Value<'_>)) {
        match (kind, self) {
            (_, Self::Null) => take(Value::Null),
            (ColumnType::Bool, Self::Bool(v)) => take(Value::Bool(*v)),
            (ColumnType::Integer, Self::Integer(v)) => take(Value::Integer(*v)),
            (ColumnType::Real, Self::Integer(v)) => take(Value::Real(*v as f64)),
            (ColumnType::Real, Self::Real(v)) => take(Value::Real(*v)),
            (ColumnType::Json, _) => take(Value::Text(&self.json())),
            (_, Self::Text(text) | Self::List(text) | Self::Json(text)) => take(Value::Text(text)),
            _ => take(Value::Text(&self.json())),
        }
    }

    /// As JSON text.
    fn json(&self) -> Cow<'_, str> {
        match self {
            Self::List(json) | Self::Json(json) => Cow::Borrowed(json),
            Self::Null => Cow::Borrowed("null"),
            Self::Bool(v) => Cow::Owned(v.to_string()),
            Self::Integer(v) => Cow::Owned(v.to_string()),
            Self::Real(v) => Cow::Owned(serde_json::Value::from(*v).to_string()),
            Self::Text(v) => Cow::Owned(serde_json::Value::from(v.as_str()).to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Cell;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<Cell, E> {
                Ok(Cell::Null)
            }
            fn visit_bool<E>(self, v: bool) -> Result<Cell, E> {
                Ok(Cell::Bool(v))
            }
            fn visit_i64<E>(self, v: i64) -> Result<Cell, E> {
                Ok(Cell::Integer(v))
            }
            fn visit_u64<E>(self, v: u64) -> Result<Cell, E> {
                // Beyond 63 bits the digits are kept as text rather than rounded.
                Ok(i64::try_from(v).map_or_else(|_| Cell::Text(v.to_string()), Cell::Integer))
            }
            fn visit_f64<E>(self, v: f64) -> Result<Cell, E> {
                Ok(if v.is_finite() {
                    Cell::Real(v)
                } else {
                    Cell::Null
                })
            }
            fn visit_str<E>(self, v: &str) -> Result<Cell, E> {
                Ok(Cell::Text(v.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Cell, A::Error> {
                let value = serde_json::Value::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(Cell::List(value.to_string()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Cell, A::Error> {
                let value = serde_json::Value::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Cell::Json(value.to_string()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(json: &str, kind: ColumnType) -> String {
        let cell: Cell = serde_json::from_str(json).unwrap();
        let mut seen = String::new();
        cell.give(kind, &mut |v| seen = format!("{v:?}"));
        seen
    }

    #[test]
    fn values_widen_with_their_column() {
        assert_eq!(given("12", ColumnType::Integer), "Integer(12)");
        assert_eq!(given("12", ColumnType::Real), "Real(12.0)");
        assert_eq!(given("12", ColumnType::Text), "Text(\"12\")");
        assert_eq!(given("\"a\"", ColumnType::Json), "Text(\"\\\"a\\\"\")");
        assert_eq!(
            given("[1, {\"b\": null}]", ColumnType::List),
            "Text(\"[1,{\\\"b\\\":null}]\")"
        );
        assert_eq!(
            given("18446744073709551615", ColumnType::Text),
            "Text(\"18446744073709551615\")"
        );
    }
}
