//! What all protocols share: base address, parameters, answers, limits.

mod answer;
mod base;
mod budget;
mod gate;
mod metrics;
mod middleware;
mod params;
mod who;

pub use answer::{Answer, Freshness};
pub use base::Base;
pub(crate) use base::configured_prefix;
pub use budget::{Budget, Client};
pub use gate::Gate;
pub use metrics::Metrics;
pub use middleware::{around, guard_head};
pub use params::{Params, no_parameters, path_text};
pub use who::{bearer, principal, require};
