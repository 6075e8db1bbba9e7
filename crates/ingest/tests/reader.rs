//! The reader program over real files: every format of this crate, in the box, as a server runs it.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ingest::Error;
use ingest::crs::Crs;
use ingest::import::{
    CrsHow, EncodingHow, Finding, Frame, LayerStart, Limits, ReadRequest, Reading, Refusal,
};
use ingest::layer::{Batch, ColumnType, Geometry, GeometryType, Value};

/// One layer as it arrived.
struct Layer {
    start: LayerStart,
    batches: Vec<Batch>,
    findings: Vec<Finding>,
}

impl Layer {
    fn count(&self) -> usize {
        self.batches.iter().map(Batch::len).sum()
    }

    fn column(&self, name: &str) -> usize {
        let columns = &self.start.schema.columns;
        let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
        names
            .iter()
            .position(|&known| known == name)
            .unwrap_or_else(|| panic!("no {name} in {names:?}"))
    }

    fn kind(&self, name: &str) -> ColumnType {
        self.start.schema.columns[self.column(name)].kind
    }

    fn values(&self, name: &str) -> Vec<Value<'_>> {
        let column = self.column(name);
        self.batches
            .iter()
            .flat_map(|batch| (0..batch.len()).map(move |row| batch.columns[column].get(row)))
            .collect()
    }

    fn has_text(&self, text: &str) -> bool {
        self.start.schema.columns.iter().any(|column| {
            self.values(&column.name)
                .iter()
                .any(|value| matches!(value, Value::Text(t) if t.contains(text)))
        })
    }

    fn finding(&self, code: &str) -> &Finding {
        self.findings
            .iter()
            .find(|finding| finding.code == code)
            .unwrap_or_else(|| panic!("no {code} in {:#?}", self.findings))
    }

    fn geometries(&self) -> Vec<Option<Geometry>> {
        self.batches
            .iter()
            .flat_map(|batch| (0..batch.len()).map(|row| batch.wkb(row)))
            .map(|wkb| wkb.map(|wkb| Geometry::from_wkb(wkb).unwrap()))
            .collect()
    }
}

enum Outcome {
    Read(Vec<Layer>),
    Refused(Refusal),
}

impl Outcome {
    fn layers(self) -> Vec<Layer> {
        match self {
            Self::Read(layers) => layers,
            Self::Refused(refusal) => panic!("refused: {}", refusal.text),
        }
    }

    fn layer(self) -> Layer {
        let mut layers = self.layers();
        assert_eq!(layers.len(), 1);
        layers.remove(0)
    }

    fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Read(layers) => panic!("{} layers were read", layers.len()),
        }
    }
}

/// An upload in a private folder of its own.
struct Upload {
    dir: tempfile::TempDir,
    request: ReadRequest,
}

impl Upload {
    fn of(files: &[(&str, &[u8])]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let input_dir = dir.path().join("in");
        std::fs::create_dir(&input_dir).unwrap();
        for (name, bytes) in files {
            std::fs::write(input_dir.join(name), bytes).unwrap();
        }
        let request = ReadRequest {
            reader: PathBuf::from(env!("CARGO_BIN_EXE_govmaps-reader")),
            input_dir,
            scratch_parent: dir.path().to_owned(),
            files: files.iter().map(|(name, _)| (*name).to_owned()).collect(),
            original_name: files[0].0.to_owned(),
            crs: None,
            encoding: None,
            limits: Limits::default(),
            boxed: true,
        };
        Self { dir, request }
    }

    fn crs(mut self, code: u32) -> Self {
        self.request.crs = Some(Crs::Epsg(code));
        self
    }

    fn encoding(mut self, label: &str) -> Self {
        self.request.encoding = Some(label.to_owned());
        self
    }

    fn read(self) -> Outcome {
        self.try_read().unwrap()
    }

