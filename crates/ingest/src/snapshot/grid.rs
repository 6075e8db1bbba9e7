//! The grid that a layer's drawing coordinates stand on.

use crate::layer::Bbox;

/// Beyond it a double no longer tells neighbouring whole numbers apart.
const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

/// What a layer's coordinates are measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoordinateUnit {
    /// Metres (or feet: any length of a projected CRS).
    Metre,
    /// Degrees of a geographic CRS.
    Degree,
}

impl CoordinateUnit {
    /// Decimals of the finest grid: 1 mm, and 1e-8°, which is as much on the ground.
    fn decimals(self) -> i32 {
        match self {
            Self::Metre => 3,
            Self::Degree => 8,
        }
    }
}

/// Steps of `10^-decimals` units, counted in `i32` from an origin.
///
/// The coordinate of step `i` is `(origin + i) / 10^decimals`, computed in doubles.
///
/// ```
/// # use ingest::layer::Bbox;
/// # use ingest::snapshot::{CoordinateUnit, Grid};
/// let kortrijk = Bbox::of([70_000.0, 167_000.0], [75_000.0, 172_000.0]);
/// let grid = Grid::fit(CoordinateUnit::Metre, &kortrijk);
/// assert_eq!(grid.step_of([71_234.5678, 170_000.0]), [71_234_568, 170_000_000]);
/// assert_eq!(grid.coordinate([71_234_568, 170_000_000]), [71_234.568, 170_000.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    unit: CoordinateUnit,
    decimals: i32,
    origin: [i64; 2],
    /// `10^|decimals|`.
    power: f64,
}

impl Grid {
    /// The finest grid that reaches over a box: 1 mm or 1e-8°, coarser where the box is too wide.
    pub fn fit(unit: CoordinateUnit, extent: &Bbox) -> Self {
        let mut grid = Self::new(unit, unit.decimals(), [0; 2]);
        if extent.is_empty() {
            return grid;
        }
        loop {
            let origin = [
                grid.origin_for(extent.min_x, extent.max_x),
                grid.origin_for(extent.min_y, extent.max_y),
            ];
            if let [Some(x), Some(y)] = origin {
                return Self {
                    origin: [x, y],
                    ..grid
                };
            }
            // Ends: at 10^300 units a step, every finite coordinate is a number of nine digits.
            grid = Self::new(unit, grid.decimals - 1, [0; 2]);
        }
    }

    pub(super) fn new(unit: CoordinateUnit, decimals: i32, origin: [i64; 2]) -> Self {
        let power = format!("1e{}", decimals.unsigned_abs())
            .parse()
            .expect("a power of ten reads as a number");
        Self {
            unit,
            decimals,
            origin,
            power,
        }
    }

    /// The unit of the coordinates.
    pub fn unit(&self) -> CoordinateUnit {
        self.unit
    }

    /// Decimals of a step: 3 is a thousandth of the unit, -1 ten units.
    pub fn decimals(&self) -> i32 {
        self.decimals
    }

    /// Where step 0 lies, in steps from the CRS's own zero.
    pub fn origin(&self) -> [i64; 2] {
        self.origin
    }

    /// The length of a step, in the layer's unit.
    pub fn step(&self) -> f64 {
        self.in_units(1.0)
    }

    /// The nearest step to a coordinate; one beyond the grid's reach becomes its border.
    pub fn step_of(&self, [x, y]: [f64; 2]) -> [i32; 2] {
        let step = |value: f64, axis: usize| self.narrow(self.in_steps(value).round(), axis);
        [step(x, 0), step(y, 1)]
    }

    /// The coordinate of a step.
    pub fn coordinate(&self, [x, y]: [i32; 2]) -> [f64; 2] {
        let value = |step: i32, axis: usize| {
            self.in_units(self.origin[axis].wrapping_add(i64::from(step)) as f64)
        };
        [value(x, 0), value(y, 1)]
    }

    /// Whether a coordinate comes back from its step bit for bit.
    pub(super) fn is_exact(&self, coordinate: [f64; 2]) -> bool {
        let back = self.coordinate(self.step_of(coordinate));
        back.map(f64::to_bits) == coordinate.map(f64::to_bits)
    }

    /// Where a coordinate lies, in steps from the origin, not rounded; NaN stays NaN.
    pub fn steps(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let steps = |value: f64, axis: usize| self.in_steps(value) - self.origin[axis] as f64;
        [steps(x, 0), steps(y, 1)]
    }

    /// The coordinate of a place between steps; the inverse of [`Self::steps`].
    pub fn coordinate_of(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let coordinate = |steps: f64, axis: usize| self.in_units(steps + self.origin[axis] as f64);
        [coordinate(x, 0), coordinate(y, 1)]
    }

    /// The steps `[min, max]` that hold whatever rounds to a step from inside a box; `None` when
    /// the box is empty or beyond the grid's reach.
    pub fn cover(&self, bbox: &Bbox) -> Option<[[i32; 2]; 2]> {
        let reach = |min: f64, max: f64, axis: usize| {
            let origin = self.origin[axis];
            let min = (self.in_steps(min).floor() as i64).saturating_sub(origin);
            let max = (self.in_steps(max).ceil() as i64).saturating_sub(origin);
            (min <= i64::from(i32::MAX) && max >= i64::from(i32::MIN))
                .then(|| [clamp(min), clamp(max)])
        };
        if bbox.is_empty() {
            return None;
        }
        let [min_x, max_x] = reach(bbox.min_x, bbox.max_x, 0)?;
        let [min_y, max_y] = reach(bbox.min_y, bbox.max_y, 1)?;
        Some([[min_x, min_y], [max_x, max_y]])
    }

