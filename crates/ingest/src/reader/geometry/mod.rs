//! From whatever a file calls a geometry to one that is readable, closed and valid.

mod mend;
mod sweep;

pub(crate) use mend::Mender;
