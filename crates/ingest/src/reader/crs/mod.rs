//! Settles a layer's CRS: what the uploader says, what the file says, what the numbers say.

mod definition;
mod national;
mod settle;

pub(crate) use definition::Definitions;
pub(crate) use settle::{InFile, settle};
