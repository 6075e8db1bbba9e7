//! The layer of a GeoJSON file.

use std::collections::HashSet;

use ingest::crs::Crs;
use ingest::layer::{ColumnSchema, ColumnType, GeometryType, LayerSchema};

use super::cell::Cell;
use super::input::{About, Input};
use super::object::{Feature, Found};
use crate::archive::Member;
use crate::column_name::unique_column;
use crate::crs::{self, InFile};
use crate::emitter::Emitter;
use crate::findings::{Code, Findings};
use crate::stop::Result;
use crate::survey::{Survey, Surveyed};
use crate::text;
use crate::typing::Typing;
use crate::work::Work;

/// Sends the one layer of a GeoJSON file.
///
/// # Errors
/// Refused when it is no JSON or no GeoJSON, or its CRS cannot be settled.
pub(crate) fn read(work: &mut Work, member: &Member) -> Result<()> {
    let mut findings = Findings::new("");
    let given = work.order.encoding.clone();
    let scratch = work.order.scratch_dir.clone();
    let (path, encoding) = text::as_utf8(&member.path, given.as_deref(), &scratch, &mut findings)?;
    let input = Input::open(&path)?;
    let survey = Survey::new(&scratch)?;
    let mut first = First {
        survey,
        findings,
        typings: Vec::new(),
        ids: Typing::default(),
    };
    let about = first.read(work, &input)?;
    let First {
        survey,
        mut findings,
        typings,
        ids,
    } = first;
    let mut surveyed = survey.finish(GeometryType::Geometry)?;
    let wanted = about.name.as_deref().filter(|name| !name.trim().is_empty());
    let name = work.unique_name(wanted.unwrap_or(member.stem()), &mut findings);
    findings.rename(&name);
    let in_file = in_file(about.crs.as_deref());
    let extent = &surveyed.extent;
    let crs_found = crs::settle(
        work.order.crs,
        &in_file,
        extent,
        &mut work.definitions,
        &mut findings,
    )?;
    let columns = columns(&about.names, &typings, ids, &mut findings);
    let schema = LayerSchema {
        name,
        geometry: surveyed.geometry,
        has_z: surveyed.has_z,
        has_m: surveyed.has_m,
        crs: Some(crs_found.crs),
        columns,
    };
    let kinds: Vec<ColumnType> = schema.columns.iter().map(|column| column.kind).collect();
    let expected = Some(surveyed.rows);
    let mut emitter = Emitter::start(
        &mut work.outlet,
        schema,
        expected,
        Some(crs_found),
        Some(encoding),
    )?;
    send(&mut emitter, &input, &mut surveyed, &kinds, ids.values > 0)?;
    emitter.finish(findings)
}

/// The first reading.
struct First {
    survey: Survey,
    findings: Findings,
    typings: Vec<Typing>,
    ids: Typing,
}

impl First {
    fn read(&mut self, work: &mut Work, input: &Input<'_>) -> Result<About> {
        let mut broken = Vec::new();
        let mut take = |feature: &mut Feature, found: Found| {
            self.feature(feature, found)?;
            let rows = self.survey.rows();
            if rows.is_multiple_of(4096) {
                work.outlet.progress("check", "", rows, None)?;
            }
            Ok(())
        };
        let about = input.features(true, &mut take, &mut |line, error| {
            broken.push((line, error))
        })?;
        for (line, error) in broken {
            let sample = || format!("line {line}: {error}");
            self.findings
                .note(Code::FeatureUnreadable, None, line, sample);
        }
        Ok(about)
    }

    fn feature(&mut self, feature: &mut Feature, found: Found) -> Result<()> {
        let id = self.survey.rows() as i64 + 1;
        self.typings.resize(feature.names.len(), Typing::default());
        for (column, cell) in &feature.cells {
            self.typings[*column].add(cell.shape());
        }
        self.ids.add(feature.id.shape());
        match found {
            Found::Nothing => self.survey.nothing(),
            Found::Unreadable(why) => {
                let why = || why.to_owned();
                self.findings.note(Code::GeometryUnreadable, None, id, why);
                self.survey.nothing()
            }
            Found::Read(flattened) => {
                if flattened {
                    self.findings
                        .note(Code::CollectionsFlattened, None, id, String::new);
                }
                self.survey
                    .geometry(id, &mut feature.geometry, &mut self.findings)
            }
        }
    }
}

/// The columns: the properties, and the features' `id` where they have one.
fn columns(
    names: &[String],
    typings: &[Typing],
    ids: Typing,
    findings: &mut Findings,
) -> Vec<ColumnSchema> {
    let mut taken = HashSet::new();
    let mut columns = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let typing = typings.get(i).copied().unwrap_or_default();
        let name = unique_column(name, i, &mut taken, findings);
        tell_mixed(&name, typing, findings);
        columns.push(ColumnSchema {
            name,
            kind: typing.kind(),
        });
    }
    if ids.values > 0 {
        columns.push(ColumnSchema {
            name: unique_column("id", names.len(), &mut taken, findings),
            kind: ids.kind(),
        });
    }
    columns
}

fn tell_mixed(name: &str, typing: Typing, findings: &mut Findings) {
    if typing.is_mixed() {
        let kind = match typing.kind() {
            ColumnType::Json => "JSON",
            _ => "text",
        };
        findings.tell(Code::TypesMixed, Some(name), typing.values, kind);
    }
}

fn in_file(name: Option<&str>) -> InFile {
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        None => InFile::Default(Crs::Crs84),
        Some(name) => match Crs::parse(name) {
            Ok(crs) => InFile::Code(crs),
            Err(_) => InFile::Definition(name.to_owned()),
        },
    }
}

/// The second reading.
fn send(
    emitter: &mut Emitter<'_>,
    input: &Input<'_>,
    surveyed: &mut Surveyed,
    kinds: &[ColumnType],
    has_ids: bool,
) -> Result<()> {
    let properties = kinds.len() - usize::from(has_ids);
    let mut row: Vec<Cell> = vec![Cell::Null; kinds.len()];
    let mut id = 0;
    let mut take = |feature: &mut Feature, _: Found| {
        id += 1;
        emitter.feature(id, surveyed.spool.next()?)?;
        for (column, cell) in feature.cells.drain(..) {
            if column < properties {
                row[column] = cell;
            }
        }
        if has_ids {
            row[properties] = std::mem::take(&mut feature.id);
        }
        for (i, (cell, &kind)) in row.iter_mut().zip(kinds).enumerate() {
            std::mem::take(cell).give(kind, &mut |value| {
                emitter.value(i, value);
            });
        }
        Ok(())
    };
    input.features(false, &mut take, &mut |_, _| {}).map(drop)
}
