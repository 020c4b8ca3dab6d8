//! Backstock: in-store inventory for a cannabis dispensary. One binary on a box in the store.
//!
//! Imports run strictly downward: `domain` <- `store` <- `ledger` <- `workflow` <- `api`, `task`.
//! `tests/it/tidy.rs` keeps this true.

pub mod api;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod ledger;
pub mod net;
pub mod store;
pub mod workflow;
