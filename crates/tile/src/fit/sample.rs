//! Where a function is asked for its values: at nodes for the fit, at other points for the check.

use crate::Rect;

/// Nodes along one side; enough for degree 3.
pub(super) const NODES: usize = 4;

/// The roots of the Chebyshev polynomial of degree [`NODES`], in (-1, 1).
pub(super) fn roots() -> [f64; NODES] {
    std::array::from_fn(|k| (std::f64::consts::PI * (k as f64 + 0.5) / NODES as f64).cos())
}

/// Points asked for first: the nodes in the square [-1, 1]², row by row, then check points.
///
/// The check points are the corners, the middles of the sides and the centre (a step along a
/// straight line leaves at least one corner on its other side), and 16 scattered ones.
pub(super) fn first_positions() -> Vec<[f64; 2]> {
    let roots = roots();
    let lattice = [-1.0, 0.0, 1.0];
    let nodes = roots.iter().flat_map(|&v| roots.map(|u| [u, v]));
    let corners = lattice.iter().flat_map(|&v| lattice.map(|u| [u, v]));
    nodes.chain(corners).chain(scattered(0..16)).collect()
}

/// Check points for a cubic, which can bend along a step: 48 more.
pub(super) fn more_positions() -> Vec<[f64; 2]> {
    scattered(16..64).collect()
}

/// Points of the R2 sequence (M. Roberts 2018): evenly spread, none in a row with another.
fn scattered(numbers: std::ops::Range<u32>) -> impl Iterator<Item = [f64; 2]> {
    numbers.map(|number| {
        let step = f64::from(number + 1);
        [0.754_877_666_246_692_8, 0.569_840_290_998_053_3]
            .map(|alpha: f64| 2.0 * (0.5 + alpha * step).fract() - 1.0)
    })
}

/// Centre and half size of a rectangle; a half size is never zero.
pub(super) fn centre_and_half(rect: Rect) -> ([f64; 2], [f64; 2]) {
    let centre = [
        (rect.min[0] + rect.max[0]) / 2.0,
        (rect.min[1] + rect.max[1]) / 2.0,
    ];
    (centre, rect.size().map(|side| (side / 2.0).max(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_points_as_promised_and_all_in_the_square() {
        let (first, more) = (first_positions(), more_positions());
        assert_eq!((first.len(), more.len()), (16 + 9 + 16, 48));
        let mut all = first.into_iter().chain(more).flatten();
        assert!(all.all(|v| (-1.0..=1.0).contains(&v)));
    }
}
