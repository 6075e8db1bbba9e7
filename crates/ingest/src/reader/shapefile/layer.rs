//! One layer from shapes, table or both.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;

use ingest::import::{CrsFound, EncodingFound};
use ingest::layer::{Bitmap, ColumnSchema, GeometryType, LayerSchema, Value};

use super::cell::Cells;
use super::dbf::Dbf;
use super::shapes;
use crate::archive::Member;
use crate::column_name::unique_column;
use crate::crs::{self, InFile};
use crate::emitter::Emitter;
use crate::findings::{Code, Findings};
use crate::recognise::ShapeParts;
use crate::stop::Result;
use crate::survey::{Survey, Surveyed};
use crate::text::{Charset, Detector, Stated};
use crate::work::Work;

/// Sends the layer of a Shapefile, or of a table alone.
///
/// # Errors
/// Refused when a part is damaged beyond reading, or its CRS or encoding cannot be settled.
pub(crate) fn read(work: &mut Work, parts: ShapeParts) -> Result<()> {
    let mut findings = Findings::new("");
    let name = work.unique_name(parts.main.stem(), &mut findings);
    findings.rename(&name);
    let mut table = Table::open(work, &parts, &mut findings)?;
    let rows_of_table = table.as_ref().map_or(0, |table| table.dbf.records);
    let mut surveyed = match &parts.shp {
        Some(shp) => {
            let path = shapes::alone(
                shp,
                parts.shx.as_ref(),
                &work.order.scratch_dir,
                &mut findings,
            )?;
            let survey = survey(work, &name, &path, table.as_ref(), &mut findings)?;
            if path != shp.path {
                std::fs::remove_file(&path)?;
            }
            Some(survey)
        }
        None => None,
    };
    let crs_found = surveyed
        .as_ref()
        .map(|surveyed| settle_crs(work, &parts, surveyed, &mut findings))
        .transpose()?;
    let (schema, encoding) = schema(name, surveyed.as_ref(), crs_found.as_ref(), table.as_ref());
    let expected = surveyed
        .as_ref()
        .map_or(rows_of_table, |surveyed| surveyed.rows);
    let mut emitter = Emitter::start(
        &mut work.outlet,
        schema,
        Some(expected),
        crs_found,
        encoding,
    )?;
    send(
        &mut emitter,
        table.as_mut(),
        surveyed.as_mut(),
        &mut findings,
    )?;
    emitter.finish(findings)
}

/// The table after its first reading.
struct Table {
    dbf: Dbf,
    columns: Vec<Cells>,
    charset: Charset,
    encoding: EncodingFound,
    deleted: Bitmap,
}

impl Table {
    fn open(work: &Work, parts: &ShapeParts, findings: &mut Findings) -> Result<Option<Self>> {
        let Some(member) = &parts.dbf else {
            findings.tell(Code::TableMissing, None, 0, "");
            return Ok(None);
        };
        let mut dbf = Dbf::open(&member.path)?;
        let mut columns: Vec<Cells> = dbf.fields.iter().cloned().map(Cells::new).collect();
        let (mut detector, mut deleted) = (Detector::new(), Bitmap::default());
        let names: Vec<Vec<u8>> = dbf.fields.iter().map(|field| field.name.clone()).collect();
        names.iter().for_each(|name| detector.feed(name, true));
        while dbf.advance()? {
            deleted.push(dbf.is_deleted());
            if !dbf.is_deleted() {
                let record = dbf.record();
                columns
                    .iter_mut()
                    .for_each(|cells| cells.survey(record, &mut detector));
            }
        }
        let stated = Stated {
            given: work.order.encoding.clone(),
            cpg: parts
                .cpg
                .as_ref()
                .map(|cpg| small_text(cpg, 100))
                .transpose()?,
            language_byte: dbf.language_byte,
        };
        let (charset, encoding) = detector.settle(&stated, findings)?;
        name_columns(&mut columns, &names, charset, findings);
        columns.iter_mut().for_each(|cells| cells.settle(findings));
        columns.retain(|cells| cells.kind.is_some());
        if dbf.missing > 0 {
            findings.tell(Code::TableDamaged, None, dbf.missing, "");
        }
        if deleted.count() > 0 {
            findings.tell(Code::RecordsDeleted, None, deleted.count() as u64, "");
        }
        dbf.rewind()?;
        Ok(Some(Self {
            dbf,
            columns,
            charset,
            encoding,
            deleted,
        }))
    }
}

