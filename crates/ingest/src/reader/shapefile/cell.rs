//! Columns of a table: their type, settled by a first reading of all cells, and their values.

use ingest::layer::{ColumnType, Value};

use super::dbf::Field;
use super::number::{Number, trimmed};
use crate::findings::{Code, Findings, shortened};
use crate::text::{Charset, Detector};

/// The widest whole number whose every value fits 64 bits.
const WHOLE_DIGITS: usize = 18;

/// A column in the making.
pub(super) struct Cells {
    field: Field,
    /// Its name in the layer.
    pub(super) name: String,
    /// Its type; `None` for a field that cannot be read.
    pub(super) kind: Option<ColumnType>,
    fractions: bool,
    decimal_commas: bool,
    thousands_padded: bool,
}

impl Cells {
    /// As the descriptor declares it.
    pub(super) fn new(field: Field) -> Self {
        let kind = match field.kind {
            b'C' => Some(ColumnType::Text),
            b'N' | b'F' if field.decimals == 0 && field.length <= WHOLE_DIGITS => {
                Some(ColumnType::Integer)
            }
            b'N' | b'F' => Some(ColumnType::Real),
            b'D' => Some(ColumnType::Date),
            b'L' => Some(ColumnType::Bool),
            b'I' | b'+' if field.length == 4 => Some(ColumnType::Integer),
            b'O' | b'B' if field.length == 8 => Some(ColumnType::Real),
            _ => None,
        };
        Self {
            field,
            name: String::new(),
            kind,
            fractions: false,
            decimal_commas: false,
            thousands_padded: false,
        }
    }

