//! Uploads become layers: the reader's frames are checked, numbered, written as versions and built
//! as snapshots side by side, then published all or none.

mod carry;
mod failure;
mod layer_import;
mod member;
mod progress;
mod queue;
mod report;
mod run;

pub use member::member_name;
pub use progress::Progress;
pub use queue::{Queue, end_job, run_job};
pub use report::{ImportReport, LayerReport, refusal_status};
pub use run::{Importer, Outcome, ReaderProgram};
