//! GeoJSON (RFC 7946, and the `crs` member of its 2008 forerunner), one document or one per line,
//! read as a stream: no feature is held longer than it takes to send it.

mod cell;
mod coordinates;
mod geometry;
mod input;
mod layer;
mod object;

pub(crate) use layer::read;
