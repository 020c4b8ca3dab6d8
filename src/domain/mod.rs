//! Words and rules: no IO, no clock.

mod as_text;
pub mod code;
pub mod gs1;
pub mod gtin;
pub mod id;
pub mod place;
pub mod quantity;
pub mod retail_id;
pub mod role;
pub mod scan;
pub mod sheet;
pub mod tag;
pub mod time;
