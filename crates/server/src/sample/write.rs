//! Writes the sample region into a GeoPackage.

use std::path::Path;

use ingest::Error;
use ingest::error::Result;
use ingest::geopackage::Writer;
use ingest::layer::{ColumnType, GeometryType};

use super::borders::MUNICIPALITIES;
use super::layers::LayerWriter;
use super::region::Region;
use super::town::Town;
use super::zoning::{Zone, zones};
use super::{land, things};

/// Features of a municipality at scale 1, for each of its inhabitants.
const FEATURES_PER_INHABITANT: f64 = 2.36;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleSummary {
    /// Each layer with the number of its features, in the order of the file.
    pub layers: Vec<(String, u64)>,
    /// All features.
    pub features: u64,
}

/// Writes the sample region into a new GeoPackage: about 800,000 features for scale 1, which covers
/// all land, in proportion below it. `progress` is told the layer in work (or the municipality
/// being planned) and how many features have been written. When it fails, an unfinished file is left
/// for the caller to delete.
///
/// # Errors
/// [`Error::Invalid`] for a scale that is not above 0 and at most 1, [`Error::Io`] when there is a
/// file already, [`Error::Sqlite`].
///
/// ```no_run
/// let out = std::path::Path::new("voorbeeld.gpkg");
/// let summary = server::sample::write(out, 0.05, &|_, _| {})?;
/// assert!(summary.features > 38_000);
/// assert!(server::sample::write(out, 0.0, &|_, _| {}).is_err());
/// # Ok::<(), ingest::Error>(())
/// ```
pub fn write(path: &Path, scale: f64, progress: &dyn Fn(&str, u64)) -> Result<SampleSummary> {
    if !(scale > 0.0 && scale <= 1.0) {
        return Err(Error::invalid(format!(
            "scale {scale}: write a number above 0 and at most 1, which covers the whole region"
        )));
    }
    let mut writer = Writer::create(path)?;
    let region = Region::new();
    let zones = zones(&region);
    let mut towns = Vec::new();
    for (i, municipality) in MUNICIPALITIES.iter().enumerate() {
        progress(municipality.name, 0);
        towns.push(Town::build(&region, i, expected_features(i, scale)));
    }
    let mut file = SampleFile {
        writer: &mut writer,
        progress,
        summary: SampleSummary {
            layers: Vec::new(),
            features: 0,
        },
    };
    file.add_layers(&towns, &zones)?;
    let summary = file.summary;
    writer.finish()?;
    Ok(summary)
}

/// How many features of a municipality a scale asks for; at scale 1 all that it has.
pub(super) fn expected_features(municipality: usize, scale: f64) -> f64 {
    if scale >= 1.0 {
        f64::INFINITY
    } else {
        scale * FEATURES_PER_INHABITANT * MUNICIPALITIES[municipality].inhabitants as f64
    }
}

/// A layer's name, its geometry and its columns.
pub(super) type Definition<'a> = (&'a str, GeometryType, &'a [(&'a str, ColumnType)]);

struct SampleFile<'a> {
    writer: &'a mut Writer,
    progress: &'a dyn Fn(&str, u64),
    summary: SampleSummary,
}

impl SampleFile<'_> {
    fn add_layers(&mut self, towns: &[Town], zones: &[Zone]) -> Result<()> {
        self.add(land::GEMEENTEN, |layer| land::write_gemeenten(towns, layer))?;
        self.add(land::BESTEMMINGEN, |layer| {
            land::write_bestemmingen(zones, layer)
        })?;
        self.add(land::PERCELEN, |layer| land::write_percelen(towns, layer))?;
        self.add(land::WEGEN, |layer| land::write_wegen(towns, layer))?;
        self.add(things::GEBOUWEN, |layer| {
            things::write_gebouwen(towns, layer)
        })?;
        self.add(things::ADRESSEN, |layer| {
            things::write_adressen(towns, layer)
        })?;
        self.add(things::BOMEN, |layer| things::write_bomen(towns, layer))?;
        for cemetery in &things::CEMETERIES {
            let definition = (cemetery.name, GeometryType::Polygon, cemetery.columns);
            self.add(definition, |layer| {
                towns
                    .iter()
                    .filter(|town| MUNICIPALITIES[town.municipality].name == cemetery.municipality)
                    .try_for_each(|town| things::write_graves(cemetery, town, layer))
            })?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        (name, geometry, columns): Definition<'_>,
        rows: impl FnOnce(&mut LayerWriter<'_>) -> Result<()>,
    ) -> Result<()> {
        let before = self.summary.features;
        let mut layer =
            LayerWriter::begin(self.writer, name, geometry, columns, self.progress, before)?;
        rows(&mut layer)?;
        let (name, count) = layer.end()?;
        self.summary.features += count;
        self.summary.layers.push((name, count));
        Ok(())
    }
}
