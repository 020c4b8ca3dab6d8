//! Backstock from outside: over its own TLS, its command line and its control socket.

mod serving;
mod support;
