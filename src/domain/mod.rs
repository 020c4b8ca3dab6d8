//! Words and rules: no IO and no clock.

mod as_text;
pub mod code;
pub mod fifo;
pub mod id;
pub mod place;
pub mod quantity;
pub mod role;
pub mod stock;
pub mod time;
pub mod topic;
