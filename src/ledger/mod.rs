//! The one door to stock, and the audit journal. Every command that changes anything opens one
//! [`Entry`], posts its movements through it, and seals it. Never decides whether a movement makes
//! sense for a workflow; only that the books stay true.

mod entry;
mod journal;
pub mod query;
pub mod verify;

pub use entry::{Entry, Movement, PostError, Posted};
pub use journal::{Actor, Via};
