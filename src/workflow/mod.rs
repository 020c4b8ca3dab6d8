//! What people do, one module per job. Synchronous: each function takes a `&Db` to read or a `&Tx` to
//! change something, and everything it changes goes through one journal entry.

pub mod alert;
pub mod author;
pub mod backups;
pub mod casework;
pub mod catalogue;
pub mod certificate;
pub mod channel;
pub mod claim;
pub mod coa;
pub mod copy;
pub mod device;
pub mod document;
pub mod importing;
pub mod journal;
pub mod license;
pub mod loss;
pub mod moving;
pub mod outbox;
pub mod package;
pub mod picking;
pub mod pin;
pub mod quarantine;
pub mod recall;
pub mod receiving;
pub mod refs;
pub mod replay;
pub mod resolve;
pub mod restock;
pub mod secret;
pub mod sellable;
pub mod session;
pub mod settings;
pub mod stock;
pub mod throttle;
pub mod user;
