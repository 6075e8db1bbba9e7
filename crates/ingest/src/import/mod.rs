//! What the boxed reader sends, and how the program that starts it takes it.
//!
//! The reader is trusted with nothing: [`FrameReader`] checks every length, offset, text, number
//! and geometry before a [`Batch`](crate::layer::Batch) leaves this module.

mod frame;
mod pack;
mod probe;
mod reading;
mod report;

pub use frame::{
    BATCH_BYTES, BATCH_ROWS, Frame, FrameReader, FrameWriter, LayerEnd, LayerStart, value_fits,
};
pub use probe::{PROBES, Probe, ProbeOrder, ProbeResult, run_probes};
pub use reading::{Canceller, Limits, Order, ReadRequest, Reading};
pub use report::{CrsFound, CrsHow, EncodingFound, EncodingHow, Finding, Level, Progress, Refusal};