    fn try_read(self) -> ingest::error::Result<Outcome> {
        let mut reading = Reading::start(&self.request)?;
        let outcome = taken(&mut reading);
        if outcome.is_err() {
            eprintln!("stderr: {}", reading.log());
        }
        drop(reading);
        let left: Vec<_> = std::fs::read_dir(self.dir.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "the scratch folder is gone");
        outcome
    }
}

fn taken(reading: &mut Reading) -> ingest::error::Result<Outcome> {
    let mut layers: Vec<Layer> = Vec::new();
    while let Some(frame) = reading.next()? {
        match frame {
            Frame::Layer(start) => layers.push(Layer {
                start: *start,
                batches: Vec::new(),
                findings: Vec::new(),
            }),
            Frame::Batch(batch) => layers.last_mut().unwrap().batches.push(batch),
            Frame::LayerEnd(end) => layers.last_mut().unwrap().findings = end.findings,
            Frame::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
            Frame::Progress(_) | Frame::End => {}
        }
    }
    Ok(Outcome::Read(layers))
}

fn shared() -> Option<PathBuf> {
    let place = std::env::var_os("GOVMAPS_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let geodata = place.join("geodata");
    geodata.is_dir().then_some(geodata)
}

/// Files of the shared folder as one upload.
fn real(folder: &str, files: &[&str]) -> Option<Upload> {
    let Some(geodata) = shared() else {
        eprintln!("skipped: no shared geodata");
        return None;
    };
    let bytes: Vec<Vec<u8>> = files
        .iter()
        .map(|file| std::fs::read(geodata.join(folder).join(file)).unwrap())
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .zip(&bytes)
        .map(|(name, bytes)| (*name, bytes.as_slice()))
        .collect();
    Some(Upload::of(&files))
}

macro_rules! real {
    ($folder:literal, $($file:literal),+) => {
        match real($folder, &[$($file),+]) {
            Some(upload) => upload,
            None => return,
        }
    };
}

#[test]
fn the_table_of_real_files_comes_out_as_ogrinfo_shows_it() {
    use CrsHow::{Declared, Guessed, Matched};
    use GeometryType as G;
    type Row = (&'static str, &'static [&'static str], usize, G, u32, CrsHow);
    let cite = "cite/wms13/shapefile";
    let table: &[Row] = &[
        (
            "flanders-roads",
            &["eWegsegment.zip"],
            73,
            G::LineString,
            31370,
            Matched,
        ),
        (
            "flanders-roads",
            &["Refgew.shp", "Refgew.shx"],
            1,
            G::MultiPolygon,
            31370,
            Guessed,
        ),
        (
            "flanders-roads",
            &["polygon.shp", "polygon.prj"],
            1,
            G::Polygon,
            31370,
            Matched,
        ),
        (
            "flanders-buildings",
            &["gebouw_ALL_LB08.zip"],
            21,
            G::Polygon,
            3812,
            Guessed,
        ),
        (
            "flanders-parcels",
            &["reference.geojson"],
            408,
            G::MultiPolygon,
            31370,
            Declared,
        ),
        (
            "flanders-parcels",
            &["themelayer_referenced.geojson"],
            33,
            G::MultiPolygon,
            31370,
            Declared,
        ),
        (
            "flanders-parcels",
            &["zwin.geojson"],
            1,
            G::MultiPolygon,
            31370,
            Declared,
        ),
        (
            "flanders-parcels",
            &["multipolygon.geojson"],
            1,
            G::MultiPolygon,
            31370,
            Declared,
        ),
        (
            "flanders-nature",
            &["study_area_l72.geojson"],
            1,
            G::Polygon,
            31370,
            Declared,
        ),
        (
            "flanders-nature",
            &["polygon_multiple_31370.gpkg"],
            2,
            G::Polygon,
            31370,
            Declared,
        ),
        (
            "brussels-addresses",
            &["UrbAdm_AdPt.zip"],
            666,
            G::Point,
            31370,
            Matched,
        ),
        (
            "nl-addresses",
            &["dutch_addresses_shape_28992.zip"],
            2481,
            G::Point,
            28992,
            Matched,
        ),
        (
            "nl-addresses",
            &["dutch_addresses_4326.gpkg"],
            2481,
            G::Point,
            4326,
            Declared,
        ),
        (
            "world",
            &[
                "countries.shp",
                "countries.shx",
                "countries.dbf",
                "countries.prj",
            ],
            179,
            G::MultiPolygon,
            4326,
            Matched,
        ),
        (
            "world",
            &["example_wkt.csv"],
            5,
            G::MultiPolygon,
            4326,
            Guessed,
        ),
        ("world", &["obs.csv"], 5, G::Point, 4326, Guessed),
        (
            cite,
            &["Autos.shp", "Autos.shx", "Autos.dbf", "Autos.prj"],
            19,
            G::Point,
            4326,
            Matched,
        ),
        (
            cite,
            &[
                "lakesWithElevation.shp",
                "lakesWithElevation.shx",
                "LakesWithElevation.dbf",
                "lakesWithElevation.prj",
            ],
            3,
            G::Polygon,
            4326,
            Matched,
        ),
    ];
    let mut wrong = Vec::new();
    for (folder, files, count, geometry, code, how) in table {
        let Some(upload) = real(folder, files) else {
            return;
        };
        let layer = match upload.read() {
            Outcome::Read(mut layers) => layers.remove(0),
            Outcome::Refused(refusal) => {
                wrong.push(format!("{files:?}: {}", refusal.text));
                continue;
            }
        };
        let found = layer.start.crs_found.as_ref().unwrap();
        let seen = (
            layer.count(),
            layer.start.schema.geometry,
            found.crs,
            found.how,
        );
        if seen != (*count, *geometry, Crs::Epsg(*code), *how) {
            wrong.push(format!("{files:?}: {seen:?} {}", found.text));
        }
        assert_eq!(layer.start.schema.crs, Some(found.crs));
        let lost = layer.findings.iter().any(|f| f.code == "records-missing");
        assert!(!lost, "{files:?}");
        let findings: Vec<&str> = layer.findings.iter().map(|f| f.text.as_str()).collect();
        println!("{files:?}: {findings:#?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// GDAL's own reading of a file is a second opinion on texts, geometries and their order.
#[test]
fn texts_and_geometries_are_those_that_gdal_reads() {
    use gdal::vector::{FieldValue, LayerAccess};
    let Some(geodata) = shared() else {
        eprintln!("skipped: no shared geodata");
        return;
    };
    for (folder, file, inside) in [
        (
            "brussels-addresses",
            "UrbAdm_AdPt.zip",
            "shp/UrbAdm_AdPt.shp",
        ),
        (
            "nl-addresses",
            "dutch_addresses_shape_28992.zip",
            "inspireadressen.shp",
        ),
        ("flanders-roads", "eWegsegment.zip", "eWegsegment.shp"),
        ("nl-addresses", "dutch_addresses_4326.gpkg", ""),
        ("flanders-parcels", "reference.geojson", ""),
        ("flanders-road-diff", "diff.geojson", ""),
    ] {
        let ours = real(folder, &[file]).unwrap().read().layer();
        let path = geodata.join(folder).join(file);
        let dataset = match inside {
            "" => gdal::Dataset::open(&path).unwrap(),
            inside => gdal::Dataset::open(format!("/vsizip/{}/{inside}", path.display())).unwrap(),
        };
        let mut theirs = dataset.layer(0).unwrap();
        assert_eq!(theirs.feature_count() as usize, ours.count(), "{file}");
        let geometries = ours.geometries();
        for (row, feature) in theirs.features().enumerate() {
            let wkb = feature.geometry().map(|g| g.iso_wkb().unwrap());
            let geometry = wkb.map(|wkb| Geometry::from_wkb(&wkb).unwrap());
            assert_eq!(geometries[row], geometry, "{file} {row}");
            for (column, (name, value)) in feature.fields().enumerate() {
                if let Some(FieldValue::StringValue(text)) = value {
                    let index = ours
                        .start
                        .schema
                        .columns
                        .iter()
                        .position(|c| c.name == name);
                    let index = index.unwrap_or_else(|| panic!("{file}: no {name} ({column})"));
                    let batch = &ours.batches[row / ingest::import::BATCH_ROWS];
                    let value = batch.columns[index].get(row % ingest::import::BATCH_ROWS);
                    // The crate reads a property that is not there as an empty text.
                    let same =
                        value == Value::Text(&text) || (text.is_empty() && value == Value::Null);
                    assert!(same, "{file} {row} {name}: {value:?} {text:?}");
                }
            }
        }
    }
}

#[test]
fn decimal_commas_of_brussels_are_numbers_and_reported() {
    let layer = real!("brussels-addresses", "UrbAdm_AdPt.zip")
        .read()
        .layer();
    let angles = layer.values("ANGLE");
    assert!(angles.contains(&Value::Real(309.92)));
    assert!(!angles.contains(&Value::Real(309.0)) && !angles.contains(&Value::Real(30992.0)));
    let finding = layer.finding("decimal-comma");
    assert_eq!(
        (finding.column.as_deref(), finding.count),
        (Some("ANGLE"), 652)
    );
    assert!(finding.text.contains("ANGLE") && finding.text.contains("652"));
    assert_eq!(layer.kind("ID"), ColumnType::Real);
    let encoding = layer.start.encoding.unwrap();
    assert_eq!(
        (encoding.name.as_str(), encoding.how),
        ("UTF-8", EncodingHow::Cpg)
    );
}

#[test]
fn the_road_register_has_43_tables_and_its_letters() {
    let layers = real!("flanders-roads", "extract.zip").read().layers();
    assert_eq!(layers.len(), 43);
    let with_geometry = layers
        .iter()
        .filter(|layer| layer.start.schema.geometry != GeometryType::None)
        .count();
    assert_eq!(with_geometry, 7);
    let by_name: BTreeMap<&str, &Layer> = layers
        .iter()
        .map(|layer| (layer.start.schema.name.as_str(), layer))
        .collect();
    assert_eq!(by_name["iWegsegment"].count(), 207);
    assert_eq!(by_name["iWegknoop"].count(), 203);
    assert!(layers.iter().any(|layer| layer.has_text("één")));
    assert!(layers.iter().any(|layer| layer.has_text("België")));
    assert!(by_name["LstOrg"].start.schema.crs.is_none());
    let encoding = by_name["iWegsegment"].start.encoding.as_ref().unwrap();
    assert_eq!(encoding.how, EncodingHow::LanguageByte);
    assert!(by_name["iWegsegment"].start.schema.has_m);
}

#[test]
fn buildings_in_lambert_2008_are_guessed_and_a_wrong_statement_is_refused() {
    let layer = real!("flanders-buildings", "gebouw_ALL_LB08.zip")
        .read()
        .layer();
    let found = layer.start.crs_found.as_ref().unwrap();
    assert!(!found.alternatives.is_empty() && found.text.contains("guessed EPSG:3812"));
    assert!(layer.finding("crs-guessed").text.contains("EPSG:3812"));
    let wrong = real!("flanders-buildings", "gebouw_ALL_LB08.zip").crs(31370);
    let refusal = wrong.read().refusal();
    assert_eq!(refusal.code, "crs-contradiction");
    assert!(refusal.text.contains("EPSG:3812"));
    let right = real!("flanders-buildings", "gebouw_ALL_LB08.zip").crs(3812);
    assert_eq!(
        right.read().layer().start.crs_found.unwrap().how,
        CrsHow::Given
    );
}

#[test]
fn a_missing_index_loses_no_shape() {
    let Some(geodata) = shared() else {
        eprintln!("skipped: no shared geodata");
        return;
    };
    // Its header states a smaller length than it has.
    let mut zip = zip::ZipArchive::new(
        std::fs::File::open(geodata.join("flanders-roads/eWegsegment.zip")).unwrap(),
    )
    .unwrap();
    let mut shp = Vec::new();
    std::io::Read::read_to_end(&mut zip.by_name("eWegsegment.shp").unwrap(), &mut shp).unwrap();
    let layer = Upload::of(&[("wegen.shp", &shp)]).read().layer();
    assert_eq!(layer.geometries().iter().flatten().count(), 73);
    layer.finding("index-restored");
}

#[test]
fn nature_types_and_letters_survive() {
    let layer = real!(
        "flanders-nature",
        "BWK_2020_clip_ZwarteBeek.shp",
        "BWK_2020_clip_ZwarteBeek.shx",
        "BWK_2020_clip_ZwarteBeek.dbf",
        "BWK_2020_clip_ZwarteBeek.prj",
        "BWK_2020_clip_ZwarteBeek.cpg"
    )
    .read()
    .layer();
    assert_eq!((layer.count(), layer.start.schema.columns.len()), (50, 37));
    assert_eq!(layer.start.schema.geometry, GeometryType::MultiPolygon);
    assert!(layer.has_text("°"));
}

#[test]
fn a_geopackage_gives_all_its_layers_and_its_empty_geometries() {
    let layers = real!("nl-bag", "bag.gpkg").read().layers();
    let counts: Vec<usize> = layers.iter().map(Layer::count).collect();
    assert_eq!(counts, [67, 1, 1836]);
    assert_eq!(layers[0].kind("huisnummer"), ColumnType::Integer);
    let layers = real!("nl-bag", "null-empty-geoms.gpkg").read().layers();
    let counts: Vec<usize> = layers.iter().map(Layer::count).collect();
    assert_eq!(counts, [2, 0, 0]);
    let geometries = layers[0].geometries();
    assert!(geometries.iter().any(Option::is_none));
    assert!(geometries.iter().flatten().any(Geometry::is_empty));
}

#[test]
fn properties_of_some_features_make_columns_of_all() {
    let layer = real!("flanders-road-diff", "diff.geojson").read().layer();
    assert_eq!((layer.count(), layer.start.schema.columns.len()), (154, 27));
    assert!(layer.has_text("weg bestaande uit één rijbaan"));
    assert_eq!(layer.start.schema.crs, Some(Crs::Crs84));
}

#[test]
fn heights_are_kept() {
    let layer = real!("flanders-parcels", "zwin.geojson").read().layer();
    assert!(layer.start.schema.has_z);
    let g = layer.geometries().remove(0).unwrap();
    assert_eq!(g.z.len(), g.xy.len());
    assert_eq!(g.xy[0], [91398.26250000298, 233502.98840000108]);
}

#[test]
fn tables_without_geometry_keep_their_leading_zeros() {
    let layer = real!("belgium-municipalities", "REFNIS_2019.csv")
        .read()
        .layer();
    assert_eq!((layer.count(), layer.start.schema.columns.len()), (638, 6));
    assert_eq!(layer.values("Code INS")[0], Value::Text("01000"));
    assert_eq!(layer.finding("empty-columns-dropped").count, 9);
    assert!(layer.start.schema.crs.is_none() && layer.has_text("RÉGION"));
    let layer = real!("belgium-municipalities", "bevolking_per_gemeente.csv")
        .read()
        .layer();
    assert_eq!(
        (layer.count(), layer.kind("Totaal")),
        (638, ColumnType::Integer)
    );
    assert_eq!(layer.values("NIS code")[0], Value::Text("01000"));
}

#[test]
fn other_formats_are_refused_with_the_list_of_what_is_welcome() {
    for (folder, file) in [
        ("belgium-municipalities", "belgium.topojson"),
        ("citymodels", "delft.city.json"),
        ("flanders-parcels", "be_cadastral.gml"),
        ("flanders-nature", "beaver_observations.kml"),
        ("flanders-nature", "mlw.asc"),
        ("osm-liechtenstein", "bremen-trams.osm.pbf"),
        ("world", "example.parquet"),
        ("world", "countries.fgb"),
        ("gpx", "korita-zbevnica.gpx"),
        ("dxf", "houses_of_parliament_georeferenced.dxf"),
        ("raster", "cogeo.tif"),
    ] {
        let Some(upload) = real(folder, &[file]) else {
            return;
        };
        let refusal = upload.read().refusal();
        assert_eq!(refusal.code, "format-unknown", "{file}");
        assert!(refusal.text.contains("Shapefile"), "{}", refusal.text);
    }
}

#[test]
fn lines_of_geojson_are_features_and_a_broken_one_is_told() {
    let lines = b"{\"type\":\"Feature\",\"id\":7,\"geometry\":{\"type\":\"Point\",\"coordinates\":[3.2,50.8]},\"properties\":{\"a\":1}}\n\
        {\"type\":\"Feature\",\"geometry\":{\"type\":\n\
        {\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"a\":\"x\",\"dag\":\"2024-05-01\",\"l\":[1,2]}}\n";
    let layer = Upload::of(&[("punten.geojsonl", lines)]).read().layer();
    assert_eq!(layer.count(), 2);
    assert_eq!(layer.finding("feature-unreadable").features, [2]);
    assert_eq!(layer.values("a"), [Value::Text("1"), Value::Text("x")]);
    assert_eq!(layer.kind("dag"), ColumnType::Date);
    assert_eq!(layer.kind("l"), ColumnType::List);
    assert_eq!(layer.values("id"), [Value::Integer(7), Value::Null]);
    assert_eq!(layer.finding("types-mixed").column.as_deref(), Some("a"));
    let records = b"\x1e{\"type\":\"Point\",\n\"coordinates\":[3,50]}\n\x1e{\"type\":\"Point\",\"coordinates\":[4,51]}\n";
    assert_eq!(Upload::of(&[("x", records)]).read().layer().count(), 2);
}

#[test]
fn decimal_commas_and_coordinate_columns_of_a_csv_are_understood() {
    let csv = "naam;X-co\u{f6}rdinaat;Y-co\u{f6}rdinaat;opp\n\
        caf\u{e9};71500,5;168500,25;1.234,5\nleeg;;;\n";
    let latin: Vec<u8> = csv.chars().map(|c| c as u8).collect();
    let layer = Upload::of(&[("dingen.csv", &latin)]).read().layer();
    let found = layer.start.crs_found.as_ref().unwrap();
    assert_eq!((found.crs, found.how), (Crs::LAMBERT_72, CrsHow::Guessed));
    assert!(found.alternatives.contains(&Crs::Epsg(3447)));
    assert_eq!(
        layer.geometries()[0].as_ref().unwrap().xy,
        [[71500.5, 168500.25]]
    );
    assert_eq!(layer.values("opp"), [Value::Real(1234.5), Value::Null]);
    assert_eq!(layer.values("naam")[0], Value::Text("café"));
    assert_eq!(layer.finding("coordinate-missing").features, [2]);
    let refusal = Upload::of(&[("dingen.csv", &latin)])
        .encoding("UTF-8")
        .read()
        .refusal();
    assert_eq!(refusal.code, "encoding-contradiction");
}

#[test]
fn a_reading_can_be_cancelled_from_another_thread() {
    let feature = "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[3.2,50.8]},\"properties\":{}}\n";
    let upload = Upload::of(&[("veel.geojsonl", feature.repeat(400_000).as_bytes())]);
    let mut reading = Reading::start(&upload.request).unwrap();
    let canceller = reading.canceller();
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(100));
        canceller.cancel();
    });
    let error = taken(&mut reading).err().expect("it was cancelled");
    assert!(matches!(error, Error::Cancelled), "{error}");
}

#[test]
fn a_reader_that_uses_too_much_ends_with_the_reason() {
    let large = format!(
        "{{\"features\":[{{\"properties\":{{\"a\":\"{}\"}}}}]}}",
        "x".repeat(80 << 20)
    );
    let reason = |change: fn(&mut Limits)| {
        let mut upload = Upload::of(&[("groot.geojson", large.as_bytes())]);
        change(&mut upload.request.limits);
        match upload.try_read() {
            Err(Error::Reader(text)) => text,
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it was read"),
        }
    };
    let text = reason(|limits| limits.memory = 200 << 20);
    assert!(text.contains("memory"), "{text}");
    let text = reason(|limits| limits.wall_s = 0);
    assert!(text.contains("longer than allowed"), "{text}");
}

#[test]
fn a_polygon_that_takes_for_ever_ends_with_the_limit_of_cpu_time() {
    // Every edge crosses most others: repairing it would take minutes.
    let mut seed = 1u64;
    let mut ring: Vec<String> = (0..20_000)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            format!("[{},{}]", (seed >> 33) % 100_000, (seed >> 40) % 100_000)
        })
        .collect();
    ring.push(ring[0].clone());
    let json = format!(
        "{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}",
        ring.join(",")
    );
    let mut upload = Upload::of(&[("kluwen.geojson", json.as_bytes())]);
    upload.request.limits.cpu_s = 2;
    match upload.try_read() {
        Err(Error::Reader(text)) => assert!(text.contains("CPU time"), "{text}"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was read"),
    }
}

#[test]
fn a_database_is_shown_as_it_is_stored_and_its_views_are_not_run() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.gpkg");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, identifier TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z, m);
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
         CREATE TABLE lijst (fid INTEGER PRIMARY KEY, aantal INTEGER, dag DATE, gem AS (aantal || 'x'));
         INSERT INTO lijst (fid, aantal, dag) VALUES (5, 'twaalf', '2023-02-30'), (9, 12, '2024-02-29');
         CREATE VIEW kijk AS SELECT * FROM lijst;
         INSERT INTO gpkg_contents VALUES ('lijst', 'attributes', 'a', 0), ('kijk', 'attributes', 'b', 0);",
    )
    .unwrap();
    drop(db);
    let layer = Upload::of(&[("x.gpkg", &std::fs::read(&path).unwrap())])
        .read()
        .layer();
    assert_eq!(layer.batches[0].ids, [5, 9]);
    assert_eq!(layer.values("aantal"), [Value::Null, Value::Integer(12)]);
    assert_eq!(layer.finding("wrong-type").features, [5]);
    assert_eq!(layer.finding("date-impossible").features, [5]);
    assert!(layer.finding("table-ignored").text.contains("kijk"));
    assert!(layer.start.schema.columns.iter().all(|c| c.name != "gem"));
}

#[test]
fn mutated_files_never_crash_the_reader() {
    let Some(geodata) = shared() else {
        eprintln!("skipped: no shared geodata");
        return;
    };
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    for (name, path) in [
        ("a.zip", "flanders-buildings/gebouw_ALL_LB08.zip"),
        ("a.gpkg", "flanders-nature/polygon_multiple_31370.gpkg"),
        ("a.geojson", "flanders-parcels/multipolygon.geojson"),
        ("a.csv", "world/obs.csv"),
        ("a.shp", "cite/wms13/shapefile/Lakes.shp"),
        ("a.dbf", "cite/wms13/shapefile/Lakes.dbf"),
    ] {
        let good = std::fs::read(geodata.join(path)).unwrap();
        for _ in 0..12 {
            let mut bytes = good.clone();
            for _ in 0..1 + seed % 20 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                let at = (seed >> 16) as usize % bytes.len();
                bytes[at] = (seed >> 8) as u8;
            }
            if let Err(error) = Upload::of(&[(name, &bytes)]).try_read() {
                panic!("{path}: {error}");
            }
        }
    }
}
