//! How much is worked on at once; what is too much is shed with 503 rather than piling up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::error::{Problem, Result};
use crate::settings::Limits;

/// Lets a bounded number of pieces of work run, on threads of their own: each thread keeps its
/// transforms and buffers, whose making costs more than most answers.
#[derive(Debug, Clone)]
pub struct Gate {
    threads: Arc<rayon::ThreadPool>,
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
    longest_wait: Duration,
}

impl Gate {
    /// For this machine's cores.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(limits: &Limits) -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let places = (cores * limits.renders_per_core).max(1);
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(places)
            .thread_name(|i| format!("render-{i}"))
            .panic_handler(|_| tracing::error!("a piece of work stopped unforeseen"))
            .build()?;
        Ok(Self {
            threads: Arc::new(threads),
            places: Arc::new(Semaphore::new(places)),
            waiting: Arc::default(),
            most_waiting: cores * limits.queue_per_core,
            longest_wait: Duration::from_millis(limits.queue_ms),
        })
    }

    /// Runs work on a thread that may wait.
    ///
    /// # Errors
    /// 503 when too much waits already or the wait was too long; the work's own problem.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let busy = || Problem::unavailable("The server is busy; try again in some seconds.");
        let permit = match self.places.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _waiting = Waiting::enter(&self.waiting, self.most_waiting).ok_or_else(busy)?;
                tokio::time::timeout(self.longest_wait, self.places.clone().acquire_owned())
                    .await
                    .map_err(|_| busy())?
                    .map_err(|_| busy())?
            }
        };
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.threads.spawn(move || {
            let _permit = permit;
            // whoever asked may be gone meanwhile
            let _ = sender.send(work());
        });
        receiver
            .await
            .map_err(|_| Problem::internal("a piece of work stopped"))?
    }
}

/// A place in the queue, given back however the request ends.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize, most: usize) -> Option<Self> {
        let before = count.fetch_add(1, Ordering::Relaxed);
        let place = Self(count);
        (before < most).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_too_much_is_shed() {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let limits = Limits {
            renders_per_core: 1,
            queue_per_core: 1,
            queue_ms: 50,
            ..Limits::default()
        };
        let gate = Gate::new(&limits).unwrap();
        let slow = |gate: Gate| async move {
            gate.run(|| {
                std::thread::sleep(Duration::from_millis(300));
                Ok(())
            })
            .await
        };
        let all = (0..3 * cores).map(|_| tokio::spawn(slow(gate.clone())));
        let mut done = 0;
        for one in all.collect::<Vec<_>>() {
            done += usize::from(one.await.unwrap().is_ok());
        }
        assert_eq!(
            done, cores,
            "as many as there are places, the rest waited too long or found no place"
        );
        assert!(gate.run(|| Ok(())).await.is_ok(), "places are given back");
    }
}
