//! Where edges of rings touch that should not.
//!
//! All in whole units, hence exact.

use std::ops::ControlFlow;

use super::ring::side;

/// The most pairs of edges that are looked at for one polygon (some 50 ms).
const MAX_PAIRS: usize = 20_000_000;

/// How two edges meet that are not neighbours in a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contact {
    /// At one point, an end of at least one of them.
    Touch,
    /// Across each other, or along a stretch.
    Cross,
}

/// An edge of a ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    a: [i32; 2],
    b: [i32; 2],
    min: [i32; 2],
    max: [i32; 2],
    /// The number of its ring.
    pub(super) ring: u32,
    index: u32,
    is_last: bool,
}

impl Edge {
    fn is_neighbour_of(&self, other: &Self) -> bool {
        let around = |first: &Self, last: &Self| first.index == 0 && last.is_last;
        self.ring == other.ring
            && (self.index.abs_diff(other.index) == 1 || around(self, other) || around(other, self))
    }

    fn contact(&self, other: &Self) -> Option<Contact> {
        let cd = [side(self.a, self.b, other.a), side(self.a, self.b, other.b)];
        let ab = [
            side(other.a, other.b, self.a),
            side(other.a, other.b, self.b),
        ];
        if cd[0] * cd[1] > 0 || ab[0] * ab[1] > 0 {
            return None;
        }
        if cd == [0, 0] {
            // on one line; their boxes are known to meet
            let length = |axis: usize| {
                self.max[axis].min(other.max[axis]) - self.min[axis].max(other.min[axis])
            };
            return Some(if length(0) > 0 || length(1) > 0 {
                Contact::Cross
            } else {
                Contact::Touch
            });
        }
        let across = cd[0] * cd[1] < 0 && ab[0] * ab[1] < 0;
        Some(if across {
            Contact::Cross
        } else {
            Contact::Touch
        })
    }
}

/// Lists the edges of rings.
pub(super) fn list_edges<'a>(rings: impl Iterator<Item = &'a [[i32; 2]]>, edges: &mut Vec<Edge>) {
    edges.clear();
    for (number, ring) in rings.enumerate() {
        for (index, &a) in ring.iter().enumerate() {
            let is_last = index + 1 == ring.len();
            let b = if is_last { ring[0] } else { ring[index + 1] };
            edges.push(Edge {
                a,
                b,
                min: [a[0].min(b[0]), a[1].min(b[1])],
                max: [a[0].max(b[0]), a[1].max(b[1])],
                ring: number as u32,
                index: index as u32,
                is_last,
            });
        }
    }
}

/// How a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    /// All pairs were looked at.
    Complete,
    /// The visitor stopped it.
    Stopped,
    /// Too many pairs lie beside each other.
    Unaffordable,
}

/// Visits all contacts of edges that are not neighbours in a ring; the edges get sorted.
///
/// Sweeps along the axis on which the edges are short.
pub(super) fn search(
    edges: &mut [Edge],
    mut visit: impl FnMut(&Edge, &Edge, Contact) -> ControlFlow<()>,
) -> Search {
    let total = |axis: usize| -> i64 {
        edges
            .iter()
            .map(|e| i64::from(e.max[axis]) - i64::from(e.min[axis]))
            .sum()
    };
    let along = usize::from(total(1) < total(0));
    let across = 1 - along;
    edges.sort_unstable_by_key(|edge| edge.min[along]);
    let mut pairs = 0;
    for (position, edge) in edges.iter().enumerate() {
        let beside = edges[position + 1..]
            .iter()
            .take_while(|next| next.min[along] <= edge.max[along]);
        for next in beside {
            pairs += 1;
            if next.max[across] < edge.min[across] || next.min[across] > edge.max[across] {
                continue;
            }
            if edge.is_neighbour_of(next) {
                continue;
            }
            if let Some(contact) = edge.contact(next)
                && visit(edge, next, contact).is_break()
            {
                return Search::Stopped;
            }
        }
        if pairs > MAX_PAIRS {
            return Search::Unaffordable;
        }
    }
    Search::Complete
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn contacts(rings: &[&[[i32; 2]]]) -> Vec<Contact> {
        let mut edges = Vec::new();
        list_edges(rings.iter().copied(), &mut edges);
        let mut found = Vec::new();
        search(&mut edges, |_, _, contact| {
            found.push(contact);
            ControlFlow::Continue(())
        });
        found
    }

    #[test]
    fn a_square_has_none_and_a_bow_tie_crosses() {
        assert!(contacts(&[&[[0, 0], [9, 0], [9, 9], [0, 9]]]).is_empty());
        assert_eq!(
            contacts(&[&[[0, 0], [9, 9], [9, 0], [0, 9]]]),
            [Contact::Cross]
        );
    }

    #[test]
    fn a_corner_on_an_edge_touches_and_a_shared_stretch_crosses() {
        let square: &[[i32; 2]] = &[[0, 0], [9, 0], [9, 9], [0, 9]];
        let tip: &[[i32; 2]] = &[[4, 0], [6, 4], [3, 4]];
        assert!(
            contacts(&[square, tip])
                .iter()
                .all(|c| *c == Contact::Touch)
        );
        assert!(!contacts(&[square, tip]).is_empty());
        let flush: &[[i32; 2]] = &[[3, 0], [6, 0], [5, 4]];
        assert!(contacts(&[square, flush]).contains(&Contact::Cross));
    }

    #[test]
    fn a_ring_that_meets_itself_at_a_corner_touches() {
        let eight = [[0, 0], [4, 4], [8, 0], [8, 8], [4, 4], [0, 8]];
        assert!(contacts(&[&eight]).contains(&Contact::Touch));
    }

    proptest! {
        #[test]
        fn the_sweep_finds_what_trying_all_pairs_finds(
            ring in prop::collection::vec(prop::array::uniform2(0..12), 3..20),
        ) {
            let mut edges = Vec::new();
            list_edges([ring.as_slice()].into_iter(), &mut edges);
            let mut all = 0;
            for (i, e) in edges.iter().enumerate() {
                for f in &edges[i + 1..] {
                    let apart = (0..2).any(|k| e.max[k] < f.min[k] || f.max[k] < e.min[k]);
                    all += usize::from(!apart && !e.is_neighbour_of(f) && e.contact(f).is_some());
                }
            }
            prop_assert_eq!(contacts(&[&ring]).len(), all);
        }
    }
}
