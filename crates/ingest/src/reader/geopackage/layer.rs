//! The layers of a GeoPackage, one after the other.

use std::collections::HashSet;

use ingest::import::CrsFound;
use ingest::layer::{ColumnSchema, GeometryType, LayerSchema, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};

use super::database::{self, Table};
use super::{blob, value};
use crate::archive::Member;
use crate::column_name::unique_column;
use crate::crs;
use crate::emitter::Emitter;
use crate::findings::{Code, Findings};
use crate::stop::{Result, Stop};
use crate::survey::{Survey, Surveyed};
use crate::work::Work;

/// Sends all layers of a GeoPackage.
///
/// # Errors
/// Refused when it is damaged, holds no layer, or the CRS of one cannot be settled.
pub(crate) fn read(work: &mut Work, member: &Member) -> Result<()> {
    let db = database::open(&member.path)?;
    let (tables, mut ignored) = database::tables(&db)?;
    if tables.is_empty() {
        return Err(Stop::refused(
            "no-layers",
            "The GeoPackage holds no tables of features or attributes.",
        ));
    }
    for table in tables {
        let mut findings = Findings::new("");
        for name in ignored.drain(..) {
            findings.tell(Code::TableIgnored, None, 1, &name);
        }
        read_table(work, &db, &table, findings)?;
    }
    Ok(())
}

fn read_table(
    work: &mut Work,
    db: &Connection,
    table: &Table,
    mut findings: Findings,
) -> Result<()> {
    let name = work.unique_name(&table.name, &mut findings);
    findings.rename(&name);
    for generated in &table.generated {
        findings.tell(
            Code::ColumnUnreadable,
            Some(generated),
            1,
            "computed by the database",
        );
    }
    let mut surveyed = match &table.geometry {
        Some((column, declared)) => {
            Some(survey(work, db, table, column, *declared, &mut findings)?)
        }
        None => None,
    };
    let crs_found = match &surveyed {
        Some(surveyed) => Some(crs::settle(
            work.order.crs,
            &database::crs(db, table.crs),
            &surveyed.extent,
            &mut work.definitions,
            &mut findings,
        )?),
        None => None,
    };
    let schema = schema(
        name,
        table,
        surveyed.as_ref(),
        crs_found.as_ref(),
        &mut findings,
    );
    let expected = match &surveyed {
        Some(surveyed) => Some(surveyed.rows),
        None => count(db, table),
    };
    let emitter = Emitter::start(&mut work.outlet, schema, expected, crs_found, None)?;
    send(emitter, db, table, surveyed.as_mut(), findings)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A query over the table itself, whatever indexes there are: both readings see the same order.
fn query<'db>(db: &'db Connection, table: &Table, columns: &[String]) -> Result<Statement<'db>> {
    let key = table
        .key
        .as_deref()
        .map_or_else(|| "NULL".to_owned(), quoted);
    let columns: String = columns.iter().map(|column| format!(", {column}")).collect();
    db.prepare(&format!(
        "SELECT {key}{columns} FROM {} NOT INDEXED",
        quoted(&table.name)
    ))
    .map_err(damaged)
}

fn damaged(error: rusqlite::Error) -> Stop {
    Stop::damaged("a GeoPackage", error)
}

fn count(db: &Connection, table: &Table) -> Option<u64> {
    let query = format!("SELECT count(*) FROM {} NOT INDEXED", quoted(&table.name));
    db.query_row(&query, [], |row| row.get::<_, i64>(0))
        .ok()
        .and_then(|n| u64::try_from(n).ok())
}

/// The id of a row: its key, else its number from 1.
fn id_of(row: &rusqlite::Row<'_>, number: i64) -> i64 {
    match row.get_ref(0) {
        Ok(ValueRef::Integer(id)) => id,
        _ => number,
    }
}

fn survey(
    work: &mut Work,
    db: &Connection,
    table: &Table,
    column: &str,
    declared: GeometryType,
    findings: &mut Findings,
) -> Result<Surveyed> {
    let mut survey = Survey::new(&work.order.scratch_dir)?;
    let total = count(db, table);
    let mut statement = query(db, table, &[quoted(column)])?;
    let mut rows = statement.query([]).map_err(damaged)?;
    let mut number = 0;
    while let Some(row) = rows.next().map_err(damaged)? {
        number += 1;
        let id = id_of(row, number);
        match row.get_ref(1).map_err(damaged)? {
            ValueRef::Null => survey.nothing()?,
            ValueRef::Blob(bytes) => match blob::wkb(bytes) {
                Ok(wkb) => survey.wkb(id, wkb, findings)?,
                Err(why) => {
                    findings.note(Code::GeometryUnreadable, None, id, || why.to_owned());
                    survey.nothing()?;
                }
            },
            _ => {
                let why = || "there is no geometry but another value".to_owned();
                findings.note(Code::GeometryUnreadable, None, id, why);
                survey.nothing()?;
            }
        }
        if number % 4096 == 0 {
            work.outlet
                .progress("check", &table.name, survey.rows(), total)?;
        }
    }
    survey.finish(declared)
}

fn schema(
    name: String,
    table: &Table,
    surveyed: Option<&Surveyed>,
    crs_found: Option<&CrsFound>,
    findings: &mut Findings,
) -> LayerSchema {
    let mut taken = HashSet::new();
    LayerSchema {
        name,
        geometry: surveyed.map_or(GeometryType::None, |surveyed| surveyed.geometry),
        has_z: surveyed.is_some_and(|surveyed| surveyed.has_z),
        has_m: surveyed.is_some_and(|surveyed| surveyed.has_m),
        crs: crs_found.map(|found| found.crs),
        columns: table
            .columns
            .iter()
            .enumerate()
            .map(|(i, column)| ColumnSchema {
                name: unique_column(&column.name, i, &mut taken, findings),
                kind: column.kind,
            })
            .collect(),
    }
}

fn send(
    mut emitter: Emitter<'_>,
    db: &Connection,
    table: &Table,
    mut surveyed: Option<&mut Surveyed>,
    mut findings: Findings,
) -> Result<()> {
    let columns: Vec<String> = table.columns.iter().map(|c| quoted(&c.name)).collect();
    let mut statement = query(db, table, &columns)?;
    let mut rows = statement.query([]).map_err(damaged)?;
    let mut number = 0;
    while let Some(row) = rows.next().map_err(damaged)? {
        number += 1;
        let id = id_of(row, number);
        let wkb = match &mut surveyed {
            Some(surveyed) => surveyed.spool.next()?,
            None => None,
        };
        emitter.feature(id, wkb)?;
        for (i, column) in table.columns.iter().enumerate() {
            let stored = row.get_ref(i + 1).map_err(damaged)?;
            let mut take = |value: Value<'_>| {
                emitter.value(i, value);
            };
            value::convert(
                id,
                &column.name,
                column.kind,
                stored,
                &mut findings,
                &mut take,
            );
        }
    }
    emitter.finish(findings)
}
