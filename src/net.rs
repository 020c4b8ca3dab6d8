//! The box on the store's network: its names and addresses, its own certificates, its voice on
//! mDNS, and QR codes. Knows nothing of stock, people or storage; the composition root tells it
//! what to say.

pub mod addresses;
pub mod dns_name;
pub mod host;
pub mod mdns;
pub mod names;
pub mod permitted;
pub mod qr;
pub mod tls;
pub mod url;
