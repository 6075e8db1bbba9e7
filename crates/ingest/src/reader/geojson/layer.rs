//! The layer of a GeoJSON file.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use ingest::crs::Crs;
use ingest::layer::{ColumnSchema, ColumnType, GeometryType, LayerSchema};

use super::cell::Cell;
use super::object::{Feature, Found, Stream, Take};
use crate::archive::Member;
use crate::column_name::unique_column;
use crate::crs::{self, InFile};
use crate::emitter::Emitter;
use crate::findings::{Code, Findings};
use crate::recognise::unknown_format;
use crate::stop::Result;
use crate::survey::{Survey, Surveyed};
use crate::text;
use crate::typing::Typing;
use crate::work::Work;

/// Up to this size a file is read into memory, which parses twice as fast as a stream.
const WHOLE: u64 = 512 << 20;
/// The longest line of newline-delimited GeoJSON.
const LINE: u64 = 512 << 20;

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

/// What the document says of itself.
struct About {
    names: Vec<String>,
    crs: Option<String>,
    name: Option<String>,
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

/// The text, whole or as a stream, one document or one per line or record.
struct Input<'p> {
    path: &'p Path,
    whole: Option<Vec<u8>>,
    /// The byte between documents, when there are several.
    separator: Option<u8>,
}

impl<'p> Input<'p> {
    fn open(path: &'p Path) -> Result<Self> {
        let separator = separator(path)?;
        let small = std::fs::metadata(path)?.len() <= WHOLE;
        let whole = (small && separator.is_none())
            .then(|| std::fs::read(path))
            .transpose()?;
        Ok(Self {
            path,
            whole,
            separator,
        })
    }

    fn features(
        &self,
        wants_geometry: bool,
        take: Take<'_>,
        broken: &mut dyn FnMut(i64, String),
    ) -> Result<About> {
        let mut stream = Stream::new(wants_geometry, take);
        match (self.separator, &self.whole) {
            (Some(separator), _) => self.lines(separator, &mut stream, broken)?,
            (None, Some(whole)) => {
                stream.read(&mut serde_json::Deserializer::from_slice(whole))?;
            }
            (None, None) => {
                let file = BufReader::with_capacity(1 << 18, File::open(self.path)?);
                stream.read(&mut serde_json::Deserializer::from_reader(file))?;
            }
        }
        if !stream.is_geojson {
            return Err(unknown_format(
                "This is JSON but no GeoJSON: it holds no features.",
            ));
        }
        Ok(About {
            names: stream.feature.names,
            crs: stream.crs,
            name: stream.name,
        })
    }

    fn lines(
        &self,
        separator: u8,
        stream: &mut Stream<'_>,
        broken: &mut dyn FnMut(i64, String),
    ) -> Result<()> {
        let mut file = BufReader::with_capacity(1 << 18, File::open(self.path)?);
        let (mut line, mut number) = (Vec::new(), 0);
        loop {
            line.clear();
            number += 1;
            if (&mut file).take(LINE).read_until(separator, &mut line)? == 0 {
                return Ok(());
            }
            let trim = |b: &u8| b.is_ascii_whitespace() || *b == 0x1e;
            let start = line.iter().position(|b| !trim(b)).unwrap_or(line.len());
            let end = line
                .iter()
                .rposition(|b| !trim(b))
                .map_or(start, |at| at + 1);
            if start == end {
                continue;
            }
            let json = &line[start..end];
            // Checked first, so that half a feature never gets out.
            if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(json) {
                broken(number, error.to_string());
                continue;
            }
            stream.read(&mut serde_json::Deserializer::from_slice(json))?;
        }
    }
}

/// RS where the file starts with it (RFC 8142); a line end where the first line is a whole
/// document and more follows; else nothing.
fn separator(path: &Path) -> Result<Option<u8>> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut line = Vec::new();
    while line.trim_ascii().is_empty() {
        line.clear();
        if (&mut file).take(16 << 20).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
    }
    if line.trim_ascii_start().first() == Some(&0x1e) {
        return Ok(Some(0x1e));
    }
    let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(&line).is_ok();
    let mut more = Vec::new();
    file.take(1 << 16).read_to_end(&mut more)?;
    let follows = !more.trim_ascii().is_empty();
    Ok((is_whole && follows).then_some(b'\n'))
}
