//! Backstock.

pub mod domain;
