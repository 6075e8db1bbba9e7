//! An axis-parallel box.

use serde::{Deserialize, Serialize};

/// A box in the units of the CRS it is used with: x = east/longitude, y = north/latitude.
///
/// The empty box has `min > max`; a box never holds NaN. Boxes that cross 180° are two boxes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bbox {
    /// West or least x.
    pub min_x: f64,
    /// South or least y.
    pub min_y: f64,
    /// East or greatest x.
    pub max_x: f64,
    /// North or greatest y.
    pub max_y: f64,
}

impl Bbox {
    /// The box that holds nothing.
    pub const EMPTY: Self = Self {
        min_x: f64::INFINITY,
        min_y: f64::INFINITY,
        max_x: f64::NEG_INFINITY,
        max_y: f64::NEG_INFINITY,
    };

    /// A box of two corners, in any order.
    pub fn of(a: [f64; 2], b: [f64; 2]) -> Self {
        let mut bbox = Self::EMPTY;
        bbox.add(a);
        bbox.add(b);
        bbox
    }

    /// Grows the box to hold a point; NaN changes nothing.
    pub fn add(&mut self, [x, y]: [f64; 2]) {
        self.min_x = self.min_x.min(x);
        self.min_y = self.min_y.min(y);
        self.max_x = self.max_x.max(x);
        self.max_y = self.max_y.max(y);
    }

    /// The least box that holds both.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            min_x: self.min_x.min(other.min_x),
            min_y: self.min_y.min(other.min_y),
            max_x: self.max_x.max(other.max_x),
            max_y: self.max_y.max(other.max_y),
        }
    }

    /// The box grown by `distance` on each side.
    pub fn buffered(&self, distance: f64) -> Self {
        Self {
            min_x: self.min_x - distance,
            min_y: self.min_y - distance,
            max_x: self.max_x + distance,
            max_y: self.max_y + distance,
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.min_x > self.max_x || self.min_y > self.max_y
    }

    /// Whether the two share at least a point.
    pub fn intersects(&self, other: &Self) -> bool {
        self.min_x <= other.max_x
            && other.min_x <= self.max_x
            && self.min_y <= other.max_y
            && other.min_y <= self.max_y
    }

    /// Whether a point lies inside or on the border.
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        self.min_x <= x && x <= self.max_x && self.min_y <= y && y <= self.max_y
    }

    /// Whether the other box lies inside this one.
    pub fn contains_bbox(&self, other: &Self) -> bool {
        self.min_x <= other.min_x
            && other.max_x <= self.max_x
            && self.min_y <= other.min_y
            && other.max_y <= self.max_y
    }

    /// `[min_x, min_y, max_x, max_y]`.
    pub fn to_array(&self) -> [f64; 4] {
        [self.min_x, self.min_y, self.max_x, self.max_y]
    }
}
