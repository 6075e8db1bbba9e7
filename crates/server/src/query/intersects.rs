//! Whether a geometry meets an axis-parallel box, exactly: touching counts.

use ingest::layer::{Bbox, Geometry, PathRole};

/// Whether any point of a geometry lies in a box or on its border. Vertices that are NaN meet
/// nothing.
pub(super) fn meets(geometry: &Geometry, bbox: &Bbox) -> bool {
    let mut polygon: Vec<&[[f64; 2]]> = Vec::new();
    for (role, range) in geometry.ranges() {
        let vertices = &geometry.xy[range];
        match role {
            PathRole::Point => {
                if vertices.iter().any(|&p| bbox.contains(p)) {
                    return true;
                }
            }
            PathRole::Line => {
                if line_meets(vertices, bbox) {
                    return true;
                }
            }
            PathRole::Outer | PathRole::Inner => {
                if line_meets(vertices, bbox) {
                    return true;
                }
                if role == PathRole::Outer {
                    if holds_corner(&polygon, bbox) {
                        return true;
                    }
                    polygon.clear();
                }
                polygon.push(vertices);
            }
        }
    }
    holds_corner(&polygon, bbox)
}

fn line_meets(vertices: &[[f64; 2]], bbox: &Bbox) -> bool {
    vertices.first().is_some_and(|&p| bbox.contains(p))
        || vertices
            .windows(2)
            .any(|pair| segment_meets(pair[0], pair[1], bbox))
}

/// Liang–Barsky: the part of the segment within each pair of sides must not be empty.
fn segment_meets(a: [f64; 2], b: [f64; 2], bbox: &Bbox) -> bool {
    let (mut from, mut to) = (0.0f64, 1.0f64);
    let sides = [
        (a[0] - b[0], a[0] - bbox.min_x),
        (b[0] - a[0], bbox.max_x - a[0]),
        (a[1] - b[1], a[1] - bbox.min_y),
        (b[1] - a[1], bbox.max_y - a[1]),
    ];
    for (slope, distance) in sides {
        if slope.is_nan() || distance.is_nan() {
            return false;
        }
        if slope == 0.0 {
            if distance < 0.0 {
                return false;
            }
        } else if slope < 0.0 {
            from = from.max(distance / slope);
        } else {
            to = to.min(distance / slope);
        }
    }
    from <= to
}

/// No edge meets the box, so it lies wholly inside the polygon or wholly outside: one corner tells.
fn holds_corner(rings: &[&[[f64; 2]]], bbox: &Bbox) -> bool {
    let [x, y] = [bbox.min_x, bbox.min_y];
    let mut inside = false;
    for ring in rings {
        for pair in ring.windows(2) {
            let ([ax, ay], [bx, by]) = (pair[0], pair[1]);
            if (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax {
                inside = !inside;
            }
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use ingest::layer::GeometryKind;

    use super::*;

    fn square(role: PathRole, low: f64, high: f64, geometry: &mut Geometry) {
        geometry.xy.extend([
            [low, low],
            [high, low],
            [high, high],
            [low, high],
            [low, low],
        ]);
        geometry.end_path(role);
    }

    #[test]
    fn a_box_in_a_hole_is_not_met_and_one_in_the_flesh_is() {
        let mut g = Geometry::empty(GeometryKind::Polygon);
        square(PathRole::Outer, 0.0, 10.0, &mut g);
        square(PathRole::Inner, 3.0, 7.0, &mut g);
        assert!(!meets(&g, &Bbox::of([4.0, 4.0], [6.0, 6.0])));
        assert!(meets(&g, &Bbox::of([1.0, 1.0], [2.0, 2.0])));
        assert!(meets(&g, &Bbox::of([-5.0, -5.0], [20.0, 20.0])));
        assert!(
            meets(&g, &Bbox::of([10.0, 10.0], [20.0, 20.0])),
            "touching counts"
        );
        assert!(!meets(&g, &Bbox::of([10.1, 0.0], [20.0, 20.0])));
    }

    #[test]
    fn a_line_that_passes_beside_the_box_does_not_meet_it() {
        let mut g = Geometry::empty(GeometryKind::LineString);
        g.xy.extend([[0.0, 0.0], [10.0, 10.0]]);
        g.end_path(PathRole::Line);
        assert!(meets(&g, &Bbox::of([4.0, 4.5], [5.0, 6.0])));
        assert!(
            !meets(&g, &Bbox::of([6.0, 0.0], [10.0, 5.0])),
            "only the envelopes meet"
        );
    }
}
