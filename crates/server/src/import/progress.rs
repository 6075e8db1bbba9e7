//! How far an import is, shared between its threads and whoever shows it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ingest::import::Canceller;

use crate::store::JobCounts;

/// An import's phase and counts.
#[derive(Clone, Default)]
pub struct Progress {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<(String, JobCounts)>,
    cancelled: AtomicBool,
    canceller: Mutex<Option<Canceller>>,
}

impl Progress {
    /// Notes how far it is.
    pub fn set(&self, phase: &str, done: u64, total: Option<u64>) {
        let mut state = self
            .inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if state.0 != phase {
            phase.clone_into(&mut state.0);
        }
        state.1 = JobCounts { done, total };
    }

    /// The phase and the counts.
    pub fn get(&self) -> (String, JobCounts) {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Ends the import as soon as it can end.
    pub fn cancel(&self) {
        self.inner.cancelled.store(true, Ordering::Relaxed);
        if let Some(canceller) = &*self
            .inner
            .canceller
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
        {
            canceller.cancel();
        }
    }

    /// Whether it shall end.
    pub fn is_cancelled(&self) -> bool {
        self.inner.cancelled.load(Ordering::Relaxed)
    }

    /// Names the reader that [`Self::cancel`] ends.
    pub(super) fn watch(&self, canceller: Canceller) {
        *self
            .inner
            .canceller
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(canceller);
        if self.is_cancelled() {
            self.cancel();
        }
    }
}
