//! What the boxed reader sends, and how the program that starts it takes it.
//!
//! The reader is trusted with nothing: [`FrameReader`] checks every length, offset, text, number
//! and geometry before a [`Batch`](crate::layer::Batch) leaves this module.

mod check;
mod frame;
mod order;
mod pack;
mod probe;
mod reading;
mod report;
mod value_form;

pub use frame::{BATCH_BYTES, BATCH_ROWS, Frame, FrameReader, FrameWriter, LayerEnd, LayerStart};
pub use order::{Limits, Order, ReadRequest};
pub use probe::{PROBES, Probe, ProbeOrder, ProbeResult, run_probes};
pub use reading::{Canceller, Reading};
pub use report::{CrsFound, CrsHow, EncodingFound, EncodingHow, Finding, Level, Progress, Refusal};
pub use value_form::value_fits;
