//! The layer of a file of separated values.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use ::csv::{Reader, ReaderBuilder, StringRecord};
use ingest::crs::Crs;
use ingest::layer::{
    ColumnSchema, ColumnType, Geometry, GeometryKind, GeometryType, LayerSchema, PathRole, Value,
};

use super::dialect;
use super::number::{BLANKS, Form, Forms};
use super::position::{self, Position};
use crate::archive::Member;
use crate::column_name::unique_column;
use crate::crs::{self, InFile};
use crate::emitter::Emitter;
use crate::findings::{Code, Findings};
use crate::stop::{Result, Stop};
use crate::survey::{Survey, Surveyed};
use crate::text;
use crate::typing::{Shape, Typing};
use crate::work::Work;

/// The most columns.
const COLUMNS: usize = 2000;

/// Sends the one layer of the file.
///
/// # Errors
/// Refused when it has no rows or too many columns, or its CRS cannot be settled.
pub(crate) fn read(work: &mut Work, member: &Member) -> Result<()> {
    let mut findings = Findings::new("");
    let name = work.unique_name(member.stem(), &mut findings);
    findings.rename(&name);
    let given = work.order.encoding.clone();
    let scratch = work.order.scratch_dir.clone();
    let (path, encoding) = text::as_utf8(&member.path, given.as_deref(), &scratch, &mut findings)?;
    let file = Separated::open(&path)?;
    let columns = Columns::find(&file, &mut findings)?;
    let (mut surveyed, crs_found) = match columns.position {
        None => (None, None),
        Some(position) => {
            let (surveyed, srid) = survey(work, &file, &columns, position, &name, &mut findings)?;
            let in_file = srid.map_or(InFile::Nothing, |srid| InFile::Code(Crs::Epsg(srid)));
            let (given, extent) = (work.order.crs, &surveyed.extent);
            let found = crs::settle(
                given,
                &in_file,
                extent,
                &mut work.definitions,
                &mut findings,
            )?;
            (Some(surveyed), Some(found))
        }
    };
    let schema = LayerSchema {
        name,
        geometry: surveyed.as_ref().map_or(GeometryType::None, |s| s.geometry),
        has_z: surveyed.as_ref().is_some_and(|s| s.has_z),
        has_m: surveyed.as_ref().is_some_and(|s| s.has_m),
        crs: crs_found.as_ref().map(|found| found.crs),
        columns: columns.schema(),
    };
    let mut emitter = Emitter::start(
        &mut work.outlet,
        schema,
        Some(columns.rows),
        crs_found,
        Some(encoding),
    )?;
    send(
        &mut emitter,
        &file,
        &columns,
        surveyed.as_mut(),
        &mut findings,
    )?;
    emitter.finish(findings)
}

/// The file and how it is to be read.
struct Separated<'p> {
    path: &'p Path,
    separator: u8,
    header: Vec<String>,
    has_header: bool,
}

impl<'p> Separated<'p> {
    fn open(path: &'p Path) -> Result<Self> {
        let mut head = Vec::new();
        File::open(path)?.take(1 << 16).read_to_end(&mut head)?;
        let mut file = Self {
            path,
            separator: dialect::separator(&head),
            header: Vec::new(),
            has_header: false,
        };
        let mut first = StringRecord::new();
        if !file.rows()?.read_record(&mut first).map_err(damaged)? {
            return Err(Stop::refused("file-empty", "The file has no rows."));
        }
        if first.len() > COLUMNS {
            return Err(Stop::refused(
                "too-many-columns",
                format!(
                    "The file has {} columns; {COLUMNS} are allowed.",
                    first.len()
                ),
            ));
        }
        // A first row of nothing but numbers is no header.
        let is_number = |text: &str| {
            super::number::FORMS
                .iter()
                .any(|f| f.read(text.trim()).is_some())
        };
        file.has_header = !first.iter().all(is_number);
        file.header = first
            .iter()
            .map(|name| {
                if file.has_header {
                    name.trim().to_owned()
                } else {
                    String::new()
                }
            })
            .collect();
        Ok(file)
    }

    /// All rows but the header.
    fn data(&self) -> Result<Reader<File>> {
        let mut rows = self.rows()?;
        if self.has_header {
            rows.read_record(&mut StringRecord::new())
                .map_err(damaged)?;
        }
        Ok(rows)
    }

    fn rows(&self) -> Result<Reader<File>> {
        Ok(ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.separator)
            .buffer_capacity(1 << 18)
            .from_reader(File::open(self.path)?))
    }
}

fn damaged(error: ::csv::Error) -> Stop {
    Stop::damaged("separated values", error)
}

/// One column of the layer.
struct Column {
    /// Its number in the file.
    at: usize,
    name: String,
    kind: ColumnType,
    form: Form,
}

/// What the first reading found.
struct Columns {
    all: Vec<Column>,
    forms: Vec<Option<Form>>,
    position: Option<Position>,
    rows: u64,
}

/// A column in the making.
struct Seen {
    forms: Forms,
    typing: Typing,
    wkt: u64,
}

