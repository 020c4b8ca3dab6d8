//! Cases and tasks.
