//! Plane geometry in metres: vectors, rings (not closed, counter-clockwise) and boxes along an axis.

/// A position or a vector.
pub(super) type Xy = [f64; 2];

/// `a − b`.
pub(super) fn minus(a: Xy, b: Xy) -> Xy {
    [a[0] - b[0], a[1] - b[1]]
}

/// `a + k · v`.
pub(super) fn along(a: Xy, v: Xy, k: f64) -> Xy {
    [a[0] + v[0] * k, a[1] + v[1] * k]
}

/// The point between two, at a share of the way.
pub(super) fn between(a: Xy, b: Xy, share: f64) -> Xy {
    [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
}

/// The dot product.
pub(super) fn dot(a: Xy, b: Xy) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

/// The cross product: positive when `b` lies to the left of `a`.
pub(super) fn cross(a: Xy, b: Xy) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

/// The length of a vector.
pub(super) fn length(v: Xy) -> f64 {
    dot(v, v).sqrt()
}

/// The distance of two points.
pub(super) fn distance(a: Xy, b: Xy) -> f64 {
    length(minus(a, b))
}

/// A vector of length 1, eastwards when there is no direction.
pub(super) fn unit(v: Xy) -> Xy {
    let l = length(v);
    if l > 0.0 {
        [v[0] / l, v[1] / l]
    } else {
        [1.0, 0.0]
    }
}

/// A vector turned left by a right angle.
pub(super) fn left(v: Xy) -> Xy {
    [-v[1], v[0]]
}

/// The area of a ring, negative when it is clockwise.
pub(super) fn area(ring: &[Xy]) -> f64 {
    let Some(&origin) = ring.first() else {
        return 0.0;
    };
    edges(ring)
        .map(|(a, b)| cross(minus(a, origin), minus(b, origin)))
        .sum::<f64>()
        / 2.0
}

/// The centre of gravity of a ring.
pub(super) fn centroid(ring: &[Xy]) -> Xy {
    let origin = ring[0];
    let (mut x, mut y, mut twice) = (0.0, 0.0, 0.0);
    for (a, b) in edges(ring) {
        let (a, b) = (minus(a, origin), minus(b, origin));
        let w = cross(a, b);
        twice += w;
        x += (a[0] + b[0]) * w;
        y += (a[1] + b[1]) * w;
    }
    if twice == 0.0 {
        origin
    } else {
        along(origin, [x, y], 1.0 / (3.0 * twice))
    }
}

/// The edges of a ring, the closing one last.
pub(super) fn edges(ring: &[Xy]) -> impl Iterator<Item = (Xy, Xy)> + '_ {
    (0..ring.len()).map(|i| (ring[i], ring[(i + 1) % ring.len()]))
}

/// Whether a point lies inside a ring.
pub(super) fn inside(ring: &[Xy], p: Xy) -> bool {
    edges(ring).fold(false, |within, (a, b)| {
        let crosses = (a[1] > p[1]) != (b[1] > p[1])
            && p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
        within != crosses
    })
}

/// Whether two segments cross at an inner point of both.
pub(super) fn segments_cross(a: Xy, b: Xy, c: Xy, d: Xy) -> bool {
    let side = |p, q, r| cross(minus(q, p), minus(r, p));
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

/// The distance of a point from a segment.
pub(super) fn distance_to_segment(p: Xy, a: Xy, b: Xy) -> f64 {
    let v = minus(b, a);
    let share = (dot(minus(p, a), v) / dot(v, v).max(1e-12)).clamp(0.0, 1.0);
    distance(p, between(a, b, share))
}

/// The smallest box around a ring along one of its own directions.
pub(super) struct Frame {
    /// The direction of the longer side, of length 1.
    pub(super) axis: Xy,
    /// The middle of the box.
    pub(super) centre: Xy,
    /// The longer side.
    pub(super) length_m: f64,
    /// The shorter side.
    pub(super) width_m: f64,
}

/// The box of least area around a ring.
pub(super) fn frame(ring: &[Xy]) -> Frame {
    let step = ring.len().div_ceil(48);
    let mut best = (f64::INFINITY, [1.0, 0.0], [0.0; 4]);
    for i in (0..ring.len()).step_by(step) {
        let v = minus(ring[(i + step) % ring.len()], ring[i]);
        if dot(v, v) < 9.0 && best.0.is_finite() {
            continue;
        }
        let axis = unit(v);
        let extent = extent(ring, axis);
        let size = (extent[1] - extent[0]) * (extent[3] - extent[2]);
        if size < best.0 {
            best = (size, axis, extent);
        }
    }
    let (_, axis, e) = best;
    let (s, t) = ((e[0] + e[1]) / 2.0, (e[2] + e[3]) / 2.0);
    let centre = along([axis[0] * s, axis[1] * s], left(axis), t);
    let (l, w) = (e[1] - e[0], e[3] - e[2]);
    Frame {
        axis: if l >= w { axis } else { left(axis) },
        centre,
        length_m: l.max(w),
        width_m: l.min(w),
    }
}

/// Least and greatest coordinate of a ring along an axis, then across it.
fn extent(ring: &[Xy], axis: Xy) -> [f64; 4] {
    let across = left(axis);
    ring.iter().fold(
        [
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ],
        |e, &p| {
            let (s, t) = (dot(p, axis), dot(p, across));
            [e[0].min(s), e[1].max(s), e[2].min(t), e[3].max(t)]
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [Xy; 4] = [[10.0, 10.0], [14.0, 10.0], [14.0, 12.0], [10.0, 12.0]];

    #[test]
    fn a_ring_has_area_centre_and_inside() {
        assert_eq!(area(&SQUARE), 8.0);
        assert_eq!(centroid(&SQUARE), [12.0, 11.0]);
        assert!(inside(&SQUARE, [13.9, 10.1]) && !inside(&SQUARE, [14.1, 10.1]));
    }

    #[test]
    fn the_frame_lies_along_the_longer_side() {
        let frame = frame(&SQUARE);
        assert_eq!((frame.length_m, frame.width_m), (4.0, 2.0));
        assert_eq!(frame.axis[0].abs(), 1.0);
        assert_eq!(frame.centre, [12.0, 11.0]);
    }
}
