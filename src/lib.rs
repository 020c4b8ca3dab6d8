//! Backstock: in-store inventory for a cannabis dispensary. One binary on a box in the store.
//!
//! Imports run strictly downward: `domain` <- `store` <- `ledger` <- `workflow` <- `api`, `task`.
//! `print` knows only `domain`, `net` knows nothing of ours. `tests/it/tidy.rs` keeps this true.

pub mod api;
pub mod app;
pub mod backup;
pub mod cli;
pub mod config;
pub mod connector;
pub mod control;
pub mod demo;
pub mod domain;
pub mod ledger;
pub mod net;
pub mod print;
pub mod store;
pub mod task;
pub mod workflow;
