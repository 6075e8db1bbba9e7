//! Tells by content which layers an upload holds and how each is read.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;

use ingest::import::Refusal;

use crate::archive::Member;
use crate::csv;
use crate::stop::{Result, Stop};

/// How much of a file is looked at.
const HEAD: u64 = 1 << 16;

/// What is read, as told to somebody whose file is not.
const WELCOME: [&str; 5] = [
    "Shapefile (zipped, or .shp with .dbf, .shx and .prj)",
    "GeoPackage",
    "GeoJSON",
    "newline-delimited GeoJSON",
    "CSV with coordinate or WKT columns",
];

/// A Shapefile's parts; without `shp` a table alone.
#[derive(Debug)]
pub(crate) struct ShapeParts {
    /// What names the layer: the `.shp`, else the `.dbf`.
    pub(crate) main: Member,
    /// The shapes.
    pub(crate) shp: Option<Member>,
    /// Their index.
    pub(crate) shx: Option<Member>,
    /// The table.
    pub(crate) dbf: Option<Member>,
    /// The CRS.
    pub(crate) prj: Option<Member>,
    /// The encoding.
    pub(crate) cpg: Option<Member>,
}

/// Something that holds one or more layers.
#[derive(Debug)]
pub(crate) enum Source {
    /// A Shapefile or a DBF table.
    Shapes(Box<ShapeParts>),
    /// A GeoPackage.
    GeoPackage(Member),
    /// One JSON document, or one per line.
    GeoJson(Member),
    /// Separated values.
    Csv(Member),
}

/// The sources among the members, and the names of those that are of no use.
///
/// # Errors
/// Refused when there is none.
pub(crate) fn sources(members: Vec<Member>) -> Result<(Vec<Source>, Vec<String>)> {
    let alone = members.len() == 1;
    let mut siblings: HashMap<String, HashMap<String, Member>> = HashMap::new();
    let mut heads = Vec::with_capacity(members.len());
    for member in &members {
        siblings
            .entry(member.key())
            .or_default()
            .insert(member.extension(), member.clone());
        heads.push(head(member)?);
    }
    let (mut sources, mut ignored) = (Vec::new(), Vec::new());
    for (member, head) in members.into_iter().zip(heads) {
        let family = siblings.get(&member.key());
        let sibling = |extension: &str| family.and_then(|all| all.get(extension)).cloned();
        match content(&member, &head, alone) {
            Content::Shapes => sources.push(Source::Shapes(Box::new(ShapeParts {
                shx: sibling("shx"),
                dbf: sibling("dbf"),
                prj: sibling("prj"),
                cpg: sibling("cpg"),
                shp: Some(member.clone()),
                main: member,
            }))),
            Content::Table if sibling("shp").is_none() => {
                sources.push(Source::Shapes(Box::new(ShapeParts {
                    shx: None,
                    dbf: Some(member.clone()),
                    prj: None,
                    cpg: sibling("cpg"),
                    shp: None,
                    main: member,
                })));
            }
            Content::GeoPackage => sources.push(Source::GeoPackage(member)),
            Content::GeoJson => sources.push(Source::GeoJson(member)),
            Content::Csv => sources.push(Source::Csv(member)),
            Content::Table | Content::Sibling => {}
            Content::Other => ignored.push(member.name),
        }
    }
    if sources.is_empty() {
        return Err(unknown(&ignored));
    }
    Ok((sources, ignored))
}

fn unknown(names: &[String]) -> Stop {
    let shown = names
        .first()
        .map(|name| format!(" ('{}')", crate::findings::shortened(name)))
        .unwrap_or_default();
    unknown_format(&format!(
        "This file{shown} is of a format that is not read."
    ))
}

/// A refusal that says what is welcome.
pub(crate) fn unknown_format(what: &str) -> Stop {
    Stop::Refused(
        Refusal::new(
            "format-unknown",
            format!("{what} Welcome are: {}.", WELCOME.join("; ")),
        )
        .with("welcome", WELCOME.map(str::to_owned).to_vec()),
    )
}

enum Content {
    Shapes,
    Table,
    GeoPackage,
    GeoJson,
    Csv,
    /// Belongs to another file of the upload.
    Sibling,
    Other,
}

fn head(member: &Member) -> Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(&member.path)?
        .take(HEAD)
        .read_to_end(&mut head)?;
    Ok(head)
}