impl Columns {
    fn find(file: &Separated<'_>, findings: &mut Findings) -> Result<Self> {
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

    fn schema(&self) -> Vec<ColumnSchema> {
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

/// The first reading of positions, when it is known which columns hold them.
fn survey(
    work: &mut Work,
    file: &Separated<'_>,
    columns: &Columns,
    position: Position,
    name: &str,
    findings: &mut Findings,
) -> Result<(Surveyed, Option<u32>)> {
    let mut survey = Survey::new(&work.order.scratch_dir)?;
    let mut srid = None;
    let from = match position {
        Position::Pair(x, y) => format!("{}, {}", file.header[x], file.header[y]),
        Position::Wkt(at) => file.header[at].clone(),
    };
    findings.tell(Code::CoordinatesFrom, None, 0, &from);
    let (mut id, mut row) = (0, StringRecord::new());
    let mut data = file.data()?;
    while data.read_record(&mut row).map_err(damaged)? {
        id += 1;
        let value = |at: usize| row.get(at).unwrap_or("").trim();
        match position {
            Position::Wkt(at) => wkt(id, value(at), &mut survey, &mut srid, findings)?,
            Position::Pair(x, y) => {
                let form = |at: usize| columns.forms[at].unwrap_or(Form::Point);
                point(
                    id,
                    (value(x), form(x)),
                    (value(y), form(y)),
                    &mut survey,
                    findings,
                )?;
            }
        }
        if id % 4096 == 0 {
            work.outlet
                .progress("check", name, survey.rows(), Some(columns.rows))?;
        }
    }
    let declared = match position {
        Position::Pair(..) => GeometryType::Point,
        Position::Wkt(_) => GeometryType::Geometry,
    };
    Ok((survey.finish(declared)?, srid))
}

fn point(
    id: i64,
    (x, x_form): (&str, Form),
    (y, y_form): (&str, Form),
    survey: &mut Survey,
    findings: &mut Findings,
) -> Result<()> {
    match (x_form.read(x), y_form.read(y)) {
        (Some((x, _)), Some((y, _))) => {
            let mut point = Geometry::empty(GeometryKind::Point);
            point.xy.push([x, y]);
            point.end_path(PathRole::Point);
            survey.geometry(id, &mut point, findings)
        }
        _ => {
            let code = match x.is_empty() || y.is_empty() {
                true => Code::CoordinateMissing,
                false => Code::CoordinateUnreadable,
            };
            findings.note(code, None, id, || format!("{x}, {y}"));
            survey.nothing()
        }
    }
}

fn wkt(
    id: i64,
    text: &str,
    survey: &mut Survey,
    srid: &mut Option<u32>,
    findings: &mut Findings,
) -> Result<()> {
    if text.is_empty() {
        findings.note(Code::CoordinateMissing, None, id, String::new);
        return survey.nothing();
    }
    let (number, text) = position::without_srid(text);
    *srid = srid.or(number.filter(|&n| n > 0 && n < 1_000_000));
    let wkb = gdal::vector::Geometry::from_wkt(text).and_then(|geometry| geometry.iso_wkb());
    match wkb {
        Ok(wkb) => survey.wkb(id, &wkb, findings),
        Err(_) => {
            findings.note(Code::CoordinateUnreadable, None, id, || text.to_owned());
            survey.nothing()
        }
    }
}

/// The second reading.
fn send(
    emitter: &mut Emitter<'_>,
    file: &Separated<'_>,
    columns: &Columns,
    mut surveyed: Option<&mut Surveyed>,
    findings: &mut Findings,
) -> Result<()> {
    let (mut id, mut row) = (0, StringRecord::new());
    let mut data = file.data()?;
    while data.read_record(&mut row).map_err(damaged)? {
        id += 1;
        let wkb = match &mut surveyed {
            Some(surveyed) => surveyed.spool.next()?,
            None => None,
        };
        emitter.feature(id, wkb)?;
        for (i, column) in columns.all.iter().enumerate() {
            let raw = row.get(column.at).unwrap_or("");
            emitter.value(i, value(id, raw, column, findings));
        }
    }
    Ok(())
}

fn value<'r>(id: i64, raw: &'r str, column: &Column, findings: &mut Findings) -> Value<'r> {
    let text = raw.trim();
    if text.is_empty() {
        return Value::Null;
    }
    match column.kind {
        ColumnType::Bool => Value::Bool(text.eq_ignore_ascii_case("true")),
        ColumnType::Integer | ColumnType::Real => {
            let Some((number, whole)) = column.form.read(text) else {
                return Value::Null;
            };
            tell_form(id, text, number, column, findings);
            match (column.kind, whole) {
                (ColumnType::Integer, Some(whole)) => Value::Integer(whole),
                _ => Value::Real(number),
            }
        }
        ColumnType::Text => Value::Text(raw),
        _ => Value::Text(text),
    }
}

fn tell_form(id: i64, text: &str, number: f64, column: &Column, findings: &mut Findings) {
    let comma = matches!(
        column.form,
        Form::Comma | Form::PointGroups | Form::BlankGroupsComma
    ) && text.contains(',');
    let groups = match column.form {
        Form::PointGroups => text.contains('.'),
        Form::CommaGroups => text.contains(','),
        Form::BlankGroupsComma | Form::BlankGroupsPoint => text.contains(BLANKS),
        Form::Point | Form::Comma => false,
    };
    for (found, code) in [(comma, Code::DecimalComma), (groups, Code::Thousands)] {
        if found {
            findings.note(code, Some(&column.name), id, || {
                format!("{text} → {number}")
            });
        }
    }
}
