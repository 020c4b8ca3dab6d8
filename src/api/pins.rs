//! Checking PINs without stalling anybody: at most two at once, off the async threads, and a bounded
//! queue before them (19 MiB and tens of milliseconds each).

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::Problem;
use crate::store::StoreError;
use crate::workflow::pin::{self, Pepper, Pin};

const AT_ONCE: usize = 2;
/// Waiting and running; one more is answered `busy`.
const QUEUE: usize = 64;

pub struct Pins {
    pepper: Pepper,
    queue: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Pins {
    pub fn new(pepper: Pepper) -> Self {
        Self {
            pepper,
            queue: Arc::new(Semaphore::new(QUEUE)),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    pub fn pepper(&self) -> &Pepper {
        &self.pepper
    }

    /// The stored form of a PIN.
    pub async fn hash(&self, pin: Pin) -> Result<String, Problem> {
        self.run(move |pepper| pin::hash(pepper, &pin)).await
    }

    /// Whether a PIN is the stored one.
    pub async fn fits(&self, pin: Pin, stored: Option<String>) -> Result<bool, Problem> {
        self.run(move |pepper| pin::fits(pepper, &pin, stored.as_deref())).await
    }

    async fn run<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Pepper) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let place = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| StoreError::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| StoreError::Busy)?;
        let pepper = self.pepper.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Held by the work, not by the caller: one who goes away frees no turn early.
            let _held = (place, turn);
            f(&pepper)
        });
        done.await.map_err(|_| StoreError::Panicked.into())
    }
}