fn content(member: &Member, head: &[u8], alone: bool) -> Content {
    let extension = member.extension();
    if head.starts_with(&[0, 0, 0x27, 0x0a]) {
        return if extension == "shx" {
            Content::Sibling
        } else {
            Content::Shapes
        };
    }
    if head.starts_with(b"SQLite format 3\0") {
        return Content::GeoPackage;
    }
    if extension == "dbf" {
        return Content::Table;
    }
    if is_sidecar(&extension) {
        return Content::Sibling;
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = text.trim_ascii_start();
    let start = start.strip_prefix(b"\x1e").unwrap_or(start);
    if start.starts_with(b"{") && is_geojson(start) {
        return Content::GeoJson;
    }
    let named = matches!(extension.as_str(), "csv" | "tsv" | "tab" | "psv");
    let plain = matches!(extension.as_str(), "txt" | "dat" | "");
    let foreign = [b'<', b'{', b'[', b'%', b'!']
        .iter()
        .any(|b| start.first() == Some(b));
    if (named || (alone && plain)) && !foreign && csv::looks_like(head, named) {
        return Content::Csv;
    }
    Content::Other
}

/// What else lies beside a Shapefile and is of no use here.
fn is_sidecar(extension: &str) -> bool {
    matches!(
        extension,
        "shx"
            | "prj"
            | "cpg"
            | "sbn"
            | "sbx"
            | "qix"
            | "qpj"
            | "qmd"
            | "qml"
            | "sld"
            | "lyr"
            | "fix"
            | "ain"
            | "aih"
            | "atx"
            | "ixs"
            | "mxs"
            | "fbn"
            | "fbx"
            | "cst"
    )
}

/// Whether JSON is one of the kinds that GeoJSON has; TopoJSON, CityJSON and others are not.
fn is_geojson(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let has = |word: &str| text.contains(&format!("\"{word}\""));
    if has("Topology") || has("CityJSON") || has("CityJSONFeature") {
        return false;
    }
    let kinds = [
        "FeatureCollection",
        "Feature",
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
        "features",
        "geometry",
    ];
    kinds.iter().any(|kind| has(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(files: &[(&str, &[u8])]) -> Result<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        let members = files
            .iter()
            .enumerate()
            .map(|(i, (name, bytes))| {
                let path = dir.path().join(i.to_string());
                std::fs::write(&path, bytes).unwrap();
                Member {
                    name: (*name).to_owned(),
                    path,
                }
            })
            .collect();
        let (sources, _) = sources(members)?;
        Ok(sources
            .iter()
            .map(|source| match source {
                Source::Shapes(parts) if parts.shp.is_some() => "shapes".to_owned(),
                Source::Shapes(_) => "table".to_owned(),
                Source::GeoPackage(_) => "gpkg".to_owned(),
                Source::GeoJson(_) => "geojson".to_owned(),
                Source::Csv(_) => "csv".to_owned(),
            })
            .collect())
    }

    const SHP: &[u8] = &[0, 0, 0x27, 0x0a, 0, 0];

    #[test]
    fn content_counts_not_the_name() {
        let of = |name, bytes| recognised(&[(name, bytes)]).unwrap().join(" ");
        assert_eq!(
            of("x.json", b"{\"type\": \"FeatureCollection\"" as &[u8]),
            "geojson"
        );
        assert_eq!(of("upload", b"\x1e{\"type\":\"Feature\"}"), "geojson");
        assert_eq!(of("upload", b"SQLite format 3\0..."), "gpkg");
        assert_eq!(of("x.bin", SHP), "shapes");
        assert_eq!(of("x.csv", b"a;b\n1;2\n"), "csv");
    }

    #[test]
    fn a_table_belongs_to_its_shapes() {
        let files: [(&str, &[u8]); 4] = [
            ("A.shp", SHP),
            ("a.shx", SHP),
            ("a.dbf", b"\x03"),
            ("b.dbf", b"\x03"),
        ];
        assert_eq!(recognised(&files).unwrap(), ["shapes", "table"]);
    }

    #[test]
    fn others_are_refused_with_the_list_of_what_is_welcome() {
        let others: [(&str, &[u8]); 6] = [
            ("x.gml", b"<?xml version='1.0'?>"),
            ("x.csv", b"<OGRVRTDataSource>"),
            ("x.json", b"{\"type\":\"Topology\"}"),
            ("x.pdf", b"%PDF-1.4"),
            ("x.tif", b"II*\0"),
            ("x", b""),
        ];
        for other in others {
            let Err(Stop::Refused(refusal)) = recognised(&[other]) else {
                panic!("{} was taken", other.0)
            };
            assert_eq!(refusal.code, "format-unknown");
            assert!(refusal.text.contains("GeoPackage"));
        }
    }
}
