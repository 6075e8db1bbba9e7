//! The layer of a file of separated values.

use ::csv::StringRecord;
use ingest::crs::Crs;
use ingest::layer::{
    ColumnType, Geometry, GeometryKind, GeometryType, LayerSchema, PathRole, Value,
};

use super::columns::{Column, Columns};
use super::number::{BLANKS, Form};
use super::position::{self, Position};
use super::separated::{Separated, damaged};
use crate::archive::Member;
use crate::crs::{self, InFile};
use crate::emitter::Emitter;
use crate::findings::{Code, Findings};
use crate::stop::Result;
use crate::survey::{Survey, Surveyed};
use crate::text;
use crate::work::Work;

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
