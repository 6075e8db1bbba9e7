//! SQLite's values, which may be of another type than their column declares.

use ingest::import::value_fits;
use ingest::layer::{ColumnType, Value};
use rusqlite::types::ValueRef;

use crate::findings::{Code, Findings, shortened};

/// Whole numbers beyond this are not exact as doubles.
const EXACT: u64 = 1 << 53;

/// Gives the value to `take` as one of the column's type; what cannot be is null and reported.
pub(super) fn convert(
    id: i64,
    column: &str,
    kind: ColumnType,
    stored: ValueRef<'_>,
    findings: &mut Findings,
    take: &mut dyn FnMut(Value<'_>),
) {
    let value = match (kind, stored) {
        (_, ValueRef::Null) => Value::Null,
        (ColumnType::Integer, ValueRef::Integer(v)) => Value::Integer(v),
        (ColumnType::Bool, ValueRef::Integer(v @ (0 | 1))) => Value::Bool(v == 1),
        (ColumnType::Real, ValueRef::Real(v)) if v.is_finite() => Value::Real(v),
        (ColumnType::Real, ValueRef::Integer(v)) if v.unsigned_abs() <= EXACT => {
            Value::Real(v as f64)
        }
        (ColumnType::Integer, ValueRef::Real(v)) if v.fract() == 0.0 && v.abs() <= EXACT as f64 => {
            Value::Integer(v as i64)
        }
        (ColumnType::Binary, ValueRef::Blob(bytes) | ValueRef::Text(bytes)) => Value::Binary(bytes),
        (kind, ValueRef::Text(bytes)) => {
            return text(id, column, kind, bytes, findings, take);
        }
        (ColumnType::Text, ValueRef::Integer(v)) => return take(Value::Text(&v.to_string())),
        (ColumnType::Text, ValueRef::Real(v)) => return take(Value::Text(&v.to_string())),
        (_, other) => {
            let shown = || match other {
                ValueRef::Integer(v) => v.to_string(),
                ValueRef::Real(v) => v.to_string(),
                _ => "bytes".to_owned(),
            };
            findings.note(Code::WrongType, Some(column), id, shown);
            Value::Null
        }
    };
    take(value);
}

fn text(
    id: i64,
    column: &str,
    kind: ColumnType,
    bytes: &[u8],
    findings: &mut Findings,
    take: &mut dyn FnMut(Value<'_>),
) {
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        findings.note(Code::TextUndecodable, Some(column), id, || text.to_string());
    }
    let trimmed = text.trim();
    let number = crate::typing::number(trimmed);
    match kind {
        ColumnType::Text => take(Value::Text(&text)),
        ColumnType::Integer | ColumnType::Real if number.is_some() => {
            let (value, whole) = number.unwrap_or_default();
            match (kind, whole) {
                (ColumnType::Integer, Some(whole)) => take(Value::Integer(whole)),
                (ColumnType::Real, _) => take(Value::Real(value)),
                _ => return wrong(Code::WrongType, id, column, &text, findings, take),
            }
            findings.note(Code::NumberAsText, Some(column), id, || shortened(&text));
        }
        ColumnType::Date | ColumnType::Time | ColumnType::Timestamp => {
            match moment(kind, trimmed) {
                Some(text) => take(Value::Text(&text)),
                None => wrong(Code::DateImpossible, id, column, &text, findings, take),
            }
        }
        ColumnType::Json | ColumnType::List if value_fits(kind, &text) => take(Value::Text(&text)),
        _ => wrong(Code::WrongType, id, column, &text, findings, take),
    }
}

fn wrong(
    code: Code,
    id: i64,
    column: &str,
    text: &str,
    findings: &mut Findings,
    take: &mut dyn FnMut(Value<'_>),
) {
    findings.note(code, Some(column), id, || text.to_owned());
    take(Value::Null);
}

/// A day, time or moment in the one form, from those that occur: a blank for the `T`, no seconds,
/// offsets without colon or minutes, a moment where a day is declared at midnight.
pub(crate) fn moment(kind: ColumnType, text: &str) -> Option<String> {
    if value_fits(kind, text) {
        return Some(text.to_owned());
    }
    if !text.is_ascii() || text.len() > 40 {
        return None;
    }
    let candidate = match kind {
        ColumnType::Date => {
            let midnight = ["T00:00:00Z", "T00:00:00.000Z", "T00:00:00", " 00:00:00"];
            let day = midnight.iter().find_map(|tail| text.strip_suffix(tail));
            day.map_or_else(|| text.replace('/', "-"), str::to_owned)
        }
        ColumnType::Time if text.len() == 5 => format!("{text}:00"),
        ColumnType::Timestamp if text.len() == 10 => {
            format!("{}T00:00:00", text.replace('/', "-"))
        }
        ColumnType::Timestamp if text.len() > 10 => {
            let (day, rest) = text.split_at(10);
            let rest = rest.trim_start_matches([' ', 'T', 't']);
            let zone = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
            let (clock, zone) = rest.split_at(zone);
            let clock = clock.trim();
            let seconds = if clock.len() == 5 { ":00" } else { "" };
            let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
            let sign = zone.chars().next().unwrap_or(' ');
            let zone = match (sign, digits.len()) {
                ('Z' | 'z', 0) => "Z".to_owned(),
                ('+' | '-', 2) => format!("{sign}{digits}:00"),
                ('+' | '-', 4) => format!("{sign}{}:{}", &digits[..2], &digits[2..]),
                _ => zone.to_owned(),
            };
            format!("{}T{clock}{seconds}{zone}", day.replace('/', "-"))
        }
        _ => return None,
    };
    value_fits(kind, &candidate).then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(kind: ColumnType, stored: ValueRef<'_>) -> (String, Vec<String>) {
        let (mut findings, mut seen) = (Findings::new("x"), String::new());
        convert(1, "c", kind, stored, &mut findings, &mut |v| {
            seen = format!("{v:?}")
        });
        (
            seen,
            findings.finish().into_iter().map(|f| f.code).collect(),
        )
    }

    #[test]
    fn a_text_in_a_number_column_is_never_zero() {
        let (value, codes) = converted(ColumnType::Integer, ValueRef::Text(b"twaalf"));
        assert_eq!(
            (value.as_str(), codes),
            ("Null", vec!["wrong-type".to_owned()])
        );
        let (value, codes) = converted(ColumnType::Integer, ValueRef::Text(b"12"));
        assert_eq!(
            (value.as_str(), codes),
            ("Integer(12)", vec!["number-as-text".to_owned()])
        );
    }

    #[test]
    fn infinities_and_impossible_days_are_reported() {
        assert_eq!(
            converted(ColumnType::Real, ValueRef::Real(f64::INFINITY)).1,
            ["wrong-type"]
        );
        let (value, codes) = converted(ColumnType::Date, ValueRef::Text(b"2023-02-30"));
        assert_eq!(
            (value.as_str(), codes),
            ("Null", vec!["date-impossible".to_owned()])
        );
        assert_eq!(
            converted(ColumnType::Bool, ValueRef::Integer(7)).1,
            ["wrong-type"]
        );
    }

    #[test]
    fn text_after_a_zero_byte_is_kept() {
        let (value, codes) = converted(ColumnType::Text, ValueRef::Text(b"a\0b"));
        assert_eq!((value.as_str(), codes.len()), ("Text(\"a\\0b\")", 0));
        assert_eq!(
            converted(ColumnType::Text, ValueRef::Text(b"\xff")).1,
            ["text-undecodable"]
        );
    }

    #[test]
    fn moments_come_into_one_form() {
        let of = |text| moment(ColumnType::Timestamp, text);
        assert_eq!(
            of("2024-05-01 12:34").as_deref(),
            Some("2024-05-01T12:34:00")
        );
        assert_eq!(
            of("2024/05/01 12:34:56+02").as_deref(),
            Some("2024-05-01T12:34:56+02:00")
        );
        assert_eq!(of("2024-05-01").as_deref(), Some("2024-05-01T00:00:00"));
        assert_eq!(of("gisteren"), None);
        let day = moment(ColumnType::Date, "2024-05-01T00:00:00Z");
        assert_eq!(day.as_deref(), Some("2024-05-01"));
    }
}
