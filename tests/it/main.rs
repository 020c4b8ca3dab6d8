//! One integration binary: the store and the ledger from inside, and the box from outside, over its own
//! TLS, its command line and its control socket.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod adjusting;
mod catalogue;
mod certificate;
mod conflicts;
mod console;
mod copy;
mod counting;
mod faults;
mod front;
mod fulfilling;
mod imports;
mod investigating;
mod kiosk;
mod ledger;
mod live;
mod loading;
mod offline;
mod ordering;
mod ordering_papers;
mod outbox;
mod people;
mod receiving;
mod restock;
mod roles;
mod serving;
mod store;
mod support;
mod tidy;
mod trust;
