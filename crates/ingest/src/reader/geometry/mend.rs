//! Mends one geometry after the other and reports what was done.

use gdal::cpl::CslStringList;
use ingest::layer::{Geometry, GeometryKind, PathRole};

use super::sweep::Sweep;
use crate::findings::{Code, Findings};
use crate::getters;

/// Mends geometries; keeps its memory between them.
#[derive(Default)]
pub(crate) struct Mender {
    sweep: Sweep,
    bytes: Vec<u8>,
}

impl Mender {
    /// Reads WKB; curves are straightened. `false` (and a finding) when it cannot be read.
    pub(crate) fn read(
        &mut self,
        id: i64,
        wkb: &[u8],
        into: &mut Geometry,
        findings: &mut Findings,
    ) -> bool {
        let Err(error) = into.read_wkb(wkb) else {
            return true;
        };
        let straight = is_curved(wkb)
            .then(|| gdal::vector::Geometry::from_wkb(wkb).ok())
            .flatten()
            .and_then(getters::straightened);
        if straight.is_some_and(|wkb| into.read_wkb(&wkb).is_ok()) {
            findings.note(Code::CurvesLinearised, None, id, String::new);
            return true;
        }
        findings.note(Code::GeometryUnreadable, None, id, || error.to_string());
        false
    }

    /// Closes rings, drops parts without extent, repairs what is invalid. `false` when nothing
    /// is left, which is reported.
    pub(crate) fn mend(&mut self, id: i64, g: &mut Geometry, findings: &mut Findings) -> bool {
        if g.xy.iter().any(|p| !p[0].is_finite() || !p[1].is_finite()) {
            let why = || "a coordinate is no finite number".to_owned();
            findings.note(Code::GeometryUnreadable, None, id, why);
            return false;
        }
        if g.ranges()
            .any(|(role, range)| needs_rebuilding(g, role, &range))
        {
            let (closed, dropped) = rebuild(g);
            if closed {
                findings.note(Code::RingsClosed, None, id, String::new);
            }
            if dropped {
                findings.note(Code::PartsDegenerate, None, id, String::new);
                if g.is_empty() {
                    return false;
                }
            }
        }
        let has_area = g.paths.iter().any(|path| path.role == PathRole::Outer);
        !has_area || self.sweep.is_clean(g) || self.repair(id, g, findings)
    }

    /// Asks GEOS about a suspect, and repairs it where GEOS agrees that it is invalid.
    fn repair(&mut self, id: i64, g: &mut Geometry, findings: &mut Findings) -> bool {
        self.bytes.clear();
        g.write_wkb(&mut self.bytes);
        let Ok(ogr) = gdal::vector::Geometry::from_wkb(&self.bytes) else {
            findings.note(Code::GeometryUnrepairable, None, id, String::new);
            return false;
        };
        if ogr.is_valid() {
            return true;
        }
        let has_area = |g: &Geometry| g.paths.iter().any(|path| path.role == PathRole::Outer);
        let mut options = CslStringList::new();
        let made = options
            .set_name_value("METHOD", "STRUCTURE")
            .and_then(|()| ogr.make_valid(&options))
            .and_then(|made| made.iso_wkb());
        let kept = match made {
            Ok(wkb) => g.read_wkb(&wkb).is_ok() && has_area(g),
            Err(_) => false,
        };
        let code = if kept {
            keep_areas_together(g);
            Code::GeometryRepaired
        } else {
            Code::GeometryUnrepairable
        };
        findings.note(code, None, id, String::new);
        kept
    }
}

/// A repaired multipolygon of one part is a polygon again.
fn keep_areas_together(g: &mut Geometry) {
    if g.kind == GeometryKind::MultiPolygon && g.parts().len() == 1 {
        g.kind = GeometryKind::Polygon;
    }
}

/// Whether WKB starts with a kind beyond the seven simple ones, or hides one in a collection.
fn is_curved(wkb: &[u8]) -> bool {
    let code = match wkb {
        [0, a, b, c, d, ..] => u32::from_be_bytes([*a, *b, *c, *d]),
        [1, a, b, c, d, ..] => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => return false,
    };
    matches!((code & 0x0fff_ffff) % 1000, 7..=17)
}

