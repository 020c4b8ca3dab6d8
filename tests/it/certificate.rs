//! The store's own certificate: what is judged, who gets it, and that it outlives what a box goes through.

mod console;
mod judged;
mod line;
mod served;