    fn bytes<'a>(&self, record: &'a [u8]) -> &'a [u8] {
        let range = self.field.offset..self.field.offset + self.field.length;
        record.get(range).unwrap_or(&[])
    }

    fn is_number_text(&self) -> bool {
        matches!(self.field.kind, b'N' | b'F')
    }

    /// The first reading of a cell.
    pub(super) fn survey(&mut self, record: &[u8], detector: &mut Detector) {
        let cell = self.bytes(record);
        if self.field.kind == b'C' {
            let text = ended(cell);
            detector.feed(text, text.len() == cell.len());
        } else if self.is_number_text() {
            match Number::read(cell) {
                Number::Plain { whole, .. } => self.fractions |= whole.is_none(),
                Number::Comma { thousands, .. } => {
                    self.decimal_commas |= thousands.is_none();
                    self.thousands_padded |= cell.contains(&b'.');
                    self.fractions |= thousands.is_none();
                }
                _ => {}
            }
        }
    }

    /// Settles the type.
    pub(super) fn settle(&mut self, findings: &mut Findings) {
        if self.kind == Some(ColumnType::Integer) && self.is_number_text() && self.fractions {
            self.kind = Some(ColumnType::Real);
            // Counted in the second reading, with the features.
        }
        if self.kind.is_none() {
            let kind = char::from(self.field.kind).escape_default().to_string();
            findings.tell(
                Code::ColumnUnreadable,
                Some(&self.name),
                1,
                &format!("type {kind}"),
            );
        }
    }

    /// Whether commas of this column stand between thousands: each is followed by three digits,
    /// and a point follows or no decimals are meant.
    fn has_thousands(&self) -> bool {
        !self.decimal_commas && (self.thousands_padded || self.field.decimals == 0)
    }

    /// Gives the value of a cell to `take`.
    pub(super) fn value(
        &self,
        id: i64,
        record: &[u8],
        charset: Charset,
        findings: &mut Findings,
        take: &mut dyn FnMut(Value<'_>),
    ) {
        let cell = self.bytes(record);
        match self.field.kind {
            b'C' => self.text(id, cell, charset, findings, take),
            b'N' | b'F' => take(self.number(id, cell, findings)),
            b'D' => self.date(id, cell, findings, take),
            b'L' => take(self.logical(id, cell, findings)),
            b'I' | b'+' => take(match cell.try_into() {
                Ok(bytes) => Value::Integer(i64::from(i32::from_le_bytes(bytes))),
                Err(_) => Value::Null,
            }),
            _ => {
                let value = cell.try_into().map_or(f64::NAN, f64::from_le_bytes);
                if !value.is_finite() {
                    let sample = || value.to_string();
                    findings.note(Code::NumberUnreadable, Some(&self.name), id, sample);
                }
                // One that is not finite becomes null.
                take(Value::Real(value));
            }
        }
    }

    fn text(
        &self,
        id: i64,
        cell: &[u8],
        charset: Charset,
        findings: &mut Findings,
        take: &mut dyn FnMut(Value<'_>),
    ) {
        let mut bytes = ended(cell);
        if bytes.is_empty() {
            return take(Value::Null);
        }
        if charset == Charset::UTF_8
            && bytes.len() == cell.len()
            && let Err(error) = std::str::from_utf8(bytes)
            && error.error_len().is_none()
        {
            bytes = &bytes[..error.valid_up_to()];
            let sample = || String::from_utf8_lossy(bytes).into_owned();
            findings.note(Code::TextCut, Some(&self.name), id, sample);
        }
        let (text, whole) = charset.decode(bytes);
        if !whole {
            findings.note(Code::TextUndecodable, Some(&self.name), id, || {
                text.to_string()
            });
        }
        take(Value::Text(&text));
    }

    fn number(&self, id: i64, cell: &[u8], findings: &mut Findings) -> Value<'static> {
        let is_real = self.kind == Some(ColumnType::Real);
        let mut note = |code, sample: String| {
            findings.note(code, Some(&self.name), id, || sample);
        };
        let shown = || shortened(&String::from_utf8_lossy(trimmed(cell)));
        match Number::read(cell) {
            Number::Empty => Value::Null,
            Number::Plain {
                whole: Some(whole), ..
            } if !is_real => Value::Integer(whole),
            Number::Plain { value, whole } => {
                if whole.is_none() && self.field.decimals == 0 && self.field.length <= WHOLE_DIGITS
                {
                    note(Code::IntegerWithFraction, shown());
                }
                Value::Real(value)
            }
            Number::Comma { decimal, thousands } => {
                let (code, value) = match thousands {
                    Some(value) if self.has_thousands() => (Code::Thousands, value),
                    _ => (Code::DecimalComma, decimal),
                };
                note(code, format!("{} → {value}", shown()));
                if is_real {
                    Value::Real(value)
                } else {
                    Value::Integer(value as i64)
                }
            }
            Number::Overflow => {
                note(Code::NumberOverflow, String::new());
                Value::Null
            }
            Number::Bad => {
                note(Code::NumberUnreadable, shown());
                Value::Null
            }
        }
    }

    fn date(&self, id: i64, cell: &[u8], findings: &mut Findings, take: &mut dyn FnMut(Value<'_>)) {
        let cell = trimmed(cell);
        if cell.iter().all(|&b| b == b'0') {
            return take(Value::Null);
        }
        let text = String::from_utf8_lossy(cell);
        if cell.len() == 8 && cell.is_ascii() {
            let date = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
            if ingest::import::value_fits(ColumnType::Date, &date) {
                return take(Value::Text(&date));
            }
        }
        findings.note(Code::DateImpossible, Some(&self.name), id, || {
            text.to_string()
        });
        take(Value::Null);
    }

    fn logical(&self, id: i64, cell: &[u8], findings: &mut Findings) -> Value<'static> {
        match trimmed(cell) {
            [b'T' | b't' | b'Y' | b'y' | b'J' | b'j'] => Value::Bool(true),
            [b'F' | b'f' | b'N' | b'n'] => Value::Bool(false),
            [] | [b'?'] => Value::Null,
            other => {
                let sample = || String::from_utf8_lossy(other).into_owned();
                findings.note(Code::LogicalUnreadable, Some(&self.name), id, sample);
                Value::Null
            }
        }
    }
}

