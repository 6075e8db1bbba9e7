//! Numbers as tables hold them, those that GDAL would mend in silence among them.

use crate::typing::number as plain;

/// What a number cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    /// Nothing but blanks.
    Empty,
    /// A number; whole when it is written without a fraction and fits.
    Plain {
        /// Its value.
        value: f64,
        /// The same as a whole number, when it is one without fraction.
        whole: Option<i64>,
    },
    /// A number with one comma and no other way to read it than one of these two.
    Comma {
        /// With the comma as decimal sign.
        decimal: f64,
        /// With the comma between thousands, where three digits follow it.
        thousands: Option<f64>,
    },
    /// Asterisks: the writer's number did not fit.
    Overflow,
    /// Anything else.
    Bad,
}

impl Number {
    /// Reads a cell.
    pub(super) fn read(cell: &[u8]) -> Self {
        let cell = trimmed(cell);
        if cell.is_empty() {
            return Self::Empty;
        }
        if cell.iter().all(|&b| b == b'*') {
            return Self::Overflow;
        }
        let Ok(text) = std::str::from_utf8(cell) else {
            return Self::Bad;
        };
        if let Some((value, whole)) = plain(text) {
            return Self::Plain { value, whole };
        }
        let Some((head, tail)) = text.split_once(',') else {
            return Self::Bad;
        };
        comma(head, tail).unwrap_or(Self::Bad)
    }
}

/// `309,92` and `309,92.000000` (a comma in a field that the writer padded with decimals).
fn comma(head: &str, tail: &str) -> Option<Number> {
    let (fraction, padding) = tail.split_once('.').unwrap_or((tail, ""));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = head.strip_prefix(['-', '+']).unwrap_or(head);
    if !all_digits(fraction) || !(all_digits(unsigned) || unsigned.is_empty()) {
        return None;
    }
    let padded = padding.bytes().all(|b| b == b'0');
    let number = |text: String| plain(&text).map(|(value, _)| value);
    let thousands = if fraction.len() == 3 && !unsigned.is_empty() {
        number(format!("{head}{fraction}.{padding}0"))
    } else {
        None
    };
    if !padded {
        // 1,234.56 can only be a thousands separator.
        let value = thousands?;
        return Some(Number::Comma {
            decimal: value,
            thousands: Some(value),
        });
    }
    Some(Number::Comma {
        decimal: number(format!("{head}.{fraction}"))?,
        thousands,
    })
}

/// A cell without the blanks and zero bytes around it.
pub(super) fn trimmed(cell: &[u8]) -> &[u8] {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0);
    let start = cell.iter().position(|b| !blank(b)).unwrap_or(cell.len());
    let end = cell
        .iter()
        .rposition(|b| !blank(b))
        .map_or(start, |at| at + 1);
    &cell[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_meant() {
        let plain = |value, whole| Number::Plain { value, whole };
        let comma = |decimal, thousands| Number::Comma { decimal, thousands };
        for (text, number) in [
            ("   ", Number::Empty),
            ("****", Number::Overflow),
            (" 42", plain(42.0, Some(42))),
            ("-1.50", plain(-1.5, None)),
            ("1e3", plain(1000.0, None)),
            ("309,92.000000000000000", comma(309.92, None)),
            ("-0,5", comma(-0.5, None)),
            (",5", comma(0.5, None)),
            ("309,920.000", comma(309.92, Some(309_920.0))),
            ("1,234.56", comma(1234.56, Some(1234.56))),
            ("1,2,3", Number::Bad),
            ("12a", Number::Bad),
            ("nan", Number::Bad),
            ("inf", Number::Bad),
            ("1e999", Number::Bad),
            ("-", Number::Bad),
        ] {
            assert_eq!(Number::read(text.as_bytes()), number, "{text}");
        }
    }
}