fn needs_rebuilding(g: &Geometry, role: PathRole, range: &std::ops::Range<usize>) -> bool {
    match role {
        PathRole::Point => false,
        PathRole::Line => range.len() < 2,
        PathRole::Outer | PathRole::Inner => {
            range.len() < 4 || g.xy[range.start] != g.xy[range.end - 1]
        }
    }
}

/// Builds the geometry anew with closed rings and without parts that have too few points.
/// Answers whether a ring was closed and whether a part was dropped.
fn rebuild(g: &mut Geometry) -> (bool, bool) {
    let mut new = Geometry::empty(g.kind);
    let (mut closed, mut dropped, mut outer_gone) = (false, false, false);
    for (role, range) in g.ranges() {
        let is_ring = matches!(role, PathRole::Outer | PathRole::Inner);
        let open = is_ring && g.xy[range.start] != g.xy[range.end - 1];
        let points = range.len() + usize::from(open);
        let keep = match role {
            PathRole::Point => true,
            PathRole::Line => points >= 2,
            PathRole::Outer => {
                outer_gone = points < 4;
                !outer_gone
            }
            PathRole::Inner => points >= 4 && !outer_gone,
        };
        if !keep {
            dropped = true;
            continue;
        }
        closed |= open;
        for i in range.clone().chain(open.then_some(range.start)) {
            new.xy.push(g.xy[i]);
            new.z.extend(g.z.get(i));
            new.m.extend(g.m.get(i));
        }
        new.end_path(role);
    }
    *g = new;
    (closed, dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(rings: &[&[[f64; 2]]]) -> Geometry {
        let mut g = Geometry::empty(GeometryKind::Polygon);
        for (i, ring) in rings.iter().enumerate() {
            g.xy.extend(*ring);
            g.end_path(if i == 0 {
                PathRole::Outer
            } else {
                PathRole::Inner
            });
        }
        g
    }

    fn mended(g: &mut Geometry) -> (bool, Vec<String>) {
        let mut findings = Findings::new("x");
        let kept = Mender::default().mend(7, g, &mut findings);
        (
            kept,
            findings.finish().into_iter().map(|f| f.code).collect(),
        )
    }

    #[test]
    fn an_open_ring_is_closed_and_told() {
        let mut g = polygon(&[&[[0., 0.], [9., 0.], [9., 9.], [0., 9.]]]);
        assert_eq!(mended(&mut g), (true, vec!["rings-closed".to_owned()]));
        assert_eq!(g.xy.len(), 5);
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles() {
        let mut g = polygon(&[&[[0., 0.], [9., 9.], [9., 0.], [0., 9.], [0., 0.]]]);
        assert_eq!(mended(&mut g), (true, vec!["geometry-repaired".to_owned()]));
        assert_eq!((g.kind, g.parts().len()), (GeometryKind::MultiPolygon, 2));
    }

    #[test]
    fn a_flat_polygon_is_reported_loudly() {
        let mut g = polygon(&[&[[0., 0.], [9., 9.], [0., 0.], [0., 0.]]]);
        assert_eq!(
            mended(&mut g),
            (false, vec!["geometry-unrepairable".to_owned()])
        );
    }

    #[test]
    fn a_hole_that_touches_its_ring_in_a_point_is_valid() {
        let mut g = polygon(&[
            &[[0., 0.], [9., 0.], [9., 9.], [0., 9.], [0., 0.]],
            &[[0., 4.], [3., 3.], [3., 5.], [0., 4.]],
        ]);
        assert_eq!(mended(&mut g), (true, Vec::new()));
    }

    #[test]
    fn curves_become_lines() {
        let wkt = "CURVEPOLYGON (CIRCULARSTRING (0 0, 5 5, 10 0, 5 -5, 0 0))";
        let wkb = gdal::vector::Geometry::from_wkt(wkt)
            .unwrap()
            .wkb()
            .unwrap();
        let (mut g, mut findings) = (Geometry::empty(GeometryKind::Point), Findings::new("x"));
        assert!(Mender::default().read(1, &wkb, &mut g, &mut findings));
        assert!(g.kind == GeometryKind::Polygon && g.xy.len() > 30);
        assert_eq!(findings.finish()[0].code, "curves-linearised");
    }
}
