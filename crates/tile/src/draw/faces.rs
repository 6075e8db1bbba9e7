//! From the edges of an area to its polygons.
//!
//! Edges are directed, the area on their left (y being up), and meet at their ends only. Going
//! round and turning off at each corner as early as possible towards the area, one keeps to one
//! piece of it, so that no polygon's inside comes apart (OGC 06-103r4, 6.1.11.1).

use std::cmp::Ordering;
use std::collections::HashMap;

use super::paths::Paths;
use super::ring::{area_2, clean, holds, rect};
use crate::Rect;

type Point = [i32; 2];

/// An edge from one point to another.
pub(super) type DirectedEdge = [Point; 2];

/// A polygon's outer ring and the numbers of its holes.
struct Face {
    outer: usize,
    area_2: i64,
    rect: Rect,
    holes: Vec<usize>,
}

/// Puts edges together to polygons; each is given as its rings, the outer one first.
///
/// Edges that lead nowhere are left out.
pub(super) fn polygons(edges: &mut [DirectedEdge], mut take: impl FnMut(&Paths<i32>)) {
    edges.sort_unstable();
    let mut rings = Paths::default();
    let mut faces: Vec<Face> = Vec::new();
    let mut loose = Vec::new();
    for walk in walks(edges) {
        let first = rings.len();
        split(&walk, &mut rings);
        let (outers, holes): (Vec<_>, Vec<_>) =
            (first..rings.len()).partition(|&ring| area_2(rings.get(ring)) > 0);
        let of_this_walk = faces.len();
        faces.extend(outers.iter().map(|&outer| Face {
            outer,
            area_2: area_2(rings.get(outer)),
            rect: rect(rings.get(outer)),
            holes: Vec::new(),
        }));
        match &mut faces[of_this_walk..] {
            [only] => only.holes.extend(holes),
            _ => loose.extend(holes),
        }
    }
    for hole in loose {
        if let Some(face) = around(&mut faces, &rings, rings.get(hole)) {
            face.holes.push(hole);
        }
    }
    let mut polygon = Paths::default();
    for face in &faces {
        polygon.clear();
        polygon.push(rings.get(face.outer));
        face.holes
            .iter()
            .for_each(|&hole| polygon.push(rings.get(hole)));
        take(&polygon);
    }
}

/// The least face around a hole that does not touch it.
fn around<'f>(faces: &'f mut [Face], rings: &Paths<i32>, hole: &[Point]) -> Option<&'f mut Face> {
    let hole_rect = rect(hole);
    faces
        .iter_mut()
        .filter(|face| face.rect.contains_rect(hole_rect) && holds(rings.get(face.outer), hole[0]))
        .min_by_key(|face| face.area_2)
}

/// The closed walks along sorted edges; each edge is in one of them at most.
fn walks(edges: &[DirectedEdge]) -> Vec<Vec<Point>> {
    let mut used = vec![false; edges.len()];
    let mut walks = Vec::new();
    for start in 0..edges.len() {
        let mut walk = Vec::new();
        let mut at = start;
        while !used[at] {
            used[at] = true;
            walk.push(edges[at][0]);
            match next(edges, edges[at]) {
                Some(following) => at = following,
                None => break,
            }
        }
        if at == start && walk.len() >= 3 {
            walks.push(walk);
        }
    }
    walks
}

/// The first edge out of an edge's end, going clockwise (y being up) from where it came from.
fn next(edges: &[DirectedEdge], [from, to]: DirectedEdge) -> Option<usize> {
    let begin = edges.partition_point(|edge| edge[0] < to);
    let out = edges[begin..].iter().take_while(|edge| edge[0] == to);
    let back = direction(to, from);
    let first = out
        .enumerate()
        .min_by(|(_, a), (_, b)| clockwise_from(back, direction(to, a[1]), direction(to, b[1])));
    first.map(|(offset, _)| begin + offset)
}

fn direction(from: Point, to: Point) -> [i64; 2] {
    [0, 1].map(|axis| i64::from(to[axis]) - i64::from(from[axis]))
}

