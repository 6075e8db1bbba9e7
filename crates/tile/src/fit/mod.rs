//! From drawing coordinates to tile units by a polynomial that is fitted per tile and checked.

mod drawing_box;
mod fitted;
mod polynomial;
mod sample;

pub use drawing_box::{DrawingBox, buffered_outline};
pub use fitted::{Exact, Fit, FitKind, MAX_ERROR};
