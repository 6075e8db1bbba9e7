//! Questions about features, free of any protocol: which features of a view, and in which CRS.

mod boxes;
mod intersects;
mod offered;
mod select;

pub use boxes::BoxFilter;
pub use offered::offered;
pub use select::{FeatureQuery, Selection, select};
