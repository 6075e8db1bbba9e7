//! Separated values: whatever a spreadsheet or a database writes.

mod columns;
mod dialect;
mod layer;
mod number;
mod position;
mod separated;

pub(crate) use dialect::looks_like;
pub(crate) use layer::read;
