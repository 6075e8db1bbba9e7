//! A polynomial of two variables and degree 2 or 3.

use super::sample::{NODES, roots};

/// Powers of u and v of the terms, and orders of the Chebyshev polynomials that they are made
/// from; the first six have degree 2 at most.
const TERMS: [(usize, usize); 10] = [
    (0, 0),
    (1, 0),
    (0, 1),
    (2, 0),
    (1, 1),
    (0, 2),
    (3, 0),
    (2, 1),
    (1, 2),
    (0, 3),
];

/// Chebyshev polynomials 0 to 3 as coefficients of powers.
const CHEBYSHEV: [[f64; 4]; 4] = [
    [1.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    [-1.0, 0.0, 2.0, 0.0],
    [0.0, -3.0, 0.0, 4.0],
];

/// Maps drawing coordinates to tile units, after moving them into the square [-1, 1]².
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Polynomial {
    centre: [f64; 2],
    inverse_half: [f64; 2],
    terms: [[f64; 2]; 10],
    cubic: bool,
}

impl Polynomial {
    /// The least-squares polynomial of total degree 2 or 3 through values at the nodes.
    ///
    /// At the roots of a Chebyshev polynomial the lower ones are orthogonal, so each coefficient
    /// is a plain sum.
    pub(super) fn through(
        values: &[[f64; 2]],
        centre: [f64; 2],
        half: [f64; 2],
        cubic: bool,
    ) -> Self {
        let roots = roots();
        let mut terms = [[0.0; 2]; 10];
        for &(i, j) in &TERMS[..if cubic { 10 } else { 6 }] {
            let mut sum = [0.0; 2];
            for (k, value) in values.iter().take(NODES * NODES).enumerate() {
                let weight = chebyshev(i, roots[k % NODES]) * chebyshev(j, roots[k / NODES]);
                sum[0] += value[0] * weight;
                sum[1] += value[1] * weight;
            }
            let norm = [i, j]
                .map(|order| if order == 0 { 1.0 } else { 2.0 } / NODES as f64)
                .iter()
                .product::<f64>();
            for (term, (a, b)) in terms.iter_mut().zip(TERMS) {
                let share = norm * CHEBYSHEV[i][a] * CHEBYSHEV[j][b];
                term[0] += sum[0] * share;
                term[1] += sum[1] * share;
            }
        }
        Self {
            centre,
            inverse_half: half.map(|h| 1.0 / h),
            terms,
            cubic,
        }
    }

    /// Maps points in place.
    pub(super) fn apply(&self, points: &mut [[f64; 2]]) {
        let c = &self.terms;
        for point in points {
            let u = (point[0] - self.centre[0]) * self.inverse_half[0];
            let v = (point[1] - self.centre[1]) * self.inverse_half[1];
            for axis in [0, 1] {
                let c = |term: usize| c[term][axis];
                let mut uu = c(3);
                let mut uv = c(4);
                let mut vv = c(5);
                if self.cubic {
                    uu += u * c(6);
                    uv += u * c(7) + v * c(8);
                    vv += v * c(9);
                }
                point[axis] = c(0) + u * (c(1) + u * uu + v * uv) + v * (c(2) + v * vv);
            }
        }
    }
}

fn chebyshev(order: usize, x: f64) -> f64 {
    let c = CHEBYSHEV[order];
    c[0] + x * (c[1] + x * (c[2] + x * c[3]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::sample::first_positions;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cubic_is_given_back(terms in prop::array::uniform10(-100.0..100.0_f64)) {
            let f = |[x, y]: [f64; 2]| -> f64 {
                TERMS.iter().zip(terms).map(|((a, b), t)| {
                    t * (x / 50.0).powi(*a as i32) * (y / 20.0 - 1.0).powi(*b as i32)
                }).sum()
            };
            let (centre, half) = ([0.0, 20.0], [50.0, 20.0]);
            let at: Vec<[f64; 2]> = first_positions().iter()
                .map(|p| [p[0] * half[0] + centre[0], p[1] * half[1] + centre[1]]).collect();
            let values: Vec<[f64; 2]> = at.iter().map(|p| [f(*p), -f(*p)]).collect();
            let polynomial = Polynomial::through(&values, centre, half, true);
            let mut mapped = at.clone();
            polynomial.apply(&mut mapped);
            for (got, want) in mapped.iter().zip(&values) {
                prop_assert!((got[0] - want[0]).abs() < 1e-9 && (got[1] - want[1]).abs() < 1e-9);
            }
        }
    }
}
