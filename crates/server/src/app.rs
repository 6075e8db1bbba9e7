//! What handlers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::accounts::Authority;
use crate::error::Result;
use crate::http::{Budget, Client, Gate, Metrics};
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
    /// How much of it one client may ask for.
    pub budget: Budget,
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

    /// Runs work for a client on threads that may wait, and counts its time.
    ///
    /// # Errors
    /// 429 when the client has used its time, else as [`Gate::run`].
    pub async fn run_for<T: Send + 'static>(
        &self,
        client: Client,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.budget.check(&client)?;
        let timed = move || {
            let started = Instant::now();
            let done = work();
            Ok((done, started.elapsed()))
        };
        let (done, used) = self.gate.run(timed).await?;
        self.budget.charge(client, used);
        done
    }
}