/// Which of two directions comes first, turning clockwise from `start`; `start` itself is last.
fn clockwise_from(start: [i64; 2], a: [i64; 2], b: [i64; 2]) -> Ordering {
    let cross = |p: [i64; 2], q: [i64; 2]| p[0] * q[1] - p[1] * q[0];
    let quarter = |d: [i64; 2]| match cross(start, d).signum() {
        -1 => 0,
        0 if start[0] * d[0] + start[1] * d[1] < 0 => 1,
        1 => 2,
        _ => 3,
    };
    quarter(a)
        .cmp(&quarter(b))
        .then_with(|| cross(a, b).cmp(&0))
}

/// Splits a walk where it comes back to a point: rings that are simple.
fn split(walk: &[Point], rings: &mut Paths<i32>) {
    let mut open: Vec<Point> = Vec::new();
    let mut places: HashMap<Point, usize> = HashMap::new();
    let mut ring = Vec::new();
    for &point in walk {
        if let Some(&place) = places.get(&point) {
            ring.clear();
            ring.extend(open.drain(place..));
            for passed in &ring {
                places.remove(passed);
            }
            push_ring(&mut ring, rings);
        }
        places.insert(point, open.len());
        open.push(point);
    }
    push_ring(&mut open, rings);
}

fn push_ring(ring: &mut Vec<Point>, rings: &mut Paths<i32>) {
    clean(ring);
    if area_2(ring) != 0 {
        rings.push(ring);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The areas of the rings of each polygon, sorted.
    fn polygons_of(rings: &[&[Point]]) -> Vec<Vec<i64>> {
        let mut edges: Vec<DirectedEdge> = rings
            .iter()
            .flat_map(|ring| {
                let next = ring.iter().cycle().skip(1);
                ring.iter().zip(next).map(|(a, b)| [*a, *b])
            })
            .collect();
        let mut found = Vec::new();
        polygons(&mut edges, |polygon| {
            let mut areas: Vec<i64> = polygon.iter().map(area_2).collect();
            areas[1..].sort();
            found.push(areas);
        });
        found.sort();
        found
    }

    const SQUARE: &[Point] = &[[0, 0], [20, 0], [20, 20], [0, 20]];

    #[test]
    fn a_hole_finds_the_polygon_around_it_and_not_the_island_in_it() {
        let hole: &[Point] = &[[5, 5], [5, 15], [15, 15], [15, 5]];
        let island: &[Point] = &[[5, 5], [10, 8], [8, 10]];
        let land = area_2(island);
        assert_eq!(
            polygons_of(&[SQUARE, hole, island]),
            [vec![land], vec![800, -200]]
        );
    }

    #[test]
    fn a_hole_that_touches_the_border_stays_a_hole() {
        let square: &[Point] = &[[0, 0], [20, 0], [20, 20], [0, 20], [0, 10]];
        let hole: &[Point] = &[[0, 10], [5, 15], [5, 5]];
        assert_eq!(polygons_of(&[square, hole]), [[800, -50]]);
    }

    #[test]
    fn a_hole_that_touches_the_border_twice_parts_the_polygon() {
        let square: &[Point] = &[[0, 0], [20, 0], [20, 10], [20, 20], [0, 20], [0, 10]];
        let hole: &[Point] = &[[0, 10], [10, 12], [20, 10], [10, 8]];
        assert_eq!(polygons_of(&[square, hole]), [[360], [360]]);
    }

    #[test]
    fn two_holes_that_touch_twice_cut_out_an_island() {
        // the figure of two interlocking brackets, with a square of land between them
        let upper: &[Point] = &[[4, 8], [4, 12], [12, 12], [12, 8], [10, 10], [6, 10]];
        let lower: &[Point] = &[[4, 8], [6, 6], [10, 6], [12, 8], [12, 4], [4, 4]];
        let polygons = polygons_of(&[SQUARE, upper, lower]);
        assert_eq!(polygons.len(), 2);
        let land: i64 = polygons.iter().flatten().sum();
        assert_eq!(land, 800 + area_2(upper) + area_2(lower));
    }

    #[test]
    fn squares_that_meet_at_a_corner_stay_two() {
        let other: &[Point] = &[[20, 20], [30, 20], [30, 30], [20, 30]];
        assert_eq!(polygons_of(&[SQUARE, other]), [[200], [800]]);
    }

    #[test]
    fn edges_that_lead_nowhere_are_left_out() {
        let mut edges = vec![[[0, 0], [5, 5]], [[5, 5], [9, 9]], [[3, 3], [3, 3]]];
        polygons(&mut edges, |_| panic!("no polygon"));
    }
}
