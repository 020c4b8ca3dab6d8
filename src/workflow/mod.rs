//! What people do, one module per job. Synchronous: each function takes a `&Db` to read or a `&Tx` to
//! change something, and everything it changes goes through one journal entry.

pub mod author;
pub mod backups;
pub mod casework;
pub mod catalogue;
pub mod claim;
pub mod copy;
pub mod device;
pub mod importing;
pub mod journal;
pub mod moving;
pub mod package;
pub mod picking;
pub mod pin;
pub mod refs;
pub mod replay;
pub mod resolve;
pub mod restock;
pub mod secret;
pub mod session;
pub mod settings;
pub mod stock;
pub mod throttle;
pub mod user;
