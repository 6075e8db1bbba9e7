//! Rings in whole units, without closing point.

use crate::Rect;

type Point = [i32; 2];

/// Twice the area by the shoelace formula: positive is an outer ring of a tile (MVT 2.1, 4.3.3.3).
///
/// Exact while coordinates stay below 2^17.
pub(super) fn area_2(ring: &[Point]) -> i64 {
    let Some(&last) = ring.last() else { return 0 };
    let mut before = last;
    let mut sum = 0;
    for &point in ring {
        sum +=
            i64::from(before[0]) * i64::from(point[1]) - i64::from(point[0]) * i64::from(before[1]);
        before = point;
    }
    sum
}

/// The rectangle around a ring.
pub(super) fn rect(ring: &[Point]) -> Rect {
    ring.iter().fold(Rect::EMPTY, |rect, &point| {
        let [x, y] = point.map(f64::from);
        Rect {
            min: [rect.min[0].min(x), rect.min[1].min(y)],
            max: [rect.max[0].max(x), rect.max[1].max(y)],
        }
    })
}

/// Whether `c` lies left (1), right (-1) or on (0) the line from `a` to `b`, y being up.
pub(super) fn side(a: Point, b: Point, c: Point) -> i64 {
    let d = |p: Point, q: Point, axis: usize| i64::from(p[axis]) - i64::from(q[axis]);
    (d(b, a, 0) * d(c, a, 1) - d(b, a, 1) * d(c, a, 0)).signum()
}

/// Whether a point lies inside a ring by the even-odd rule, and not on its border.
pub(super) fn holds(ring: &[Point], point: Point) -> bool {
    let Some(&last) = ring.last() else {
        return false;
    };
    let mut before = last;
    let mut inside = false;
    for &vertex in ring {
        if (before[1] > point[1]) != (vertex[1] > point[1]) {
            let (low, high) = if before[1] < vertex[1] {
                (before, vertex)
            } else {
                (vertex, before)
            };
            match side(low, high, point) {
                0 => return false,
                1 => inside = !inside,
                _ => {}
            }
        } else if vertex[1] == point[1] && is_between(before, vertex, point) {
            return false;
        }
        before = vertex;
    }
    inside
}

/// Whether a point at the height of `b` is `b` or lies on the level stretch from `a` to it.
fn is_between(a: Point, b: Point, point: Point) -> bool {
    b == point || (a[1] == b[1] && (a[0] < point[0]) != (b[0] < point[0]))
}

/// Drops repeated points and spikes (there and back on one line); empties a ring that has fewer
/// than three points then.
///
/// Points in the middle of a straight stretch stay: a neighbour may have a corner there.
pub(super) fn clean(ring: &mut Vec<Point>) {
    let mut len = 0;
    for index in 0..ring.len() {
        let point = ring[index];
        while len >= 1
            && (ring[len - 1] == point
                || (len >= 2 && is_spike(ring[len - 2], ring[len - 1], point)))
        {
            len -= 1;
        }
        ring[len] = point;
        len += 1;
    }
    ring.truncate(len);
    let mut start = 0;
    while ring.len() - start >= 3 {
        let (first, second) = (ring[start], ring[start + 1]);
        let (last, before) = (ring[ring.len() - 1], ring[ring.len() - 2]);
        if last == first || is_spike(before, last, first) {
            ring.pop();
        } else if is_spike(last, first, second) {
            start += 1;
        } else {
            break;
        }
    }
    ring.drain(..start);
    if ring.len() < 3 {
        ring.clear();
    }
}

/// Whether the way from `a` over `b` to `c` turns back on itself.
fn is_spike(a: Point, b: Point, c: Point) -> bool {
    let d = |p: Point, axis: usize| i64::from(p[axis]) - i64::from(b[axis]);
    side(a, b, c) == 0 && d(a, 0) * d(c, 0) + d(a, 1) * d(c, 1) > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cleaned(ring: &[Point]) -> Vec<Point> {
        let mut ring = ring.to_vec();
        clean(&mut ring);
        ring
    }

    #[test]
    fn a_ring_clockwise_on_the_screen_is_positive() {
        assert_eq!(area_2(&[[0, 0], [10, 0], [10, 10], [0, 10]]), 200);
        assert_eq!(area_2(&[[0, 0], [0, 10], [10, 10], [10, 0]]), -200);
        assert_eq!(area_2(&[]), 0);
    }

    #[test]
    fn spikes_and_repetitions_go_wherever_the_ring_starts() {
        let ring = [
            [0, 0],
            [10, 0],
            [10, 0],
            [30, 0],
            [10, 0],
            [10, 10],
            [0, 10],
            [0, 0],
        ];
        for turn in 0..ring.len() {
            let mut turned = ring[..7].to_vec();
            turned.rotate_left(turn % 7);
            let mut got = cleaned(&turned);
            got.sort();
            assert_eq!(
                got,
                [[0, 0], [0, 10], [10, 0], [10, 10]],
                "turned by {turn}"
            );
        }
    }

    #[test]
    fn a_ring_without_area_is_emptied() {
        assert!(cleaned(&[[0, 0], [5, 5], [9, 9]]).is_empty());
        assert!(cleaned(&[[0, 0], [5, 5], [9, 9], [5, 5]]).is_empty());
        assert!(cleaned(&[[4, 4]; 7]).is_empty());
        assert!(cleaned(&[]).is_empty());
    }

    #[test]
    fn points_on_a_straight_stretch_stay() {
        assert_eq!(cleaned(&[[0, 0], [5, 0], [10, 0], [10, 10]]).len(), 4);
    }

    #[test]
    fn inside_and_outside_are_told_apart() {
        let ring = [[0, 0], [10, 0], [10, 10], [5, 2], [0, 10]];
        assert!(holds(&ring, [1, 5]) && holds(&ring, [9, 5]));
        assert!(!holds(&ring, [5, 5]) && !holds(&ring, [-1, 5]) && !holds(&ring, [5, 11]));
    }

    #[test]
    fn the_border_is_not_inside() {
        let ring = [
            [0, 0],
            [10, 0],
            [10, 4],
            [8, 4],
            [8, 8],
            [4, 8],
            [2, 4],
            [0, 4],
        ];
        for on_border in [
            [0, 0],
            [10, 4],
            [8, 4],
            [9, 4],
            [3, 6],
            [2, 4],
            [1, 4],
            [5, 8],
            [0, 2],
            [5, 0],
        ] {
            assert!(!holds(&ring, on_border), "{on_border:?}");
        }
        assert!(holds(&ring, [5, 4]) && holds(&ring, [1, 2]) && !holds(&ring, [-1, 4]));
    }

    proptest! {
        #[test]
        fn cleaning_keeps_the_area_and_leaves_nothing_to_clean(
            ring in prop::collection::vec(prop::array::uniform2(0..4), 0..12),
        ) {
            let once = cleaned(&ring);
            prop_assert_eq!(area_2(&once), area_2(&ring));
            prop_assert_eq!(&cleaned(&once), &once);
            let n = once.len();
            for i in 0..n {
                let (a, b, c) = (once[i], once[(i + 1) % n], once[(i + 2) % n]);
                prop_assert!(a != b && !is_spike(a, b, c));
            }
        }
    }
}
