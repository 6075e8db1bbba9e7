//! Tells clean polygons from suspect ones, exactly and fast.
//!
//! *Clean* means: no two edges touch except neighbours at their common vertex, and rings nest as
//! OGC 06-103r4 6.1.11 asks. Everything else is *suspect*, which GEOS then judges: a hole that
//! touches its outer ring in one point is suspect and valid. Orientation tests are exact
//! (Shewchuk's adaptive predicates), so what is called clean is valid. The work is bounded: a
//! geometry that would take too long is suspect.

use ingest::layer::{Geometry, PathRole};
use robust::{Coord, orient2d};

/// Up to how many edges all pairs are tried instead of sweeping.
const FEW: usize = 24;
/// How many comparisons per edge are spent before giving up.
const PATIENCE: usize = 400;

type Point = [f64; 2];

#[derive(Clone, Copy)]
struct Edge {
    a: Point,
    b: Point,
    ring: u32,
    /// Its number in the ring, and how many edges the ring has.
    at: u32,
    of: u32,
    min: Point,
    max: Point,
}

struct Ring {
    start: usize,
    end: usize,
    role: PathRole,
    polygon: u32,
    min: Point,
    max: Point,
}

/// Checks geometries; keeps its memory between them.
#[derive(Default)]
pub(super) struct Sweep {
    edges: Vec<Edge>,
    rings: Vec<Ring>,
    active: Vec<u32>,
}

impl Sweep {
    /// Whether all polygons of a geometry are clean.
    pub(super) fn is_clean(&mut self, g: &Geometry) -> bool {
        self.collect(g) && self.edges_apart() && self.nests(g)
    }

    /// Gathers edges of length and rings; `false` for rings without extent.
    fn collect(&mut self, g: &Geometry) -> bool {
        self.edges.clear();
        self.rings.clear();
        let mut polygon = 0;
        for (role, range) in g.ranges() {
            if !matches!(role, PathRole::Outer | PathRole::Inner) {
                continue;
            }
            polygon += u32::from(role == PathRole::Outer);
            let first = self.edges.len();
            let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
            for pair in g.xy[range.clone()].windows(2) {
                let (a, b) = (pair[0], pair[1]);
                if a == b {
                    continue;
                }
                let edge = Edge {
                    a,
                    b,
                    ring: self.rings.len() as u32,
                    at: (self.edges.len() - first) as u32,
                    of: 0,
                    min: [a[0].min(b[0]), a[1].min(b[1])],
                    max: [a[0].max(b[0]), a[1].max(b[1])],
                };
                for axis in 0..2 {
                    min[axis] = min[axis].min(edge.min[axis]);
                    max[axis] = max[axis].max(edge.max[axis]);
                }
                self.edges.push(edge);
            }
            let of = (self.edges.len() - first) as u32;
            if of < 3 {
                return false;
            }
            self.edges[first..].iter_mut().for_each(|edge| edge.of = of);
            self.rings.push(Ring {
                start: range.start,
                end: range.end,
                role,
                polygon,
                min,
                max,
            });
        }
        true
    }

    fn edges_apart(&mut self) -> bool {
        if self.edges.len() <= FEW {
            return self
                .edges
                .iter()
                .enumerate()
                .all(|(i, e)| self.edges[i + 1..].iter().all(|f| !touch(e, f)));
        }
        // Sweeping along the longer side keeps few edges active.
        let span = |axis: usize| {
            let ends = self.rings.iter().map(|r| (r.min[axis], r.max[axis]));
            ends.fold((f64::INFINITY, f64::NEG_INFINITY), |s, r| {
                (s.0.min(r.0), s.1.max(r.1))
            })
        };
        let (x, y) = (span(0), span(1));
        let axis = usize::from(y.1 - y.0 > x.1 - x.0);
        self.edges
            .sort_unstable_by(|e, f| e.min[axis].total_cmp(&f.min[axis]));
        let mut left = PATIENCE * self.edges.len();
        self.active.clear();
        for i in 0..self.edges.len() {
            let edge = self.edges[i];
            let mut k = 0;
            while k < self.active.len() {
                let other = &self.edges[self.active[k] as usize];
                if other.max[axis] < edge.min[axis] {
                    self.active.swap_remove(k);
                    continue;
                }
                if left == 0 || touch(&edge, other) {
                    return false;
                }
                left -= 1;
                k += 1;
            }
            self.active.push(i as u32);
        }
        true
    }

    /// Whether holes lie in their polygon and nowhere else. Since no edges touch, one point of a
    /// ring tells where all of it lies.
    fn nests(&self, g: &Geometry) -> bool {
        let mut left = PATIENCE * g.xy.len();
        for (i, ring) in self.rings.iter().enumerate() {
            let point = g.xy[ring.start];
            // How many rings of each polygon hold this one decides whether it is inside of it.
            let (mut own_outer, mut own_holes) = (ring.role == PathRole::Outer, 0);
            let mut other: Option<(u32, bool)> = None;
            for (k, around) in self.rings.iter().enumerate() {
                if other.is_some_and(|(polygon, inside)| inside && polygon != around.polygon) {
                    return false;
                }
                let boxed = (0..2).all(|axis| {
                    around.min[axis] <= ring.min[axis] && ring.max[axis] <= around.max[axis]
                });
                if i == k || !boxed {
                    continue;
                }
                let size = around.end - around.start;
                if left < size {
                    return false;
                }
                left -= size;
                if !inside(point, &g.xy[around.start..around.end]) {
                    continue;
                }
                if around.polygon == ring.polygon {
                    own_outer |= around.role == PathRole::Outer;
                    own_holes += usize::from(around.role == PathRole::Inner);
                } else {
                    // Inside the outer ring of another polygon is wrong, unless in its hole.
                    other = Some((around.polygon, around.role == PathRole::Outer));
                }
            }
            if !own_outer || own_holes > 0 || other.is_some_and(|(_, inside)| inside) {
                return false;
            }
        }
        true
    }
}

