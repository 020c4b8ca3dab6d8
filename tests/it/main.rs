//! One integration binary: the ledger against a model, and the box from outside, over its own TLS, its
//! command line and its control socket.

mod catalogue;
mod imports;
mod ledger;
mod serving;
mod store;
mod support;
