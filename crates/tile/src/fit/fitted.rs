//! The fitted transform.

use super::DrawingBox;
use super::polynomial::Polynomial;
use super::sample::{NODES, centre_and_half, first_positions, more_positions};
use crate::Rect;

/// The greatest error of a fitted transform at the points that are checked, in tile units.
pub const MAX_ERROR: f64 = 1.0 / 16.0;

/// The caller's exact function: drawing coordinates to tile units, many at once, in place.
///
/// A point without image is set to NaN; an error means that none of the points has one.
pub type Exact<'a, E> = dyn Fn(&mut [[f64; 2]]) -> Result<(), E> + 'a;

/// Which form a transform took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitKind {
    /// A polynomial of degree 2.
    Quadratic,
    /// A polynomial of degree 3.
    Cubic,
    /// The exact function, vertex by vertex.
    Exact,
}

/// A transform from drawing coordinates to the units of one tile.
pub struct Fit<'a, E> {
    domain: Rect,
    polynomial: Option<Polynomial>,
    kind: FitKind,
    exact: &'a Exact<'a, E>,
}

impl<'a, E> Fit<'a, E> {
    /// Fits a transform over a box of drawing coordinates.
    ///
    /// The box is the part of the tile with its buffer that has data; a margin of 1/64 is added.
    /// The exact function is asked for 41 points, and for 48 more where a cubic is needed. Where
    /// a form is off by more than [`MAX_ERROR`] at any of them, or the function fails, the next
    /// one is taken: quadratic, cubic, exact.
    pub fn new(area: DrawingBox, exact: &'a Exact<'a, E>) -> Self {
        let rect = area.to_rect();
        let domain = rect.grown(rect.size().map(|side| side / 64.0 + 2.0));
        let fitted = Self::fitted(domain, exact);
        let kind = fitted.as_ref().map_or(FitKind::Exact, |(_, kind)| *kind);
        Self {
            domain,
            polynomial: fitted.map(|(polynomial, _)| polynomial),
            kind,
            exact,
        }
    }

    fn fitted(domain: Rect, exact: &Exact<'a, E>) -> Option<(Polynomial, FitKind)> {
        let first = Samples::take(&first_positions(), domain, exact)?;
        let quadratic = first.polynomial(domain, false);
        if first.are_met_by(&quadratic) {
            return Some((quadratic, FitKind::Quadratic));
        }
        let cubic = first.polynomial(domain, true);
        if !first.are_met_by(&cubic) {
            return None;
        }
        let more = Samples::take(&more_positions(), domain, exact)?;
        more.are_met_by(&cubic).then_some((cubic, FitKind::Cubic))
    }

    /// Which form it took.
    pub fn kind(&self) -> FitKind {
        self.kind
    }

    /// The drawing coordinates it holds for: the box it was made for and its margin.
    ///
    /// What lies outside is not drawn.
    pub fn domain(&self) -> Rect {
        self.domain
    }

    /// Maps points of the domain in place; a point without image becomes NaN.
    ///
    /// # Errors
    /// The exact function's, where it is used.
    pub fn apply(&self, points: &mut [[f64; 2]]) -> Result<(), E> {
        match &self.polynomial {
            Some(polynomial) => {
                polynomial.apply(points);
                Ok(())
            }
            None => (self.exact)(points),
        }
    }
}

/// Points of the domain and their exact images.
struct Samples {
    at: Vec<[f64; 2]>,
    images: Vec<[f64; 2]>,
}

impl Samples {
    /// Asks for positions of the square [-1, 1]²; None when one has no image.
    fn take<E>(positions: &[[f64; 2]], domain: Rect, exact: &Exact<'_, E>) -> Option<Self> {
        let (centre, half) = centre_and_half(domain);
        let place = |p: &[f64; 2]| [centre[0] + p[0] * half[0], centre[1] + p[1] * half[1]];
        let at: Vec<[f64; 2]> = positions.iter().map(place).collect();
        let mut images = at.clone();
        exact(&mut images).ok()?;
        images
            .iter()
            .flatten()
            .all(|v| v.is_finite())
            .then_some(Self { at, images })
    }

    fn polynomial(&self, domain: Rect, cubic: bool) -> Polynomial {
        let (centre, half) = centre_and_half(domain);
        Polynomial::through(&self.images[..NODES * NODES], centre, half, cubic)
    }

    fn are_met_by(&self, polynomial: &Polynomial) -> bool {
        let mut mapped = self.at.clone();
        polynomial.apply(&mut mapped);
        greatest_difference(&mapped, &self.images) <= MAX_ERROR
    }
}

