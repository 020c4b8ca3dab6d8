//! Words and rules: no IO and no clock.

pub mod arrival;
mod as_text;
pub mod code;
pub mod fifo;
pub mod file_hash;
pub mod gs1;
pub mod gtin;
pub mod id;
pub mod jurisdiction;
pub mod likeness;
pub mod notice;
pub mod place;
pub mod quantity;
pub mod retail_id;
pub mod role;
pub mod scan;
pub mod sheet;
pub mod stock;
pub mod tag;
pub mod time;
pub mod topic;