fn coord(p: Point) -> Coord<f64> {
    Coord { x: p[0], y: p[1] }
}

fn side(a: Point, b: Point, p: Point) -> f64 {
    orient2d(coord(a), coord(b), coord(p))
}

/// Whether two edges share a point that they may not share.
fn touch(e: &Edge, f: &Edge) -> bool {
    if e.min[0] > f.max[0] || f.min[0] > e.max[0] || e.min[1] > f.max[1] || f.min[1] > e.max[1] {
        return false;
    }
    if e.ring == f.ring {
        if (e.at + 1) % e.of == f.at {
            return folds_back(e.a, e.b, f.b);
        }
        if (f.at + 1) % e.of == e.at {
            return folds_back(f.a, f.b, e.b);
        }
    }
    let (c, d) = (side(e.a, e.b, f.a), side(e.a, e.b, f.b));
    if (c > 0.0 && d > 0.0) || (c < 0.0 && d < 0.0) {
        return false;
    }
    let (a, b) = (side(f.a, f.b, e.a), side(f.a, f.b, e.b));
    // All four zero: on one line, with boxes that overlap, so they touch.
    !((a > 0.0 && b > 0.0) || (a < 0.0 && b < 0.0))
}

/// Whether the edge b–c runs back over a–b.
fn folds_back(a: Point, b: Point, c: Point) -> bool {
    let along = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]);
    along <= 0.0 && side(a, b, c) == 0.0
}

/// Whether a point lies inside a closed ring that it does not touch (exact ray crossing).
fn inside(p: Point, ring: &[Point]) -> bool {
    let mut odd = false;
    for pair in ring.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if (a[1] > p[1]) != (b[1] > p[1]) {
            let turn = side(a, b, p);
            odd ^= if b[1] > a[1] { turn > 0.0 } else { turn < 0.0 };
        }
    }
    odd
}

#[cfg(test)]
mod tests {
    use ingest::layer::GeometryKind;
    use proptest::prelude::*;

    use super::*;

    fn areas(rings: &[(PathRole, Vec<Point>)]) -> Geometry {
        let mut g = Geometry::empty(GeometryKind::MultiPolygon);
        for (role, ring) in rings {
            g.xy.extend(ring);
            g.xy.push(ring[0]);
            g.end_path(*role);
        }
        g
    }

    fn square(x: f64, y: f64, size: f64) -> Vec<Point> {
        vec![[x, y], [x + size, y], [x + size, y + size], [x, y + size]]
    }

    fn clean(g: &Geometry) -> bool {
        Sweep::default().is_clean(g)
    }

    use PathRole::{Inner, Outer};

    #[test]
    fn nesting_is_judged() {
        let outer = (Outer, square(0., 0., 10.));
        let hole = (Inner, square(2., 2., 6.));
        let island = (Outer, square(4., 4., 1.));
        assert!(clean(&areas(&[
            outer.clone(),
            hole.clone(),
            island.clone()
        ])));
        assert!(clean(&areas(&[
            island.clone(),
            outer.clone(),
            hole.clone()
        ])));
        assert!(
            !clean(&areas(&[outer.clone(), island])),
            "an area inside another"
        );
        assert!(
            !clean(&areas(&[outer.clone(), (Inner, square(20., 2., 6.))])),
            "a hole outside"
        );
        let nested = (Inner, square(3., 3., 1.));
        assert!(!clean(&areas(&[outer, hole, nested])), "a hole in a hole");
    }

    #[test]
    fn spikes_and_repeated_points_are_told_apart() {
        let spike = vec![[0., 0.], [5., 0.], [5., 9.], [5., 0.], [9., 0.], [9., 9.]];
        assert!(!clean(&areas(&[(Outer, spike)])));
        let repeated = vec![[0., 0.], [5., 0.], [5., 0.], [9., 9.]];
        assert!(clean(&areas(&[(Outer, repeated)])));
    }

    #[test]
    fn a_long_comb_stays_bounded() {
        let mut ring = Vec::new();
        for i in 0..20_000 {
            let y = f64::from(i);
            ring.extend([[0., y], [1e6, y], [1e6, y + 0.4], [0., y + 0.4]]);
        }
        ring.push([-1., 2e4]);
        ring.push([-1., 0.]);
        let start = std::time::Instant::now();
        clean(&areas(&[(Outer, ring)]));
        assert!(start.elapsed().as_secs() < 10);
    }

    proptest! {
        #[test]
        fn what_is_called_clean_is_valid_for_geos(
            points in prop::collection::vec((0i32..12, 0i32..12), 3..40),
            hole in prop::collection::vec((0i32..12, 0i32..12), 3..6),
            scale in prop::sample::select(vec![1.0, 0.1, 1.0 / 3.0]),
        ) {
            let ring = |all: &[(i32, i32)]| -> Vec<Point> {
                all.iter().map(|&(x, y)| [f64::from(x) * scale, f64::from(y) * scale]).collect()
            };
            for g in [
                areas(&[(Outer, ring(&points))]),
                areas(&[(Outer, ring(&points[..3])), (Inner, ring(&hole))]),
                areas(&[(Outer, ring(&points[..3])), (Outer, ring(&hole))]),
            ] {
                if clean(&g) {
                    let mut wkb = Vec::new();
                    g.write_wkb(&mut wkb);
                    prop_assert!(gdal::vector::Geometry::from_wkb(&wkb).unwrap().is_valid());
                }
            }
        }
    }
}
