//! Separated values: whatever a spreadsheet or a database writes.

mod dialect;
mod layer;
mod number;
mod position;

pub(crate) use dialect::looks_like;
pub(crate) use layer::read;