/// A text cell without the blanks or zero bytes that fill it.
fn ended(cell: &[u8]) -> &[u8] {
    let cell = cell.split(|&b| b == 0).next().unwrap_or(&[]);
    let end = cell.iter().rposition(|&b| b != b' ').map_or(0, |at| at + 1);
    &cell[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(
        kind: u8,
        length: usize,
        decimals: u8,
        cells: &[&str],
    ) -> (Cells, Vec<String>, Vec<String>) {
        let mut cells_ = Cells::new(Field {
            name: Vec::new(),
            kind,
            offset: 1,
            length,
            decimals,
        });
        let mut findings = Findings::new("x");
        let mut detector = Detector::new();
        let records: Vec<Vec<u8>> = cells
            .iter()
            .map(|cell| {
                let mut record = format!(" {cell}").into_bytes();
                record.resize(1 + length, b' ');
                record
            })
            .collect();
        records.iter().for_each(|r| cells_.survey(r, &mut detector));
        cells_.settle(&mut findings);
        let mut values = Vec::new();
        for (i, record) in records.iter().enumerate() {
            cells_.value(
                i as i64,
                record,
                Charset::UTF_8,
                &mut findings,
                &mut |value| {
                    values.push(format!("{value:?}"));
                },
            );
        }
        let codes = findings.finish().into_iter().map(|f| f.code).collect();
        (cells_, values, codes)
    }

    #[test]
    fn decimal_commas_are_numbers_and_told() {
        let (_, values, codes) = column(b'N', 31, 15, &["309,92.000000000000000", "12,5.000"]);
        assert_eq!(values, ["Real(309.92)", "Real(12.5)"]);
        assert_eq!(codes, ["decimal-comma"]);
    }

    #[test]
    fn a_comma_before_three_digits_follows_its_column() {
        let (_, values, codes) = column(b'N', 20, 3, &["1,234.000", "12,345.500"]);
        assert_eq!(
            (values[0].as_str(), codes),
            ("Real(1234.0)", vec!["thousands-separator".to_owned()])
        );
        let (_, values, _) = column(b'N', 20, 3, &["1,234.000", "12,5.000"]);
        assert_eq!(values[0], "Real(1.234)");
    }

    #[test]
    fn whole_numbers_with_fractions_become_decimal_numbers() {
        let (cells, values, codes) = column(b'N', 9, 0, &["12", "1.5", "****"]);
        assert_eq!(cells.kind, Some(ColumnType::Real));
        assert_eq!(values, ["Real(12.0)", "Real(1.5)", "Null"]);
        assert_eq!(codes, ["integer-with-fraction", "number-overflow"]);
    }

    #[test]
    fn dates_and_truths_are_read_or_reported() {
        let (_, values, codes) = column(b'D', 8, 0, &["19000101", "00000000", "20230230", ""]);
        assert_eq!(values, ["Text(\"1900-01-01\")", "Null", "Null", "Null"]);
        assert_eq!(codes, ["date-impossible"]);
        let (_, values, codes) = column(b'L', 1, 0, &["T", "n", "?", "x"]);
        assert_eq!(values, ["Bool(true)", "Bool(false)", "Null", "Null"]);
        assert_eq!(codes, ["logical-unreadable"]);
    }

    #[test]
    fn a_letter_cut_at_the_end_of_its_field_is_left_out() {
        let (_, values, codes) = column(b'C', 4, 0, &["a", " b"]);
        assert_eq!(values, ["Text(\"a\")", "Text(\" b\")"]);
        assert!(codes.is_empty());
        let mut findings = Findings::new("x");
        let cells = Cells::new(Field {
            name: Vec::new(),
            kind: b'C',
            offset: 1,
            length: 4,
            decimals: 0,
        });
        let mut seen = String::new();
        let record = [b' ', b'a', b'b', b'c', 0xc3];
        cells.value(1, &record, Charset::UTF_8, &mut findings, &mut |v| {
            seen = format!("{v:?}")
        });
        assert_eq!(seen, "Text(\"abc\")");
        assert_eq!(findings.finish()[0].code, "text-cut");
    }
}
