//! One integration binary.

mod ledger;
mod store;
