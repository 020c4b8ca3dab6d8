//! The clock of the box: the system's, or one that a test turns.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::time::At;

#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// A fixed offset from the system's clock, in milliseconds, that a test turns.
    Turned(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that runs like the system's and can be turned.
    pub fn turned() -> Self {
        Self::Turned(Arc::new(AtomicI64::new(0)))
    }

    #[expect(clippy::disallowed_methods, reason = "the one home of the system's clock")]
    pub fn now(&self) -> At {
        let system = At::from_utc(chrono::Utc::now());
        match self {
            Self::System => system,
            Self::Turned(offset_ms) => At(system.0 + offset_ms.load(Ordering::Relaxed)),
        }
    }

    /// Turns a test's clock forward; the system's clock does not move.
    pub fn advance_s(&self, seconds: i64) {
        if let Self::Turned(offset_ms) = self {
            offset_ms.fetch_add(seconds * 1000, Ordering::Relaxed);
        }
    }
}
