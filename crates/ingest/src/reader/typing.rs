//! Finds the type of a column from all of its values.

use ingest::import::value_fits;
use ingest::layer::ColumnType;

/// What one value is, as far as its format tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// No value.
    Null,
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// Another number.
    Real,
    /// A text that is no day, time or moment.
    Text,
    /// `2024-05-01`.
    Date,
    /// `12:34:56`.
    Time,
    /// `2024-05-01T12:34:56Z`.
    Timestamp,
    /// A list.
    List,
    /// An object.
    Json,
}

impl Shape {
    /// Of a text.
    pub(crate) fn of_text(text: &str) -> Self {
        // Most texts are none of these: the first byte tells.
        if !text.as_bytes().first().is_some_and(u8::is_ascii_digit) || text.len() > 35 {
            return Self::Text;
        }
        match text.len() {
            8..=18 if value_fits(ColumnType::Time, text) => Self::Time,
            10 if value_fits(ColumnType::Date, text) => Self::Date,
            19.. if value_fits(ColumnType::Timestamp, text) => Self::Timestamp,
            _ => Self::Text,
        }
    }
}

/// A number with an optional sign, point and exponent, and nothing else; finite. The second value
/// is the same as a whole number, when it is written as one and fits.
pub(crate) fn number(text: &str) -> Option<(f64, Option<i64>)> {
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    let allowed = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    if !digits || !text.bytes().all(allowed) {
        return None;
    }
    let value: f64 = text.parse().ok().filter(|v: &f64| v.is_finite())?;
    Some((value, text.parse().ok()))
}

/// The type of a column in the making.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Typing {
    seen: u16,
    /// How many values are not null.
    pub(crate) values: u64,
}

impl Typing {
    /// Takes in a value.
    pub(crate) fn add(&mut self, shape: Shape) {
        if shape != Shape::Null {
            self.values += 1;
            self.seen |= 1 << shape as u16;
        }
    }

    /// Whether a shape occurs.
    pub(crate) fn has(self, shape: Shape) -> bool {
        self.seen & (1 << shape as u16) != 0
    }

    /// The narrowest type that holds all values; text for a column without any.
    pub(crate) fn kind(self) -> ColumnType {
        let only = |shapes: &[Shape]| {
            let allowed = shapes.iter().fold(0, |all, &shape| all | 1 << shape as u16);
            self.seen & !allowed == 0
        };
        match () {
            () if self.seen == 0 => ColumnType::Text,
            () if only(&[Shape::Bool]) => ColumnType::Bool,
            () if only(&[Shape::Integer]) => ColumnType::Integer,
            () if only(&[Shape::Integer, Shape::Real]) => ColumnType::Real,
            () if only(&[Shape::Date]) => ColumnType::Date,
            () if only(&[Shape::Time]) => ColumnType::Time,
            () if only(&[Shape::Timestamp]) => ColumnType::Timestamp,
            () if only(&[Shape::List]) => ColumnType::List,
            () if self.has(Shape::List) || self.has(Shape::Json) => ColumnType::Json,
            () => ColumnType::Text,
        }
    }

    /// Whether values of several types had to be brought together: not so for whole and other
    /// numbers, nor for texts some of which look like dates.
    pub(crate) fn is_mixed(self) -> bool {
        let families = [
            &[Shape::Bool][..],
            &[Shape::Integer, Shape::Real],
            &[Shape::Text, Shape::Date, Shape::Time, Shape::Timestamp],
            &[Shape::List],
            &[Shape::Json],
        ];
        let seen = families
            .iter()
            .filter(|family| family.iter().any(|&shape| self.has(shape)))
            .count();
        seen > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_widen_only_as_far_as_needed() {
        let of = |shapes: &[Shape]| {
            let mut typing = Typing::default();
            shapes.iter().for_each(|&shape| typing.add(shape));
            (typing.kind(), typing.is_mixed())
        };
        assert_eq!(of(&[]), (ColumnType::Text, false));
        assert_eq!(
            of(&[Shape::Null, Shape::Integer]),
            (ColumnType::Integer, false)
        );
        assert_eq!(
            of(&[Shape::Integer, Shape::Real]),
            (ColumnType::Real, false)
        );
        assert_eq!(of(&[Shape::Integer, Shape::Text]), (ColumnType::Text, true));
        assert_eq!(of(&[Shape::Date, Shape::Text]), (ColumnType::Text, false));
        assert_eq!(of(&[Shape::List, Shape::Integer]), (ColumnType::Json, true));
    }

    #[test]
    fn only_one_form_of_a_day_is_a_day() {
        assert_eq!(Shape::of_text("2024-05-01"), Shape::Date);
        assert_eq!(Shape::of_text("2024-13-01"), Shape::Text);
        assert_eq!(Shape::of_text("01/05/2024"), Shape::Text);
        assert_eq!(Shape::of_text("2001-10-30T14:24:55Z"), Shape::Timestamp);
        assert_eq!(Shape::of_text("12:34:56"), Shape::Time);
        assert_eq!(Shape::of_text(""), Shape::Text);
    }
}
