//! An axis-parallel rectangle in the plane.

/// A closed rectangle; its units and the direction of y are those of its maker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Least x and least y.
    pub min: [f64; 2],
    /// Greatest x and greatest y.
    pub max: [f64; 2],
}

impl Rect {
    /// The rectangle that holds nothing.
    pub const EMPTY: Self = Self {
        min: [f64::INFINITY; 2],
        max: [f64::NEG_INFINITY; 2],
    };

    /// From two corners in any order.
    pub fn of(a: [f64; 2], b: [f64; 2]) -> Self {
        Self::around(&[a, b])
    }

    /// The least rectangle around points; NaN is passed over.
    pub fn around(points: &[[f64; 2]]) -> Self {
        points.iter().fold(Self::EMPTY, |rect, &[x, y]| Self {
            min: [rect.min[0].min(x), rect.min[1].min(y)],
            max: [rect.max[0].max(x), rect.max[1].max(y)],
        })
    }

    /// Grown by a distance on each side.
    pub fn grown(self, [dx, dy]: [f64; 2]) -> Self {
        Self {
            min: [self.min[0] - dx, self.min[1] - dy],
            max: [self.max[0] + dx, self.max[1] + dy],
        }
    }

    /// What both hold.
    pub fn intersection(self, other: Self) -> Self {
        Self {
            min: [self.min[0].max(other.min[0]), self.min[1].max(other.min[1])],
            max: [self.max[0].min(other.max[0]), self.max[1].min(other.max[1])],
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(self) -> bool {
        self.min[0] > self.max[0] || self.min[1] > self.max[1]
    }

    /// Width and height.
    pub fn size(self) -> [f64; 2] {
        [self.max[0] - self.min[0], self.max[1] - self.min[1]]
    }

    /// Whether a point lies inside or on the border; never true for NaN.
    pub fn contains(self, [x, y]: [f64; 2]) -> bool {
        self.min[0] <= x && x <= self.max[0] && self.min[1] <= y && y <= self.max[1]
    }

    /// Whether the other rectangle lies inside this one; an empty one does.
    pub fn contains_rect(self, other: Self) -> bool {
        other.is_empty() || (self.contains(other.min) && self.contains(other.max))
    }

    /// Whether the two share at least a point.
    pub fn intersects(self, other: Self) -> bool {
        !self.intersection(other).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rectangle_around_points_passes_over_nan() {
        let rect = Rect::around(&[[1.0, f64::NAN], [3.0, 2.0], [f64::NAN, 5.0]]);
        assert_eq!(rect, Rect::of([1.0, 2.0], [3.0, 5.0]));
    }

    #[test]
    fn the_empty_rectangle_touches_nothing_and_lies_in_everything() {
        let unit = Rect::of([0.0, 0.0], [1.0, 1.0]);
        assert!(!unit.intersects(Rect::EMPTY));
        assert!(unit.contains_rect(Rect::EMPTY));
        assert!(!Rect::EMPTY.contains([0.0, 0.0]));
    }

    #[test]
    fn touching_rectangles_intersect() {
        let unit = Rect::of([0.0, 0.0], [1.0, 1.0]);
        assert!(unit.intersects(Rect::of([1.0, 1.0], [2.0, 2.0])));
        assert!(!unit.intersects(Rect::of([1.1, 0.0], [2.0, 2.0])));
    }
}
