//! How a file's text is encoded, and reading it.

mod charset;
mod detect;
mod oem;
mod transcode;

pub(crate) use charset::Charset;
pub(crate) use detect::{Detector, Stated};
pub(crate) use transcode::as_utf8;
