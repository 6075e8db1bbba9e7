//! A rectangle of drawing coordinates.

use crate::Rect;

/// A closed rectangle of a layer's drawing coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawingBox {
    /// Least x and least y.
    pub min: [i32; 2],
    /// Greatest x and greatest y.
    pub max: [i32; 2],
}

impl DrawingBox {
    /// All drawing coordinates.
    pub const ALL: Self = Self {
        min: [i32::MIN; 2],
        max: [i32::MAX; 2],
    };

    /// The box around points that are given in drawing coordinates but need not be whole.
    ///
    /// It is cut to what `i32` holds. None when a number is not finite or there is no point.
    pub fn around(points: &[[f64; 2]]) -> Option<Self> {
        if points.is_empty() || points.iter().flatten().any(|v| !v.is_finite()) {
            return None;
        }
        let rect = Rect::around(points);
        // `as` saturates at the ends of i32, which is what is wanted
        Some(Self {
            min: rect.min.map(|v| v.floor() as i32),
            max: rect.max.map(|v| v.ceil() as i32),
        })
    }

    /// What both hold, or None.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let pick =
            |f: fn(i32, i32) -> i32, a: [i32; 2], b: [i32; 2]| [f(a[0], b[0]), f(a[1], b[1])];
        let cut = Self {
            min: pick(i32::max, self.min, other.min),
            max: pick(i32::min, self.max, other.max),
        };
        (cut.min[0] <= cut.max[0] && cut.min[1] <= cut.max[1]).then_some(cut)
    }

    /// As floating point.
    pub fn to_rect(self) -> Rect {
        Rect {
            min: self.min.map(f64::from),
            max: self.max.map(f64::from),
        }
    }
}

/// Points on the border of a tile with its buffer, in tile units.
///
/// Turned back into drawing coordinates by the inverse of the exact function, the
/// [`DrawingBox::around`] them is what [`super::Fit`] needs: it adds a margin of its own for the
/// bend between two points.
pub fn buffered_outline(extent: u32, buffer: u32) -> [[f64; 2]; 32] {
    let low = -f64::from(buffer);
    let high = f64::from(extent) + f64::from(buffer);
    std::array::from_fn(|i| {
        let along = low + (high - low) * (i % 8) as f64 / 8.0;
        match i / 8 {
            0 => [along, low],
            1 => [high, along],
            2 => [low + high - along, high],
            _ => [low, low + high - along],
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_around_fractions_holds_them() {
        let b = DrawingBox::around(&[[0.5, -0.5], [7.1, 3.0]]).unwrap();
        assert_eq!((b.min, b.max), ([0, -1], [8, 3]));
    }

    #[test]
    fn infinities_and_nothing_make_no_box_and_large_numbers_saturate() {
        assert_eq!(DrawingBox::around(&[]), None);
        assert_eq!(DrawingBox::around(&[[f64::NAN, 0.0]]), None);
        assert_eq!(DrawingBox::around(&[[f64::INFINITY, 0.0]]), None);
        let all = DrawingBox::around(&[[-1e300, -1e300], [1e300, 1e300]]);
        assert_eq!(all, Some(DrawingBox::ALL));
    }

    #[test]
    fn the_outline_goes_once_around() {
        let outline = buffered_outline(4096, 64);
        let rect = Rect::around(&outline);
        assert_eq!(rect, Rect::of([-64.0, -64.0], [4160.0, 4160.0]));
        for [x, y] in outline {
            assert!([x, y].iter().any(|v| *v == -64.0 || *v == 4160.0));
        }
    }

    #[test]
    fn boxes_apart_have_no_intersection() {
        let a = DrawingBox {
            min: [0, 0],
            max: [9, 9],
        };
        let b = DrawingBox {
            min: [9, 9],
            max: [20, 20],
        };
        let c = DrawingBox {
            min: [10, 0],
            max: [20, 20],
        };
        assert_eq!(
            a.intersection(b),
            Some(DrawingBox {
                min: [9, 9],
                max: [9, 9]
            })
        );
        assert_eq!(a.intersection(c), None);
    }
}
