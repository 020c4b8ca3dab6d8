//! The command line.

pub mod backup;
pub mod restore;
pub mod verify;