    /// An origin that lets `i32` reach both values; 0 where it does.
    fn origin_for(&self, min: f64, max: f64) -> Option<i64> {
        let [min, max] = [min, max].map(|value| self.in_steps(value).round());
        if min.abs().max(max.abs()) > EXACT_INTEGERS || max - min > f64::from(u32::MAX) {
            return None;
        }
        if min >= f64::from(i32::MIN) && max <= f64::from(i32::MAX) {
            return Some(0);
        }
        let width = (max - min) as i64;
        Some(min as i64 + (width + 1) / 2)
    }

    fn in_steps(&self, value: f64) -> f64 {
        if self.decimals < 0 {
            value / self.power
        } else {
            value * self.power
        }
    }

    fn in_units(&self, steps: f64) -> f64 {
        if self.decimals < 0 {
            steps * self.power
        } else {
            steps / self.power
        }
    }

    fn narrow(&self, steps: f64, axis: usize) -> i32 {
        clamp((steps as i64).saturating_sub(self.origin[axis]))
    }
}

fn clamp(step: i64) -> i32 {
    step.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_grid_is_as_fine_as_the_extent_allows() {
        for (unit, extent, decimals) in [
            (CoordinateUnit::Metre, [0., 0., 295_000., 244_000.], 3),
            // Europe in EPSG:3035 needs an origin
            (CoordinateUnit::Metre, [2.6e6, 1.4e6, 6.5e6, 5.4e6], 3),
            // the world in Web Mercator
            (
                CoordinateUnit::Metre,
                [-20037508.34, -20037508.34, 20037508.34, 20037508.34],
                2,
            ),
            (CoordinateUnit::Degree, [2.5, 49.5, 6.4, 51.5], 8),
            (CoordinateUnit::Degree, [-180., -90., 180., 90.], 7),
            // Belgium and null island
            (CoordinateUnit::Degree, [0., 0., 6.4, 51.5], 7),
            (
                CoordinateUnit::Metre,
                [-f64::MAX, -f64::MAX, f64::MAX, f64::MAX],
                -299,
            ),
        ] {
            let [a, b, c, d] = extent;
            let grid = Grid::fit(unit, &Bbox::of([a, b], [c, d]));
            assert_eq!(grid.decimals(), decimals, "{extent:?}");
        }
    }

    #[test]
    fn an_empty_layer_has_the_finest_grid() {
        let grid = Grid::fit(CoordinateUnit::Degree, &Bbox::EMPTY);
        assert_eq!((grid.decimals(), grid.origin()), (8, [0, 0]));
    }

    #[test]
    fn minus_zero_is_not_exact() {
        let grid = Grid::fit(CoordinateUnit::Metre, &Bbox::of([0.; 2], [1.; 2]));
        assert!(grid.is_exact([0.0, 0.5]));
        assert!(!grid.is_exact([-0.0, 0.5]));
        assert!(!grid.is_exact([0.1234, 0.5]));
    }

    #[test]
    fn a_box_beyond_the_reach_covers_nothing() {
        let grid = Grid::fit(CoordinateUnit::Metre, &Bbox::of([0.; 2], [1.; 2]));
        assert!(grid.cover(&Bbox::of([1e9, 0.], [2e9, 1.])).is_none());
        assert!(grid.cover(&Bbox::EMPTY).is_none());
        let all = Bbox::of([f64::NEG_INFINITY; 2], [f64::INFINITY; 2]);
        assert_eq!(grid.cover(&all), Some([[i32::MIN; 2], [i32::MAX; 2]]));
    }

    fn any_coordinate() -> impl Strategy<Value = f64> {
        prop_oneof![
            -180.0..180.0f64,
            0.0..300_000.0f64,
            -2.1e7..2.1e7f64,
            any::<f64>().prop_filter("finite", |x| x.is_finite()),
        ]
    }

    proptest! {
        #[test]
        fn steps_are_at_most_half_a_step_off_and_keep_the_order(
            a in [any_coordinate(), any_coordinate()], b in [any_coordinate(), any_coordinate()],
            degree: bool,
        ) {
            let unit = if degree { CoordinateUnit::Degree } else { CoordinateUnit::Metre };
            let extent = Bbox::of(a, b);
            let grid = Grid::fit(unit, &extent);
            let [low, high] = [[extent.min_x, extent.min_y], [extent.max_x, extent.max_y]].map(|c| {
                let back = grid.coordinate(grid.step_of(c));
                for axis in 0..2 {
                    let slack = grid.step() * 0.5 + c[axis].abs() * 1e-15;
                    assert!((back[axis] - c[axis]).abs() <= slack, "{c:?} {back:?} {grid:?}");
                }
                grid.step_of(c)
            });
            prop_assert!(low[0] <= high[0] && low[1] <= high[1]);
            let [min, max] = grid.cover(&extent).expect("the grid was fitted to it");
            prop_assert!(min[0] <= low[0] && min[1] <= low[1]);
            prop_assert!(max[0] >= high[0] && max[1] >= high[1]);
        }

        #[test]
        fn millimetres_are_exact(x in 0i32..300_000_000, y in 0i32..300_000_000) {
            let grid = Grid::fit(CoordinateUnit::Metre, &Bbox::of([0.; 2], [3e5; 2]));
            prop_assert!(grid.is_exact([f64::from(x) / 1e3, f64::from(y) / 1e3]));
        }
    }
}
