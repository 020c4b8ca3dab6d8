//! Words and rules: no IO and no clock.

pub mod fifo;
pub mod id;
pub mod place;
pub mod quantity;
pub mod role;
pub mod stock;
pub mod time;
pub mod topic;
