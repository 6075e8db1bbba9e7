//! Where the coordinates of the CRSs of the region and its neighbours lie.

use ingest::crs::Crs;
use ingest::layer::Bbox;

use crate::survey::Extent;

/// How much of a layer must lie in a CRS's box to be taken for it.
const ENOUGH: f64 = 0.95;

/// Codes and boxes in their own coordinates (east, north), likeliest first. Web Mercator and UTM
/// come twice: once for the Low Countries alone, before what else has such numbers.
const BOXES: [(u32, [f64; 4]); 14] = [
    (31370, [-4_855., 20_937., 297_193., 287_815.]),
    // Numbers of the same size, 1.4 km apart: never told apart by them alone.
    (3447, [-4_855., 20_937., 297_193., 287_815.]),
    (3812, [495_103., 520_908., 797_149., 787_769.]),
    (28992, [7_000., 289_000., 300_000., 629_000.]),
    (3857, [270_000., 6_270_000., 800_000., 7_100_000.]),
    (25831, [440_000., 5_450_000., 830_000., 5_980_000.]),
    (3035, [2_426_378., 1_528_101., 7_293_974., 5_446_513.]),
    (2169, [48_000., 56_000., 108_000., 140_000.]),
    (2154, [100_000., 6_000_000., 1_300_000., 7_200_000.]),
    (25832, [180_000., 5_000_000., 950_000., 7_500_000.]),
    (25831, [150_000., 4_200_000., 850_000., 7_500_000.]),
    (27700, [0., 0., 660_000., 1_230_000.]),
    (25830, [150_000., 3_900_000., 850_000., 7_000_000.]),
    (
        3857,
        [-20_037_508.35, -20_048_966.11, 20_037_508.35, 20_048_966.11],
    ),
];

/// Codes tried for a definition that GDAL does not recognise.
pub(super) const NATIONAL: [u32; 22] = [
    31370, 3812, 3447, 28992, 25831, 25832, 3035, 2154, 27700, 2169, 25830, 25833, 31300, 27572,
    4326, 4258, 4313, 3857, 3034, 32631, 32632, 4979,
];

/// Degrees: the longitudes may run to 360, as some files do.
const DEGREES: Bbox = Bbox {
    min_x: -180.000_001,
    min_y: -90.000_001,
    max_x: 360.0,
    max_y: 90.000_001,
};

/// The CRS that the coordinates look like, and the others that would fit.
pub(super) fn guess(extent: &Extent) -> Option<(Crs, Vec<Crs>)> {
    if extent.sample.is_empty() {
        return None;
    }
    if extent.share_within(&DEGREES) >= ENOUGH {
        return Some((Crs::WGS84, vec![Crs::ETRS89]));
    }
    let mut fitting: Vec<Crs> = Vec::new();
    for (code, b) in BOXES {
        let crs = Crs::Epsg(code);
        let bbox = Bbox::of([b[0], b[1]], [b[2], b[3]]);
        if extent.share_within(&bbox) >= ENOUGH && !fitting.contains(&crs) {
            fitting.push(crs);
        }
    }
    let first = (!fitting.is_empty()).then(|| fitting.remove(0))?;
    Some((first, fitting))
}

/// Where coordinates of a CRS may lie at all; `None` where that is not known from here.
pub(super) fn bounds(crs: Crs) -> Option<Bbox> {
    let code = match crs {
        Crs::Crs84 | Crs::Epsg(4326 | 4258 | 4979 | 4313) => return Some(DEGREES),
        // The register's successor of 3812; PROJ may not know it yet.
        Crs::Epsg(11219) => 3812,
        Crs::Epsg(code) => code,
    };
    let mut all = Bbox::EMPTY;
    for (_, b) in BOXES.iter().filter(|(known, _)| *known == code) {
        all = all.union(&Bbox::of([b[0], b[1]], [b[2], b[3]]));
    }
    (!all.is_empty()).then(|| all.buffered(if code == 3857 { 1.0 } else { 100_000. }))
}

/// The bounds of degrees.
pub(super) fn degrees() -> Bbox {
    DEGREES
}

#[cfg(test)]
mod tests {
    use ingest::layer::{Geometry, GeometryKind};

    use super::*;

    fn at(x: f64, y: f64) -> Extent {
        let mut extent = Extent::new();
        let mut point = Geometry::empty(GeometryKind::Point);
        point.xy.push([x, y]);
        extent.add(&point);
        extent
    }

    #[test]
    fn kortrijk_is_known_in_every_crs() {
        for (x, y, code, alternative) in [
            (71_500., 168_500., 31370, 3447),
            (571_500., 668_500., 3812, 27700),
            (362_300., 6_590_000., 3857, 2154),
            (517_900., 5_629_900., 25831, 25832),
            (121_000., 488_000., 28992, 27700),
            (3_846_000., 3_100_000., 3035, 3857),
            (3.25, 50.82, 4326, 4258),
        ] {
            let (crs, others) = guess(&at(x, y)).unwrap();
            assert_eq!(crs, Crs::Epsg(code), "{x} {y}");
            assert!(
                others.contains(&Crs::Epsg(alternative)),
                "{x} {y}: {others:?}"
            );
        }
    }

    #[test]
    fn lambert_72_and_2008_exclude_each_other() {
        let lambert_2008 = at(571_500., 668_500.);
        assert_eq!(
            lambert_2008.share_within(&bounds(Crs::LAMBERT_72).unwrap()),
            0.0
        );
        assert_eq!(
            lambert_2008.share_within(&bounds(Crs::Epsg(11219)).unwrap()),
            1.0
        );
    }
}