/// The greatest difference along either axis; infinite where one is not a number.
fn greatest_difference(a: &[[f64; 2]], b: &[[f64; 2]]) -> f64 {
    a.iter()
        .flatten()
        .zip(b.iter().flatten())
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, |most, d| {
            if d <= most {
                most
            } else if d.is_nan() {
                f64::INFINITY
            } else {
                d
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;
    use std::convert::Infallible;

    const AREA: DrawingBox = DrawingBox {
        min: [70_000_000, 160_000_000],
        max: [72_000_000, 162_000_000],
    };

    /// A box-sized function from ([-1, 1]², i.e. the area) to units.
    fn over_area(
        f: impl Fn(f64, f64) -> [f64; 2],
    ) -> impl Fn(&mut [[f64; 2]]) -> Result<(), Infallible> {
        move |points| {
            for p in points {
                *p = f((p[0] - 71e6) / 1e6, (p[1] - 161e6) / 1e6);
            }
            Ok(())
        }
    }

    fn worst<E: std::fmt::Debug>(fit: &Fit<'_, E>, exact: &Exact<'_, E>) -> f64 {
        let mut points: Vec<[f64; 2]> = (0..=60)
            .flat_map(|i| {
                (0..=60).map(move |j| {
                    [
                        70e6 + f64::from(i) * 2e6 / 60.0,
                        160e6 + f64::from(j) * 2e6 / 60.0,
                    ]
                })
            })
            .collect();
        let mut truth = points.clone();
        exact(&mut truth).unwrap();
        fit.apply(&mut points).unwrap();
        greatest_difference(&points, &truth)
    }

    #[test]
    fn a_bent_function_is_fitted_by_a_quadratic_and_a_more_bent_one_by_a_cubic() {
        let quadratic = over_area(|u, v| {
            [
                2048.0 * (u + 1.0) + 3.0 * u * v,
                2048.0 * (1.0 - v) + 2.0 * u * u,
            ]
        });
        assert_eq!(Fit::new(AREA, &quadratic).kind(), FitKind::Quadratic);
        let cubic = over_area(|u, v| [2048.0 * u + u * u * u, 2048.0 * v - v * v * u]);
        let fit = Fit::new(AREA, &cubic);
        assert_eq!(fit.kind(), FitKind::Cubic);
        assert!(worst(&fit, &cubic) < 1e-6);
    }

    #[test]
    fn the_exact_function_is_asked_once_and_only_for_the_fit() {
        let asked = Cell::new(0);
        let f = |points: &mut [[f64; 2]]| -> Result<(), Infallible> {
            asked.set(asked.get() + points.len());
            Ok(())
        };
        let fit = Fit::new(AREA, &f);
        fit.apply(&mut [[71e6, 161e6]; 100]).unwrap();
        assert_eq!((fit.kind(), asked.get()), (FitKind::Quadratic, 41));
    }

    #[test]
    fn an_error_or_nan_at_the_nodes_leads_to_the_exact_function() {
        let failing = |_: &mut [[f64; 2]]| Err("no grid");
        let fit = Fit::new(AREA, &failing);
        assert_eq!(fit.kind(), FitKind::Exact);
        assert_eq!(fit.apply(&mut [[0.0; 2]]), Err("no grid"));
        let half = over_area(|u, v| [if u > 0.9 { f64::NAN } else { u }, v]);
        assert_eq!(Fit::new(AREA, &half).kind(), FitKind::Exact);
    }

    #[test]
    fn a_box_of_one_point_is_fitted() {
        let point = DrawingBox {
            min: [7, 7],
            max: [7, 7],
        };
        let identity = |_: &mut [[f64; 2]]| Ok::<(), Infallible>(());
        let fit = Fit::new(point, &identity);
        let mut at = [[7.0, 7.0]];
        fit.apply(&mut at).unwrap();
        assert!((at[0][0] - 7.0).abs() < 1e-9 && fit.kind() == FitKind::Quadratic);
        assert_ne!(Fit::new(DrawingBox::ALL, &identity).kind(), FitKind::Exact);
    }

    proptest! {
        #[test]
        fn a_smooth_function_is_met_within_twice_the_bound_everywhere(
            bend in 0.0..4.0_f64, wave in 0.0..0.5_f64, turn in -3.0..3.0_f64, length in 0.5..3.0_f64,
        ) {
            let f = over_area(|u, v| [
                2048.0 * u + bend * (turn + u * length).sin() * v,
                2048.0 * v + wave * (u * length - v + turn).cos(),
            ]);
            let fit = Fit::new(AREA, &f);
            prop_assert!(worst(&fit, &f) <= 2.0 * MAX_ERROR, "{:?}", fit.kind());
        }

        #[test]
        fn a_step_along_a_line_leads_to_the_exact_function(
            angle in 0.0..std::f64::consts::TAU, offset in -0.95..0.95_f64, step in 0.3..3.0_f64,
        ) {
            let (sin, cos) = angle.sin_cos();
            // the offset is a share of the way from the centre to the farthest corner
            let at = offset * (sin.abs() + cos.abs());
            let f = over_area(|u, v| {
                let jump = if u * cos + v * sin > at { step } else { 0.0 };
                [2048.0 * u + jump + 0.5 * u * v, 2048.0 * v - jump]
            });
            prop_assert_eq!(Fit::new(AREA, &f).kind(), FitKind::Exact);
        }
    }
}
