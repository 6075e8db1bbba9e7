//! Polygons in whole units: are they valid?

use std::ops::ControlFlow;

use super::contact::{Contact, Edge, Search, list_edges, search};
use super::paths::Paths;
use super::ring::{area_2, holds, rect};
use crate::Rect;

/// The most pairs of a ring and a vertex, or of two rings, that are looked at for containment.
const MAX_TESTS: usize = 4_000_000;

/// What is known of a polygon's rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing touches, holes lie inside the outer ring and apart.
    Clean,
    /// Different rings touch at single points, which is valid unless they cross there.
    Touching,
    /// Not valid.
    Broken,
    /// Not known, and too costly to know or to mend.
    Unaffordable,
}

/// Polygons as rings, each an outer one followed by its holes.
#[derive(Debug, Default)]
pub(super) struct Polygons {
    rings: Paths<i32>,
    /// The number of the polygon that each ring is of.
    owners: Vec<u32>,
    count: u32,
}

impl Polygons {
    pub(super) fn clear(&mut self) {
        self.rings.clear();
        self.owners.clear();
        self.count = 0;
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn rings(&self) -> impl Iterator<Item = &[[i32; 2]]> + Clone {
        self.rings.iter()
    }

    /// Adds a polygon: its outer ring first.
    pub(super) fn push(&mut self, rings: &Paths<i32>) {
        for ring in rings.iter() {
            self.rings.push(ring);
            self.owners.push(self.count);
        }
        self.count += 1;
    }

    /// Whether two of the polygons touch or overlap: then they are broken, if only perhaps.
    ///
    /// Each is taken to be valid by itself. Touching at one corner is valid, but a border that
    /// touches at two can run through the other's area between them.
    pub(super) fn overlap(&self, edges: &mut Vec<Edge>) -> Verdict {
        list_edges(self.rings.iter(), edges);
        let owner = |edge: &Edge| self.owners[edge.ring as usize];
        let mut contacts = 0;
        let limit = contact_limit(edges.len());
        let end = search(edges, |a, b, _| {
            contacts += usize::from(owner(a) != owner(b));
            stop_if(contacts > limit)
        });
        match (end, contacts) {
            (Search::Complete, 0) if !self.is_nested() => Verdict::Clean,
            (Search::Complete, _) => Verdict::Broken,
            _ => Verdict::Unaffordable,
        }
    }

    /// Whether one polygon lies on another's area (not in its hole).
    fn is_nested(&self) -> bool {
        let boxes: Vec<Rect> = self.rings.iter().map(rect).collect();
        let outer = |ring: &usize| *ring == 0 || self.owners[ring - 1] != self.owners[*ring];
        let outers: Vec<usize> = (0..self.rings.len()).filter(outer).collect();
        if outers.len().saturating_mul(outers.len()) > MAX_TESTS {
            return false;
        }
        outers.iter().any(|&a| {
            let inside = |&b: &usize| {
                a != b && boxes[b].contains_rect(boxes[a]) && self.covers(b, self.rings.get(a)[0])
            };
            outers.iter().any(inside)
        })
    }

    fn covers(&self, outer: usize, point: [i32; 2]) -> bool {
        (outer..self.rings.len())
            .take_while(|&ring| self.owners[ring] == self.owners[outer])
            .fold(false, |inside, ring| {
                inside ^ holds(self.rings.get(ring), point)
            })
    }
}

/// Winds the rings of one polygon: the outer one positive, its holes negative.
pub(super) fn wind(rings: &mut Paths<i32>) {
    for index in 0..rings.len() {
        let ring = rings.get_mut(index);
        let area_2 = area_2(ring);
        if (index == 0 && area_2 < 0) || (index > 0 && area_2 > 0) {
            ring.reverse();
        }
    }
}

/// Checks one polygon, its outer ring first; its rings are clean.
pub(super) fn examine(rings: &Paths<i32>, edges: &mut Vec<Edge>) -> Verdict {
    list_edges(rings.iter(), edges);
    let limit = contact_limit(edges.len());
    let (mut contacts, mut broken) = (0, false);
    let end = search(edges, |a, b, contact| {
        contacts += 1;
        broken |= contact == Contact::Cross || a.ring == b.ring;
        stop_if(contacts > limit)
    });
    match end {
        Search::Complete if broken => Verdict::Broken,
        Search::Complete if contacts > 0 => Verdict::Touching,
        Search::Complete if rings.len() > 1 && !holes_are_in_place(rings) => Verdict::Broken,
        Search::Complete => Verdict::Clean,
        Search::Stopped | Search::Unaffordable => Verdict::Unaffordable,
    }
}

/// More contacts than this would cost too much memory to mend.
fn contact_limit(edges: usize) -> usize {
    edges.saturating_mul(16) + 4096
}

fn stop_if(stop: bool) -> ControlFlow<()> {
    if stop {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

/// Whether holes that touch nothing lie inside the outer ring and not inside each other.
fn holes_are_in_place(rings: &Paths<i32>) -> bool {
    let outer = rings.get(0);
    let holes = rings.len() - 1;
    if holes.saturating_mul(outer.len().max(holes)) > MAX_TESTS {
        return true;
    }
    let boxes: Vec<Rect> = rings.iter().map(rect).collect();
    (1..rings.len()).all(|a| {
        let point = rings.get(a)[0];
        let inside_another = (1..rings.len())
            .any(|b| a != b && boxes[b].contains_rect(boxes[a]) && holds(rings.get(b), point));
        holds(outer, point) && !inside_another
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(rings: &[&[[i32; 2]]]) -> Paths<i32> {
        let mut paths = Paths::default();
        rings.iter().for_each(|ring| paths.push(ring));
        paths
    }

    fn verdict(rings: &[&[[i32; 2]]]) -> Verdict {
        examine(&polygon(rings), &mut Vec::new())
    }

    const SQUARE: &[[i32; 2]] = &[[0, 0], [20, 0], [20, 20], [0, 20]];
    const HOLE: &[[i32; 2]] = &[[5, 5], [5, 15], [15, 15], [15, 5]];

    #[test]
    fn a_square_with_a_hole_is_clean() {
        assert_eq!(verdict(&[SQUARE]), Verdict::Clean);
        assert_eq!(verdict(&[SQUARE, HOLE]), Verdict::Clean);
    }

    #[test]
    fn a_hole_that_touches_is_told_from_one_that_crosses() {
        assert_eq!(
            verdict(&[SQUARE, &[[0, 5], [5, 9], [5, 2]]]),
            Verdict::Touching
        );
        assert_eq!(
            verdict(&[SQUARE, &[[-1, 5], [5, 9], [5, 2]]]),
            Verdict::Broken
        );
        assert_eq!(
            verdict(&[SQUARE, &[[0, 5], [0, 9], [5, 7]]]),
            Verdict::Broken
        );
    }

    #[test]
    fn holes_outside_and_holes_in_holes_are_broken() {
        assert_eq!(
            verdict(&[SQUARE, &[[30, 5], [35, 9], [35, 2]]]),
            Verdict::Broken
        );
        assert_eq!(
            verdict(&[SQUARE, HOLE, &[[7, 7], [7, 9], [9, 9]]]),
            Verdict::Broken
        );
    }

    #[test]
    fn an_island_in_a_hole_is_fine_and_one_on_land_is_not() {
        let island: &[[i32; 2]] = &[[8, 8], [12, 8], [12, 12]];
        let mut polygons = Polygons::default();
        polygons.push(&polygon(&[SQUARE, HOLE]));
        polygons.push(&polygon(&[island]));
        assert_eq!(polygons.overlap(&mut Vec::new()), Verdict::Clean);
        polygons.clear();
        polygons.push(&polygon(&[SQUARE]));
        polygons.push(&polygon(&[island]));
        assert_eq!(polygons.overlap(&mut Vec::new()), Verdict::Broken);
    }

    #[test]
    fn polygons_that_touch_are_suspect_and_others_are_not() {
        let mut polygons = Polygons::default();
        polygons.push(&polygon(&[SQUARE]));
        polygons.push(&polygon(&[&[[21, 20], [30, 20], [30, 30]]]));
        assert_eq!(polygons.overlap(&mut Vec::new()), Verdict::Clean);
        polygons.push(&polygon(&[&[[20, 0], [40, 0], [20, 10]]]));
        assert_eq!(polygons.overlap(&mut Vec::new()), Verdict::Broken);
    }

    #[test]
    fn a_hopeless_tangle_is_given_up() {
        let zigzag: Vec<[i32; 2]> = (0..4000)
            .map(|i| if i % 2 == 0 { [0, i] } else { [4000, 4000 - i] })
            .collect();
        assert_eq!(verdict(&[&zigzag]), Verdict::Unaffordable);
    }
}
