//! Lines in whole units.

/// Drops repetitions of the point before.
pub(super) fn drop_repeated(points: &mut Vec<[i32; 2]>) {
    points.dedup();
}

/// Simplifies a line by Douglas and Peucker's method; its ends stay.
pub(super) fn simplify(points: &mut Vec<[i32; 2]>, tolerance: f64) {
    if points.len() < 3 || tolerance.is_nan() || tolerance <= 0.0 {
        return;
    }
    let last = points.len() - 1;
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[last] = true;
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let farthest = (from + 1..to)
            .map(|index| (distance_2(points[index], points[from], points[to]), index))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((distance_2, index)) = farthest
            && distance_2 > tolerance * tolerance
        {
            keep[index] = true;
            open.extend([(from, index), (index, to)]);
        }
    }
    let mut kept = keep.iter();
    points.retain(|_| kept.next().copied().unwrap_or(true));
}

/// The squared distance of a point from a segment.
fn distance_2(p: [i32; 2], a: [i32; 2], b: [i32; 2]) -> f64 {
    let difference = |p: [i32; 2], q: [i32; 2]| {
        [
            f64::from(p[0]) - f64::from(q[0]),
            f64::from(p[1]) - f64::from(q[1]),
        ]
    };
    let (ab, ap) = (difference(b, a), difference(p, a));
    let length_2 = ab[0] * ab[0] + ab[1] * ab[1];
    let share = if length_2 > 0.0 {
        ((ap[0] * ab[0] + ap[1] * ab[1]) / length_2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let away = [ap[0] - share * ab[0], ap[1] - share * ab[1]];
    away[0] * away[0] + away[1] * away[1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_straight_line_keeps_its_ends_and_a_corner_stays() {
        let mut line = vec![[0, 0], [5, 1], [10, 0], [20, 0], [20, 30]];
        simplify(&mut line, 1.0);
        assert_eq!(line, [[0, 0], [20, 0], [20, 30]]);
    }

    #[test]
    fn without_tolerance_nothing_changes() {
        let mut line = vec![[0, 0], [5, 0], [10, 0]];
        simplify(&mut line, 0.0);
        simplify(&mut line, f64::NAN);
        simplify(&mut line, -1.0);
        assert_eq!(line.len(), 3);
    }

    proptest! {
        #[test]
        fn no_vertex_is_farther_away_than_the_tolerance(
            line in prop::collection::vec(prop::array::uniform2(0..100), 2..40),
            tolerance in 0.0..20.0,
        ) {
            let mut thin = line.clone();
            simplify(&mut thin, tolerance);
            prop_assert_eq!((thin[0], thin.last()), (line[0], line.last()));
            for &p in &line {
                let nearest = thin.windows(2).map(|s| distance_2(p, s[0], s[1])).fold(f64::MAX, f64::min);
                prop_assert!(nearest.sqrt() <= tolerance + 1e-9);
            }
        }
    }
}
