//! The shapes of a Shapefile, by GDAL, which sees nothing but `.shp` and `.shx`.

use std::path::{Path, PathBuf};

use gdal::vector::LayerAccess;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use ingest::layer::GeometryType;

use super::index;
use crate::archive::Member;
use crate::findings::{Code, Findings};
use crate::stop::{Result, Stop};
use crate::survey::Survey;

/// Where the shapes lie alone with their index: unpacked there, else copied.
pub(super) fn alone(
    shp: &Member,
    shx: Option<&Member>,
    scratch_dir: &Path,
    findings: &mut Findings,
) -> Result<PathBuf> {
    let unpacked = shp.path.starts_with(scratch_dir) && shp.extension() == "shp";
    let path = if unpacked {
        shp.path.clone()
    } else {
        let folder = scratch_dir.join("loose");
        if !folder.is_dir() {
            std::fs::create_dir(&folder)?;
        }
        let path = folder.join("shapes.shp");
        std::fs::copy(&shp.path, &path)?;
        path
    };
    let index = path.with_extension("shx");
    match shx {
        Some(shx) if index::is_index(&shx.path)? => {
            if shx.path != index {
                std::fs::copy(&shx.path, &index)?;
            }
        }
        _ => {
            index::restore(&path, &index)?;
            findings.tell(Code::IndexRestored, None, 0, "");
        }
    }
    Ok(path)
}

/// Reads all shapes into a survey. `next_row` tells for each shape in order whether its record is
/// kept; it is asked once per shape.
pub(super) fn survey(
    path: &Path,
    survey: &mut Survey,
    findings: &mut Findings,
    mut is_kept: impl FnMut(u64) -> bool,
    mut progress: impl FnMut(u64, u64) -> Result<()>,
) -> Result<(u64, GeometryType)> {
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
        allowed_drivers: Some(&["ESRI Shapefile"]),
        open_options: Some(&["ENCODING=", "ADJUST_GEOM_TYPE=ALL_SHAPES"]),
        sibling_files: None,
    };
    let damaged = |e: gdal::errors::GdalError| Stop::damaged("a Shapefile", e);
    let dataset = Dataset::open_ex(path, options).map_err(damaged)?;
    let mut layer = dataset.layer(0).map_err(damaged)?;
    let total = layer.feature_count();
    let declared = declared(&layer);
    let mut at = 0;
    for feature in layer.features() {
        let number = feature.fid().unwrap_or(at);
        // A shape that GDAL leaves out keeps its record.
        while at < number.min(total) {
            if is_kept(at) {
                survey.nothing()?;
            }
            at += 1;
        }
        at = number + 1;
        if !is_kept(number) {
            continue;
        }
        match feature.geometry() {
            None => survey.nothing()?,
            Some(geometry) => {
                let id = number as i64;
                match geometry.iso_wkb() {
                    Ok(wkb) => survey.wkb(id, &wkb, findings)?,
                    Err(_) => {
                        findings.note(Code::GeometryUnreadable, None, id, String::new);
                        survey.nothing()?;
                    }
                }
            }
        }
        if number.is_multiple_of(4096) {
            progress(number, total)?;
        }
    }
    Ok((at, declared))
}

fn declared(layer: &gdal::vector::Layer<'_>) -> GeometryType {
    use gdal_sys::OGRwkbGeometryType as T;
    let kind = layer.defn().geometry_type();
    match gdal::vector::geometry_type_flatten(kind) {
        T::wkbPoint => GeometryType::Point,
        T::wkbMultiPoint => GeometryType::MultiPoint,
        T::wkbLineString | T::wkbMultiLineString => GeometryType::MultiLineString,
        T::wkbPolygon | T::wkbMultiPolygon => GeometryType::MultiPolygon,
        _ => GeometryType::Geometry,
    }
}
