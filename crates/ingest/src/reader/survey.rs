//! The first reading of a layer's geometries: mended, written to a spool, and summed up.
//!
//! The schema must be settled before the first batch, so each file is read twice; a geometry is
//! mended only the first time and taken from the spool the second.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use ingest::layer::{Bbox, Geometry, GeometryKind, GeometryType};

use crate::findings::Findings;
use crate::geometry::Mender;
use crate::stop::{Result, Stop};

/// How many positions are kept to judge a CRS by.
const SAMPLE: usize = 4096;
/// Marks a row without geometry in the spool.
const NOTHING: u32 = u32::MAX;

/// Where a layer's coordinates lie.
pub(crate) struct Extent {
    /// The box of all vertices.
    pub(crate) bbox: Bbox,
    /// The first vertex of every n-th feature.
    pub(crate) sample: Vec<[f64; 2]>,
    every: u64,
    seen: u64,
}

impl Extent {
    /// Nothing seen yet.
    pub(crate) fn new() -> Self {
        Self {
            bbox: Bbox::EMPTY,
            sample: Vec::new(),
            every: 1,
            seen: 0,
        }
    }

    /// Takes in a geometry.
    pub(crate) fn add(&mut self, geometry: &Geometry) {
        let Some(&first) = geometry.xy.first() else {
            return;
        };
        geometry.xy.iter().for_each(|&p| self.bbox.add(p));
        if self.seen.is_multiple_of(self.every) {
            if self.sample.len() == SAMPLE {
                let mut keep = false;
                self.sample.retain(|_| {
                    keep = !keep;
                    keep
                });
                self.every *= 2;
            }
            self.sample.push(first);
        }
        self.seen += 1;
    }

    /// Which share of the sample lies in a box; 1 when there is no sample.
    pub(crate) fn share_within(&self, bbox: &Bbox) -> f64 {
        if self.sample.is_empty() {
            return 1.0;
        }
        let inside = self.sample.iter().filter(|&&p| bbox.contains(p)).count();
        inside as f64 / self.sample.len() as f64
    }
}

/// A layer's geometries in the making.
pub(crate) struct Survey {
    spool: BufWriter<File>,
    mender: Mender,
    scratch: Geometry,
    bytes: Vec<u8>,
    kinds: [bool; 8],
    has_z: bool,
    has_m: bool,
    extent: Extent,
    rows: u64,
}

impl Survey {
    /// With its spool in the scratch folder.
    pub(crate) fn new(scratch_dir: &Path) -> Result<Self> {
        let path = scratch_dir.join("spool");
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?;
        Ok(Self {
            spool: BufWriter::with_capacity(1 << 18, file),
            mender: Mender::default(),
            scratch: Geometry::empty(GeometryKind::Point),
            bytes: Vec::new(),
            kinds: [false; 8],
            has_z: false,
            has_m: false,
            extent: Extent::new(),
            rows: 0,
        })
    }

    /// How many features were seen.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// A feature without geometry.
    pub(crate) fn nothing(&mut self) -> Result<()> {
        self.rows += 1;
        Ok(self.spool.write_all(&NOTHING.to_le_bytes())?)
    }

    /// A feature whose geometry comes as WKB of any dialect, curves among them.
    pub(crate) fn wkb(&mut self, id: i64, wkb: &[u8], findings: &mut Findings) -> Result<()> {
        let mut geometry =
            std::mem::replace(&mut self.scratch, Geometry::empty(GeometryKind::Point));
        let readable = self.mender.read(id, wkb, &mut geometry, findings);
        let outcome = if readable {
            self.geometry(id, &mut geometry, findings)
        } else {
            self.nothing()
        };
        self.scratch = geometry;
        outcome
    }

