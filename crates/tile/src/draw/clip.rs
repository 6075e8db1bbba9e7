//! Cutting lines and rings to a rectangle.
//!
//! A segment is cut side by side of the rectangle, always in the same order, and each crossing is
//! reckoned from the lesser of the segment's ends. So two features that share a segment, each in
//! its own direction, get the very same points.

use super::paths::Paths;
use crate::Rect;

/// One side of a rectangle: the points on its inner side stay.
#[derive(Clone, Copy)]
struct Side {
    axis: usize,
    at: f64,
    inner_is_greater: bool,
}

impl Side {
    fn all(rect: Rect) -> [Self; 4] {
        let side = |axis: usize, at: [f64; 2], inner_is_greater| Self {
            axis,
            at: at[axis],
            inner_is_greater,
        };
        [
            side(0, rect.min, true),
            side(0, rect.max, false),
            side(1, rect.min, true),
            side(1, rect.max, false),
        ]
    }

    fn holds(self, point: [f64; 2]) -> bool {
        if self.inner_is_greater {
            point[self.axis] >= self.at
        } else {
            point[self.axis] <= self.at
        }
    }

    /// Where the segment between a point inside and one outside crosses.
    fn crossing(self, a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
        let other = 1 - self.axis;
        let key = |p: [f64; 2]| (p[self.axis], p[other]);
        let (from, to) = if key(a) <= key(b) { (a, b) } else { (b, a) };
        let share = (self.at - from[self.axis]) / (to[self.axis] - from[self.axis]);
        let along = from[other] + share * (to[other] - from[other]);
        let mut point = [self.at; 2];
        point[other] = along.clamp(from[other].min(to[other]), from[other].max(to[other]));
        point
    }
}

/// Cuts a ring (without closing point) in place, by Sutherland and Hodgman's method.
///
/// Pieces of a ring that leaves and comes back stay joined along the rectangle's border.
pub(super) fn clip_ring(ring: &mut Vec<[f64; 2]>, spare: &mut Vec<[f64; 2]>, rect: Rect) {
    for side in Side::all(rect) {
        if ring.iter().all(|&point| side.holds(point)) {
            continue;
        }
        spare.clear();
        let mut before = ring.last().copied();
        for &point in ring.iter() {
            let from = before.unwrap_or(point);
            if side.holds(from) != side.holds(point) {
                spare.push(side.crossing(from, point));
            }
            if side.holds(point) {
                spare.push(point);
            }
            before = Some(point);
        }
        std::mem::swap(ring, spare);
    }
}

/// Cuts a line; each piece inside becomes a path of its own.
pub(super) fn clip_line(line: &[[f64; 2]], rect: Rect, out: &mut Paths<f64>) {
    let sides = Side::all(rect);
    let mut open_end = None;
    for pair in line.windows(2) {
        let Some([from, to]) = clip_segment(pair[0], pair[1], &sides) else {
            continue;
        };
        if open_end != Some(from) {
            out.end();
            out.push_point(from);
        }
        out.push_point(to);
        // only where the line did not leave does the next piece belong to this one
        open_end = (to == pair[1]).then_some(to);
    }
    out.end();
}

fn clip_segment(mut a: [f64; 2], mut b: [f64; 2], sides: &[Side; 4]) -> Option<[[f64; 2]; 2]> {
    for side in sides {
        match (side.holds(a), side.holds(b)) {
            (true, true) => {}
            (true, false) => b = side.crossing(a, b),
            (false, true) => a = side.crossing(a, b),
            (false, false) => return None,
        }
    }
    Some([a, b])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RECT: Rect = Rect {
        min: [0.0, 0.0],
        max: [100.0, 100.0],
    };

    fn cut_ring(mut ring: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
        clip_ring(&mut ring, &mut Vec::new(), RECT);
        ring
    }

    fn cut_line(line: &[[f64; 2]]) -> Vec<Vec<[f64; 2]>> {
        let mut out = Paths::default();
        clip_line(line, RECT, &mut out);
        out.iter().map(<[_]>::to_vec).collect()
    }

    fn area(ring: &[[f64; 2]]) -> f64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter()
            .zip(next)
            .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
            .sum::<f64>()
            / 2.0
    }

    #[test]
    fn a_line_that_leaves_and_returns_becomes_two() {
        let pieces = cut_line(&[[50.0, 50.0], [150.0, 50.0], [150.0, 60.0], [50.0, 60.0]]);
        assert_eq!(
            pieces,
            [
                vec![[50.0, 50.0], [100.0, 50.0]],
                vec![[100.0, 60.0], [50.0, 60.0]],
            ]
        );
    }

    #[test]
    fn a_line_that_turns_on_the_border_stays_one() {
        let pieces = cut_line(&[[50.0, 50.0], [100.0, 50.0], [50.0, 60.0]]);
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0].len(), 3);
    }

    #[test]
    fn a_line_across_and_a_line_beside() {
        assert_eq!(
            cut_line(&[[-50.0, 50.0], [150.0, 50.0]]),
            [[[0.0, 50.0], [100.0, 50.0]]]
        );
        assert!(cut_line(&[[-50.0, 50.0], [50.0, 160.0]]).is_empty());
        assert!(cut_line(&[[5.0, 5.0]]).is_empty());
    }

    #[test]
    fn a_ring_around_everything_becomes_the_rectangle() {
        let ring = cut_ring(vec![[-1e9, -1e9], [1e9, -1e9], [1e9, 1e9], [-1e9, 1e9]]);
        assert_eq!(area(&ring), 10_000.0);
        assert!(cut_ring(vec![[200.0, 0.0], [300.0, 0.0], [250.0, 9.0]]).is_empty());
    }

    fn point() -> impl Strategy<Value = [f64; 2]> {
        prop::array::uniform2(-300.0..300.0_f64)
    }

    proptest! {
        #[test]
        fn a_segment_is_cut_alike_in_both_directions(a in point(), b in point()) {
            let mut there = cut_line(&[a, b]);
            let back = cut_line(&[b, a]);
            there.iter_mut().for_each(|piece| piece.reverse());
            prop_assert_eq!(there, back);
        }

        #[test]
        fn what_is_cut_lies_inside(line in prop::collection::vec(point(), 0..20)) {
            for piece in cut_line(&line) {
                prop_assert!(piece.len() >= 2 && piece.iter().all(|&p| RECT.contains(p)));
            }
            prop_assert!(cut_ring(line).iter().all(|&p| RECT.contains(p)));
        }

        #[test]
        fn the_four_quarters_of_a_ring_sum_up_to_it(
            ring in prop::collection::vec(point(), 3..20),
        ) {
            let parts: f64 = [[-300.0, -300.0], [0.0, -300.0], [-300.0, 0.0], [0.0, 0.0]]
                .into_iter()
                .map(|corner| {
                    let mut part = ring.clone();
                    let quarter = Rect::of(corner, [corner[0] + 300.0, corner[1] + 300.0]);
                    clip_ring(&mut part, &mut Vec::new(), quarter);
                    area(&part)
                })
                .sum();
            prop_assert!((parts - area(&ring)).abs() < 1e-6);
        }
    }
}
