//! The one form in which days, times, moments, lists and JSON are carried as text.

use crate::layer::ColumnType;

/// Whether a text is a value of a textual type in the form that [`ColumnType`] states.
pub fn value_fits(kind: ColumnType, text: &str) -> bool {
    match kind {
        ColumnType::Date => date(text.as_bytes()),
        ColumnType::Time => time(text.as_bytes()),
        ColumnType::Timestamp => {
            let bytes = text.as_bytes();
            let Some((day, rest)) = bytes.split_at_checked(10) else {
                return false;
            };
            if !date(day) || rest.first() != Some(&b'T') {
                return false;
            }
            let rest = &rest[1..];
            let end = rest.iter().position(|b| matches!(b, b'Z' | b'+' | b'-'));
            let (clock, zone) = rest.split_at(end.unwrap_or(rest.len()));
            time(clock) && offset(zone)
        }
        ColumnType::List => {
            text.starts_with('[') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
        }
        ColumnType::Json => serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(),
        _ => true,
    }
}

fn pair(bytes: &[u8]) -> Option<u32> {
    match bytes {
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => Some(u32::from(a - b'0') * 10 + u32::from(b - b'0')),
        _ => None,
    }
}

fn date(b: &[u8]) -> bool {
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return false;
    }
    let (Some(c), Some(y), Some(m), Some(d)) =
        (pair(&b[..2]), pair(&b[2..4]), pair(&b[5..7]), pair(&b[8..]))
    else {
        return false;
    };
    let year = c * 100 + y;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match m {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => 0,
    };
    d >= 1 && d <= days
}

fn time(b: &[u8]) -> bool {
    if b.len() < 8 || b[2] != b':' || b[5] != b':' {
        return false;
    }
    let clock = matches!(
        (pair(&b[..2]), pair(&b[3..5]), pair(&b[6..8])),
        (Some(0..=23), Some(0..=59), Some(0..=60))
    );
    let fraction = &b[8..];
    clock
        && (fraction.is_empty()
            || (fraction[0] == b'.'
                && (2..=10).contains(&fraction.len())
                && fraction[1..].iter().all(u8::is_ascii_digit)))
}

fn offset(b: &[u8]) -> bool {
    match b {
        [] | [b'Z'] => true,
        [b'+' | b'-', rest @ ..] if rest.len() == 5 && rest[2] == b':' => {
            matches!(
                (pair(&rest[..2]), pair(&rest[3..])),
                (Some(0..=18), Some(0..=59))
            )
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_moments_have_one_form() {
        let good = [
            (ColumnType::Date, "2000-02-29"),
            (ColumnType::Time, "23:59:60.123"),
            (ColumnType::Timestamp, "2024-05-01T12:34:56+02:00"),
            (ColumnType::Timestamp, "2024-05-01T12:34:56.5Z"),
            (ColumnType::Timestamp, "2024-05-01T12:34:56"),
            (ColumnType::List, "[1,\"a\"]"),
        ];
        good.iter()
            .for_each(|(kind, text)| assert!(value_fits(*kind, text), "{text}"));
        let bad = [
            (ColumnType::Date, "1900-02-29"),
            (ColumnType::Date, "2024-5-1"),
            (ColumnType::Time, "24:00:00"),
            (ColumnType::Timestamp, "2024-05-01 12:34:56"),
            (ColumnType::Timestamp, "2024-05-01T12:34:56+2"),
            (ColumnType::Timestamp, "é024-05-01T12:34:56"),
            (ColumnType::List, "{}"),
            (ColumnType::Json, "{"),
        ];
        bad.iter()
            .for_each(|(kind, text)| assert!(!value_fits(*kind, text), "{text}"));
    }
}