    /// A feature with a geometry, which is mended here.
    pub(crate) fn geometry(
        &mut self,
        id: i64,
        geometry: &mut Geometry,
        findings: &mut Findings,
    ) -> Result<()> {
        if !self.mender.mend(id, geometry, findings) {
            return self.nothing();
        }
        self.rows += 1;
        self.kinds[geometry.kind as usize] = true;
        self.has_z |= !geometry.z.is_empty();
        self.has_m |= !geometry.m.is_empty();
        self.extent.add(geometry);
        self.bytes.clear();
        geometry.write_wkb(&mut self.bytes);
        let length = u32::try_from(self.bytes.len())
            .ok()
            .filter(|&n| n < NOTHING)
            .ok_or_else(|| Stop::refused("feature-too-large", "A geometry is larger than 4 GB."))?;
        self.spool.write_all(&length.to_le_bytes())?;
        Ok(self.spool.write_all(&self.bytes)?)
    }

    /// Closes the survey. `declared` is used where no feature shows a kind.
    pub(crate) fn finish(self, declared: GeometryType) -> Result<Surveyed> {
        let mut file = self
            .spool
            .into_inner()
            .map_err(|e| Stop::from(e.into_error()))?;
        file.rewind()?;
        Ok(Surveyed {
            geometry: layer_type(&self.kinds).unwrap_or(declared),
            has_z: self.has_z,
            has_m: self.has_m,
            extent: self.extent,
            rows: self.rows,
            spool: Spool {
                file: BufReader::with_capacity(1 << 18, file),
                bytes: Vec::new(),
            },
        })
    }
}

/// What the first reading found.
pub(crate) struct Surveyed {
    /// What the features show.
    pub(crate) geometry: GeometryType,
    /// Whether any vertex has a height.
    pub(crate) has_z: bool,
    /// Whether any vertex has a measure.
    pub(crate) has_m: bool,
    /// Where they lie.
    pub(crate) extent: Extent,
    /// How many features there are.
    pub(crate) rows: u64,
    /// Their geometries, in order.
    pub(crate) spool: Spool,
}

/// Mended geometries, to be read once in the order they were written.
pub(crate) struct Spool {
    file: BufReader<File>,
    bytes: Vec<u8>,
}

impl Spool {
    /// The WKB of the next feature.
    pub(crate) fn next(&mut self) -> Result<Option<&[u8]>> {
        let mut length = [0; 4];
        self.file.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        if length == NOTHING {
            return Ok(None);
        }
        self.bytes.resize(length as usize, 0);
        self.file.read_exact(&mut self.bytes)?;
        Ok(Some(&self.bytes))
    }
}

/// The narrowest type that holds all kinds seen; `None` when none was.
fn layer_type(kinds: &[bool; 8]) -> Option<GeometryType> {
    use GeometryKind as K;
    let seen: Vec<K> = (1..8)
        .filter(|&code| kinds[code as usize])
        .filter_map(K::from_code)
        .collect();
    let only = |allowed: &[K]| seen.iter().all(|kind| allowed.contains(kind));
    Some(match seen.as_slice() {
        [] => return None,
        [K::Point] => GeometryType::Point,
        [K::LineString] => GeometryType::LineString,
        [K::Polygon] => GeometryType::Polygon,
        _ if only(&[K::Point, K::MultiPoint]) => GeometryType::MultiPoint,
        _ if only(&[K::LineString, K::MultiLineString]) => GeometryType::MultiLineString,
        _ if only(&[K::Polygon, K::MultiPolygon]) => GeometryType::MultiPolygon,
        _ => GeometryType::Geometry,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixed_kinds_widen_only_as_far_as_needed() {
        let of = |codes: &[usize]| {
            let mut kinds = [false; 8];
            codes.iter().for_each(|&code| kinds[code] = true);
            layer_type(&kinds)
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[3]), Some(GeometryType::Polygon));
        assert_eq!(of(&[3, 6]), Some(GeometryType::MultiPolygon));
        assert_eq!(of(&[1, 3]), Some(GeometryType::Geometry));
        assert_eq!(of(&[7]), Some(GeometryType::Geometry));
    }

    #[test]
    fn the_sample_stays_bounded_and_spans_the_layer() {
        let mut extent = Extent::new();
        for i in 0..100_000 {
            let mut point = Geometry::empty(GeometryKind::Point);
            point.xy.push([f64::from(i), 0.0]);
            extent.add(&point);
        }
        assert!(extent.sample.len() <= SAMPLE);
        assert!(extent.sample.last().unwrap()[0] > 90_000.0);
    }
}
