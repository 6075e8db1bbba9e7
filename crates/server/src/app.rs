//! What handlers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::accounts::Authority;
use crate::http::{Gate, Metrics};
use crate::import::Queue;
use crate::served::Served;
use crate::settings::Settings;
use crate::store::Store;

/// The parts of a running server.
pub struct App {
    /// The settings.
    pub settings: Settings,
    /// The truth.
    pub store: Arc<dyn Store>,
    /// What is served of it.
    pub served: Served,
    /// Who is who.
    pub authority: Authority,
    /// The imports.
    pub queue: Queue,
    /// How much is worked on at once.
    pub gate: Gate,
    /// Counters.
    pub metrics: Metrics,
    /// Whether uploads are taken: the reader's box was found effective, or the operator allowed it.
    pub uploads: Arc<AtomicBool>,
}

impl App {
    /// Whether uploads are taken.
    pub fn takes_uploads(&self) -> bool {
        self.uploads.load(Ordering::Relaxed)
    }
}
