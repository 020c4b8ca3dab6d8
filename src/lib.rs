pub mod net;
pub mod api {
    pub mod trust;
}
