//! Words and rules: no IO and no clock.

pub mod adjust;
pub mod arrival;
mod as_text;
pub mod code;
pub mod count;
pub mod fifo;
pub mod file_hash;
pub mod gs1;
pub mod gtin;
pub mod id;
pub mod investigate;
pub mod jurisdiction;
pub mod likeness;
pub mod money;
pub mod notice;
pub mod place;
pub mod quantity;
pub mod retail_id;
pub mod role;
pub mod scan;
pub mod sheet;
pub mod significant;
pub mod stock;
pub mod tag;
pub mod time;
pub mod topic;
pub mod words;
