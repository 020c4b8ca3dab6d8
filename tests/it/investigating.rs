//! Investigations: what may have happened where a count was off.

mod engine;
mod hands;
mod month;