fn name_columns(
    columns: &mut [Cells],
    names: &[Vec<u8>],
    charset: Charset,
    findings: &mut Findings,
) {
    let mut taken = HashSet::new();
    for (i, (cells, name)) in columns.iter_mut().zip(names).enumerate() {
        let name = charset.decode(name).0.into_owned();
        cells.name = unique_column(&name, i, &mut taken, findings);
    }
}

fn survey(
    work: &mut Work,
    name: &str,
    path: &std::path::Path,
    table: Option<&Table>,
    findings: &mut Findings,
) -> Result<Surveyed> {
    let mut survey = Survey::new(&work.order.scratch_dir)?;
    let is_kept = |at: u64| !table.is_some_and(|t| t.deleted.contains(at as usize));
    let outlet = &mut work.outlet;
    let (shapes, declared) =
        shapes::survey(path, &mut survey, findings, is_kept, |done, total| {
            outlet.progress("check", name, done, Some(total))
        })?;
    if let Some(table) = table
        && table.dbf.records != shapes
    {
        findings.tell(
            Code::RecordsMissing,
            None,
            table.dbf.records.abs_diff(shapes),
            "",
        );
        for at in shapes..table.dbf.records {
            if is_kept(at) {
                survey.nothing()?;
            }
        }
    }
    survey.finish(declared)
}

fn settle_crs(
    work: &mut Work,
    parts: &ShapeParts,
    surveyed: &Surveyed,
    findings: &mut Findings,
) -> Result<CrsFound> {
    let in_file = match &parts.prj {
        None => InFile::Nothing,
        Some(prj) => match small_text(prj, 1 << 16)? {
            text if text.trim().is_empty() => InFile::Nothing,
            text => InFile::Definition(text),
        },
    };
    let extent = &surveyed.extent;
    crs::settle(
        work.order.crs,
        &in_file,
        extent,
        &mut work.definitions,
        findings,
    )
}

fn small_text(member: &Member, most: u64) -> Result<String> {
    let mut bytes = Vec::new();
    File::open(&member.path)?
        .take(most)
        .read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn schema(
    name: String,
    surveyed: Option<&Surveyed>,
    crs_found: Option<&CrsFound>,
    table: Option<&Table>,
) -> (LayerSchema, Option<EncodingFound>) {
    let columns = table.map_or(&[][..], |table| &table.columns);
    let schema = LayerSchema {
        name,
        geometry: surveyed.map_or(GeometryType::None, |surveyed| surveyed.geometry),
        has_z: surveyed.is_some_and(|surveyed| surveyed.has_z),
        has_m: surveyed.is_some_and(|surveyed| surveyed.has_m),
        crs: crs_found.map(|found| found.crs),
        columns: columns
            .iter()
            .filter_map(|cells| {
                Some(ColumnSchema {
                    name: cells.name.clone(),
                    kind: cells.kind?,
                })
            })
            .collect(),
    };
    (schema, table.map(|table| table.encoding.clone()))
}

/// The second reading: records and spooled shapes side by side.
fn send(
    emitter: &mut Emitter<'_>,
    mut table: Option<&mut Table>,
    mut surveyed: Option<&mut Surveyed>,
    findings: &mut Findings,
) -> Result<()> {
    let mut left = surveyed.as_ref().map(|surveyed| surveyed.rows);
    let mut id = -1;
    while left != Some(0) {
        id += 1;
        let has_record = match &mut table {
            Some(table) => table.dbf.advance()?,
            None => false,
        };
        if has_record && table.as_ref().is_some_and(|table| table.dbf.is_deleted()) {
            continue;
        }
        if !has_record && left.is_none() {
            break;
        }
        let wkb = match &mut surveyed {
            Some(surveyed) => surveyed.spool.next()?,
            None => None,
        };
        emitter.feature(id, wkb)?;
        left = left.map(|left| left - 1);
        if let Some(table) = &table {
            for (i, cells) in table.columns.iter().enumerate() {
                if has_record {
                    cells.value(
                        id,
                        table.dbf.record(),
                        table.charset,
                        findings,
                        &mut |value| {
                            emitter.value(i, value);
                        },
                    );
                } else {
                    emitter.value(i, Value::Null);
                }
            }
        }
    }
    Ok(())
}
