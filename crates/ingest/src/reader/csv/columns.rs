//! The columns of a file of separated values: their types from all of their values.

use std::collections::HashSet;

use ::csv::StringRecord;
use ingest::layer::{ColumnSchema, ColumnType};

use super::number::{Form, Forms};
use super::position::{self, Position};
use super::separated::{Separated, damaged};
use crate::column_name::unique_column;
use crate::findings::{Code, Findings};
use crate::stop::Result;
use crate::typing::{Shape, Typing};

/// One column of the layer.
pub(super) struct Column {
    /// Its number in the file.
    pub(super) at: usize,
    /// Its name.
    pub(super) name: String,
    /// Its type.
    pub(super) kind: ColumnType,
    /// How its numbers are written.
    pub(super) form: Form,
}

/// What the first reading found.
pub(super) struct Columns {
    /// The columns of the layer.
    pub(super) all: Vec<Column>,
    /// How the numbers of every column of the file are written, where it holds numbers.
    pub(super) forms: Vec<Option<Form>>,
    /// Where the geometries come from.
    pub(super) position: Option<Position>,
    /// How many rows there are.
    pub(super) rows: u64,
}

/// A column in the making.
struct Seen {
    forms: Forms,
    typing: Typing,
    wkt: u64,
}

impl Columns {
    /// Reads all rows.
    ///
    /// # Errors
    /// Refused when they cannot be parsed.
    pub(super) fn find(file: &Separated<'_>, findings: &mut Findings) -> Result<Self> {
        let mut seen: Vec<Seen> = file
            .header
            .iter()
            .map(|_| Seen {
                forms: Forms::new(),
                typing: Typing::default(),
                wkt: 0,
            })
            .collect();
        let (mut rows, mut row) = (0, StringRecord::new());
        let mut data = file.data()?;
        while data.read_record(&mut row).map_err(damaged)? {
            rows += 1;
            if row.len() > seen.len() && row.iter().skip(seen.len()).any(|v| !v.trim().is_empty()) {
                findings.note(Code::RowsUneven, None, rows, String::new);
            } else if row.len() < seen.len() {
                findings.note(Code::RowsShort, None, rows, String::new);
            }
            for (seen, value) in seen.iter_mut().zip(row.iter()) {
                seen.add(value.trim());
            }
        }
        let forms: Vec<Option<Form>> = seen
            .iter()
            .map(|s| {
                s.forms
                    .form()
                    .filter(|_| s.typing.values > 0)
                    .map(|(form, _)| form)
            })
            .collect();
        let position = position::choose(
            &file.header,
            |i| forms[i].is_some(),
            |i| seen[i].wkt > 0 && seen[i].wkt == seen[i].typing.values,
        );
        let all = Self::named(file, &seen, position, findings);
        let rows = rows as u64;
        Ok(Self {
            all,
            forms,
            position,
            rows,
        })
    }

    /// The columns that make the layer: not those of well-known text, nor nameless empty ones.
    fn named(
        file: &Separated<'_>,
        seen: &[Seen],
        position: Option<Position>,
        findings: &mut Findings,
    ) -> Vec<Column> {
        let (mut taken, mut all, mut dropped) = (HashSet::new(), Vec::new(), 0);
        for (at, (name, seen)) in file.header.iter().zip(seen).enumerate() {
            if position == Some(Position::Wkt(at)) {
                continue;
            }
            if name.is_empty() && seen.typing.values == 0 {
                dropped += 1;
                continue;
            }
            let name = unique_column(name, at, &mut taken, findings);
            let (kind, form) = seen.kind();
            all.push(Column {
                at,
                name,
                kind,
                form,
            });
        }
        if dropped > 0 {
            findings.tell(Code::ColumnsEmptyDropped, None, dropped, "");
        }
        all
    }

    /// The columns of the schema.
    pub(super) fn schema(&self) -> Vec<ColumnSchema> {
        self.all
            .iter()
            .map(|column| ColumnSchema {
                name: column.name.clone(),
                kind: column.kind,
            })
            .collect()
    }
}

impl Seen {
    fn add(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        self.forms.add(value);
        let is_bool = value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
        self.typing.add(if is_bool {
            Shape::Bool
        } else {
            Shape::of_text(value)
        });
        self.wkt += u64::from(position::looks_like_wkt(value));
    }

    fn kind(&self) -> (ColumnType, Form) {
        match self.forms.form() {
            _ if self.typing.values == 0 => (ColumnType::Text, Form::Point),
            Some((form, true)) => (ColumnType::Integer, form),
            Some((form, false)) => (ColumnType::Real, form),
            None => (self.typing.kind(), Form::Point),
        }
    }
}
