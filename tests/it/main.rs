//! One integration binary: the store and the ledger from inside, and the box from outside, over its own
//! TLS, its command line and its control socket.

mod catalogue;
mod faults;
mod imports;
mod ledger;
mod people;
mod restock;
mod roles;
mod serving;
mod store;
mod support;
